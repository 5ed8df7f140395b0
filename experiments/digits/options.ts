/**
 * Options of the studies that train on images: the data, the networks and their training.
 *
 * @module
 */

import type { Split } from "../../lib/data/mod.ts";
import {
  oneOf,
  option,
  optional,
  path,
  positive,
  toggle,
  UsageError,
  type Values,
  whole,
  wholes,
} from "../runner/options.ts";
import { ACTIVATION_NAMES, type ActivationName, BINARISE_NAMES } from "./names.ts";

/** The options of the images. */
export const DATA_OPTIONS = {
  data: optional(
    "Data",
    path("a folder or a file"),
    "read images from this folder or file: IDX as MNIST has them, .npy, .npz, CSV, or PNG and JPEG pictures " +
      "(default: 10,000 digits that come with the task)",
  ),
  transpose: toggle("Data", "exchange rows and columns of each image, as EMNIST's files need it"),
  binarise: option(
    "Data",
    oneOf(BINARISE_NAMES),
    "none",
    "make pixels 0 or 1: fixed at 0.5, or sampled with their grey value as the probability, anew in every epoch",
  ),
} as const;

/**
 * The images that options name; without any, all digits that come with the task.
 *
 * @param options as {@link DATA_OPTIONS} have them, and how many training images are used at the most; null for all
 * @throws (rejects) DataError if they cannot be read; UsageError if the digits of the task are to be transposed
 */
export async function loadImages(
  { data = null, transpose = false, binarise: how = "none", limit = null }:
    & Partial<Values<typeof DATA_OPTIONS>>
    & { readonly limit?: number | null },
): Promise<Split> {
  if (transpose && data === null) {
    throw new UsageError(
      "--transpose needs --data, since the digits that come with the task are upright; leave it out",
    );
  }
  // The library's data come with its engine, for which --help need not wait.
  const { binarise, loadDigits, loadImageData, take } = await import("../../lib/data/mod.ts");
  const split = data === null ? await loadDigits() : await loadImageData(data, { transpose });
  return binarise(limit === null ? split : { ...split, train: take(split.train, limit) }, how);
}

/** How networks are trained on images. */
export interface TrainingOptions {
  /** How many models of each kind are trained, with seeds one after the other. */
  readonly seeds: number;
  /** The widths of the encoder's hidden layers; those of the decoder are the reverse. */
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly epochs: number;
  readonly batch: number;
  /** The learning rate of Adam. */
  readonly learningRate: number;
}

/**
 * The options by which a study trains networks.
 *
 * @param quick the values that differ in a quick run, which may limit the number of training images
 * @param seeds as the help names them: "models of each panel"
 */
export const trainingOptions = (
  standard: TrainingOptions,
  quick: Partial<TrainingOptions> & { readonly limit?: number },
  seeds: string,
) => ({
  hidden: option(
    "Model",
    wholes,
    standard.hidden,
    "widths of the encoder's hidden layers; the decoder's are the reverse",
    quick.hidden,
  ),
  activation: option(
    "Model",
    oneOf(ACTIVATION_NAMES),
    standard.activation,
    "activation of hidden layers",
    quick.activation,
  ),
  seeds: option(
    "Training",
    whole(1),
    standard.seeds,
    `number of ${seeds}, each with its own seed`,
    quick.seeds,
  ),
  // The header of a checkpoint is at most 100 MB, and has a kilobyte of scores for each epoch.
  epochs: option(
    "Training",
    whole(1, 50_000),
    standard.epochs,
    "passes over the training images",
    quick.epochs,
  ),
  batch: option("Training", whole(1), standard.batch, "images to a step", quick.batch),
  learningRate: option(
    "Training",
    positive,
    standard.learningRate,
    "learning rate of Adam",
    quick.learningRate,
  ),
  limit: optional("Data", whole(1), "train on the first N training images only", quick.limit),
});

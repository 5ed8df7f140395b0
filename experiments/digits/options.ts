/**
 * Options of the studies that train on images: the data, the networks and their training.
 *
 * @module
 */

import type { Split } from "../../lib/data/mod.ts";
import {
  type Kind,
  oneOf,
  type Option,
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

/** The options that say what the images are. */
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

/** The values of {@link DATA_OPTIONS}, and how many training images are used at the most; null for all. */
export type DataOptions =
  & Pick<Values<typeof DATA_OPTIONS>, "data">
  & Partial<Values<typeof DATA_OPTIONS>>
  & Pick<TrainingOptions, "limit">;

/**
 * The images that options name.
 *
 * @throws (rejects) DataError if they cannot be read; UsageError if the digits of the task are to be transposed
 */
export async function loadImages(options: DataOptions): Promise<Split> {
  const { data, transpose = false, binarise: how = "none", limit } = options;
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
  /** How many training images are used at the most; null for all. */
  readonly limit: number | null;
}

/**
 * The options by which a study trains networks.
 *
 * @param seeds what is trained with so many seeds: "models of each panel"
 */
export function trainingOptions(standard: TrainingOptions, quick: TrainingOptions, seeds: string) {
  type Name = Exclude<keyof TrainingOptions, "limit">;
  const of = <K extends Name>(
    group: string,
    name: K,
    kind: Kind<TrainingOptions[K]>,
    about: string,
  ): Option<TrainingOptions[K]> => option(group, kind, standard[name], about, quick[name]);
  return {
    hidden: of(
      "Model",
      "hidden",
      wholes,
      "widths of the encoder's hidden layers; the decoder's are the reverse",
    ),
    activation: of("Model", "activation", oneOf(ACTIVATION_NAMES), "activation of hidden layers"),
    seeds: of("Training", "seeds", whole(1), `number of ${seeds}, each with its own seed`),
    epochs: of("Training", "epochs", whole(1), "passes over the training images"),
    batch: of("Training", "batch", whole(1), "images to a step"),
    learningRate: of("Training", "learningRate", positive, "learning rate of Adam"),
    limit: optional("Data", whole(1), "train on the first N training images only", quick.limit ?? undefined),
  };
}

/**
 * Options of the studies that train on images: the data, the networks and their training.
 *
 * @module
 */

import * as v from "valibot";
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
import { type Architecture, architecture, widthsOf } from "./architecture.ts";
import { ACTIVATION_NAMES, type ActivationName, BINARISE_NAMES } from "./names.ts";

/** The data sets that come with the tasks. */
export const DATASET_NAMES = ["mnist", "shapes", "faces"] as const;
/** The name of a data set. */
export type DatasetName = typeof DATASET_NAMES[number];
const NOUNS: Readonly<Record<DatasetName | "own", string>> = {
  mnist: "digit",
  shapes: "shape",
  faces: "face",
  own: "image",
};
/** One image as texts call it; several have an s. */
export const nounOf = ({ dataset }: { readonly dataset: DatasetName | null }): string =>
  NOUNS[dataset ?? "own"];

/** Rows of shapes and faces where --size is not given; of faces a multiple of 16. */
const SIZE = 32;

/** The options of the images. */
export const DATA_OPTIONS = {
  dataset: option(
    "Data",
    oneOf(DATASET_NAMES),
    "mnist",
    "images that come with the task: 10,000 digits, shapes with known factors, or faces with known attributes",
  ),
  data: optional(
    "Data",
    path("a folder or a file"),
    "read images from this folder or file: IDX as MNIST has them, .npy, .npz, CSV, or PNG and JPEG pictures " +
      "(default: those of --dataset)",
  ),
  size: optional(
    "Data",
    whole(8, 256),
    "rows and columns of the images: of those from --data the middle square, averaged; of faces a multiple of 16 " +
      `(default: as they are; ${SIZE} for shapes and faces)`,
  ),
  channels: optional(
    "Data",
    { ...whole(1, 3), what: "1 (grey) or 3 (red, green, blue)", schema: v.picklist([1, 3]) },
    "1 for grey images, 3 for colour; faces are always in colour (default: 3 for shapes and faces, else 1)",
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
 * @throws (rejects) DataError if they cannot be read; RangeError for a size that they cannot have; UsageError if the digits of
 *   the task are to be transposed
 */
export async function loadImages(
  {
    dataset,
    data = null,
    size = null,
    channels = null,
    transpose = false,
    binarise: how = "none",
    limit = null,
  }:
    & Partial<Resolved<Values<typeof DATA_OPTIONS>>>
    & { readonly limit?: number | null },
): Promise<Split> {
  if (transpose && data === null) {
    throw new UsageError(
      "--transpose needs --data, since the digits that come with the task are upright; leave it out",
    );
  }
  // The library's data come with its engine, for which --help need not wait.
  const { binarise, loadDigits, loadFaces, loadImageData, loadShapes, take } = await import(
    "../../lib/data/mod.ts"
  );
  const load = {
    mnist: loadDigits,
    shapes: () => loadShapes({ size: size ?? SIZE, channels: channels ?? 3 }),
    faces: () => loadFaces({ size: size ?? SIZE }),
  };
  const split = data === null ? await load[dataset ?? "mnist"]() : await loadImageData(data, {
    transpose,
    ...(size === null ? {} : { size }),
    ...(channels === null ? {} : { channels }),
  });
  return binarise(limit === null ? split : { ...split, train: take(split.train, limit) }, how);
}

/** Values as a run has them: no data set beside a path, no widths where the architecture is not dense. */
export type Resolved<V> =
  & Omit<V, "dataset" | "hidden">
  & ("dataset" extends keyof V ? { readonly dataset: DatasetName | null } : unknown)
  & ("hidden" extends keyof V ? { readonly hidden: readonly number[] | null } : unknown);

/**
 * The options of a run on images from those of its command line.
 *
 * @param given the names of the options that were given
 * @throws UsageError for options that have no meaning together
 */
export function resolveImages<
  V extends Values<typeof DATA_OPTIONS> & Pick<TrainingOptions, "architecture"> & {
    readonly hidden: readonly number[];
  },
>(values: V, given: ReadonlySet<string>): Resolved<V> {
  const { data, dataset, size, channels } = values;
  if (data !== null && given.has("dataset")) {
    throw new UsageError(
      "--dataset has no meaning beside --data, which says where the images are: leave one out",
    );
  }
  const own = data === null ? dataset : null;
  for (const [flag, value] of [["--size", size], ["--channels", channels]] as const) {
    if (own !== "mnist" || value === null) continue;
    throw new UsageError(
      `${flag} has no meaning with the digits that come with the task, which are 28 × 28 and grey: leave it out, ` +
        "or give --dataset or --data",
    );
  }
  if (own === "faces" && channels === 1) {
    throw new UsageError("--channels must be 3 with --dataset faces, which are in colour, but it is 1");
  }
  return { ...values, dataset: own, hidden: widthsOf(values, given) };
}

/** How networks are trained on images. */
export interface TrainingOptions {
  /** How many models of each kind are trained, with seeds one after the other. */
  readonly seeds: number;
  /** The layers of both networks. */
  readonly architecture: Architecture;
  /** The widths of the encoder's hidden layers, those of the decoder being the reverse; null where the architecture is not dense. */
  readonly hidden: readonly number[] | null;
  readonly activation: ActivationName;
  readonly epochs: number;
  readonly batch: number;
  /** The learning rate of Adam. */
  readonly learningRate: number;
}

/** What a study's options are where they are not given. */
type StandardTraining = Omit<TrainingOptions, "architecture" | "hidden"> & {
  readonly hidden: readonly number[];
};

/** The values that differ in a quick run, which may limit the number of training images. */
type QuickTraining = Partial<StandardTraining> & { readonly limit?: number };

/** The options by which a study chooses networks. */
export const networkOptions = (
  standard: Pick<StandardTraining, "hidden" | "activation">,
  quick: QuickTraining,
) => ({
  architecture: option(
    "Model",
    architecture,
    "dense",
    "layers of the networks, or a file whose name ends in .json that has them (docs/images.md)",
  ),
  hidden: option(
    "Model",
    wholes,
    standard.hidden,
    "widths of the encoder's hidden layers, for --architecture dense; the decoder's are the reverse",
    quick.hidden,
  ),
  activation: option(
    "Model",
    oneOf(ACTIVATION_NAMES),
    standard.activation,
    "activation of hidden layers",
    quick.activation,
  ),
});

/** The options by which a study trains one model. */
export const fitOptions = (
  standard: Pick<StandardTraining, "epochs" | "batch" | "learningRate">,
  quick: QuickTraining,
) => ({
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

/**
 * The options by which a study trains networks.
 *
 * @param seeds as the help names them: "models of each panel"
 */
export const trainingOptions = (standard: StandardTraining, quick: QuickTraining, seeds: string) => ({
  ...networkOptions(standard, quick),
  seeds: option(
    "Training",
    whole(1),
    standard.seeds,
    `number of ${seeds}, each with its own seed`,
    quick.seeds,
  ),
  ...fitOptions(standard, quick),
});

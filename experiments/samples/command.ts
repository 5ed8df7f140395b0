/**
 * The command line of `deno task samples`.
 *
 * @module
 */

import type { Table } from "../command/option.ts";
import { beta, wholeFrom, wholes } from "../command/option_kind.ts";
import { COMMON, DIGITS, FOLDER_NOTE, type StudyCommand } from "../study/options.ts";
import { sized, sizesOf, trainingTable } from "../study/training_table.ts";
import { DEFAULTS, QUICK } from "./options.ts";

const MODEL = "The models", JUDGING = "Judging";
const of = sizesOf(DEFAULTS, QUICK);

const TABLE = {
  "beta": sized(MODEL, of("beta"), beta, "β, the weight of the KL term"),
  "latent": sized(MODEL, of("latent"), wholeFrom(1), "d, how many latents"),
  ...trainingTable(DEFAULTS, QUICK, "models of each objective"),
  "classifier-hidden": sized(
    JUDGING,
    of("classifierHidden"),
    wholes,
    "the widths of the classifier's hidden layers; the last is the number of features in which distances are",
  ),
  "classifier-epochs": sized(
    JUDGING,
    of("classifierEpochs"),
    wholeFrom(1),
    "how often the classifier sees each training digit",
  ),
  ...DIGITS,
  ...COMMON,
} as const satisfies Table;

/** The command. */
export const COMMAND: StudyCommand<typeof TABLE> = {
  task: "samples",
  about: "Draws digits from models of six objectives, and measures how far they are from real ones.",
  table: TABLE,
  examples: [
    ["", "six objectives, ten seeds each"],
    ["--quick", "a look, with short trainings"],
    ["--beta 1 --seeds 3", "another β, fewer seeds"],
    ["--data mnist --epochs 3", "MNIST from a folder of its files"],
    ["--resume runs/samples-seed0", "go on where it was stopped"],
  ],
  notes: [FOLDER_NOTE],
};

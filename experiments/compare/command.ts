/**
 * The command line of `deno task compare`.
 *
 * @module
 */

import type { Table } from "../command/option.ts";
import { betas, nameOf, wholeFrom } from "../command/option_kind.ts";
import { ACTIVATION_NAMES } from "../digits/names.ts";
import { COMMON, DIGITS, FOLDER_NOTE, type StudyCommand } from "../study/options.ts";
import { limited, sized, sizesOf, trainingTable } from "../study/training_table.ts";
import { DEFAULTS, QUICK } from "./options.ts";

const MODEL = "The models", JUDGING = "Judging";
const of = sizesOf(DEFAULTS, QUICK);

const TABLE = {
  "betas": sized(MODEL, of("betas"), betas, "the values of β"),
  "latent": sized(MODEL, of("latent"), wholeFrom(1), "d, how many latents"),
  "smooth": sized(
    MODEL,
    of("smooth"),
    nameOf(ACTIVATION_NAMES),
    "another activation, with which the β-VAE alone is trained too, to see the approximations where g is smooth",
  ),
  ...trainingTable(DEFAULTS, QUICK, "models of each objective and β"),
  "judged": limited(JUDGING, QUICK.judged, "judge trained models on the first N held-out digits only"),
  "tracked": sized(
    JUDGING,
    of("tracked"),
    wholeFrom(1),
    "on how many held-out digits the objectives are compared along a training",
  ),
  "pairs": sized(
    JUDGING,
    of("pairs"),
    wholeFrom(2),
    "pairs ±ε of draws to a held-out digit, of which the β-VAE loss is the mean",
  ),
  "columns": sized(
    JUDGING,
    of("columns"),
    wholeFrom(2),
    "columns drawn for a tracked digit, of which the stochastic GRAE* is the mean",
  ),
  "contracted": sized(
    JUDGING,
    of("contracted"),
    wholeFrom(1),
    "at how many held-out digits the posterior is contracted",
  ),
  "contracted-pairs": sized(
    JUDGING,
    of("contractedPairs"),
    wholeFrom(2),
    "pairs ±ε of draws to each of these",
  ),
  "halvings": sized(JUDGING, of("halvings"), wholeFrom(3), "how often the posterior's covariance is halved"),
  ...DIGITS,
  ...COMMON,
} as const satisfies Table;

/** The command. */
export const COMMAND: StudyCommand<typeof TABLE> = {
  task: "compare",
  about: "Trains six objectives over β, and looks at all of them along a β-VAE's training.",
  table: TABLE,
  examples: [
    ["", "seven values of β, three seeds"],
    ["--quick", "a look, in less than a minute"],
    ["--betas 0.2,1 --seeds 10", "fewer values of β, more seeds"],
    ["--data mnist --epochs 3", "MNIST from a folder of its files"],
    ["--resume runs/compare-seed0", "go on where it was stopped"],
  ],
  notes: [FOLDER_NOTE],
};

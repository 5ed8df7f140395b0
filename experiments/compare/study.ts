/**
 * The comparison of objectives: how tight the approximations of the β-VAE loss are, and how good the models that they train.
 *
 * @module
 */

import * as v from "valibot";
import { trainedBy } from "../../properties/contract/results.ts";
import { count, finite } from "../../properties/contract/run.ts";
import { ACTIVATION_NAMES } from "../digits/names.ts";
import { DATA_OPTIONS, type Resolved, resolveImages, trainingOptions } from "../digits/options.ts";
import { runStudy } from "../runner/command.ts";
import { betas, oneOf, option, optional, type OptionTable, type Values, whole } from "../runner/options.ts";
import { study } from "../runner/study.ts";

const OBJECTIVES = trainedBy.objective.options;

const TABLE = {
  betas: option("Model", betas, [0.1, 0.2, 0.4, 0.6, 0.8, 1, 2], "the values of β"),
  latent: option("Model", whole(1), 8, "d, how many latents", 4),
  smooth: option("Model", oneOf(ACTIVATION_NAMES), "tanh", "a smooth activation, for β-VAEs alone"),
  ...trainingOptions(
    { seeds: 3, hidden: [128, 128], activation: "relu", epochs: 8, batch: 128, learningRate: 1e-3 },
    { hidden: [32], epochs: 6, batch: 50, learningRate: 3e-3, limit: 600 },
    "models of each objective and β",
  ),
  judged: optional("Judging", whole(1), "judge on the first N held-out images only", 200),
  tracked: option("Judging", whole(1), 200, "held-out images on which losses are taken along a training", 40),
  pairs: option("Judging", whole(2), 16, "pairs ±ε of draws to a held-out image, for the β-VAE loss", 8),
  columns: option("Judging", whole(2), 8, "columns drawn for a tracked image, for the stochastic GRAE*"),
  contracted: option("Judging", whole(1), 32, "held-out images at which the posterior is contracted", 8),
  contractedPairs: option("Judging", whole(2), 64, "pairs ±ε of draws to each of these", 32),
  halvings: option("Judging", whole(3), 6, "how often the posterior's covariance is halved"),
  ...DATA_OPTIONS,
} as const satisfies OptionTable;

/** The options of a comparison. */
export type CompareOptions = Resolved<Values<typeof TABLE>>;

const judged = v.object({
  /** The β-VAE loss less (n/2) log 2π, under the learned posterior or the optimal one of the objective's family. */
  betaVaeLoss: finite,
  /** The standard error of its draws. */
  standardError: finite,
});
/** The score of a trained model on held-out images, in nats per image. */
export type Judged = v.InferOutput<typeof judged>;

const value = v.strictObject({
  loss: finite,
  /** Its terms, which add up to it. */
  terms: v.record(v.string(), finite),
  /** The standard error of the draws; null if nothing was drawn. */
  standardError: v.nullable(finite),
});
/** All objectives on one model, in nats per image, less (n/2) log 2π. */
const tracked = v.strictObject(v.entriesFromList(OBJECTIVES, value));
export type Tracked = v.InferOutput<typeof tracked>;

const contraction = v.strictObject({
  t: finite,
  /** The loss with the full Hessian, and that with Gauss–Newton, less that of the β-VAE. */
  hessian: finite,
  jacobian: finite,
  /** The error of Gauss–Newton to first order: `jacobian` less `hessian`, known without draws. */
  leftOut: finite,
  /** The standard error of the draws, the same for both. */
  standardError: finite,
});
/** The errors of the Taylor losses at the posterior N(h, tΣ), in nats per image. */
export type Contraction = v.InferOutput<typeof contraction>;

const model = v.strictObject({
  objective: v.picklist(OBJECTIVES),
  activation: v.picklist(ACTIVATION_NAMES),
  beta: finite,
  seed: count,
  judged,
  /** The objectives after so many epochs of its training, and its posterior contracted; none but for a β-VAE. */
  along: v.array(v.strictObject({ epoch: count, values: tracked })),
  contractions: v.array(contraction),
});
/** A trained model: the result of a part. */
export type CompareModel = v.InferOutput<typeof model>;

/** The study `compare`. */
export const compareStudy = study({
  name: "compare",
  title: "Comparison of objectives",
  question:
    "How closely do the Taylor losses, GRAE, GRAE* and its stochastic form follow the β-VAE over β: as losses on " +
    'one model along its training, and by the models that each of them trains? (Slide "Comparison of objectives")',
  about: "Trains six objectives over β, and looks at all of them along a β-VAE's training.",
  options: TABLE,
  examples: [
    ["", "seven values of β, three seeds"],
    ["--quick", "a look, in less than a minute"],
    ["--betas 0.2,1 --seeds 10", "fewer values of β, more seeds"],
    ["--data mnist --epochs 3", "MNIST from a folder of its files"],
    ["--dataset faces --architecture conv32", "faces in colour, and convolutions"],
    ["--resume runs/compare-seed0", "go on where it was stopped"],
  ],
  resolve: (values, given) => resolveImages(values, given),
  result: model,
  prepare: async (options) => await (await import("./parts.ts")).prepare(options),
});

if (import.meta.main) await runStudy(compareStudy);

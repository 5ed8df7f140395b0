/**
 * Faults in the GRAE objectives: what is added to what, with which factor.
 *
 * @module
 */

import type { ModelSpec, ObjectiveCase } from "../../contract/subject.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { changed, objectives, scaledTerm, withObjective } from "./with_objective.ts";

/** The case with another likelihood. */
function withLikelihood(given: ObjectiveCase, likelihood: ModelSpec["likelihood"]): ObjectiveCase {
  return { ...given, model: { ...given.model, likelihood } };
}

const unit: ModelSpec["likelihood"] = { kind: "gaussian", variance: 1 };

/** Mistakes in the GRAE objectives. */
export const graeObjectiveMutants: readonly Mutant[] = [
  mutant(
    "grae-loss-prior-lost-half",
    "the prior term of GRAE is β‖h‖²",
    ["G2", "G8"],
    scaledTerm("grae", "prior", () => 2),
  ),
  mutant(
    "grae-loss-prior-without-beta",
    "the prior term of GRAE is ½‖h‖², without β",
    ["G2", "G8"],
    scaledTerm("grae", "prior", ({ beta }) => 1 / beta),
  ),
  mutant(
    "grae-loss-prior-lost",
    "GRAE has no prior term",
    ["G2", "G8"],
    scaledTerm("grae", "prior", () => 0),
  ),
  mutant(
    "grae-loss-volume-negative",
    "the volume is subtracted",
    ["G1", "G2", "G3", "G6", "G8", "G9"],
    scaledTerm("grae", "volume", () => -1),
  ),
  mutant(
    "grae-loss-beta-twice",
    "β multiplies the volume twice",
    ["G1", "G2", "G3", "G5", "G6", "G7", "G8"],
    scaledTerm("grae", "volume", ({ beta }) => beta),
  ),
  mutant(
    "grae-loss-mean-over-pixels",
    "the reconstruction is a mean over pixels beside summed terms",
    ["G2", "G8"],
    scaledTerm("grae", "reconstruction", ({ x }) => 1 / x[0]!.length),
  ),
  mutant(
    "grae-loss-lost-half",
    "the reconstruction is ‖x − g‖²",
    ["G2", "G8"],
    scaledTerm("grae", "reconstruction", () => 2),
  ),
  mutant(
    "grae-loss-sum-over-batch",
    "the loss is a sum over the batch, not the mean",
    ["G2", "G8"],
    withObjective("grae", (given) => {
      const value = objectives.grae(given);
      return { ...value, loss: value.loss * given.x.length };
    }),
  ),
  mutant(
    "grae-loss-variance-ignored",
    "the volume of GRAE ignores the curvature of the likelihood: J is not multiplied by √w",
    ["G2"],
    changed("grae", (terms, given) => ({
      ...terms,
      volume: objectives.grae(withLikelihood(given, unit)).terms.volume!,
    })),
  ),
  mutant(
    "grae-loss-first-volume-for-all",
    "the volume is computed at the first example only",
    ["G2"],
    changed("grae", (terms) => ({ ...terms, volume: terms.volume!.map(() => terms.volume![0]!) })),
  ),
  mutant(
    "grae-loss-prior-of-one-axis",
    "the prior term takes the first latent only: a sum along the wrong axis",
    ["G2", "G7", "G8"],
    changed("grae", (terms, given) => {
      const means = oracle.apply(given.model.encoder, given.x);
      return { ...terms, prior: means.map((h) => given.beta / 2 * h[0]! ** 2) };
    }),
  ),
  mutant(
    "grae-star-loss-volume-lost-half",
    "the volume of GRAE* has β for β/2",
    ["G1", "G3", "G4", "G5", "G7"],
    scaledTerm("grae-star", "volume", () => 2),
  ),
  mutant(
    "grae-loss-mean-over-latents",
    "the volume of GRAE is divided by d",
    ["G1", "G2", "G3", "G8", "G9"],
    scaledTerm("grae", "volume", ({ model }) => 1 / model.latent),
  ),
  mutant(
    "grae-star-loss-mean-over-latents",
    "the volume of GRAE* is a mean over latents",
    ["G1", "G3", "G4", "G7", "G9"],
    scaledTerm("grae-star", "volume", ({ model }) => 1 / model.latent),
  ),
  mutant(
    "grae-star-loss-not-normalised",
    "the volume of GRAE* is (β/2) Σ log(β + ‖J_i‖²)",
    ["G1", "G3", "G9"],
    changed("grae-star", (terms, { model, beta }) => ({
      ...terms,
      volume: terms.volume!.map((value) => value + beta / 2 * model.latent * Math.log(beta)),
    })),
  ),
  mutant(
    "grae-loss-is-grae-star",
    "the volume of GRAE multiplies the diagonal of I + JᵀJ/β",
    ["G2", "G3", "G7", "G8"],
    changed("grae", (terms, given) => ({ ...terms, volume: objectives["grae-star"](given).terms.volume! })),
  ),
  mutant(
    "grae-block-loss-count-for-size",
    "GRAE-block takes its block size for the number of blocks",
    ["G1", "G3"],
    withObjective(
      "grae-block",
      (given) => objectives["grae-block"]({ ...given, block: given.model.latent / given.block! }),
    ),
  ),
  mutant(
    "grae-block-loss-size-ignored",
    "GRAE-block ignores its block size and takes blocks of 1",
    ["G1", "G3"],
    withObjective("grae-block", (given) => objectives["grae-block"]({ ...given, block: 1 })),
  ),
  mutant(
    "stochastic-loss-lost-d",
    "the stochastic GRAE* loss lacks the factor d",
    ["G4"],
    scaledTerm("grae-star-stochastic", "volume", ({ model }) => 1 / model.latent),
  ),
  mutant(
    "stochastic-loss-column-per-batch",
    "one column serves the whole batch, not one per example",
    ["G4"],
    withObjective(
      "grae-star-stochastic",
      (given) =>
        objectives["grae-star-stochastic"]({ ...given, columns: given.x.map(() => given.columns![0]!) }),
    ),
  ),
  mutant(
    "stochastic-gradient-detached",
    "the gradient of the stochastic GRAE* is that of the first column, whatever was drawn",
    ["G4"],
    withObjective("grae-star-stochastic", (given) => {
      const { loss, terms } = objectives["grae-star-stochastic"](given);
      const { gradient } = objectives["grae-star-stochastic"]({ ...given, columns: given.x.map(() => 0) });
      return { loss, terms, ...(gradient && { gradient }) };
    }),
  ),
  mutant(
    "stochastic-gradient-not-to-encoder",
    "J is detached from h, so the encoder gets no gradient",
    ["G4"],
    withObjective("grae-star-stochastic", (given) => {
      const { gradient, ...value } = objectives["grae-star-stochastic"](given);
      const encoder = gradient.encoder.map(({ weight, bias }) => ({
        weight: weight.map((row) => row.map(() => 0)),
        bias: bias.map(() => 0),
      }));
      return { ...value, gradient: { ...gradient, encoder } };
    }),
  ),
];

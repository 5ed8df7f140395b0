/**
 * Faults in GRAE, profiled and Taylor (Jacobian) losses: which term is added, with which factor.
 *
 * @module
 */

import { oracle } from "../oracle/mod.ts";
import { withChangedTerms, withModel, withScaledTerm } from "./altered.ts";
import { type Mutant, planted, replacing } from "./mutant.ts";

const { objectives } = oracle;
/** Without the volume regularisers as functions, which would answer for the losses. */
const { volume: _, ...losses } = oracle;

const prior = withScaledTerm("grae", "prior");
const reconstruction = withScaledTerm("grae", "reconstruction");
const volume = withScaledTerm("grae", "volume");
const starVolume = withScaledTerm("grae-star", "volume");
const stochasticVolume = withScaledTerm("grae-star-stochastic", "volume");
const profiledCurvature = withScaledTerm("profiled", "curvature");
const profiledKl = withScaledTerm("profiled", "kl");
const taylorCurvature = withScaledTerm("taylor-jacobian", "curvature");
const taylorKl = withScaledTerm("taylor-jacobian", "kl");
const graeBlock = replacing("objectives.grae-block");
const stochastic = replacing("objectives.grae-star-stochastic");
const profiled = replacing("objectives.profiled");
const graeTerms = withChangedTerms("grae");
const starTerms = withChangedTerms("grae-star");

/** The faults, by the laws that must reject them. */
export const objectiveMutants: readonly Mutant[] = planted({
  // The GRAE objectives
  "G2 G8": {
    "grae-loss-prior-lost-half: the prior term of GRAE is β‖h‖²": prior(() => 2),
    "grae-loss-prior-without-beta: the prior term of GRAE is ½‖h‖², without β": prior(({ beta }) => 1 / beta),
    "grae-loss-prior-lost: GRAE has no prior term": prior(() => 0),
    "grae-loss-mean-over-pixels: the reconstruction is a mean over pixels beside summed terms":
      reconstruction(({ x }) => 1 / x[0]!.length),
    "grae-loss-lost-half: the reconstruction is ‖x − g‖²": reconstruction(() => 2),
    "grae-loss-sum-over-batch: the loss is a sum over the batch, not the mean": replacing("objectives.grae")(
      (given) => {
        const value = objectives.grae(given);
        return { ...value, loss: value.loss * given.x.length };
      },
    ),
  },
  "G1 G2 G3 G6 G8 G9": {
    "grae-loss-volume-negative: the volume is subtracted": volume(() => -1),
  },
  "G1 G2 G3 G5 G6 G7 G8": {
    "grae-loss-beta-twice: β multiplies the volume twice": volume(({ beta }) => beta),
  },
  "G2": {
    "grae-loss-variance-ignored: the volume of GRAE ignores the curvature of the likelihood: J is not multiplied by √w":
      graeTerms((_, given) => ({
        volume: objectives.grae(withModel(given, { likelihood: { kind: "gaussian", variance: 1 } })).terms
          .volume!,
      })),
    "grae-loss-first-volume-for-all: the volume is computed at the first example only": graeTerms(
      (terms) => ({ volume: terms.volume!.map(() => terms.volume![0]!) }),
    ),
  },
  "G2 G7 G8": {
    "grae-loss-prior-of-one-axis: the prior term takes the first latent only: a sum along the wrong axis":
      graeTerms((terms, given) => {
        const means = oracle.apply(given.model.encoder, given.x);
        return { ...terms, prior: means.map((h) => given.beta / 2 * h[0]! ** 2) };
      }),
  },
  "G1 G3 G4 G5 G7": {
    "grae-star-loss-volume-lost-half: the volume of GRAE* has β for β/2": starVolume(() => 2),
  },
  "G1 G2 G3 G8 G9": {
    "grae-loss-mean-over-latents: the volume of GRAE is divided by d": volume(({ model }) =>
      1 / model.latent
    ),
  },
  "G1 G3 G4 G7 G9": {
    "grae-star-loss-mean-over-latents: the volume of GRAE* is a mean over latents": starVolume(({ model }) =>
      1 / model.latent
    ),
  },
  "G1 G3 G9": {
    "grae-star-loss-not-normalised: the volume of GRAE* is (β/2) Σ log(β + ‖J_i‖²)": starTerms(
      (terms, { model, beta }) => ({
        volume: terms.volume!.map((value) => value + beta / 2 * model.latent * Math.log(beta)),
      }),
    ),
  },
  "G2 G3 G7 G8": {
    "grae-loss-is-grae-star: the volume of GRAE multiplies the diagonal of I + JᵀJ/β": graeTerms(
      (_, given) => ({ volume: objectives["grae-star"](given).terms.volume! }),
    ),
  },
  "G1 G3": {
    "grae-block-loss-count-for-size: GRAE-block takes its block size for the number of blocks": graeBlock(
      (given) => objectives["grae-block"]({ ...given, block: given.model.latent / given.block! }),
    ),
    "grae-block-loss-size-ignored: GRAE-block ignores its block size and takes blocks of 1": graeBlock(
      (given) => objectives["grae-block"]({ ...given, block: 1 }),
    ),
  },
  "G4": {
    "stochastic-loss-lost-d: the stochastic GRAE* loss lacks the factor d": stochasticVolume(({ model }) =>
      1 / model.latent
    ),
    "stochastic-loss-column-per-batch: one column serves the whole batch, not one per example": stochastic(
      (given) =>
        objectives["grae-star-stochastic"]({ ...given, columns: given.x.map(() => given.columns![0]!) }),
    ),
    "stochastic-gradient-detached: the gradient of the stochastic GRAE* is that of the first column, whatever was drawn":
      stochastic((given) => {
        const { loss, terms } = objectives["grae-star-stochastic"](given);
        const { gradient } = objectives["grae-star-stochastic"]({ ...given, columns: given.x.map(() => 0) });
        return { loss, terms, ...(gradient && { gradient }) };
      }),
    "stochastic-gradient-not-to-encoder: J is detached from h, so the encoder gets no gradient": stochastic(
      (given) => {
        const { gradient, ...value } = objectives["grae-star-stochastic"](given);
        const encoder = gradient.encoder.map(({ weight, bias }) => ({
          weight: weight.map((row) => row.map(() => 0)),
          bias: bias.map(() => 0),
        }));
        return { ...value, gradient: { ...gradient, encoder } };
      },
    ),
  },
  // The profiled and Taylor losses
  "G2 G3": {
    "profiled-constant-lost: −log p drops (n/2) log 2πσ²": withChangedTerms("profiled")(
      (terms, { model, x }) => {
        const { likelihood } = model;
        const constant = likelihood.kind === "gaussian" ? Math.log(2 * Math.PI * likelihood.variance) / 2 : 0;
        return {
          reconstruction: terms.reconstruction!.map((value) => value - x[0]!.length * constant),
        };
      },
    ),
  },
  "S1 S4 G2 G3": {
    "profiled-curvature-lost: the profiled loss forgets ½ tr(GΣ)": profiledCurvature(() => 0),
    "profiled-mean-field-always: the profiled loss takes the mean-field optimum for every family": profiled(
      (given) => objectives.profiled(withModel(given, { family: { kind: "mean-field" } })),
    ),
    "profiled-beta-absent: the KL of the profiled loss is not multiplied by β": profiledKl(({ beta }) =>
      1 / beta
    ),
  },
  "S4 G3": {
    "profiled-family-ignored: the profiled loss takes the optimum of the full family for every family":
      profiled((given) => objectives.profiled(withModel(given, { family: { kind: "full" } }))),
  },
  "S1 S2 S4 G2 G3": {
    "taylor-lost-half: the curvature term is tr(GΣ), without ½": taylorCurvature(() => 2),
    "taylor-negative-curvature: the curvature term has the sign of H_p, not of G = −JᵀH_pJ": taylorCurvature(
      () => -1,
    ),
    "taylor-kl-beta-twice: the KL is multiplied by β twice": taylorKl(({ beta }) => beta),
    "taylor-kl-negative: the KL is logged, and minimised, with the wrong sign": taylorKl(() => -1),
  },
  // Small volumes lose their digits; large ones stay as they are
  "A11": Object.fromEntries(
    (["grae", "grae-block", "grae-star", "grae-star-stochastic"] as const).map((name) => [
      `${name}-loss-through-determinant: the volume of ${name} is the logarithm of a determinant, which is 1 and a little`,
      withChangedTerms(name)((terms, { beta }) => ({
        volume: terms.volume!.map((volume) => {
          const determinant = Math.exp(2 * volume / beta);
          return determinant < 2 ? beta / 2 * Math.log(determinant) : volume;
        }),
      })),
    ]),
  ),
}, losses);

/**
 * Faults in objectives as they are compared.
 *
 * @module
 */

import type { ComparedObjective } from "../contract/trained.ts";
import { compareResults, type Mistake, type Terms } from "../plausible/compare.ts";
import type { StudyResults } from "../contract/results.ts";
import type { Mutant } from "./mutant.ts";
import { FaultsIn, plantedInResults } from "./trained_models.ts";

/** (n/2) log 2π of 784 pixels. */
const CONSTANT = 392 * Math.log(2 * Math.PI);

/** A mistake in the terms of objectives as they are tracked. */
function tracked(mistake: Mistake): Partial<StudyResults> {
  return { compare: compareResults(mistake) };
}

/** A mistake in how trained models are judged. */
function judged(mistake: Mistake): Partial<StudyResults> {
  return { compare: compareResults(undefined, mistake) };
}

const right = compareResults();
const ofTrained = new FaultsIn(right.trained, (trained) => ({ compare: { ...right, trained } }));
const ofAlong = new FaultsIn(right.along, (along) => ({ compare: { ...right, along } }));

/** Changes a term of some objectives. */
function change(
  objectives: readonly ComparedObjective[],
  term: string,
  by: (value: number, beta: number) => number,
): Mistake {
  return (terms: Terms, objective, beta) =>
    objectives.includes(objective) && term in terms ? { ...terms, [term]: by(terms[term]!, beta) } : terms;
}

const GRAE: readonly ComparedObjective[] = ["grae", "grae-star"];

/** One for the other, and the other for one. */
const exchanged = <T>(value: T, one: T, other: T): T => value === one ? other : value === other ? one : value;

/** Mistakes in objectives. */
export const comparedObjectiveMutants: readonly Mutant[] = plantedInResults({
  "E3": {
    "tracked-mean-over-pixels: GRAE's reconstruction is a mean over pixels": tracked(
      change(GRAE, "reconstruction", (r) => r / 784),
    ),
    "judged-mean-over-pixels: GRAE's models are judged by a mean over pixels": judged(
      change(["beta-vae"], "reconstruction", (r) => r / 784),
    ),
    "tracked-beta-lost-in-volume: β does not multiply the log-determinant": tracked(
      change(GRAE, "volume", (v, beta) => v / beta),
    ),
    "tracked-beta-lost-in-kl: β does not multiply the KL term": tracked(
      change(["beta-vae"], "kl", (kl, beta) => kl / beta),
    ),
    "tracked-constant-left-in: (n/2) log 2π is left in the Taylor loss": tracked(change(
      ["taylor-jacobian"],
      "reconstruction",
      (r) => r + CONSTANT,
    )),
    "judged-constant-left-in: (n/2) log 2π is left in the loss by which GRAE's models are judged": judged(
      (terms, objective) => GRAE.includes(objective) ? { ...terms, constant: CONSTANT } : terms,
    ),
    "judged-by-its-own-loss: models are judged without the KL term that their objective has optimised out":
      judged((terms, objective) =>
        GRAE.includes(objective) ? { reconstruction: terms["reconstruction"]! } : terms
      ),
    "tracked-volume-lost: the log-determinant is lost: a plain autoencoder": tracked(
      change(GRAE, "volume", () => 0),
    ),
    "tracked-volume-negative: the log-determinant is subtracted": tracked(change(GRAE, "volume", (v) => -v)),
    "tracked-curvature-negative: ½ tr(GΣ) has the sign of an ELBO": tracked(
      change(["taylor-jacobian"], "curvature", (c) => -2 * c),
    ),
    "stochastic-without-latents: the stochastic GRAE* lacks the factor d = 8": tracked(change(
      ["grae-star-stochastic"],
      "volume",
      (v) => v / 8,
    )),
    "grae-for-grae-star: GRAE and GRAE* are mistaken for each other": ofAlong.changed(({ objective }) => ({
      objective: exchanged<ComparedObjective>(objective, "grae", "grae-star"),
    })),
    "term-forgotten-in-record: a term of the loss is not among its terms": ofAlong.changed(({ terms }) => ({
      terms: { reconstruction: terms["reconstruction"]! },
    })),
    "diverged-seeds-dropped: trainings that diverged are left out of the mean": ofTrained.without({
      objective: "grae",
      seed: 2,
    }),
    "objective-left-out: one of the four objectives is not there": ofTrained.without({
      objective: "grae-star",
    }),
    "beta-not-passed-on: every model is trained with the same β, whatever its label": ofTrained.changed((
      { objective, seed },
    ) => ({ betaVaeLoss: ofTrained.first({ objective, seed }).betaVaeLoss })),
    "betas-exchanged: GRAE's models of two β are taken for each other": ofTrained.changedWhere(
      { objective: "grae" },
      ({ beta }) => ({ beta: exchanged(beta, 0.5, 1) }),
    ),
    "epoch-not-tracked: an epoch of one training is missing for GRAE": ofAlong.without({
      objective: "grae",
      beta: 0.5,
      seed: 1,
      epoch: 2,
    }),
    "value-recorded-twice: a value along a training is there twice": ofAlong.replaced((tracked) =>
      tracked === right.along[7] ? [tracked, tracked] : [tracked]
    ),
    "never-trained-along: what is tracked is the model of the start": ofAlong.changed((
      { objective, beta, seed, epoch },
    ) => ({ ...ofAlong.first({ objective, beta, seed }), epoch })),
  },
});

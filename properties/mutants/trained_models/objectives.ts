/**
 * Faults in objectives as they are compared.
 *
 * @module
 */

import type { ComparedObjective, CompareResults } from "../../contract/trained.ts";
import { compareResults, type Mistake, type Terms } from "../../plausible/compare.ts";
import { type Fault, fault } from "./fault.ts";

/** (n/2) log 2π of 784 pixels. */
const CONSTANT = 392 * Math.log(2 * Math.PI);

/** A mistake in the terms of objectives as they are tracked. */
function tracked(id: string, description: string, mistake: Mistake): Fault {
  return fault(id, description, ["E3"], { compare: compareResults(mistake) });
}

/** A mistake in how trained models are judged. */
function judged(id: string, description: string, mistake: Mistake): Fault {
  return fault(id, description, ["E3"], { compare: compareResults(undefined, mistake) });
}

/** A mistake made with the results. */
function results(id: string, description: string, change: (right: CompareResults) => CompareResults): Fault {
  return fault(id, description, ["E3"], { compare: change(compareResults()) });
}

/** Changes a term of some objectives. */
function change(
  of: readonly ComparedObjective[],
  term: string,
  by: (value: number, beta: number) => number,
): Mistake {
  return (terms: Terms, objective, beta) =>
    of.includes(objective) && term in terms ? { ...terms, [term]: by(terms[term]!, beta) } : terms;
}

const GRAE: readonly ComparedObjective[] = ["grae", "grae-star"];

const exchanged = (beta: number, one: number, other: number): number =>
  beta === one ? other : beta === other ? one : beta;

/** Mistakes in objectives. */
export const objectiveFaults: readonly Fault[] = [
  tracked(
    "tracked-mean-over-pixels",
    "GRAE's reconstruction is a mean over pixels",
    change(GRAE, "reconstruction", (r) => r / 784),
  ),
  judged(
    "judged-mean-over-pixels",
    "GRAE's models are judged by a mean over pixels",
    change(["beta-vae"], "reconstruction", (r) => r / 784),
  ),
  tracked(
    "tracked-beta-lost-in-volume",
    "β does not multiply the log-determinant",
    change(GRAE, "volume", (v, beta) => v / beta),
  ),
  tracked(
    "tracked-beta-lost-in-kl",
    "β does not multiply the KL term",
    change(["beta-vae"], "kl", (kl, beta) => kl / beta),
  ),
  tracked(
    "tracked-constant-left-in",
    "(n/2) log 2π is left in the Taylor loss",
    change(
      ["taylor-jacobian"],
      "reconstruction",
      (r) => r + CONSTANT,
    ),
  ),
  judged(
    "judged-constant-left-in",
    "(n/2) log 2π is left in the loss by which GRAE's models are judged",
    (terms, objective) => GRAE.includes(objective) ? { ...terms, constant: CONSTANT } : terms,
  ),
  judged(
    "judged-by-its-own-loss",
    "models are judged without the KL term that their objective has optimised out",
    (terms, objective) => GRAE.includes(objective) ? { reconstruction: terms["reconstruction"]! } : terms,
  ),
  tracked(
    "tracked-volume-lost",
    "the log-determinant is lost: a plain autoencoder",
    change(GRAE, "volume", () => 0),
  ),
  tracked("tracked-volume-negative", "the log-determinant is subtracted", change(GRAE, "volume", (v) => -v)),
  tracked(
    "tracked-curvature-negative",
    "½ tr(GΣ) has the sign of an ELBO",
    change(["taylor-jacobian"], "curvature", (c) => -2 * c),
  ),
  tracked(
    "stochastic-without-latents",
    "the stochastic GRAE* lacks the factor d = 8",
    change(
      ["grae-star-stochastic"],
      "volume",
      (v) => v / 8,
    ),
  ),
  results("grae-for-grae-star", "GRAE and GRAE* are mistaken for each other", ({ trained, along }) => {
    const other = (objective: ComparedObjective): ComparedObjective =>
      objective === "grae" ? "grae-star" : objective === "grae-star" ? "grae" : objective;
    return { trained, along: along.map((tracked) => ({ ...tracked, objective: other(tracked.objective) })) };
  }),
  results("term-forgotten-in-record", "a term of the loss is not among its terms", ({ trained, along }) => ({
    trained,
    along: along.map((tracked) => ({
      ...tracked,
      terms: { reconstruction: tracked.terms["reconstruction"]! },
    })),
  })),
  results(
    "diverged-seeds-dropped",
    "trainings that diverged are left out of the mean",
    ({ trained, along }) => ({
      trained: trained.filter(({ objective, seed }) => !(objective === "grae" && seed === 2)),
      along,
    }),
  ),
  results("objective-left-out", "one of the four objectives is not there", ({ trained, along }) => ({
    trained: trained.filter(({ objective }) => objective !== "grae-star"),
    along,
  })),
  results(
    "beta-not-passed-on",
    "every model is trained with the same β, whatever its label",
    ({ trained, along }) => ({
      trained: trained.map((model) => ({
        ...model,
        betaVaeLoss:
          trained.find((one) => one.objective === model.objective && one.seed === model.seed)!.betaVaeLoss,
      })),
      along,
    }),
  ),
  results("betas-exchanged", "GRAE's models of two β are taken for each other", ({ trained, along }) => ({
    trained: trained.map((model) =>
      model.objective === "grae" ? { ...model, beta: exchanged(model.beta, 0.5, 1) } : model
    ),
    along,
  })),
  results("epoch-not-tracked", "an epoch of one training is missing for GRAE", ({ trained, along }) => ({
    trained,
    along: along.filter(({ objective, beta, seed, epoch }) =>
      !(objective === "grae" && beta === 0.5 && seed === 1 && epoch === 2)
    ),
  })),
  results("value-recorded-twice", "a value along a training is there twice", ({ trained, along }) => ({
    trained,
    along: along.flatMap((tracked, i) => i === 7 ? [tracked, tracked] : [tracked]),
  })),
  results("never-trained-along", "what is tracked is the model of the start", ({ trained, along }) => ({
    trained,
    along: along.map((tracked) => {
      const first = along.find((one) =>
        one.objective === tracked.objective && one.beta === tracked.beta && one.seed === tracked.seed
      )!;
      return { ...first, epoch: tracked.epoch };
    }),
  })),
];

/**
 * Faults in the objectives: what is added to what, with which factor.
 *
 * @module
 */

import type {
  ModelSpec,
  ObjectiveCase,
  ObjectiveName,
  ObjectiveValue,
  Subject,
  Vector,
} from "../laws/subject.ts";
import { oracle } from "../oracle/mod.ts";
import { type Mutant, mutant } from "./mutant.ts";

type Terms = Record<string, Vector>;

const { objectives } = oracle;

/** A subject with one objective replaced, without the volume regularisers as functions. */
function withObjective(name: ObjectiveName, faulty: (given: ObjectiveCase) => ObjectiveValue): Subject {
  const { volume: _, ...rest } = oracle;
  return { ...rest, objectives: { ...objectives, [name]: faulty } };
}

/** An objective whose terms are changed; the loss follows, the gradient does not matter. */
function changed(name: ObjectiveName, change: (terms: Terms, given: ObjectiveCase) => Terms): Subject {
  return withObjective(name, (given) => {
    const { terms: _, gradient: __, ...value } = objectives[name](given);
    const terms = change({ ...objectives[name](given).terms }, given);
    const total = Object.values(terms).flat().reduce((sum, term) => sum + term, 0);
    return { ...value, terms, loss: total / given.x.length };
  });
}

/** One term times a factor that may depend on the case. */
function scaledTerm(name: ObjectiveName, term: string, factor: (given: ObjectiveCase) => number): Subject {
  return changed(
    name,
    (terms, given) => ({ ...terms, [term]: terms[term]!.map((value) => value * factor(given)) }),
  );
}

/** The case with another likelihood. */
function withLikelihood(given: ObjectiveCase, likelihood: ModelSpec["likelihood"]): ObjectiveCase {
  return { ...given, model: { ...given.model, likelihood } };
}

const unit: ModelSpec["likelihood"] = { kind: "gaussian", variance: 1 };

/** Mistakes in the GRAE objectives. */
const graeObjectiveMutants: readonly Mutant[] = [
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

/** Mistakes in the profiled and Taylor losses. */
const taylorMutants: readonly Mutant[] = [
  mutant(
    "profiled-constant-lost",
    "−log p drops (n/2) log 2πσ²",
    ["G2", "G3"],
    changed("profiled", (terms, { model, x }) => {
      const { likelihood } = model;
      const constant = likelihood.kind === "gaussian" ? Math.log(2 * Math.PI * likelihood.variance) / 2 : 0;
      return {
        ...terms,
        reconstruction: terms.reconstruction!.map((value) => value - x[0]!.length * constant),
      };
    }),
  ),
  mutant(
    "profiled-curvature-lost",
    "the profiled loss forgets ½ tr(GΣ)",
    ["S1", "S4", "G2", "G3"],
    scaledTerm("profiled", "curvature", () => 0),
  ),
  mutant(
    "profiled-family-ignored",
    "the profiled loss takes the optimum of the full family for every family",
    ["S4", "G3"],
    withObjective(
      "profiled",
      (given) => objectives.profiled({ ...given, model: { ...given.model, family: { kind: "full" } } }),
    ),
  ),
  mutant(
    "profiled-mean-field-always",
    "the profiled loss takes the mean-field optimum for every family",
    ["S1", "S4", "G2", "G3"],
    withObjective(
      "profiled",
      (given) => objectives.profiled({ ...given, model: { ...given.model, family: { kind: "mean-field" } } }),
    ),
  ),
  mutant(
    "profiled-beta-absent",
    "the KL of the profiled loss is not multiplied by β",
    ["S1", "S4", "G2", "G3"],
    scaledTerm("profiled", "kl", ({ beta }) => 1 / beta),
  ),
  mutant(
    "taylor-lost-half",
    "the curvature term is tr(GΣ), without ½",
    ["S1", "S2", "S4", "G2", "G3"],
    scaledTerm("taylor-jacobian", "curvature", () => 2),
  ),
  mutant(
    "taylor-negative-curvature",
    "the curvature term has the sign of H_p, not of G = −JᵀH_pJ",
    ["S1", "S2", "S4", "G2", "G3"],
    scaledTerm("taylor-jacobian", "curvature", () => -1),
  ),
  mutant(
    "taylor-kl-beta-twice",
    "the KL is multiplied by β twice",
    ["S1", "S2", "S4", "G2", "G3"],
    scaledTerm("taylor-jacobian", "kl", ({ beta }) => beta),
  ),
  mutant(
    "taylor-kl-negative",
    "the KL is logged, and minimised, with the wrong sign",
    ["S1", "S2", "S4", "G2", "G3"],
    scaledTerm("taylor-jacobian", "kl", () => -1),
  ),
];

/** Mistakes in the objectives. */
export const objectiveMutants: readonly Mutant[] = [...graeObjectiveMutants, ...taylorMutants];

/**
 * Faults in the optima on either side of a rotation, and in the terms of the ELBO.
 *
 * @module
 */

import type { ObjectiveCase, ObjectiveValue, Subject, Vector } from "../../contract/subject.ts";
import { logDeterminant, tabulate } from "../../oracle/dense.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";

const { objectives, optimalCovariance } = oracle;

type Profiled = (given: ObjectiveCase) => ObjectiveValue;

/** A fault in the profiled loss. */
const withProfiled = (profiled: Profiled): Subject => ({
  ...oracle,
  objectives: { ...objectives, profiled },
});
/** The profiled loss of another family. */
const profiledOf = (given: ObjectiveCase, kind: "full" | "mean-field"): ObjectiveValue =>
  objectives.profiled({ ...given, model: { ...given.model, family: { kind } } });
/** A change of every term of the KL that may depend on the case. */
const withExtra = (
  name: "profiled" | "beta-vae",
  extra: (given: ObjectiveCase, example: number) => number,
): Subject => ({
  ...oracle,
  objectives: {
    ...objectives,
    [name]: (given: ObjectiveCase): ObjectiveValue => {
      const { loss, terms } = objectives[name](given);
      const kl = terms.kl!.map((value, example) => value + given.beta * extra(given, example));
      const added = kl.reduce((sum, value, example) => sum + value - terms.kl![example]!, 0);
      return { loss: loss + added / kl.length, terms: { ...terms, kl } };
    },
  },
});

/** The encoder's output for one example. */
const encoded = ({ model, x }: ObjectiveCase, example: number): Vector =>
  oracle.apply(model.encoder, [x[example]!])[0]!;

/** Mistakes in optima and in the ELBO. */
export const optimumMutants: readonly Mutant[] = [
  mutant(
    "optimum-full-is-mean-field",
    "the best covariance of the full family is the diagonal one",
    ["U5", "U6"],
    withProfiled((given) =>
      given.model.family.kind === "full" ? profiledOf(given, "mean-field") : objectives.profiled(given)
    ),
  ),
  mutant(
    "optimum-mean-field-is-full",
    "mean-field silently learns a full covariance, so that nothing tells rotations apart",
    ["U5", "U7"],
    withProfiled((given) =>
      given.model.family.kind === "mean-field" ? profiledOf(given, "full") : objectives.profiled(given)
    ),
  ),
  mutant(
    "optimum-isotropic-is-mean-field",
    "the isotropic family has one variance for each latent",
    ["U7"],
    withProfiled((given) =>
      given.model.family.kind === "isotropic" ? profiledOf(given, "mean-field") : objectives.profiled(given)
    ),
  ),
  mutant(
    "optimum-anisotropic-prior",
    "the first latent has a prior of variance 2 in the optimum",
    ["U6"],
    withExtra("profiled", (given, example) => -(encoded(given, example)[0]! ** 2) / 4),
  ),
  mutant(
    "optimum-diagonal-of-inverse",
    "the optimal covariance of the full family keeps only the diagonal of (I + G/β)⁻¹",
    ["U6"],
    {
      ...oracle,
      optimalCovariance: (family, gram, beta) =>
        optimalCovariance(family, gram, beta).map((sigma) =>
          tabulate(sigma.length, sigma.length, (i, j) => (i === j ? sigma[i]![i]! : 0))
        ),
    },
  ),
  mutant(
    "optimum-axis-jitter",
    "1e-3 is added to one variance of the optimum, for safety",
    ["U6"],
    {
      ...oracle,
      optimalCovariance: (family, gram, beta) =>
        optimalCovariance(family, gram, beta).map((sigma) =>
          sigma.map((row, i) => row.map((entry, j) => (i === 0 && j === 0 ? entry + 1e-3 : entry)))
        ),
    },
  ),
  mutant(
    "optimum-log-determinant-dropped",
    "the KL at the optimum lacks log|Σ*|, which the families differ in",
    ["U5", "U6", "U7"],
    withExtra("profiled", (given, example) => {
      const { model, x, beta } = given;
      const h = [encoded(given, example).slice(0, model.latent)];
      const w = oracle.curvature(model.likelihood, [x[example]!], oracle.apply(model.decoder, h));
      const [sigma] = optimalCovariance(model.family, oracle.gram(model.decoder, h, w), beta);
      return logDeterminant(sigma!) / 2;
    }),
  ),
  mutant(
    "elbo-anisotropic-prior",
    "the prior of the first latent has the variance 2 in the KL",
    ["U2"],
    withExtra("beta-vae", (given, example) => -(encoded(given, example)[0]! ** 2) / 4),
  ),
  mutant(
    "elbo-diagonal-kl",
    "the KL of a full covariance counts the diagonal of its factor only",
    ["U2"],
    withExtra("beta-vae", (given, example) => {
      const below = encoded(given, example).slice(2 * given.model.latent);
      return -below.reduce((sum, entry) => sum + entry * entry, 0) / 2;
    }),
  ),
  mutant(
    "elbo-diagonal-samples",
    "samples are h + diag(L) ε, whatever is below the diagonal",
    ["U2", "U7"],
    {
      ...oracle,
      objectives: {
        ...objectives,
        "beta-vae": (given) => {
          const { latent } = given.model;
          const encoder = given.model.encoder.map((layer, at, all) =>
            at === all.length - 1
              ? { ...layer, bias: layer.bias.map((b, i) => (i < 2 * latent ? b : 0)) }
              : layer
          );
          const value = objectives["beta-vae"](given);
          const { terms } = objectives["beta-vae"]({ ...given, model: { ...given.model, encoder } });
          const reconstruction = terms.reconstruction!;
          const all = [...reconstruction, ...value.terms.kl!];
          return {
            loss: all.reduce((sum, term) => sum + term, 0) / given.x.length,
            terms: { ...value.terms, reconstruction },
          };
        },
      },
    },
  ),
];

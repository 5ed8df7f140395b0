/**
 * Faults in the Taylor losses and in what they are compared with.
 *
 * @module
 */

import type { Matrix, ObjectiveCase, Subject, Vector } from "../contract/subject.ts";
import { product, transpose } from "../oracle/dense.ts";
import { logLikelihoodHessian } from "../oracle/expectation.ts";
import { oracle } from "../oracle/mod.ts";
import {
  mapped,
  posteriors,
  withChangedTerms,
  withObjective,
  withScaledLogs,
} from "./implementation/altered.ts";
import { type Mutant, mutant } from "./mutant.ts";
import { curvatureOf, jacobianMutants, samplingMutants } from "./taylor_jacobian.ts";

const { objectives } = oracle;

/** The Taylor (Hessian) loss with its curvature times a factor. */
function hessianTimes(factor: (given: ObjectiveCase) => number): Subject {
  return withChangedTerms("taylor-hessian", ({ curvature }, given) => ({
    curvature: curvature!.map((term) => term * factor(given)),
  }));
}

/** The Taylor (Hessian) loss with −½ Σ_i l_iᵀH_f l_i over other columns than those of L. */
function alongColumns(columns: (factor: Matrix) => Matrix): Subject {
  return withChangedTerms("taylor-hessian", (_, given) => {
    const { decoder, likelihood } = given.model;
    return {
      curvature: posteriors(given).map(({ mean, factor }, example) => {
        const h = logLikelihoodHessian(decoder, likelihood, given.x[example]!, mean);
        const a = columns(factor);
        return -product(product(transpose(a), h), a).reduce((sum, row, i) => sum + row[i]!, 0) / 2;
      }),
    };
  });
}

/** Second derivatives by a central difference of a given width. */
function byDifferences(step: number): Subject {
  return {
    ...oracle,
    secondDirectional: (network, z, directions) =>
      z.map((point, example) => {
        const columns = transpose(directions[example]!).map((l) => {
          const at = (t: number): Vector => oracle.apply(network, [point.map((m, i) => m + t * l[i]!)])[0]!;
          const [below, middle, above] = [at(-step), at(0), at(step)];
          return middle.map((g, k) => (below[k]! - 2 * g + above[k]!) / step ** 2);
        });
        return transpose(columns);
      }),
  };
}

const hessianMutants: readonly Mutant[] = [
  mutant(
    "hessian-loss-lost-half",
    "the curvature of the Taylor (Hessian) loss is −tr(H_f Σ), without ½",
    ["T1", "T2", "T4", "T5", "T6"],
    hessianTimes(() => 2),
  ),
  mutant(
    "hessian-loss-mean-over-pixels",
    "the curvature is a mean over pixels beside a summed reconstruction",
    ["T1", "T2", "T4", "T5", "T6"],
    hessianTimes(({ x }) => 1 / x[0]!.length),
  ),
  mutant(
    "hessian-loss-mean-over-latents",
    "the curvature is a mean over the directions l_i, not their sum",
    ["T1", "T2", "T4", "T5", "T6"],
    hessianTimes(({ model }) => 1 / model.latent),
  ),
  mutant(
    "hessian-loss-times-beta",
    "β multiplies the curvature as well as the KL",
    ["T1", "T2", "T4", "T5", "T6"],
    hessianTimes(({ beta }) => beta),
  ),
  mutant(
    "hessian-loss-gauss-newton",
    "the full Hessian lacks the decoder's second derivatives",
    ["T2", "T5", "T6"],
    withObjective("taylor-hessian", (given) => objectives["taylor-jacobian"](given)),
  ),
  mutant(
    "hessian-loss-rows-for-columns",
    "the directions are the rows of L, not its columns: tr(H LᵀL)",
    ["T1", "T2", "T4", "T5", "T6"],
    alongColumns(transpose),
  ),
  mutant(
    "hessian-loss-diagonal-of-factor",
    "the directions are L_ii e_i: what is below the diagonal of L is forgotten",
    ["T1", "T2", "T4", "T5", "T6"],
    alongColumns((l) => l.map((row, i) => row.map((entry, j) => (i === j ? entry : 0)))),
  ),
  mutant(
    "hessian-loss-one-direction",
    "one direction Σ_i l_i serves for the sum over directions",
    ["T1", "T2", "T4", "T5", "T6"],
    alongColumns((l) => l.map((row) => [row.reduce((sum, entry) => sum + entry, 0)])),
  ),
  mutant(
    "hessian-loss-inverse-deviation",
    "the directions are those of Σ^−½, as one slide prints it",
    ["T1", "T2", "T4", "T5", "T6"],
    curvatureOf("taylor-hessian", (given) => withScaledLogs(given, -1)),
  ),
];

const partMutants: readonly Mutant[] = [
  mutant(
    "log-density-gradient-variance-lost",
    "∂ log p/∂g is x − g, without 1/σ²",
    ["T3", "T5", "H1"],
    {
      ...oracle,
      logDensityGradient: (likelihood, x, g) =>
        mapped(
          oracle.logDensityGradient(likelihood, x, g),
          (entry) => entry * (likelihood.kind === "gaussian" ? likelihood.variance : 1),
        ),
    },
  ),
  mutant(
    "second-derivative-of-the-square",
    "d²g along l is (J l)²: the square of the first derivative",
    ["T3", "T4", "T5"],
    {
      ...oracle,
      secondDirectional: (network, z, directions) =>
        oracle.jacobian(network, z).map((j, example) =>
          mapped(product(j, directions[example]!), (entry) => entry ** 2)
        ),
    },
  ),
  mutant(
    "second-derivative-by-wide-differences",
    "second derivatives are differences of width ½, which straddle kinks",
    ["T3", "T4", "T5"],
    byDifferences(1 / 2),
  ),
  mutant(
    "second-derivative-by-forward-rounding",
    "second derivatives are differences of width 1e-6, which keep three digits",
    ["T3", "T4", "T5"],
    byDifferences(1e-6),
  ),
  mutant(
    "mixed-derivatives-lost",
    "second derivatives along l are Σ_i l_i² ∂²g/∂z_i²: mixed ones are missing",
    ["T3", "T5"],
    {
      ...oracle,
      secondDirectional: (network, z, directions) => {
        const axes = z.map((point) => point.map((_, i) => point.map((__, j) => Number(i === j))));
        const pure = oracle.secondDirectional(network, z, axes);
        return pure.map((rows, example) =>
          product(rows, mapped(directions[example]!, (entry) => entry ** 2))
        );
      },
    },
  ),
  mutant(
    "covariance-of-rows",
    "Σ is LᵀL",
    ["H4", "T6", "X1"],
    {
      ...oracle,
      covariance: (family, latent, raw) =>
        posteriorFactors(family, latent, raw).map((l) => product(transpose(l), l)),
    },
  ),
  mutant(
    "cholesky-upper",
    "the Cholesky factor is the upper one, RᵀR = A",
    ["T6"],
    { ...oracle, cholesky: (a) => oracle.cholesky(a).map(transpose) },
  ),
];

/** L of each raw factor. */
function posteriorFactors(
  family: Parameters<typeof oracle.covariance>[0],
  latent: number,
  raw: Matrix,
): Matrix[] {
  return oracle.cholesky(oracle.covariance(family, latent, raw));
}

/** Mistakes in the Taylor losses. */
export const taylorMutants: readonly Mutant[] = [
  ...hessianMutants,
  ...jacobianMutants,
  ...samplingMutants,
  ...partMutants,
];

/**
 * Faults in the Taylor losses and in the sampled loss that they approximate.
 *
 * @module
 */

import type { Matrix, ObjectiveCase, Vector } from "../contract/subject.ts";
import { product, transpose } from "../oracle/dense.ts";
import { logLikelihoodHessian } from "../oracle/expectation.ts";
import { oracle } from "../oracle/mod.ts";
import {
  diagonalOf,
  mapped,
  posteriors,
  withChangedTerms,
  withModel,
  withOutputs,
  withScaledLogs,
  withScaledTerm,
} from "./altered.ts";
import { type Mutant, type Part, planted, replacing } from "./mutant.ts";

const { objectives } = oracle;

/** The Taylor (Hessian) loss with its curvature times a factor. */
const hessianTimes = (factor: (given: ObjectiveCase) => number): Part =>
  withScaledTerm("taylor-hessian", "curvature")(factor);

/** A Taylor loss whose curvature is that of another case. */
const curvatureOf =
  (name: "taylor-hessian" | "taylor-jacobian") => (other: (given: ObjectiveCase) => ObjectiveCase): Part =>
    withChangedTerms(name)((_, given) => ({ curvature: objectives[name](other(given)).terms.curvature! }));

/** The Taylor (Hessian) loss with −½ Σ_i l_iᵀH_f l_i over other columns than those of L. */
function alongColumns(columns: (factor: Matrix) => Matrix): Part {
  return withChangedTerms("taylor-hessian")((_, given) => {
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
function byDifferences(step: number): Part {
  return {
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

const hessianCurvature = curvatureOf("taylor-hessian");
const jacobianCurvature = curvatureOf("taylor-jacobian");
const taylorHessian = replacing("objectives.taylor-hessian");
const taylorJacobian = replacing("objectives.taylor-jacobian");
const betaVae = replacing("objectives.beta-vae");
const betaVaeTerms = withChangedTerms("beta-vae");

/** The faults, by the laws that must reject them. */
export const taylorMutants: readonly Mutant[] = planted({
  // The Taylor (Hessian) loss
  "T1 T2 T4 T5 T6": {
    "hessian-loss-lost-half: the curvature of the Taylor (Hessian) loss is −tr(H_f Σ), without ½":
      hessianTimes(() => 2),
    "hessian-loss-mean-over-pixels: the curvature is a mean over pixels beside a summed reconstruction":
      hessianTimes(({ x }) => 1 / x[0]!.length),
    "hessian-loss-mean-over-latents: the curvature is a mean over the directions l_i, not their sum":
      hessianTimes(({ model }) => 1 / model.latent),
    "hessian-loss-times-beta: β multiplies the curvature as well as the KL": hessianTimes(({ beta }) => beta),
    "hessian-loss-rows-for-columns: the directions are the rows of L, not its columns: tr(H LᵀL)":
      alongColumns(transpose),
    "hessian-loss-diagonal-of-factor: the directions are L_ii e_i: what is below the diagonal of L is forgotten":
      alongColumns(diagonalOf),
    "hessian-loss-one-direction: one direction Σ_i l_i serves for the sum over directions": alongColumns(
      (l) => l.map((row) => [row.reduce((sum, entry) => sum + entry, 0)]),
    ),
    "hessian-loss-inverse-deviation: the directions are those of Σ^−½, as one slide prints it":
      hessianCurvature((given) => withScaledLogs(given, -1)),
  },
  "T2 T5 T6": {
    "hessian-loss-gauss-newton: the full Hessian lacks the decoder's second derivatives": taylorHessian(
      (given) => objectives["taylor-jacobian"](given),
    ),
  },
  // The parts of H_f, Σ and its factor
  "T3 T5 H1": {
    "log-density-gradient-variance-lost: ∂ log p/∂g is x − g, without 1/σ²": {
      logDensityGradient: (likelihood, x, g) =>
        mapped(
          oracle.logDensityGradient(likelihood, x, g),
          (entry) => entry * (likelihood.kind === "gaussian" ? likelihood.variance : 1),
        ),
    },
  },
  "T3 T4 T5": {
    "second-derivative-of-the-square: d²g along l is (J l)²: the square of the first derivative": {
      secondDirectional: (network, z, directions) =>
        oracle.jacobian(network, z).map((j, example) =>
          mapped(product(j, directions[example]!), (entry) => entry ** 2)
        ),
    },
    "second-derivative-by-wide-differences: second derivatives are differences of width ½, which straddle kinks":
      byDifferences(1 / 2),
    "second-derivative-by-forward-rounding: second derivatives are differences of width 1e-6, which keep three digits":
      byDifferences(1e-6),
  },
  "T3 T5": {
    "mixed-derivatives-lost: second derivatives along l are Σ_i l_i² ∂²g/∂z_i²: mixed ones are missing": {
      secondDirectional: (network, z, directions) => {
        const axes = z.map((point) => point.map((_, i) => point.map((__, j) => Number(i === j))));
        const pure = oracle.secondDirectional(network, z, axes);
        return pure.map((rows, example) =>
          product(rows, mapped(directions[example]!, (entry) => entry ** 2))
        );
      },
    },
  },
  "H4 T6 X1": {
    "covariance-of-rows: Σ is LᵀL": {
      covariance: (family, latent, raw) =>
        oracle.cholesky(oracle.covariance(family, latent, raw)).map((l) => product(transpose(l), l)),
    },
  },
  "T6": {
    "cholesky-upper: the Cholesky factor is the upper one, RᵀR = A": {
      cholesky: (a) => oracle.cholesky(a).map(transpose),
    },
  },
  // The Gauss–Newton loss
  "H4 T1 T2 T4 T6": {
    "jacobian-loss-log-variance-as-sigma: log σ² is taken for log σ in the curvature: L_ii = exp(2 raw)":
      jacobianCurvature((given) => withScaledLogs(given, 2)),
    "jacobian-loss-sigma-for-variance: the curvature is weighted by σ where it should be by σ²":
      jacobianCurvature((given) => withScaledLogs(given, 1 / 2)),
    "jacobian-loss-weights-ignored: G is JᵀJ whatever the likelihood": jacobianCurvature((given) =>
      withModel(given, { likelihood: { kind: "gaussian", variance: 1 } })
    ),
    "jacobian-loss-expanded-at-the-prior: the expansion is made at z = 0, the mean of the prior, not at h":
      taylorJacobian((given) => {
        const zeroed = (row: Vector): Vector => row.map((entry, i) => i < given.model.latent ? 0 : entry);
        return objectives["taylor-jacobian"](
          withModel(given, { encoder: withOutputs(given.model.encoder, zeroed) }),
        );
      }),
  },
  "H4 T2 T6": {
    "jacobian-loss-is-the-full-hessian: the Gauss–Newton loss has the decoder's second derivatives in it":
      taylorJacobian((given) => objectives["taylor-hessian"](given)),
  },
  "H4 T1 T2 T4 T5 T6": {
    "jacobian-loss-isotropic-shared: the isotropic family spreads its variance over the latents: σ²/d each":
      withChangedTerms("taylor-jacobian")(({ curvature }, { model }) => ({
        curvature: curvature!.map((term) => (model.family.kind === "isotropic" ? term / model.latent : term)),
      })),
  },
  // The sampled loss
  "T1 T4": {
    "beta-vae-mean-of-outputs: samples of the decoder's output are averaged before the loss is taken":
      betaVae((given) => {
        const still = { ...given, noise: [given.noise![0]!.map((row) => row.map(() => 0))] };
        return objectives["beta-vae"](still);
      }),
    "beta-vae-first-sample-only: only the first of S samples is used": betaVae((given) =>
      objectives["beta-vae"]({ ...given, noise: given.noise!.slice(0, 1) })
    ),
    "beta-vae-samples-summed: the losses of the samples are summed, not averaged": betaVaeTerms(
      ({ reconstruction }, { noise }) => ({
        reconstruction: reconstruction!.map((term) => term * noise!.length),
      }),
    ),
    "beta-vae-variance-for-sigma: z = h + σ²ε": betaVaeTerms((_, given) => ({
      reconstruction: objectives["beta-vae"](withScaledLogs(given, 2)).terms.reconstruction!,
    })),
  },
});

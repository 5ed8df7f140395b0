/**
 * Faults in the optimum of the full Hessian, and in the parts from which H_f is made.
 *
 * @module
 */

import type { Matrix } from "../contract/subject.ts";
import { eigenvalues, identityPlus, inverse } from "../oracle/dense.ts";
import { oracle } from "../oracle/mod.ts";
import { mapped, withChangedTerms } from "./altered.ts";
import { type Mutant, type Part, planted } from "./mutant.ts";

type Optimum = (hessian: Matrix, beta: number) => Matrix;

const right: Optimum = (hessian, beta) => oracle.optimalCovarianceOfHessian([hessian], beta)[0]!;

function withOptimum(faulty: Optimum): Part {
  return { optimalCovarianceOfHessian: (hessians, beta) => hessians.map((h) => faulty(h, beta)) };
}

/** The right answer where there is one, and otherwise what `failing` does. */
function whereNone(failing: (hessian: Matrix, beta: number, largest: number) => Matrix): Part {
  return withOptimum((hessian, beta) => {
    const largest = eigenvalues(hessian).at(-1)!;
    return largest < beta ? right(hessian, beta) : failing(hessian, beta, largest);
  });
}

const scaled = (a: Matrix, factor: number): Matrix => mapped(a, (entry) => factor * entry);

/** Mistakes where the optimum need not exist. */
export const existenceMutants: readonly Mutant[] = planted({
  "S5 S6": {
    "hessian-sign: the optimum is (I + H_f/β)⁻¹": withOptimum((hessian, beta) => {
      const precision = identityPlus(hessian, 1 / beta);
      return eigenvalues(precision)[0]! > 0 ? inverse(precision) : scaled(precision, 1);
    }),
    "hessian-beta-absent: the optimum is (I − H_f)⁻¹, whatever β": withOptimum((hessian) =>
      eigenvalues(hessian).at(-1)! < 1 ? right(hessian, 1) : scaled(hessian, 1)
    ),
    "hessian-beta-outside: the optimum is (βI − H_f)⁻¹, which lacks a factor β": withOptimum(
      (hessian, beta) => scaled(right(hessian, beta), 1 / beta),
    ),
  },
  "S5": {
    "hessian-clamped: an indefinite βI − H_f is silently replaced by the identity": whereNone((hessian) =>
      mapped(hessian, (_, i, j) => Number(i === j))
    ),
    "hessian-answers-nan: an indefinite βI − H_f gives NaN": whereNone((hessian) => scaled(hessian, NaN)),
    "hessian-names-the-wrong-eigenvalue: the error names the smallest eigenvalue of H_f, not the offending one":
      whereNone((hessian) => {
        throw new RangeError(`the loss is unbounded: the eigenvalue is ${eigenvalues(hessian)[0]! - 1}`);
      }),
    "hessian-names-no-eigenvalue: the error says only that the matrix is not positive definite": whereNone(
      () => {
        throw new RangeError("matrix is not positive definite");
      },
    ),
    "hessian-throws-anything: the error is no RangeError": whereNone((_, __, largest) => {
      throw new Error(`the loss is unbounded: the eigenvalue is ${largest}`);
    }),
    "hessian-borderline-accepted: an eigenvalue equal to β is accepted": whereNone(
      (hessian, beta, largest) => {
        if (largest === beta) return scaled(hessian, 1e9);
        throw new RangeError(`the loss is unbounded: the eigenvalue is ${largest}`);
      },
    ),
  },
});

const { logDensity, logDensityGradient, curvature, secondDirectional, gram } = oracle;

/** Mistakes in the parts of H_f. */
export const hessianPartMutants: readonly Mutant[] = planted({
  "S6": {
    "second-derivatives-lost: second derivatives of the decoder come out as 0: H_f is Gauss–Newton": {
      secondDirectional: (network, z, directions) =>
        secondDirectional(network, z, directions).map((a) => scaled(a, 0)),
    },
    "second-derivatives-halved: second derivatives are Taylor coefficients: ½ d²/dt²": {
      secondDirectional: (network, z, directions) =>
        secondDirectional(network, z, directions).map((a) => scaled(a, 0.5)),
    },
    "log-density-gradient-sign: ∂ log p/∂g has the sign of the gradient of the loss": {
      logDensityGradient: (likelihood, x, g) => scaled(logDensityGradient(likelihood, x, g), -1),
    },
    "curvature-of-the-first-example: w is computed at the first example and used for all": {
      curvature: (likelihood, x, g) => x.map((row) => curvature(likelihood, [row], [g[0]!])[0]!),
    },
    "curvature-at-eight-bits: g is rounded to 1/256 before w is taken": {
      curvature: (likelihood, x, g) =>
        curvature(likelihood, x, mapped(g, (entry) => Math.round(entry * 256) / 256)),
    },
    "log-density-mean-over-pixels: log p is a mean over pixels": {
      logDensity: (likelihood, x, g) => logDensity(likelihood, x, g).map((value, k) => value / x[k]!.length),
    },
  },
  "S3 S6": {
    "curvature-sign: w is H_p, not −H_p": {
      curvature: (likelihood, x, g) => scaled(curvature(likelihood, x, g), -1),
    },
    "curvature-standard-deviation: w is 1/σ for 1/σ², and √(m(1 − m)) for m(1 − m)": {
      curvature: (likelihood, x, g) => mapped(curvature(likelihood, x, g), Math.sqrt),
    },
  },
  "S3": {
    "gram-weights-ignored: JᵀJ ignores the weights": { gram: (network, z) => gram(network, z) },
    "gram-weights-squared: J is multiplied by w, not √w, before it is squared": {
      gram: (network, z, weights) => gram(network, z, weights && mapped(weights, (w) => w * w)),
    },
  },
});

/** The Taylor (Hessian) objective with another curvature term. */
const withCurvatureTerm = (change: (term: number) => number): Part =>
  withChangedTerms("taylor-hessian")(({ curvature }) => ({ curvature: curvature!.map(change) }));

/** Mistakes in the Taylor (Hessian) objective. */
export const taylorHessianLossMutants: readonly Mutant[] = planted({
  "S5": {
    "taylor-hessian-sign: ½ tr(H_f Σ) is added, not subtracted": withCurvatureTerm((term) => -term),
    "taylor-hessian-lost-half: tr(H_f Σ) has no ½": withCurvatureTerm((term) => 2 * term),
    "taylor-hessian-is-gauss-newton: the Taylor (Hessian) loss is the Jacobian one": {
      "objectives.taylor-hessian": oracle.objectives["taylor-jacobian"],
    },
    "taylor-hessian-clamped: a negative curvature term is clamped to 0, to keep the loss bounded":
      withCurvatureTerm((term) => Math.max(0, term)),
  },
});

/**
 * The Fréchet distance between two normal distributions:
 * d² = ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁^{½} Σ₂ Σ₁^{½})^{½}).
 *
 * @module
 */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Moments } from "./moments.ts";

/**
 * d² between the normal distributions with these moments, in squared units of the features, in double precision.
 *
 * It is the square of a metric, the 2-Wasserstein distance, and has the name Fréchet distance of the inception
 * distance, which is that square too. The symmetric form keeps to real eigenvalues: Σ₁Σ₂ itself is not symmetric.
 *
 * Source: Dowson & Landau, *The Fréchet distance between multivariate normal distributions*, 1982; for samples in a
 * classifier's features Heusel et al., *GANs trained by a two time-scale update rule*, 2017.
 *
 * @throws RangeError if the moments have unlike sizes, are not finite, or a covariance is none
 */
export function frechetDistance(one: Moments, other: Moments): number {
  const size = one.mean.length;
  if (size !== other.mean.length) {
    throw new RangeError(
      `frechetDistance: both distributions must have as many features, but they have ${size} and ${other.mean.length}`,
    );
  }
  const [first, second] = [covarianceOf(one), covarianceOf(other)];
  const root = squareRoot(first);
  squareRoot(second); // refuses what is no covariance
  // Rounding makes the product asymmetric, and the solver reads one half of it.
  const product = root.mmul(second).mmul(root);
  // A congruence of what is positive semi-definite is so too: what is below 0 here is rounding, however small the rest.
  const trace = eigen(product.add(product.transpose()).mul(0.5)).realEigenvalues
    .reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  const shift = one.mean.reduce((sum, mean, i) => sum + (mean - other.mean[i]!) ** 2, 0);
  return shift + first.trace() + second.trace() - 2 * trace;
}

/** Σ as a matrix, square, symmetric and finite. */
function covarianceOf({ mean, covariance }: Moments): Matrix {
  const size = mean.length;
  if (covariance.length !== size || covariance.some((row) => row.length !== size)) {
    throw new RangeError(
      `frechetDistance: a covariance must be ${size} × ${size} like its mean's ${size} features, but it has ` +
        `${covariance.length} rows of ${[...new Set(covariance.map((row) => row.length))].join(" or ")}`,
    );
  }
  const bad = [...mean, ...covariance.flat()].find((value) => !Number.isFinite(value));
  if (bad !== undefined) {
    throw new RangeError(`frechetDistance: moments must be finite numbers, but one is ${bad}`);
  }
  covariance.forEach((row, i) =>
    row.forEach((value, j) => {
      const mirrored = covariance[j]![i]!;
      if (value !== mirrored) {
        throw new RangeError(
          `frechetDistance: a covariance must be symmetric, but its entries ${i},${j} and ${j},${i} are ` +
            `${value} and ${mirrored}`,
        );
      }
    })
  );
  return new Matrix(covariance.map((row) => [...row]));
}

const eigen = (symmetric: Matrix): EigenvalueDecomposition =>
  new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });

/**
 * Σ^{½} = V diag(√λ) Vᵀ. An eigenvalue that is 0, as where a feature never varies, comes out of the solver as anything
 * within c · n · ε · λ_max of it: what is below 0 by no more than that is 0.
 */
function squareRoot(covariance: Matrix): Matrix {
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = eigen(covariance);
  const rounding = 8 * values.length * Number.EPSILON * Math.max(...values.map(Math.abs));
  const least = Math.min(...values);
  if (least < -rounding) {
    throw new RangeError(
      `frechetDistance: a covariance must have no eigenvalue below 0 beyond rounding, but it has ${least}`,
    );
  }
  const roots = Matrix.diag(values.map((value) => Math.sqrt(Math.max(0, value))));
  return vectors.mmul(roots).mmul(vectors.transpose());
}

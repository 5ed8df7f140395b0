/**
 * Clouds of noise: finitely many equally likely points `[sample][latent]` with mean 0 and covariance I. Each is a posterior that
 * is not Gaussian, and whose expectations are sums.
 *
 * @module
 */

import fc from "fast-check";
import { gram, identity, multiply, scaled, sum, symmetricFunction, transpose } from "../reference/algebra.ts";
import { uniformSource } from "../reference/random.ts";
import type { Matrix } from "../../contract/subject.ts";
import { seed } from "./number.ts";

/** The corners {±1}ᵈ: also the two-point Gauss rules of N(0, I) and of the uniform law on [−√3, √3]ᵈ. */
export function corners(d: number): Matrix {
  return Array.from({ length: 2 ** d }, (_, k) => Array.from({ length: d }, (_, i) => (k >> i & 1 ? 1 : -1)));
}

/** ±√d e_i: uncorrelated and dependent, with kurtosis d. */
function axes(d: number): Matrix {
  const points = scaled(identity(d), Math.sqrt(d));
  return [...points, ...scaled(points, -1)];
}

/** A cloud that is skewed: exponential variables, moved to mean 0 and whitened. */
function skewed(d: number, from: number): Matrix {
  const uniform = uniformSource(from);
  let points: Matrix = Array.from(
    { length: 4 * d + 4 },
    () => Array.from({ length: d }, () => -Math.log(uniform())),
  );
  // The second pass removes what rounding left after the first.
  for (let pass = 0; pass < 2; pass++) {
    const count = points.length;
    const means = transpose(points).map((column) => sum(column) / count);
    const centred = points.map((row) => row.map((entry, i) => entry - means[i]!));
    points = multiply(
      centred,
      symmetricFunction(scaled(gram(centred), 1 / count), (value) => 1 / Math.sqrt(value)),
    );
  }
  return points;
}

/** Any of these. */
export function cloud(d: number): fc.Arbitrary<Matrix> {
  return fc.oneof(fc.constant(corners(d)), fc.constant(axes(d)), seed.map((from) => skewed(d, from)));
}

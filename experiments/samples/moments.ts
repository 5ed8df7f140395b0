/**
 * The first two moments of features, in double precision.
 *
 * @module
 */

/** Mean and covariance of a distribution over features. */
export interface Moments {
  /** μ: `[features]`. */
  readonly mean: readonly number[];
  /** Σ: `[features][features]`, symmetric. */
  readonly covariance: readonly (readonly number[])[];
}

/**
 * μ = (1/n) Σ f and Σ = (1/(n − 1)) Σ (f − μ)(f − μ)ᵀ: the mean first, so that a mean far from 0 costs no precision.
 *
 * @param features `[rows · size]`, row by row
 * @param size features in a row
 * @throws RangeError for fewer than 2 rows, or numbers that are no whole rows
 */
export function momentsOf(features: Float32Array, size: number): Moments {
  const rows = features.length / size;
  if (!Number.isInteger(rows)) {
    throw new RangeError(
      `momentsOf: rows of ${size} features are needed, but ${features.length} numbers were given`,
    );
  }
  if (rows < 2) {
    throw new RangeError(
      `momentsOf: a covariance needs at least 2 rows of ${size} features, but ${features.length} numbers were given`,
    );
  }
  const mean = new Float64Array(size);
  for (let at = 0; at < features.length; at++) mean[at % size]! += features[at]! / rows;
  const products = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) centred[i] = features[row * size + i]! - mean[i]!;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) products[i * size + j]! += centred[i]! * centred[j]!;
    }
  }
  const entry = (i: number, j: number): number => products[Math.max(i, j) * size + Math.min(i, j)]!;
  const axis = Array.from({ length: size }, (_, i) => i);
  return { mean: [...mean], covariance: axis.map((i) => axis.map((j) => entry(i, j) / (rows - 1))) };
}

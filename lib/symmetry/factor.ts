/**
 * Factorised families that are not Gaussian: the law of one latent.
 *
 * @module
 */

/**
 * A symmetric law with mean 0 and the given variance v. The mixture ⅙ N(−m, v/4) + ⅔ N(0, v/4) + ⅙ N(m, v/4) with
 * m² = 9v/4 has the moments of N(0, v) up to the fifth, and so no excess kurtosis, without being Gaussian: beside a
 * normal variable of variance v/4 it takes the three nodes of a Gauss–Hermite rule.
 */
export type Factor =
  | {
    /** Which law. */
    readonly kind: "gaussian" | "laplace" | "logistic" | "uniform" | "mixture";
    /** v > 0 */
    readonly variance: number;
  }
  | {
    /** Student-t, scaled to its variance. */
    readonly kind: "student-t";
    /** v > 0 */
    readonly variance: number;
    /** ν > 4, so that the fourth moment exists. */
    readonly degrees: number;
  };

/** Requires a positive variance, and ν > 4. */
export function assertFactor(doing: string, factor: Factor): void {
  if (!(factor.variance > 0 && factor.variance < Infinity)) {
    throw new RangeError(`${doing}: the variance must be a number > 0, but is ${factor.variance}`);
  }
  if (factor.kind === "student-t" && !(factor.degrees > 4)) {
    throw new RangeError(
      `${doing}: Student-t must have more than 4 degrees of freedom, else it has no fourth moment, but has ` +
        `${factor.degrees}`,
    );
  }
}

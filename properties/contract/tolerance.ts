/**
 * Tolerances: the accepted difference of two computations of one number, c·κ·ε times a scale, ε the unit roundoff of the subject, κ a condition
 * number of the case, c a constant that counts operations, and the scale the size of the numbers that are added.
 *
 * @module
 */

/** The accepted difference of two computations of one number, and its reason. */
export interface Tolerance {
  /** The largest accepted error. */
  readonly value: number;
  /** Why it is this large. */
  readonly because: string;
  /** False where c·κ·ε ≥ 1: at this precision the case has no correct digit, and only a finite answer is asked for. */
  readonly resolved: boolean;
  /** True if not even a finite answer is asked for where it is not resolved: some correct routes lose the sign of an eigenvalue there. */
  readonly lossy?: boolean;
}

/** The factors of a tolerance. */
export interface Ingredients {
  /** Rounding errors that add up. */
  readonly c: number;
  /** Condition number: by how much the case magnifies a relative error. 1 when absent. */
  readonly kappa?: number;
  /** Unit roundoff. */
  readonly epsilon: number;
  /** Size of what is compared. 1 when absent. */
  readonly scale?: number;
  /** An error that is not rounding, such as that of a quadrature rule. 0 when absent. */
  readonly floor?: number;
}

/**
 * c·κ·ε·scale + floor.
 *
 * @throws RangeError if an ingredient is NaN or negative: no comparison may become void by accident
 */
export function tolerance(because: string, ingredients: Ingredients): Tolerance {
  const { c, kappa = 1, epsilon, scale = 1, floor = 0 } = ingredients;
  for (const [name, value] of Object.entries({ c, kappa, epsilon, scale, floor })) {
    if (!(value >= 0)) throw new RangeError(`tolerance: ${name} must be a number >= 0, but is ${value}`);
  }
  const relative = c * kappa * epsilon;
  return { value: relative * scale + floor, because, resolved: relative < 1 };
}

/** The sum of tolerances, for a difference or a sum of what they belong to. */
export function added(...parts: readonly Tolerance[]): Tolerance {
  return {
    value: parts.reduce((sum, { value }) => sum + value, 0),
    because: [...new Set(parts.map(({ because }) => because))].join("; and "),
    resolved: parts.every(({ resolved }) => resolved),
    lossy: parts.some(({ lossy }) => lossy),
  };
}

/** No tolerance, where there is no rounding. */
export function exact(because: string): Tolerance {
  return { value: 0, because, resolved: true };
}

/** Rounding of a sum of `terms` products whose absolute values add up to `scale`: γ_terms (Higham 2002, lemma 3.1). */
export function summation(terms: number, scale: number, epsilon: number): Tolerance {
  return tolerance(`rounding of a sum of ${terms} products`, { c: 2 * (terms + 2), epsilon, scale });
}

/**
 * The ledger of one case: the number of comparisons, the worst of them, and the first that fails.
 *
 * @module
 */

import { type Comparison, equality, lowerBound, upperBound } from "./comparison.ts";
import { fitOrder, type OrderPoint } from "./order.ts";
import type { Declared, Matrix, Pledge, Vector } from "./subject.ts";
import { type Ingredients, type Tolerance, tolerance } from "./tolerance.ts";

/** A law that does not hold in a case: what was compared, the two numbers and the tolerance. */
export class Violation extends Error {
  /** Tells it from other errors. */
  override readonly name = "Violation";

  /** A comparison that failed; `because` says why the tolerance is what it is. */
  constructor(
    readonly what: string,
    readonly actual: number | string,
    readonly expected: number | string,
    readonly tolerance: number,
    readonly because: string,
  ) {
    super(`${what}: ${actual}, expected ${expected}, tolerance ${tolerance} (${because})`);
  }
}

/** A capability that a subject has only in part, such as an objective without gradients. The clause does not apply. */
export class NotOffered extends Error {
  /** Tells it from other errors. */
  override readonly name = "NotOffered";
}

/** A subject refuses a case: it does not take a kind of it. The case says nothing about the subject; `cause` is what it threw. */
export class Refusal extends Error {
  /** Tells it from other errors. */
  override readonly name = "Refusal";
}

/**
 * A subject gives no answer to a case: its process has ended, its time is over, or what came back is no answer. That says nothing about
 * the law.
 */
export class Unanswered extends Error {
  /** Tells it from other errors. */
  override readonly name = "Unanswered";
}

/** A figure that was measured, beside what is allowed of it. */
export interface Measurement {
  /** The quantity, with the run and the model. */
  readonly what: string;
  /** The figure. */
  readonly value: number;
  /** The allowed range in words: `at most 0.55`. */
  readonly allowed: string;
  /** The share of the allowed range that is used, from 0; above 1 the law fails. */
  readonly share: number;
}

/** The comparisons of one case. */
export class Ledger {
  /** Comparisons made. */
  comparisons = 0;
  /** Comparisons in cases that the precision cannot resolve. */
  unresolved = 0;
  /** The largest error in units of its tolerance. */
  worst = 0;
  /** The measured figure with the greatest share of its allowed range. */
  measured?: Measurement;
  /** The subject may refuse this case by an error: see {@link Ledger.mayRefuse}. */
  refusable = false;

  /**
   * An empty ledger; `epsilon` is the unit roundoff of the subject, `promises`, `differenceStep` and `declared` what it says of itself: a
   * step of 0 where it takes no differences.
   */
  constructor(
    readonly epsilon: number,
    readonly promises: readonly Pledge[] = [],
    readonly differenceStep: number = 0,
    readonly declared: Declared = {},
  ) {}

  /** The tolerance of these ingredients at the unit roundoff of the subject. */
  rounding(because: string, ingredients: Omit<Ingredients, "epsilon">): Tolerance {
    return tolerance(because, { ...ingredients, epsilon: this.epsilon });
  }

  /** `actual` equals `expected`. */
  close(what: string, actual: number, expected: number, tolerance: Tolerance): void {
    this.#compare(equality, what, actual, expected, tolerance, "");
  }

  /** `actual` is not above `bound`. */
  atMost(what: string, actual: number, bound: number, tolerance: Tolerance): void {
    this.#compare(upperBound, what, actual, bound, tolerance, "at most ");
  }

  /** `actual` is not below `bound`. */
  atLeast(what: string, actual: number, bound: number, tolerance: Tolerance): void {
    this.#compare(lowerBound, what, actual, bound, tolerance, "at least ");
  }

  /** Two vectors are equal, entry by entry, and of the same length. */
  closeVector(what: string, actual: Vector, expected: Vector, tolerance: Tolerance): void {
    this.is(`length of ${what}`, actual.length, expected.length);
    expected.forEach((value, i) => this.close(`${what} [${i}]`, actual[i]!, value, tolerance));
  }

  /** Two matrices are equal, entry by entry, and of the same shape. */
  closeMatrix(what: string, actual: Matrix, expected: Matrix, tolerance: Tolerance): void {
    this.is(`rows of ${what}`, actual.length, expected.length);
    expected.forEach((row, i) => this.closeVector(`${what} [${i}]`, actual[i]!, row, tolerance));
  }

  /** Two values are the same, exactly. */
  is(what: string, actual: number | string | boolean, expected: number | string | boolean): void {
    this.comparisons++;
    if (actual !== expected) throw new Violation(what, String(actual), String(expected), 0, "exact");
  }

  /**
   * Says, before the subject is asked, that the tolerance is what the case allows. If it is not resolved, the subject may
   * refuse by a RangeError or any error that says "not positive definite" or "singular", since a matrix with no correct digit
   * need not be positive definite. It may not answer NaN.
   */
  mayRefuse(tolerance: Tolerance): void {
    this.refusable = !tolerance.resolved;
  }

  /** True iff an error is such a refusal of this case. */
  isRefusal(error: unknown): boolean {
    return this.refusable && error instanceof Error &&
      (error instanceof RangeError || /positive[- ](?:semi-?)?definite|singular/i.test(error.message));
  }

  /**
   * The errors at the points behave like t^order: the slope of a line through (log t, log error) lies within `within`
   * of `order`. Each point brings its own rounding error, and what rounding can do to the slope is added to the
   * tolerance; where a rounding error reaches half of an error, the slope says nothing and the case is unresolved.
   */
  order(what: string, points: readonly OrderPoint[], order: number, within: number): void {
    const fit = fitOrder(points);
    this.close(what, fit.slope, order, {
      value: within + fit.uncertainty,
      because: `fitted over ${points.length} points`,
      resolved: fit.resolved,
    });
  }

  /** Notes a measured figure for the evidence; it compares nothing. */
  measures(measurement: Measurement): void {
    if (!(measurement.share <= (this.measured?.share ?? -Infinity))) this.measured = measurement;
  }

  /** The computation throws a RangeError; its message is returned. */
  throwsRangeError(what: string, compute: () => unknown): Promise<string> {
    return this.#throws(RangeError, "a RangeError", what, compute);
  }

  /** The computation throws a TypeError; its message is returned. */
  throwsTypeError(what: string, compute: () => unknown): Promise<string> {
    return this.#throws(TypeError, "a TypeError", what, compute);
  }

  async #throws(
    kind: ErrorConstructor,
    expected: string,
    what: string,
    compute: () => unknown,
  ): Promise<string> {
    this.comparisons++;
    let outcome: string;
    try {
      await compute();
      outcome = "an answer";
    } catch (error) {
      if (error instanceof Unanswered) throw error;
      // What is asked for here may be worded as a refusal.
      const thrown = error instanceof Refusal ? error.cause : error;
      if (thrown instanceof kind) return thrown.message;
      outcome = String(error);
    }
    throw new Violation(what, outcome, expected, 0, "exact");
  }

  #compare(
    comparison: Comparison,
    what: string,
    actual: number,
    expected: number,
    tolerance: Tolerance,
    relation: string,
  ): void {
    this.comparisons++;
    if (!tolerance.resolved && tolerance.lossy) {
      this.unresolved++;
      return;
    }
    // What cannot be resolved is still asked to be a number.
    const allowed = tolerance.resolved ? tolerance.value : Infinity;
    const error = comparison(actual, expected, allowed);
    if (!(error <= 1)) {
      throw new Violation(
        what,
        actual,
        relation ? relation + expected : expected,
        allowed,
        tolerance.because,
      );
    }
    if (tolerance.resolved) this.worst = Math.max(this.worst, error);
    else this.unresolved++;
  }
}

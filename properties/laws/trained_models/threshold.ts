/**
 * What a measured figure may come to, and how a law holds results to it.
 *
 * @module
 */

import { exact, type Tolerance } from "../../contract/tolerance.ts";
import type { Ledger } from "../../contract/ledger.ts";

/** A figure from measurements: other trainings of the same kind may come to it, and no further. */
export interface Threshold {
  /** For runs of the experiments. */
  readonly run: number;
  /** For the short training. */
  readonly short: number;
  /** What was measured, over how many seeds, and the margin. */
  readonly because: string;
}

/** Holds the results of one run to thresholds; what it compares bears the name of the run. */
export class Scale {
  readonly #expect: Ledger;
  readonly #source: string;
  readonly #short: boolean;

  /** A scale that writes into a ledger, for results from a source. */
  constructor(expect: Ledger, { source, short }: { readonly source: string; readonly short: boolean }) {
    this.#expect = expect;
    this.#source = source;
    this.#short = short;
  }

  /** Whether the results are of trainings that were shortened. */
  get short(): boolean {
    return this.#short;
  }

  /** The threshold that is meant for these results. */
  of(threshold: Threshold): number {
    return this.#short ? threshold.short : threshold.run;
  }

  /** `actual` lies within the threshold of what theory says it is, so that its error shows in units of the threshold. */
  within(what: string, actual: number, theory: number, threshold: Threshold): void {
    this.#expect.close(this.#named(what), actual, theory, this.#tolerance(threshold));
  }

  /** `actual` is not above the threshold. */
  atMost(what: string, actual: number, threshold: Threshold): void {
    this.#expect.atMost(this.#named(what), actual, this.of(threshold), exact(threshold.because));
  }

  /** `actual` is not below the threshold. */
  atLeast(what: string, actual: number, threshold: Threshold): void {
    this.#expect.atLeast(this.#named(what), actual, this.of(threshold), exact(threshold.because));
  }

  /** `actual` is not above a bound that no measurement sets. */
  notAbove(what: string, actual: number, bound: number, because: string): void {
    this.#expect.atMost(this.#named(what), actual, bound, exact(because));
  }

  /** `actual` is not below a bound that no measurement sets, up to a tolerance. */
  notBelow(what: string, actual: number, bound: number, tolerance: Tolerance): void {
    this.#expect.atLeast(this.#named(what), actual, bound, tolerance);
  }

  /** Two figures are equal up to a tolerance that no measurement sets. */
  close(what: string, actual: number, expected: number, tolerance: Tolerance): void {
    this.#expect.close(this.#named(what), actual, expected, tolerance);
  }

  /** Two values are the same, exactly. */
  is(what: string, actual: number | string | boolean, expected: number | string | boolean): void {
    this.#expect.is(this.#named(what), actual, expected);
  }

  #named(what: string): string {
    return `${this.#source}: ${what}`;
  }

  #tolerance(threshold: Threshold): Tolerance {
    return { value: this.of(threshold), because: threshold.because, resolved: true };
  }
}

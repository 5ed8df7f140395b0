/**
 * What a measured figure may come to, and how a law holds results to it.
 *
 * @module
 */

import { exact, type Ledger, type Tolerance } from "../../contract/mod.ts";
import type { Measured } from "../../contract/trained.ts";

/** A figure from measurements: other trainings of the same kind may come to it, and no further. */
export interface Threshold {
  /** For runs of the experiments. */
  readonly run: number;
  /** For the short training. */
  readonly short: number;
  /** What was measured, over how many seeds, and the margin. */
  readonly because: string;
}

/** What is allowed, or was seen: in runs, and in short trainings. */
type Pair = readonly [number, number];

/** Makes thresholds from the extreme of what was seen over many seeds. */
const seen = (extreme: "most" | "least", usualMargin: string) =>
(
  [run, short]: Pair,
  [inRuns, inShort]: Pair,
  margin = usualMargin,
  over = "ten seeds or more",
): Threshold => ({
  run,
  short,
  because: `the ${extreme} over ${over} was ${inRuns}, and ${inShort} in short trainings over ten; ${margin}`,
});

/** At most `allowed`, where the most over many seeds was `seen`. */
export const most = seen("most", "half as much again is allowed");
/** At least `allowed`, where the least over many seeds was `seen`. */
export const least = seen("least", "two thirds of it are asked for");

/** The same in runs and in short trainings. */
export const both = (figure: number, because: string): Threshold => ({ run: figure, short: figure, because });

/** A sentence with the figures of thresholds in it: `0.55 (0.82 in short trainings)`. */
export function says(parts: TemplateStringsArray, ...figures: readonly (Threshold | number)[]): string {
  const words = figures.map((figure) => {
    if (typeof figure === "number") return figure;
    return figure.run === figure.short ? figure.run : `${figure.run} (${figure.short} in short trainings)`;
  });
  return String.raw({ raw: parts }, ...words);
}

/** Models of a kind that differ by their seed alone, at the least. */
export const SEEDS: Threshold = { run: 3, short: 2, because: "fewer seeds would show a single model" };

/** Holds the results of one run to thresholds; what it compares bears the name of the run. */
export class Scale {
  /** Whether the results are of trainings that were shortened. */
  readonly short: boolean;

  /** A scale that writes into a ledger, for results from a source. */
  constructor(
    private readonly expect: Ledger,
    private readonly from: Pick<Measured<unknown>, "source" | "short">,
  ) {
    this.short = from.short;
  }

  /** The threshold that is meant for these results. */
  of(threshold: Threshold): number {
    return this.short ? threshold.short : threshold.run;
  }

  /** `actual` lies within the threshold of what theory says it is, so that its error shows in units of the threshold. */
  within(what: string, actual: number, theory: number, threshold: Threshold): void {
    const most = this.of(threshold), { because } = threshold;
    this.#measured(what, actual, `${theory} ± ${most}`, Math.abs(actual - theory) / most);
    this.expect.close(this.#named(what), actual, theory, { value: most, because, resolved: true });
  }

  /** `actual` is not above the threshold. */
  atMost(what: string, actual: number, threshold: Threshold): void {
    const most = this.of(threshold);
    this.#measured(what, actual, `at most ${most}`, actual / most);
    this.expect.atMost(this.#named(what), actual, most, exact(threshold.because));
  }

  /** `actual` is not below the threshold. */
  atLeast(what: string, actual: number, threshold: Threshold): void {
    const least = this.of(threshold);
    this.#measured(what, actual, `at least ${least}`, least / actual);
    this.expect.atLeast(this.#named(what), actual, least, exact(threshold.because));
  }

  /** There are at least as many as the threshold says; a count is no measured figure. */
  enough(what: string, count: number, threshold: Threshold): void {
    this.expect.atLeast(this.#named(what), count, this.of(threshold), exact(threshold.because));
  }

  /** `actual` is not above a bound that no measurement sets. */
  notAbove(what: string, actual: number, bound: number, because: string): void {
    this.expect.atMost(this.#named(what), actual, bound, exact(because));
  }

  /** `actual` is not below a bound that no measurement sets, up to a tolerance. */
  notBelow(what: string, actual: number, bound: number, tolerance: Tolerance): void {
    this.expect.atLeast(this.#named(what), actual, bound, tolerance);
  }

  /** Two figures are equal up to a tolerance that no measurement sets. */
  close(what: string, actual: number, expected: number, tolerance: Tolerance): void {
    this.expect.close(this.#named(what), actual, expected, tolerance);
  }

  /** Two values are the same, exactly. */
  is(what: string, actual: number | string | boolean, expected: number | string | boolean): void {
    this.expect.is(this.#named(what), actual, expected);
  }

  #named(what: string): string {
    return `${this.from.source}: ${what}`;
  }

  #measured(what: string, value: number, allowed: string, share: number): void {
    const inWords = this.short ? `${allowed} (short training)` : allowed;
    this.expect.measures({ what: this.#named(what), value, allowed: inWords, share });
  }
}

/**
 * Numbers as tables and sentences have them.
 *
 * @module
 */

import { type Spread, spreadOf } from "../study/spread.ts";

/** With its sign, a true minus, and so many decimals. */
export function signed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return `${value < 0 && Number(text) !== 0 ? "−" : "+"}${text}`;
}

/** Mean and ends over seeds, in percent. */
export function percentOf({ mean, least, most }: Spread): string {
  return `${signed(mean, 2)} % (${signed(least, 2)} to ${signed(most, 2)})`;
}

/** In powers of ten where decimals would be long. */
export function small(value: number): string {
  return Math.abs(value) < 1e-3 ? value.toExponential(1).replaceAll("-", "−") : value.toPrecision(2);
}

/** Mean ± standard deviation of at least one number; the mean alone of one. */
export function meanAndDeviation(values: readonly number[]): string {
  const { mean, deviation } = spreadOf(values);
  return deviation === null ? mean.toFixed(2) : `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;
}

/** " (2 of 3)" where fewer than all seeds ended, else nothing. */
export function endedOf(ended: number, seeds: number): string {
  return ended < seeds ? ` (${ended} of ${seeds})` : "";
}

/** What means are over; cells with fewer seeds than all say so themselves. */
export function overSeeds(seeds: number): string {
  return `over those of ${seeds} seeds that ended`;
}

/**
 * Numbers as tables and sentences have them.
 *
 * @module
 */

import type { Spread } from "./spread.ts";

/** With its sign, a true minus, and so many decimals. */
export function signed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return `${value < 0 && Number(text) !== 0 ? "−" : "+"}${text}`;
}

/** Mean and ends over seeds, in percent. */
export function percentOf({ mean, low, high }: Spread): string {
  return `${signed(mean, 2)} % (${signed(low, 2)} to ${signed(high, 2)})`;
}

/** In powers of ten where decimals would be long. */
export function small(value: number): string {
  return Math.abs(value) < 1e-3 ? value.toExponential(1).replaceAll("-", "−") : value.toPrecision(2);
}

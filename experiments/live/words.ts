/**
 * What the live page says.
 *
 * @module
 */

import type { Settings, Solution } from "./model.ts";

/** A number with four decimals. */
export function decimals(_value: number): string {
  return "";
}

/** What mean-field loses, in a sentence or two. */
export function words(_settings: Settings, _solution: Solution): string {
  return "";
}

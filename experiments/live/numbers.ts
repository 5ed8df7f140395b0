/**
 * The numbers of the live page, by name.
 *
 * @module
 */

import type { Solution } from "./model.ts";

/** Every number that the page shows. */
export function numbersOf(_solution: Solution): Readonly<Record<string, number>> {
  return {};
}

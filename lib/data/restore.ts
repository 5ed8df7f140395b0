/**
 * Bytes from decimals.
 *
 * @module
 */

import { DataError } from "./error.ts";

const PRINTED = Float64Array.from({ length: 256 }, (_, k) => Math.round(1000 * k / 255) / 1000);

/**
 * The bytes k whose fractions k/255 were printed to three decimals.
 *
 * Printing moves a fraction by at most .0005, which is .1275 of a byte, so rounding 255 · v finds k; each value is
 * then compared with what k prints as, so that nothing but a printed byte is accepted.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { restoreBytes } from "./restore.ts";
 *
 * assertEquals(restoreBytes([0, .004, .624, 1], "a digit"), Uint8Array.of(0, 1, 159, 255));
 * ```
 *
 * @param values fractions in [0, 1] to three decimals
 * @param what where they come from, for the message
 * @throws DataError if a value is no byte's printed fraction
 */
export function restoreBytes(values: readonly number[], what: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const k = (255 * value + 0.5) | 0;
    if (PRINTED[k] !== value) {
      throw new DataError(
        what,
        `values must be k/255 to three decimals, but value ${i} (from 0) is ${value}`,
      );
    }
    bytes[i] = k;
  }
  return bytes;
}

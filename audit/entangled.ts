/**
 * Why pieces cannot be told apart on some rows, in words.
 *
 * @module
 */

import { type Columns, namesOf, ROUNDING } from "./readings.ts";
import { type Combination, spreadOf, type Triangle } from "./triangle.ts";

/** Why pieces cannot be told apart, and what to log. */
export function entanglement(
  columns: Columns,
  triangle: Triangle,
  entangled: readonly number[],
  recon: readonly Combination[],
  own: readonly Combination[],
): { unknown: string; toLog: string } {
  const all = [...recon, ...own];
  const names = [...recon.map(() => "the reconstruction"), ...namesOf(own)];
  const pieces = entangled.filter((i) => i < all.length);
  const still = pieces.filter((i) => {
    const { deviation, size } = spreadOf(triangle, all[i]!);
    return deviation <= ROUNDING * size;
  });
  const list = (indices: readonly number[]): string =>
    [...new Set(indices.map((i) => names[i]!))].join(" and ");
  if (still.length > 0) {
    return {
      unknown: `${list(still)} ${
        still.length > 1 ? "are" : "is"
      } the same in all rows, and so cannot be told from a constant`,
      toLog: columns.batches
        ? "examples that differ, or the first steps of a training"
        : "rows on which these differ: other examples, or the first steps of a training",
    };
  }
  return {
    unknown: `${list(pieces)} go together in all rows, and so cannot be told apart`,
    toLog: "rows of different steps of the training, on which they differ",
  };
}

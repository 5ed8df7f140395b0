/**
 * The held-out part of a data set that comes as one.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import { DataError } from "./error.ts";
import { select } from "./select.ts";
import { stratifiedSplit } from "./stratified.ts";

/**
 * A data set in two parts, without drawing: one image in ten is held out, to the nearest whole number, at least one; by
 * class where there are labels, and else evenly over the whole (see {@link stratifiedSplit}).
 *
 * @throws DataError if it has fewer than two images
 */
export function holdOut(
  all: Dataset,
): { readonly train: Dataset; readonly heldOut: Dataset; readonly how: string } {
  const { name, count, labels } = all;
  if (count < 2) {
    throw new DataError(name, `must hold at least 2 images to be divided, but it holds ${count}`);
  }
  const parts = stratifiedSplit(labels ?? new Uint8Array(count), Math.max(1, Math.round(count / 10)));
  return {
    train: select(all, parts.train, `${name} (train)`),
    heldOut: select(all, parts.heldOut, `${name} (held out)`),
    how: labels ? "one in ten is held out, by class" : "one in ten is held out, evenly over all",
  };
}

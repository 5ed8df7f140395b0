/**
 * The order in which training visits a data set.
 *
 * @module
 */

import { cloneKey, foldIn, type Key, permutation } from "../engine/key.ts";

/** The batches of one epoch: lists of indices, each of which can be had without the others. */
export interface Batches extends Iterable<Uint32Array> {
  /** The number of batches of the epoch, the last partial one included. */
  readonly length: number;
  /**
   * The indices of one batch, `[batch]`, whole numbers from 0 to count − 1.
   *
   * @param i which batch, from 0 to `length` − 1
   * @throws RangeError if there is no such batch
   */
  at(i: number): Uint32Array;
}

function assertWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(
      `batches: ${name} must be a whole number of at least ${least}, but it is ${value}`,
    );
  }
}

/**
 * The batches of one epoch: all indices in an order drawn from the key and the epoch, cut into pieces.
 *
 * The order depends on `count`, `key` and `epoch` alone, so an interrupted run that asks for the i-th batch of
 * epoch e gets the very batch it would have had. The last batch holds what is left and may be smaller.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { key } from "../engine/key.ts";
 * import { type Batches, batches } from "./batches.ts";
 *
 * const epoch: Batches = batches(9000, 128, key(1), 0);
 * assertEquals(epoch.length, 71);
 * assertEquals(epoch.at(40), [...epoch][40]!); // a run that goes on after 40 batches needs none of them
 * ```
 *
 * @param count the number of images, at least 1
 * @param batchSize images in a batch, at least 1
 * @param key the key of the order, the same for all epochs
 * @param epoch which epoch, from 0
 * @throws RangeError if a number is not a whole one in its range
 */
export function batches(count: number, batchSize: number, key: Key, epoch: number): Batches {
  assertWhole("count", count, 1);
  assertWhole("batchSize", batchSize, 1);
  assertWhole("epoch", epoch, 0);
  // An order is looked up: whoever asks for the epoch again has the same.
  const order = permutation(cloneKey(foldIn(key, epoch)), count);
  const length = Math.ceil(count / batchSize);
  const at = (i: number): Uint32Array => {
    if (!Number.isInteger(i) || i < 0 || i >= length) {
      throw new RangeError(`batches: there are batches 0 to ${length - 1}, but batch ${i} was asked for`);
    }
    return order.slice(i * batchSize, (i + 1) * batchSize);
  };
  return {
    length,
    at,
    *[Symbol.iterator](): Generator<Uint32Array> {
      for (let i = 0; i < length; i++) yield at(i);
    },
  };
}

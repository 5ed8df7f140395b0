/**
 * Kernels take and give lists of tensors. A layout names the parts of such a list.
 *
 * @module
 */

import type { Few } from "../engine/mod.ts";

/** How many items bear each name, in the order of the list; 0 where there are none. */
export type Layout<Name extends string> = Readonly<Record<Name, number>>;

/** The items of a list by their names. @throws RangeError if the list is longer or shorter than its layout */
export function byName<Name extends string, Item>(
  layout: Layout<Name>,
  list: readonly Item[],
): Readonly<Record<Name, Few<Item>>> {
  let next = 0;
  const parts = Object.entries<number>(layout).map((
    [name, count],
  ) => [name, list.slice(next, next += count)]);
  if (next !== list.length) {
    throw new RangeError(
      `a kernel's list: it must hold ${JSON.stringify(layout)}, ${next} items, but it has ${list.length}`,
    );
  }
  return Object.fromEntries(parts);
}

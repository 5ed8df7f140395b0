/**
 * A fixed division of labelled images that keeps the frequencies of the classes.
 *
 * @module
 */

/** Indices of the two parts of a data set. */
export interface StratifiedSplit {
  /** Indices of the images to train on. */
  readonly train: Uint32Array;
  /** Indices of the images that are held out. */
  readonly heldOut: Uint32Array;
}

/** The indices of the images of each class, the lowest label first. */
function membersOf(labels: ArrayLike<number>): number[][] {
  const members = new Map<number, number[]>();
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index]!;
    const own = members.get(label);
    if (own) own.push(index);
    else members.set(label, [index]);
  }
  return [...members].sort(([a], [b]) => a - b).map(([, indices]) => indices);
}

/**
 * How many of each class are held out: its share, rounded so that the sum is `total` (largest remainders; of
 * equal remainders the lower class first).
 */
function quotas(sizes: readonly number[], total: number): number[] {
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const quota = sizes.map((size) => Math.floor(size * total / count));
  const left = total - quota.reduce((sum, q) => sum + q, 0);
  sizes.map((size, label) => ({ label, remainder: size * total % count }))
    .sort((a, b) => b.remainder - a.remainder || a.label - b.label)
    .slice(0, left)
    .forEach(({ label }) => quota[label]!++);
  return quota;
}

/**
 * The members of all classes in one list, each class spread evenly over it: the r-th of n members of a class
 * stands at (r + 1/2) / n, and of those at one place the lower class comes first.
 */
function interleave(classes: readonly number[][]): Uint32Array {
  const placed = classes.flatMap((members, label) =>
    members.map((index, r) => ({ index, label, odd: 2 * r + 1, size: members.length }))
  );
  // (2r + 1) / 2n is compared by products of whole numbers, so that no rounding decides the order.
  placed.sort((a, b) => a.odd * b.size - b.odd * a.size || a.label - b.label);
  return Uint32Array.from(placed, ({ index }) => index);
}

/**
 * Divides labelled images into two parts in which every class has its share; nothing is drawn, so the same
 * labels always give the same parts.
 *
 * Of a class with n images, q are held out, where q is n · `heldOut` / count, rounded by largest remainders. They
 * are the middle ones of q equal stretches of the class, in the order the images come in: number
 * ⌊(2j + 1) n / 2q⌋ for j = 0 … q − 1. (Not the last ones: the last 5,000 images of MNIST's test set come from
 * other writers than the first 5,000, which are "cleaner and easier", as its authors say.) Both parts are
 * interleaved, so that the first N images of either, for every N, have about the classes of the whole.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type StratifiedSplit, stratifiedSplit } from "./stratified.ts";
 *
 * const { train, heldOut }: StratifiedSplit = stratifiedSplit(Uint8Array.of(0, 0, 0, 1, 1, 1), 2);
 * assertEquals([...train, ...heldOut], [0, 3, 2, 5, 1, 4]);
 * ```
 *
 * @param labels `[count]`, whole numbers, at least 2 of them
 * @param heldOut how many are held out, from 1 to count − 1
 * @throws RangeError if either part would be empty
 */
export function stratifiedSplit(labels: ArrayLike<number>, heldOut: number): StratifiedSplit {
  if (labels.length < 2) {
    const given = labels.length === 1 ? "is 1" : "are none";
    throw new RangeError(`stratifiedSplit: a split needs at least 2 labels, but there ${given}`);
  }
  if (!Number.isInteger(heldOut) || heldOut < 1 || heldOut >= labels.length) {
    throw new RangeError(
      `stratifiedSplit: heldOut must be a whole number from 1 to ${labels.length - 1}, but it is ${heldOut}`,
    );
  }
  const classes = membersOf(labels);
  const quota = quotas(classes.map((members) => members.length), heldOut);
  const held = classes.map((members, label) => {
    const q = quota[label]!;
    return Array.from({ length: q }, (_, j) => members[Math.floor((2 * j + 1) * members.length / (2 * q))]!);
  });
  const isHeld = new Set(held.flat());
  const kept = classes.map((members) => members.filter((index) => !isHeld.has(index)));
  return { train: interleave(kept), heldOut: interleave(held) };
}

/**
 * The matrix that relabels latents and flips signs: output i is `signs[i]` times latent `order[i]`. Every mean-field
 * posterior stays mean-field under these, and only these are left open where a family makes the model unique.
 *
 * ```ts
 * import { signedPermutation } from "./signed_permutation.ts";
 * console.assert(JSON.stringify(signedPermutation([1, 0], [1, -1])) === "[[0,1],[-1,0]]");
 * ```
 *
 * Source: slide "Choice of Q can lead to uniqueness".
 *
 * @param order each latent from 0 once: `[latent]`
 * @param signs 1 or −1, `[latent]`; all 1 when absent
 * @returns `[latent, latent]`
 * @throws RangeError unless `order` is a permutation and the signs are signs
 */
export function signedPermutation(
  order: readonly number[],
  signs: readonly number[] = order.map(() => 1),
): number[][] {
  if (order.some((_, latent) => !order.includes(latent))) {
    throw new RangeError(
      `signedPermutation: order must hold each latent from 0 to ${order.length - 1} once, but is ${
        order.join(", ")
      }`,
    );
  }
  if (signs.length !== order.length || signs.some((sign) => Math.abs(sign) !== 1)) {
    throw new RangeError(
      `signedPermutation: signs must be ${order.length} numbers 1 or -1, but are ${signs.join(", ")}`,
    );
  }
  return order.map((from, i) => order.map((_, k) => (k === from ? signs[i]! : 0)));
}

import { tf } from "../engine/mod.ts";

const fromEntries = (n: number, entry: (i: number, j: number) => number): tf.Tensor =>
  tf.tensor(Float32Array.from({ length: n * n }, (_, k) => entry(Math.floor(k / n), k % n)), [n, n]);

/** `[n, n]` with 1 strictly below the diagonal and `diagonal` on it. */
export function triangle(n: number, diagonal: number): tf.Tensor {
  return fromEntries(n, (i, j) => (i === j ? diagonal : i > j ? 1 : 0));
}

/**
 * `[n, n]` with 1 inside consecutive diagonal blocks of `block` rows, 0 outside.
 *
 * @throws RangeError unless `block` is a whole number that divides n
 */
export function blockMask(n: number, block: number): tf.Tensor {
  assertBlock("blockMask", n, block);
  return fromEntries(n, (i, j) => (Math.floor(i / block) === Math.floor(j / block) ? 1 : 0));
}

/** Requires that blocks of `block` latents divide `n` latents. */
export function assertBlock(doing: string, n: number, block: number): void {
  if (!Number.isInteger(block) || block < 1 || n % block !== 0) {
    throw new RangeError(
      `${doing}: the block size must be a whole number from 1 that divides the number of latents, but it is ` +
        `${block} for ${n} latents`,
    );
  }
}

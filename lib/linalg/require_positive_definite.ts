import { assertShape, read, tf } from "../engine/mod.ts";
import { eachFactor } from "./factored.ts";

/**
 * Requires that matrices are symmetric positive definite, on an engine that cannot say so by itself: webgpu
 * computes without reading back, so there a failed factorisation shows only as NaN.
 *
 * @param doing what was being done, for the message
 * @param a `[batch, n, n]`
 * @throws (rejects) NotPositiveDefiniteError with batch index and pivot; TypeError for a wrong shape
 */
export async function requirePositiveDefinite(doing: string, a: tf.Tensor): Promise<void> {
  assertShape(doing, "a", a, "batch n n");
  eachFactor(doing, await read(a), a.shape[1]!, () => {});
}

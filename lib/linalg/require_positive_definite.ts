import { assertShape, read, tf } from "../engine/mod.ts";
import { eachFactor } from "./factored.ts";
import { assertFinite } from "./symmetric.ts";

/**
 * Requires that matrices are symmetric positive definite, on an engine that cannot say so by itself: webgpu
 * computes without reading back, so there a failed factorisation shows only as NaN.
 *
 * @param doing what was being done, for the message
 * @param a `[batch, n, n]`
 * @throws (rejects) RangeError with batch index and entries if one is not symmetric or not finite; NotPositiveDefiniteError with
 *   batch index and pivot; TypeError for a wrong shape or kind
 */
export async function requirePositiveDefinite(doing: string, a: tf.Tensor): Promise<void> {
  assertShape(doing, "a", a, "batch n n");
  const values = await read(a), [batch, n] = a.shape as [number, number, number];
  for (let b = 0; b < batch; b++) {
    assertFinite(doing, `matrix ${b} of ${batch}`, values.subarray(b * n * n, (b + 1) * n * n), n);
  }
  eachFactor(doing, values, n, () => {});
}

import { detach, rowDots, tf } from "../engine/mod.ts";
import { symmetricProduct } from "./symmetric_product.ts";

/** What {@link throughSquare} returns. Constants to a reverse pass. */
export interface ThroughSquare {
  /** T M: `[batch, tangent, width]`. */
  readonly mapped: tf.Tensor;
  /** ‖t‖² for each tangent t: `[batch · tangent]`. */
  readonly tangentSizes: tf.Tensor;
  /** ‖M_{j:}‖² for each row of M: `[width]`. */
  readonly squareSizes: tf.Tensor;
}

/**
 * T M with M = W Wᵀ: what JᵀJ = (T M) Tᵀ takes where Jᵀ = T W, whatever the number of outputs.
 *
 * @param tangents T: `[batch, tangent, width]`
 * @param last W: `[width, data]`
 */
export function throughSquare(tangents: tf.Tensor, last: tf.Tensor): ThroughSquare {
  const [t, w] = [detach(tangents), detach(last)];
  const flat = tf.reshape(t, [-1, t.shape[2]!]);
  const square = symmetricProduct(w, w, false);
  return {
    mapped: tf.reshape(tf.matMul(flat, square), t.shape),
    tangentSizes: rowDots(flat, flat),
    squareSizes: rowDots(square, square),
  };
}

/**
 * A typical rounding error of tᵀ M t in float32, in units of ε: ‖t‖² ‖M‖_F/√width. Each of its `width` sums is off by about
 * ε ‖t‖ ‖M_{j:}‖, and their errors add up like a random walk. It exceeds ‖J‖² where rows of W cancel.
 *
 * @param squareSizes ‖M_{j:}‖² for each row of M
 * @returns the factor of ‖t‖²
 */
export function roundingThrough(squareSizes: Float32Array): number {
  return Math.sqrt(squareSizes.reduce((sum, size) => sum + size, 0) / squareSizes.length);
}

/** The gradient in W of a function of T W Wᵀ Tᵀ whose gradient in T W Wᵀ is X/2: (Xᵀ T) W, where Xᵀ T is symmetric. */
export function gradientThroughSquare(x: tf.Tensor, tangents: tf.Tensor, last: tf.Tensor): tf.Tensor {
  const flat = (t: tf.Tensor): tf.Tensor => tf.reshape(t, [-1, t.shape[2]!]);
  return tf.matMul(symmetricProduct(flat(x), flat(tangents), true), last);
}

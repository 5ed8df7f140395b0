import { defineKernel, detach, rowDots, tf } from "../engine/mod.ts";
import { makeCongruences } from "./congruence.ts";
import { symmetricProduct } from "./symmetric_product.ts";

/** What {@link throughSquare} returns. Constants to a reverse pass. */
export interface ThroughSquare {
  /** T M: `[batch, tangent, width]`. */
  readonly mapped: tf.Tensor;
  /** T M Tᵀ = JᵀJ: `[batch, tangent, tangent]`; or its diagonal: `[batch, tangent]`. */
  readonly products: tf.Tensor;
  /** ‖t‖² for each tangent t: `[batch, tangent]`. */
  readonly tangentSizes: tf.Tensor;
  /** ‖M_{j:}‖² for each row of M: `[width]`. */
  readonly squareSizes: tf.Tensor;
}

const kernel = defineKernel<{ readonly diagonal: boolean }>({
  name: "GraeCongruences",
  shapes: ([t], { diagonal }) => {
    const [batch, tangents] = t as [number, number, number];
    return [[...t!], diagonal ? [batch, tangents] : [batch, tangents, tangents], [batch, tangents]];
  },
  onHeap: (heap, [t, m], [mapped, products, squares], { diagonal }, [[batch, tangents, width]]) =>
    makeCongruences(heap, { t, m, mapped, products, squares }, [batch, tangents, width], diagonal),
  compose: ([t, m], { diagonal }) => {
    const mapped = tf.reshape(tf.matMul(tf.reshape(t!, [-1, t!.shape[2]!]), m!), t!.shape);
    const products = diagonal ? tf.sum(tf.mul(mapped, t!), 2) : tf.matMul(mapped, t!, false, true);
    return [mapped, products, tf.sum(tf.square(t!), 2)];
  },
});

/**
 * JᵀJ = T M Tᵀ with M = W Wᵀ where Jᵀ = T W, whatever the number of outputs.
 *
 * @param tangents T: `[batch, tangent, width]`
 * @param last W: `[width, data]`
 * @param diagonal whether its diagonal is all that is needed
 */
export function throughSquare(tangents: tf.Tensor, last: tf.Tensor, diagonal: boolean): ThroughSquare {
  const w = detach(last);
  const square = symmetricProduct(w, w, false);
  const [mapped, products, tangentSizes] = kernel([detach(tangents), square], { diagonal });
  return {
    mapped: mapped!,
    products: products!,
    tangentSizes: tangentSizes!,
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

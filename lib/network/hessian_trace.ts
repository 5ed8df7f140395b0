import { tf } from "../engine/mod.ts";

/**
 * tr(H Σ) for H = ∇²_z s(g(z)) and Σ = Σ_i l_i l_iᵀ, without forming H:
 * Σ_i (J l_i)ᵀ diag(c) (J l_i) + (∂s/∂g)ᵀ d²g[l_i, l_i].
 *
 * @param first J l_i: `[batch, i, data]`
 * @param second d²g(z + t l_i)/dt²: `[batch, i, data]`
 * @param gradient ∂s/∂g: `[batch, data]`
 * @param curvature c, the diagonal of ∇²_g s: `[batch, data]`
 * @returns `[batch]`
 */
export function hessianTrace(
  first: tf.Tensor,
  second: tf.Tensor,
  gradient: tf.Tensor,
  curvature: tf.Tensor,
): tf.Tensor {
  const squares = tf.sum(tf.square(first), 1);
  return tf.sum(tf.add(tf.mul(curvature, squares), tf.mul(gradient, tf.sum(second, 1))), 1);
}

import type { Axes } from "../engine/mod.ts";
import {
  assertMatrix,
  assertOrthogonal,
  image,
  type Matrix,
  product,
  transpose,
  type Vector,
} from "./matrix.ts";

/** A normal law N(μ, Σ) of the latents. */
export interface Gaussian {
  /** μ: `[latent]` */
  readonly mean: Vector;
  /** Σ: `[latent, latent]` */
  readonly covariance: Matrix;
}

/**
 * The law of R z for z ~ N(μ, Σ), r#q for r: z ↦ R z:
 *
 * ```math
 * r#q = N(Rμ, RΣRᵀ)
 * ELBO(r#q, g∘r⁻¹) = ELBO(q, g)
 * ```
 *
 * {@link transformFirstLayer} is the other half.
 *
 * ```ts
 * import { planeRotation } from "./plane_rotation.ts";
 * import { transformGaussian } from "./transform_gaussian.ts";
 * const q = { mean: [0, 0], covariance: [[3, 0], [0, 1]] };
 * const { covariance } = transformGaussian(planeRotation(2, 0, 1, Math.PI / 4), q);
 * console.assert(Math.abs(covariance[0]![1]! - 1) < 1e-15); // (v₁ − v₂) sin θ cos θ
 * ```
 *
 * Source: slide "Latent variable models and Uniqueness".
 *
 * @param rotation R, orthogonal: `[latent, latent]`
 * @throws RangeError unless R is orthogonal; TypeError for a wrong shape
 */
export function transformGaussian(rotation: Matrix, q: Gaussian): Gaussian {
  const axes: Axes = new Map();
  assertOrthogonal("transformGaussian", rotation, axes);
  assertMatrix("transformGaussian", "mean", [q.mean], "1 latent", axes);
  assertMatrix("transformGaussian", "covariance", q.covariance, "latent latent", axes);
  return {
    mean: image(rotation, q.mean),
    covariance: product(product(rotation, q.covariance), transpose(rotation)),
  };
}

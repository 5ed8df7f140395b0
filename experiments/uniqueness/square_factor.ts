import { tf } from "../../lib/engine/mod.ts";
import { logDeterminant } from "../../lib/linalg/mod.ts";
import type { Posterior } from "../../lib/model/mod.ts";

/**
 * Added to every eigenvalue of Σ in its determinant: a step may carry L near a singular matrix, whose L Lᵀ is not positive
 * definite in float32. It is a thousandth of the smallest variances that fits have here, and the same in all directions.
 */
const FLOOR = 1e-6;

/**
 * N(h, L Lᵀ) with an unconstrained square L per member: z = h + Lε, log|Σ| = log|L Lᵀ + 10⁻⁶ I|.
 *
 * Turning the latents by R turns h into Rh and L into RL, so gradient descent on L turns with them. The Cholesky factor of a
 * full posterior cannot: RL is not triangular.
 *
 * @param mean h: `[row, latent]`
 * @param columns Lᵀ, the columns of L as rows: `[member, latent, latent]`
 * @param perRow repeats what belongs to a member for each of its rows
 */
export function posteriorOfSquareFactor(
  mean: tf.Tensor,
  columns: tf.Tensor,
  perRow: (ofMember: tf.Tensor) => tf.Tensor,
): Posterior {
  const [rows, latent] = mean.shape as [number, number];
  const repeated = perRow(columns);
  return {
    mean,
    sample: (noise) => tf.add(mean, tf.sum(tf.mul(repeated, tf.reshape(noise, [rows, latent, 1])), 1)),
    columns: () => repeated,
    covariance: () => tf.matMul(repeated, repeated, true, false),
    trace: () => perRow(tf.sum(tf.square(columns), [1, 2])),
    logDeterminant: () => {
      const covariance = tf.add(tf.matMul(columns, columns, true, false), tf.mul(FLOOR, tf.eye(latent)));
      return perRow(logDeterminant(covariance));
    },
  };
}

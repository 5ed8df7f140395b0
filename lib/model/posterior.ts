/**
 * Gaussian posteriors q(z|x) = N(h, L Lᵀ).
 *
 * @module
 */

import { assertShape, type Axes, squaredNorm, tf } from "../engine/mod.ts";
import { type Family, rawSize } from "./family.ts";

/** A batch of Gaussian posteriors. */
export interface Posterior {
  /** h: `[batch, latent]`. */
  readonly mean: tf.Tensor;
  /** z = h + L ε for ε `[batch, latent]`. */
  sample(noise: tf.Tensor): tf.Tensor;
  /** The columns l_i of L as rows: Lᵀ, `[batch, latent, latent]`. */
  columns(): tf.Tensor;
  /** Σ = L Lᵀ: `[batch, latent, latent]`. */
  covariance(): tf.Tensor;
  /** tr Σ: `[batch]`. */
  trace(): tf.Tensor;
  /** log|Σ|: `[batch]`. */
  logDeterminant(): tf.Tensor;
}

/** A posterior from its mean and the columns of its factor as rows, Lᵀ. */
function fromFactor(mean: tf.Tensor, columns: tf.Tensor, logDeterminant: () => tf.Tensor): Posterior {
  const [batch, latent] = mean.shape as [number, number];
  return {
    mean,
    sample: (noise) => {
      assertShape("sample", "noise", noise, mean.shape);
      return tf.add(mean, tf.sum(tf.mul(columns, tf.reshape(noise, [batch, latent, 1])), 1));
    },
    columns: () => columns,
    covariance: () => tf.matMul(columns, columns, true, false),
    trace: () => tf.sum(tf.square(columns), [1, 2]),
    logDeterminant,
  };
}

/** A posterior from its mean and standard deviations, both `[batch, latent]`. */
function fromDeviations(mean: tf.Tensor, deviation: tf.Tensor, logDeterminant: () => tf.Tensor): Posterior {
  const [batch, latent] = mean.shape as [number, number];
  const diagonal = (v: tf.Tensor): tf.Tensor => tf.mul(tf.reshape(v, [batch, latent, 1]), tf.eye(latent));
  return {
    mean,
    sample: (noise) => {
      assertShape("sample", "noise", noise, mean.shape);
      return tf.add(mean, tf.mul(deviation, noise));
    },
    columns: () => diagonal(deviation),
    covariance: () => diagonal(tf.square(deviation)),
    trace: () => squaredNorm(deviation),
    logDeterminant,
  };
}

/** `[k, latent²]` that puts k numbers at the places (column, row) of Lᵀ. */
function placement(latent: number, places: readonly (readonly [number, number])[]): tf.Tensor {
  const matrix = new Float32Array(places.length * latent * latent);
  places.forEach(([row, column], i) => matrix[i * latent * latent + column * latent + row] = 1);
  return tf.tensor(matrix, [places.length, latent * latent]);
}

/**
 * The posterior that an encoder describes.
 *
 * L has exp(raw) on its diagonal, so Σ is positive definite whatever the encoder says.
 *
 * @param mean h: `[batch, latent]`
 * @param raw `[batch, rawSize(family)]`: log L_ii, then L below the diagonal inside each block, row by row
 * @throws TypeError for a wrong shape
 */
export function posterior(family: Family, mean: tf.Tensor, raw: tf.Tensor): Posterior {
  assertShape("posterior", "mean", mean, "batch latent");
  const [batch, latent] = mean.shape as [number, number];
  assertShape("posterior", "raw", raw, `${batch} ${rawSize(family, latent)}`);
  if (family.name === "isotropic") {
    const deviation = tf.tile(tf.exp(raw), [1, latent]);
    return fromDeviations(mean, deviation, () => tf.mul(2 * latent, tf.reshape(raw, [batch])));
  }
  const logDiagonal = family.block === 1 ? raw : tf.slice(raw, [0, 0], [batch, latent]);
  const logDeterminant = (): tf.Tensor => tf.mul(2, tf.sum(logDiagonal, 1));
  if (family.block === 1) return fromDeviations(mean, tf.exp(logDiagonal), logDeterminant);

  const diagonal = Array.from({ length: latent }, (_, i): [number, number] => [i, i]);
  const below = diagonal.flatMap(([row]) =>
    diagonal.slice(row - row % family.block, row).map(([column]): [number, number] => [row, column])
  );
  const entries = tf.add(
    tf.matMul(tf.exp(logDiagonal), placement(latent, diagonal)),
    tf.matMul(tf.slice(raw, [0, latent], [batch, below.length]), placement(latent, below)),
  );
  return fromFactor(mean, tf.reshape(entries, [batch, latent, latent]), logDeterminant);
}

/**
 * A posterior with a given root of its covariance.
 *
 * @param mean `[batch, latent]`
 * @param root R with RᵀR = Σ, triangular with a positive diagonal; its rows are the columns l_i of L = Rᵀ:
 *   `[batch, latent, latent]`
 * @throws TypeError for a wrong shape or kind
 */
export function posteriorOfRoot(mean: tf.Tensor, root: tf.Tensor): Posterior {
  const axes: Axes = new Map();
  assertShape("posteriorOfRoot", "mean", mean, "batch latent", axes);
  assertShape("posteriorOfRoot", "root", root, "batch latent latent", axes);
  const diagonal = tf.sum(tf.mul(root, tf.eye(mean.shape[1]!)), 2);
  return fromFactor(mean, root, () => tf.mul(2, tf.sum(tf.log(diagonal), 1)));
}

/**
 * The divergence of a posterior from N(0, I) in nats: `[batch]`.
 *
 * ```math
 * KL(q ‖ N(0, I)) = ½(tr Σ + ‖h‖² − log|Σ| − d)
 * ```
 */
export function klToPrior(q: Posterior): tf.Tensor {
  const spread = tf.add(q.trace(), squaredNorm(q.mean));
  return tf.mul(0.5, tf.sub(spread, tf.add(q.logDeterminant(), q.mean.shape[1]!)));
}

import {
  assertShape,
  type Axes,
  foldIn,
  type Key,
  normalTensor,
  read,
  squaredNorm,
  tf,
} from "../engine/mod.ts";
import { assertStandardPrior } from "../model/mod.ts";
import type { SampledModel } from "../objective/mod.ts";
import { columnsOf, meanOf, type Rows, varianceOf } from "./rows.ts";

/** An estimate over examples. */
export interface ImportanceWeighted {
  /** The mean over examples of log (1/K) Σ w, in nats per example. */
  readonly logLikelihood: number;
  /** Its standard error over examples: their deviation over √N. */
  readonly standardError: number;
}

/**
 * The importance-weighted estimate of the log-likelihood from the logarithms of the weights:
 *
 * ```math
 * (1/N) ∑ₙ log (1/K) ∑ₖ wₙₖ
 * ```
 *
 * Its mean is below log p(x), and rises towards it with K. It is what papers report as log p(x) or NLL with K = 100 to 5,000.
 *
 * Source: Burda, Grosse, Salakhutdinov, *Importance Weighted Autoencoders*, 2016.
 *
 * @param logWeights log p(x|z) + log p(z) − log q(z|x): `[n, sample]`, n from 2
 * @throws RangeError for one example, which has no standard error, or a weight that is not finite; TypeError for a shape
 */
export function importanceWeighted(logWeights: Rows): ImportanceWeighted {
  const doing = "importanceWeighted", n = logWeights.length;
  columnsOf(doing, "logWeights", logWeights);
  if (n < 2) {
    throw new RangeError(`${doing}: 2 examples are required for a standard error, but there is ${n}`);
  }
  const each = Float64Array.from(logWeights, (row) => {
    let top = -Infinity, sum = 0;
    for (let k = 0; k < row.length; k++) top = Math.max(top, row[k]!);
    for (let k = 0; k < row.length; k++) sum += Math.exp(row[k]! - top);
    return top + Math.log(sum / row.length);
  });
  return { logLikelihood: meanOf(each), standardError: Math.sqrt(varianceOf(each) / (n - 1)) };
}

/**
 * The logarithms of the importance weights at given noise:
 *
 * ```math
 * log w = log p(x|z) + log p(z) − log q(z|x), z = h + L ε
 * ```
 *
 * @param x `[batch, data]`
 * @param noise ε: `[sample, batch, latent]`
 * @returns `[sample, batch]`
 * @throws TypeError for a shape, a model without a posterior, or a prior other than N(0, I)
 */
export function logWeights(model: SampledModel, x: tf.Tensor, noise: tf.Tensor): tf.Tensor {
  const { description, likelihood, decoder } = model;
  assertStandardPrior("logWeights", description);
  const axes: Axes = new Map([["data", description.encoder.inputs], ["latent", description.latent]]);
  assertShape("logWeights", "x", x, "batch data", axes);
  assertShape("logWeights", "noise", noise, "sample batch latent", axes);
  const q = model.posterior(x), half = tf.mul(0.5, q.logDeterminant());
  return tf.concat(
    tf.unstack(noise).map((epsilon) => {
      const z = q.sample(epsilon);
      // (d/2) log 2π is in both p(z) and q(z|x).
      const ratio = tf.add(tf.mul(0.5, tf.sub(squaredNorm(epsilon), squaredNorm(z))), half);
      return tf.reshape(tf.add(likelihood.logDensity(x, decoder.apply(z)), ratio), [1, -1]);
    }),
  );
}

/**
 * The importance-weighted estimate of log p(x) of a model on a batch, by K samples of its posterior for each example.
 *
 * @param x `[batch, data]`, two examples at least
 * @param samples K from 1; 100 by default
 * @throws (rejects) as {@link logWeights} and {@link importanceWeighted}; RangeError for the number of samples
 */
export async function importanceWeightedLogLikelihood(
  model: SampledModel,
  x: tf.Tensor,
  key: Key,
  { samples = 100 } = {},
): Promise<ImportanceWeighted> {
  if (!Number.isInteger(samples) || samples < 1) {
    throw new RangeError(
      `importanceWeightedLogLikelihood: samples must be a whole number from 1, but it is ${samples}`,
    );
  }
  const batch = x.shape[0]!, rows = Array.from({ length: batch }, () => new Float64Array(samples));
  for (let s = 0; s < samples; s++) {
    const logs = tf.tidy(() =>
      logWeights(model, x, normalTensor(foldIn(key, s), [1, batch, model.description.latent]))
    );
    (await read(logs)).forEach((log, n) => rows[n]![s] = log);
    logs.dispose();
  }
  return importanceWeighted(rows);
}

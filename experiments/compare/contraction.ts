/**
 * T2 on a trained model: what the Taylor losses miss as the posterior N(h, tΣ) contracts.
 *
 * A plain average over draws would drown an error of order t² in noise of order t. Here ±ε cancel the odd orders, and
 * from each pair its own second-order term is taken, whose mean −½ tr(H_f Σ) t is known:
 * E[½ f(h + √t l) + ½ f(h − √t l) − f(h) − (t/2) lᵀ∇²f l], f = −log p(x|·), l = Lε, in which every draw is of order t².
 *
 * @module
 */

import { foldIn, type Key, normalTensor, read, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { bindModel, type Model } from "../../lib/model/mod.ts";
import type { Fitted } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { Tally } from "../digits/per_image.ts";
import type { Contraction } from "./part_result.ts";

/** How the expectation is made, and where. */
export interface ContractionOptions {
  /** Pairs ±ε to a digit, ≥ 2. */
  readonly pairs: number;
  /** The last t is 2^−halvings. */
  readonly halvings: number;
}

/** Digits at once: each comes with all its draws. */
const BATCH = 4;

/** f(h ± √t l) for f = ½‖x − g‖², less the second-order Taylor polynomial, for each draw l. */
interface Expansion {
  /** x − g(h): `[batch, 1, data]`. */
  readonly residual: tf.Tensor;
  /** d²g[l, l]: `[batch, pair, data]`. */
  readonly bend: tf.Tensor;
  /** lᵀ∇²f l = ‖J l‖² − (x − g)ᵀ d²g[l, l]: `[batch, pair]`. */
  readonly curvature: tf.Tensor;
  /** g(h): `[batch, 1, data]`. */
  readonly value: tf.Tensor;
}

/** vᵀw over the last axis. */
const inner = (v: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.sum(tf.mul(v, w), -1);

function expand({ decoder }: Model, x: tf.Tensor, mean: tf.Tensor, directions: tf.Tensor): Expansion {
  const [batch, data] = x.shape as [number, number];
  const { value, first, second } = decoder.secondPushforward(mean, directions);
  const residual = tf.reshape(tf.sub(x, value), [batch, 1, data]);
  return {
    residual,
    bend: second,
    curvature: tf.sub(inner(first, first), inner(residual, second)),
    value: tf.reshape(value, [batch, 1, data]),
  };
}

/** What the quadratic misses at t, from the changes of g, which float32 holds better than two energies: `[batch, pair]`. */
function remainder(
  { decoder }: Model,
  { residual, curvature, value }: Expansion,
  mean: tf.Tensor,
  directions: tf.Tensor,
  t: number,
): tf.Tensor {
  const [batch, pairs, latent] = directions.shape as [number, number, number];
  const h = tf.reshape(mean, [batch, 1, latent]);
  const change = (sign: number): tf.Tensor => {
    const z = tf.add(h, tf.mul(sign * Math.sqrt(t), directions));
    const g = decoder.apply(tf.reshape(z, [batch * pairs, latent]));
    return tf.sub(tf.reshape(g, [batch, pairs, -1]), value);
  };
  const [up, down] = [change(1), change(-1)];
  const squares = tf.add(inner(up, up), inner(down, down));
  const ofPair = tf.sub(tf.mul(0.25, squares), tf.mul(0.5, inner(residual, tf.add(up, down))));
  return tf.sub(ofPair, tf.mul(t / 2, curvature));
}

/**
 * The errors of both Taylor losses at t = 1, ½, ¼ … on a model with a learned posterior and the likelihood N(g, I).
 *
 * @param key of the draws, which are common to all t
 */
export async function contract(
  { setup: { description }, parameters }: Fitted,
  digits: Dataset,
  { pairs, halvings }: ContractionOptions,
  key: Key,
): Promise<Contraction[]> {
  const times = Array.from({ length: halvings + 1 }, (_, k) => 2 ** -k);
  const errors = times.map(() => new Tally());
  const leftOut = new Tally();
  for (let start = 0; start < digits.count; start += BATCH) {
    const scope = tf.openScope();
    try {
      const x = imagesOf(digits, start, start + BATCH);
      const model = bindModel(description, parameters);
      const q = model.posterior(x);
      const noise = normalTensor(foldIn(key, start), [x.shape[0]!, pairs, description.latent]);
      const directions = tf.matMul(noise, q.columns());
      const expansion = expand(model, x, q.mean, directions);
      for (const [k, t] of times.entries()) {
        const missed = tf.tidy(() => tf.transpose(remainder(model, expansion, q.mean, directions, t)));
        errors[k]!.add(await Promise.all(tf.unstack(missed).map(read)));
      }
      const along = expand(model, x, q.mean, q.columns());
      leftOut.add([await read(tf.mul(0.5, tf.sum(inner(along.residual, along.bend), 1)))]);
    } finally {
      scope.close();
    }
  }
  const first = leftOut.score(false).value;
  return times.map((t, k) => {
    const { value, standardError } = errors[k]!.score(true);
    return {
      t,
      hessian: -value,
      jacobian: t * first - value,
      leftOut: t * first,
      standardError: standardError ?? 0,
    };
  });
}

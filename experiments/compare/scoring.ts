/**
 * Scores of trained models: the held-out β-VAE loss of any model; every objective on a β-VAE; and the error of the Taylor losses
 * as its posterior contracts. The same key draws the same; a signal that is aborted makes all of them throw its reason.
 *
 * @module
 */

import { foldIn, type Key, normalTensor, read, tf } from "../../lib/engine/mod.ts";
import { type Dataset, sizeOf } from "../../lib/data/mod.ts";
import { bindModel, type Model } from "../../lib/model/mod.ts";
import { betaVaeLossAt } from "../../lib/objective/mod.ts";
import type { DecidedLoss } from "../../lib/training/mod.ts";
import type { ComparedObjective } from "../../properties/contract/trained.ts";
import { COMPARED, type Compared } from "../digits/compared.ts";
import { evaluate, type Evaluated, gaussianConstant, Tally } from "../digits/evaluate.ts";
import type { Fitted } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { lossOf, scoredModel } from "../digits/setup.ts";
import { turn } from "../runner/interruption.ts";
import type { CompareOptions, Contraction, Judged, Tracked } from "./study.ts";

/** The β-VAE loss as the mean of one pair ±ε to an example, which cancels all odd orders of the reconstruction in ε. */
const antitheticLoss = (beta: number): DecidedLoss => (model, x, key) => {
  const noise = normalTensor(key, [1, x.shape[0]!, model.description.latent]);
  return betaVaeLossAt(model, x, tf.concat([noise, tf.neg(noise)], 0), beta);
};

/** Scores a model of any objective by the held-out β-VAE loss, with `pairs` ≥ 2 of ±ε to a digit. */
export async function judge(
  fitted: Fitted,
  heldOut: Dataset,
  beta: number,
  pairs: number,
  key: Key,
  signal?: AbortSignal,
): Promise<Judged> {
  /** The model with its posterior at x made once for all draws. */
  const settled = (model: Model, x: tf.Tensor): Model => {
    const q = scoredModel(fitted.setup, model, beta).posterior(x);
    return { ...model, posterior: () => q };
  };
  const { loss: { value, standardError } } = await evaluate(
    fitted,
    heldOut,
    { loss: { loss: antitheticLoss(beta), draws: pairs, of: settled } },
    key,
    signal,
  );
  const betaVaeLoss = value - gaussianConstant(sizeOf(heldOut));
  return { betaVaeLoss, standardError: standardError! };
}

/**
 * All objectives on a model with a learned posterior: means over digits. All see the same mean h and decoder; the Taylor
 * losses take the learned posterior, GRAE and GRAE* the optimal Σ of the full and the mean-field family.
 */
export async function track(
  fitted: Fitted,
  digits: Dataset,
  beta: number,
  { pairs, columns }: Pick<CompareOptions, "pairs" | "columns">,
  key: Key,
  signal?: AbortSignal,
): Promise<Tracked> {
  const exact = (
    { objective }: Compared,
  ): [string, Evaluated] => [objective, { loss: lossOf(objective, beta, fitted.setup), draws: null }];
  const losses = Object.fromEntries(COMPARED.map(exact)) as Record<ComparedObjective, Evaluated>;
  losses["beta-vae"] = { loss: antitheticLoss(beta), draws: pairs };
  losses["grae-star-stochastic"] = { ...losses["grae-star-stochastic"], draws: columns };
  const scores = await evaluate(fitted, digits, losses, key, signal);
  const constant = gaussianConstant(sizeOf(digits));
  const valued = Object.entries(scores).map(([objective, { terms: found, standardError }]) => {
    const terms = { ...found };
    // GRAE's reconstruction is ½‖x − g‖² and has no constant.
    if (!objective.startsWith("grae")) terms["reconstruction"]! -= constant;
    return [objective, { loss: Object.values(terms).reduce((a, b) => a + b), terms, standardError }];
  });
  return Object.fromEntries(valued);
}

/** Digits at once: each comes with all its draws. */
const CONTRACTED_AT_ONCE = 4;

/** vᵀw over the last axis. */
const inner = (v: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.sum(tf.mul(v, w), -1);

/** f = ½‖x − g‖² at the mean h to second order along directions l `[batch, pair, latent]`. */
function expand({ decoder }: Model, x: tf.Tensor, mean: tf.Tensor, directions: tf.Tensor) {
  const [batch, data] = x.shape as [number, number];
  const { value, first, second: bend } = decoder.secondPushforward(mean, directions);
  const residual = tf.reshape(tf.sub(x, value), [batch, 1, data]);
  return {
    /** g(h) and x − g(h): `[batch, 1, data]`. */
    value: tf.reshape(value, [batch, 1, data]),
    residual,
    /** d²g[l, l]: `[batch, pair, data]`. */
    bend,
    /** lᵀ∇²f l = ‖J l‖² − (x − g)ᵀ d²g[l, l]: `[batch, pair]`. */
    curvature: tf.sub(inner(first, first), inner(residual, bend)),
  };
}

/** f less its quadratic at t, from changes of g, in which float32 is more precise than in f itself: `[batch, pair]`. */
function remainder(
  { decoder }: Model,
  { residual, curvature, value }: ReturnType<typeof expand>,
  mean: tf.Tensor,
  directions: tf.Tensor,
  t: number,
): tf.Tensor {
  const [batch, pairs, latent] = directions.shape as [number, number, number];
  const h = tf.reshape(mean, [batch, 1, latent]);
  const [up, down] = [1, -1].map((sign) => {
    const z = tf.add(h, tf.mul(sign * Math.sqrt(t), directions));
    const g = decoder.apply(tf.reshape(z, [batch * pairs, latent]));
    return tf.sub(tf.reshape(g, [batch, pairs, -1]), value);
  }) as [tf.Tensor, tf.Tensor];
  const squares = tf.add(inner(up, up), inner(down, down));
  const ofPair = tf.sub(tf.mul(0.25, squares), tf.mul(0.5, inner(residual, tf.add(up, down))));
  return tf.sub(ofPair, tf.mul(t / 2, curvature));
}

/**
 * The errors of both Taylor losses at t = 1, ½, ¼ … on a model with a learned posterior and the likelihood N(g, I).
 *
 * A plain average over draws would drown an error of order t² in noise of order t. Here ±ε cancel the odd orders, and
 * from each pair its own second-order term is taken, whose mean −½ tr(H_f Σ) t is known:
 * E[½ f(h + √t l) + ½ f(h − √t l) − f(h) − (t/2) lᵀ∇²f l], f = −log p(x|·), l = Lε, in which every draw is of order t².
 * The draws are common to all t.
 */
export async function contract(
  { setup: { description }, parameters }: Fitted,
  digits: Dataset,
  { pairs, halvings }: Pick<CompareOptions, "pairs" | "halvings">,
  key: Key,
  signal?: AbortSignal,
): Promise<Contraction[]> {
  const errors = Array.from({ length: halvings + 1 }, (_, k) => ({ t: 2 ** -k, tally: new Tally() }));
  const leftOut = new Tally();
  for (let start = 0; start < digits.count; start += CONTRACTED_AT_ONCE) {
    await turn(signal);
    const scope = tf.openScope();
    try {
      const x = imagesOf(digits, start, start + CONTRACTED_AT_ONCE);
      const model = bindModel(description, parameters);
      const q = model.posterior(x);
      const noise = normalTensor(foldIn(key, start), [x.shape[0]!, pairs, description.latent]);
      const directions = tf.matMul(noise, q.columns());
      const expansion = expand(model, x, q.mean, directions);
      for (const { t, tally } of errors) {
        const missed = tf.tidy(() => tf.transpose(remainder(model, expansion, q.mean, directions, t)));
        tally.add(await Promise.all(tf.unstack(missed).map(read)));
      }
      const along = expand(model, x, q.mean, q.columns());
      leftOut.add([await read(tf.mul(0.5, tf.sum(inner(along.residual, along.bend), 1)))]);
    } finally {
      scope.close();
    }
  }
  const first = leftOut.mean;
  return errors.map(({ t, tally }) => {
    const { value, standardError } = tally.score(true);
    return {
      ...{ t, hessian: -value, jacobian: t * first - value, leftOut: t * first },
      standardError: standardError!,
    };
  });
}

/** How many of the smallest t an order is fitted to. */
const FITTED = 4;

/**
 * The power of t that an error falls like: the slope of log |error| over log t by least squares, at the smallest t; null
 * where the draws hide it, their standard error being half of an error or more.
 */
export function orderOf(contractions: readonly Contraction[], which: "hessian" | "jacobian"): number | null {
  const fitted = contractions.slice(-FITTED);
  if (fitted.some((at) => !(at.standardError < Math.abs(at[which]) / 2))) return null;
  const logs = fitted.map(({ t }) => Math.log(t));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const spread = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  return fitted.reduce((sum, at, k) => sum + (logs[k]! - mean) / spread * Math.log(Math.abs(at[which])), 0);
}

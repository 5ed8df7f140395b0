/**
 * The six objectives written plainly against tfjs as published: nothing of the library.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Shape } from "./shape.ts";
import type { Workload } from "./workload.ts";

/** Weights and biases of three layers. */
export type Layers = readonly (readonly [weight: tf.Tensor2D, bias: tf.Tensor])[];

/** Three dense layers, ReLU between them. */
function apply(layers: Layers, x: tf.Tensor): tf.Tensor {
  return layers.reduce((at, [w, b], i) => {
    const u = tf.add(tf.matMul(at as tf.Tensor2D, w), b);
    return i < layers.length - 1 ? tf.relu(u) : u;
  }, x);
}

/** The output and its tangents, pushed through the layers: `[batch, count, latent]` to `[batch, count, data]`. */
function pushforward(layers: Layers, z: tf.Tensor, directions: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [batch, count] = directions.shape as [number, number, number];
  let value = z;
  let tangents = directions;
  layers.forEach(([w, b], i) => {
    const [inputs, outputs] = w.shape;
    value = tf.add(tf.matMul(value as tf.Tensor2D, w), b);
    const flat = tf.reshape(tangents, [batch * count, inputs]) as tf.Tensor2D;
    tangents = tf.reshape(tf.matMul(flat, w), [batch, count, outputs]);
    if (i < layers.length - 1) {
      tangents = tf.mul(tangents, tf.reshape(tf.step(value), [batch, 1, outputs]));
      value = tf.relu(value);
    }
  });
  return [value, tangents];
}

/** log|A| by an unrolled Cholesky factorisation, since tfjs has none. */
function logDeterminant(a: tf.Tensor): tf.Tensor {
  const [batch, latent] = a.shape as [number, number, number];
  let rest = a;
  const logs: tf.Tensor[] = [];
  for (let j = 0; j < latent; j++) {
    const size = latent - j;
    const pivot = tf.slice(rest, [0, 0, 0], [batch, 1, 1]);
    logs.push(tf.log(tf.reshape(pivot, [batch])));
    if (size === 1) break;
    const column = tf.slice(rest, [0, 1, 0], [batch, size - 1, 1]);
    const outer = tf.matMul(column, column, false, true);
    rest = tf.sub(tf.slice(rest, [0, 1, 1], [batch, size - 1, size - 1]), tf.div(outer, pivot));
  }
  return tf.addN(logs);
}

const squares = (v: tf.Tensor): tf.Tensor => tf.sum(tf.square(v), 1);

/**
 * The loss of an objective.
 *
 * @param noise `[batch, latent]`
 * @param columns `[batch]`, int32
 */
export function stockLoss(
  workload: Workload,
  { batch, data, latent, beta }: Shape,
  encoder: Layers,
  decoder: Layers,
  x: tf.Tensor,
): (noise: tf.Tensor, columns: tf.Tensor) => tf.Scalar {
  const energy = (g: tf.Tensor): tf.Tensor => tf.mul(0.5, squares(tf.sub(x, g)));
  const unit = (): tf.Tensor => tf.tile(tf.reshape(tf.eye(latent), [1, latent, latent]), [batch, 1, 1]);

  const withPosterior = (noise: tf.Tensor): tf.Scalar => {
    const [mean, logDeviation] = tf.split(apply(encoder, x), 2, 1) as [tf.Tensor, tf.Tensor];
    const variance = tf.exp(tf.mul(2, logDeviation));
    const kl = tf.sum(tf.sub(tf.add(variance, tf.square(mean)), tf.add(tf.mul(2, logDeviation), 1)), 1);
    const rest = tf.add(tf.mul(beta / 2, kl), 0.5 * data * Math.log(2 * Math.PI));
    if (workload === "beta-vae") {
      const z = tf.add(mean, tf.mul(tf.exp(logDeviation), noise));
      return tf.mean(tf.add(energy(apply(decoder, z)), rest));
    }
    // ReLU bends nowhere but at its kink: with it the Hessian is the Gauss–Newton matrix.
    const [g, tangents] = pushforward(decoder, mean, unit());
    const curvature = tf.sum(tf.mul(variance, tf.sum(tf.square(tangents), 2)), 1);
    return tf.mean(tf.add(tf.add(energy(g), tf.mul(0.5, curvature)), rest));
  };

  const regularised = (columns: tf.Tensor): tf.Scalar => {
    const h = apply(encoder, x);
    const stochastic = workload === "grae-star-stochastic";
    const directions = stochastic
      ? tf.reshape(tf.cast(tf.oneHot(columns as tf.Tensor1D, latent), "float32"), [batch, 1, latent])
      : unit();
    const [g, tangents] = pushforward(decoder, h, directions);
    let volume: tf.Tensor;
    if (workload === "grae") {
      const gram = tf.matMul(tangents, tangents, false, true);
      volume = logDeterminant(tf.add(tf.eye(latent), tf.mul(1 / beta, gram)));
    } else {
      const norms = tf.sum(tf.square(tangents), 2);
      volume = tf.sum(tf.log(tf.add(1, tf.mul(1 / beta, norms))), 1);
      if (stochastic) volume = tf.mul(latent, volume);
    }
    return tf.mean(tf.add(energy(g), tf.mul(beta / 2, tf.add(squares(h), volume))));
  };

  const isRegularised = workload.startsWith("grae");
  return (noise, columns) => isRegularised ? regularised(columns) : withPosterior(noise);
}

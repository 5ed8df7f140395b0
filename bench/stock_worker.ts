/**
 * The peer: the same steps written plainly against tfjs as published, on its wasm engine. Imports nothing of ours
 * but sizes and message types.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // registers tfjs's gradients
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import bytes from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm" with { type: "bytes" };
import { serve, SHAPE } from "./shape.ts";

const url = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));
setWasmPaths({
  "tfjs-backend-wasm.wasm": url,
  "tfjs-backend-wasm-simd.wasm": url,
  "tfjs-backend-wasm-threaded-simd.wasm": url,
}, true);
await tf.setBackend("wasm");

const { batch, data, hidden, latent, beta, learningRate } = SHAPE;

const layer = (inputs: number, outputs: number): [tf.Variable, tf.Variable] => [
  tf.variable(tf.randomNormal([inputs, outputs], 0, Math.sqrt(2 / inputs), "float32", 1)),
  tf.variable(tf.zeros([outputs])),
];
const network = (sizes: number[]): [tf.Variable, tf.Variable][] =>
  sizes.slice(1).map((size, i) => layer(sizes[i]!, size));

function apply(layers: [tf.Variable, tf.Variable][], x: tf.Tensor): tf.Tensor {
  return layers.reduce((at, [w, b], i) => {
    const u = tf.add(tf.matMul(at as tf.Tensor2D, w as unknown as tf.Tensor2D), b);
    return i < layers.length - 1 ? tf.relu(u) : u;
  }, x);
}

/** log|A| by an unrolled Cholesky factorisation, since tfjs has none. */
function logDeterminant(a: tf.Tensor): tf.Tensor {
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

function pushforward(layers: [tf.Variable, tf.Variable][], z: tf.Tensor): [tf.Tensor, tf.Tensor] {
  let value = z;
  let tangents: tf.Tensor = tf.tile(tf.reshape(tf.eye(latent), [1, latent, latent]), [batch, 1, 1]);
  layers.forEach(([w, b], i) => {
    const [inputs, outputs] = w.shape as [number, number];
    value = tf.add(tf.matMul(value as tf.Tensor2D, w as unknown as tf.Tensor2D), b);
    const flat = tf.reshape(tangents, [batch * latent, inputs]);
    tangents = tf.reshape(tf.matMul(flat as tf.Tensor2D, w as unknown as tf.Tensor2D), [
      batch,
      latent,
      outputs,
    ]);
    if (i < layers.length - 1) {
      tangents = tf.mul(tangents, tf.reshape(tf.step(value), [batch, 1, outputs]));
      value = tf.relu(value);
    }
  });
  return [value, tangents];
}

function betaVae(): () => tf.Scalar {
  const encoder = network([data, hidden, hidden, 2 * latent]);
  const decoder = network([latent, hidden, hidden, data]);
  return () => {
    const [mean, logDeviation] = tf.split(apply(encoder, x), 2, 1) as [tf.Tensor, tf.Tensor];
    const z = tf.add(mean, tf.mul(tf.exp(logDeviation), tf.randomNormal([batch, latent])));
    const error = tf.sum(tf.square(tf.sub(x, apply(decoder, z))), 1);
    const variance = tf.exp(tf.mul(2, logDeviation));
    const kl = tf.sum(tf.sub(tf.add(variance, tf.square(mean)), tf.add(tf.mul(2, logDeviation), 1)), 1);
    return tf.mean(tf.add(tf.mul(0.5, error), tf.mul(beta / 2, kl))) as tf.Scalar;
  };
}

function grae(): () => tf.Scalar {
  const encoder = network([data, hidden, hidden, latent]);
  const decoder = network([latent, hidden, hidden, data]);
  return () => {
    const h = apply(encoder, x);
    const [g, tangents] = pushforward(decoder, h);
    const gram = tf.matMul(tangents, tangents, false, true);
    const volume = logDeterminant(tf.add(tf.eye(latent), tf.mul(1 / beta, gram)));
    const error = tf.sum(tf.square(tf.sub(x, g)), 1);
    const prior = tf.sum(tf.square(h), 1);
    return tf.mean(tf.add(tf.mul(0.5, error), tf.mul(beta / 2, tf.add(prior, volume)))) as tf.Scalar;
  };
}

const x = tf.randomUniform([batch, data], 0, 1, "float32", 7);
const steps = { "beta-vae": betaVae(), grae: grae() };
const optimisers = { "beta-vae": tf.train.adam(learningRate), grae: tf.train.adam(learningRate) };

serve(async ({ workload, steps: count }) => {
  const times: number[] = [];
  let loss = NaN;
  const before = tf.memory().numTensors;
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    const value = optimisers[workload].minimize(steps[workload], true)!;
    loss = (await value.data())[0]!;
    value.dispose();
    times.push(performance.now() - start);
  }
  return { times, loss, leaked: tf.memory().numTensors - before };
});

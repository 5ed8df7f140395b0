/**
 * The fault that this library was built around, in the flesh: J by tf.grad, and the loss's gradient by tf.grad around that. tfjs
 * hands the saved outputs of tanh to its gradient as constants, so φ' = 1 − y² does not move with the parameters.
 *
 * @module
 */

import type { ActivationName, NetworkGradient, ObjectiveCase, ObjectiveValue } from "../contract/subject.ts";
import { oracle } from "../oracle/mod.ts";
import type { Part } from "./mutant.ts";
import type * as Core from "@tensorflow/tfjs-core";

type Tfjs = typeof Core;

/** GRAE by nested gradients wherever tfjs can nest them, at float32 tolerances. */
export const nestedGradients: Part = {
  epsilon: 2 ** -24,
  "objectives.grae": async (given) => {
    const { encoder, decoder } = given.model;
    // tfjs has no gelu, and refuses second gradients of elu and leaky-relu.
    const nestable = encoder.every(({ activation }) => activation !== "gelu") &&
      decoder.every(({ activation }) =>
        ["identity", "relu", "tanh", "sigmoid", "softplus"].includes(activation)
      );
    return nestable ? await onCpu((tf) => nestedGrae(tf, given)) : oracle.objectives.grae(given);
  },
};

/** Runs on tfjs's own engine, and gives back the one that was current. */
async function onCpu<T>(compute: (tf: Tfjs) => T): Promise<T> {
  const tf = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-layers");
  await import("@tensorflow/tfjs-backend-cpu");
  const before = tf.engine().backendName;
  await tf.setBackend("cpu");
  // Else its first operation prints an advertisement for another backend.
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
  try {
    return compute(tf);
  } finally {
    if (before) await tf.setBackend(before);
  }
}

function nestedGrae(tf: Tfjs, given: ObjectiveCase): ObjectiveValue {
  const { model, x, beta } = given;
  const { latent, likelihood } = model;
  // Past the refusal that an engine of this library installs.
  const { gradients } = Object.getPrototypeOf(tf.engine()) as ReturnType<Tfjs["engine"]>;
  const gradientsOf = (f: () => Core.Tensor, xs: Core.Tensor[]): Core.Tensor[] =>
    gradients.call(tf.engine(), f, xs, undefined, true).grads;
  tf.engine().startScope();
  const parameters = [...model.encoder, ...model.decoder]
    .flatMap(({ weight, bias }) => [tf.tensor2d(weight.map((row) => [...row])), tf.tensor1d([...bias])]);
  const run = (layers: ObjectiveCase["model"]["encoder"], offset: number, input: Core.Tensor): Core.Tensor =>
    layers.reduce((at, { activation }, i) => {
      const u = tf.add(
        tf.matMul(at as Core.Tensor2D, parameters[offset + 2 * i] as Core.Tensor2D),
        parameters[offset + 2 * i + 1]!,
      );
      return activate(tf, activation, u);
    }, input);
  const data = tf.tensor2d(x.map((row) => [...row]));
  const loss = (): Core.Tensor => {
    const h = tf.slice(run(model.encoder, 0, data), [0, 0], [x.length, latent]);
    const decode = (z: Core.Tensor): Core.Tensor => run(model.decoder, 2 * model.encoder.length, z);
    const g = decode(h);
    const rows = Array.from(
      { length: g.shape[1]! },
      (_, k) => gradientsOf(() => tf.sum(tf.slice(decode(h), [0, k], [x.length, 1])), [h])[0]!,
    );
    const m = tf.sigmoid(g);
    const [energy, w] = likelihood.kind === "gaussian"
      ? [
        tf.mul(0.5 / likelihood.variance, tf.sum(tf.square(tf.sub(data, g)))),
        tf.mul(1 / likelihood.variance, tf.onesLike(g)),
      ]
      : [tf.sum(tf.sub(tf.softplus(g), tf.mul(data, g))), tf.mul(m, tf.sub(1, m))];
    const j = tf.mul(tf.stack(rows, 1), tf.expandDims(w, 2));
    const gram = tf.matMul(tf.stack(rows, 1), j, true, false);
    const volumes = x.map((_, b) => {
      const one = tf.reshape(tf.slice(gram, [b, 0, 0], [1, latent, latent]), [latent, latent]);
      return logDeterminant(tf, tf.add(tf.eye(latent), tf.mul(1 / beta, one)), latent);
    });
    const prior = tf.mul(beta / 2, tf.sum(tf.square(h)));
    return tf.div(
      tf.addN([energy, prior, ...volumes.map((volume) => tf.mul(beta / 2, volume))]),
      x.length,
    ) as Core.Tensor;
  };
  try {
    const found = gradientsOf(loss, parameters);
    const layer = (i: number): NetworkGradient => ({
      weight: found[2 * i]!.arraySync() as number[][],
      bias: found[2 * i + 1]!.arraySync() as number[],
    });
    return {
      ...oracle.objectives.grae(given),
      gradient: {
        encoder: model.encoder.map((_, i) => layer(i)),
        decoder: model.decoder.map((_, i) => layer(model.encoder.length + i)),
      },
    };
  } finally {
    tf.engine().endScope();
  }
}

function activate(tf: Tfjs, name: ActivationName, u: Core.Tensor): Core.Tensor {
  if (name === "identity" || name === "gelu") return u;
  return name === "leaky-relu" ? tf.leakyRelu(u, 0.2) : tf[name](u);
}

/** log|A| by elimination. */
function logDeterminant(tf: Tfjs, a: Core.Tensor, d: number): Core.Tensor {
  const pivot = tf.slice(a, [0, 0], [1, 1]);
  const first = tf.sum(tf.log(pivot));
  if (d === 1) return first;
  const column = tf.slice(a, [1, 0], [d - 1, 1]), row = tf.slice(a, [0, 1], [1, d - 1]);
  const rest = tf.sub(tf.slice(a, [1, 1], [d - 1, d - 1]), tf.div(tf.mul(column, row), pivot));
  return tf.add(first, logDeterminant(tf, rest, d - 1));
}

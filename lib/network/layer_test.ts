import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { normalTensor, read, startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import {
  gaussian,
  initialModelParameters,
  type ModelDescription,
  modelParameterShapes,
} from "../model/mod.ts";
import { graeLoss } from "../objective/mod.ts";
import { initialAdamState, type Loss, trainingStep } from "../training/mod.ts";
import {
  bindDifferentiableNetwork,
  dense,
  type DifferentiableLayer,
  initialParameters,
  type Layer,
  sequential,
} from "./mod.ts";
import { guardTests } from "../engine/guarded_tests.ts";

guardTests();

const ENGINES = await promisedEngines("wasm", "native", "cpu", "webgpu");

/** A layer of a user's own: a residual block y = x + s ∘ tanh x with a scale s for each unit. */
function residual(size: number): DifferentiableLayer {
  const perTangent = (factor: tf.Tensor): tf.Tensor => tf.reshape(factor, [-1, 1, size]);
  return {
    inputs: size,
    outputs: size,
    parameters: [{ name: "scale", shape: [size] }],
    initial: (k) => [normalTensor(k, [size])],
    apply: ([s], x) => tf.add(x, tf.mul(s!, tf.tanh(x))),
    push([s], { value: x, first, second }, wantSecond) {
      const y = tf.tanh(x), slope = tf.sub(1, tf.square(y));
      const factor = perTangent(tf.add(1, tf.mul(s!, slope)));
      const moved = { value: tf.add(x, tf.mul(s!, y)), first: tf.mul(first, factor), second: null };
      if (!wantSecond) return moved;
      const bend = tf.mul(tf.square(first), perTangent(tf.mul(tf.mul(-2, s!), tf.mul(y, slope))));
      return { ...moved, second: second ? tf.add(bend, tf.mul(second, factor)) : bend };
    },
  };
}

/** One that gives values alone: its derivatives in x are nobody's business. */
const scaling = (size: number): Layer => ({
  inputs: size,
  outputs: size,
  parameters: [{ name: "factor", shape: [size] }],
  initial: () => [tf.add(1, tf.zeros([size]))],
  apply: ([factor], x) => tf.mul(factor!, x),
});

const DATA = 5, LATENT = 2, BATCH = 40;
const decoder = sequential([dense(LATENT, 4, "tanh"), residual(4), dense(4, DATA, "identity")]);
const description: ModelDescription = {
  encoder: sequential([scaling(DATA), dense(DATA, LATENT, "identity")]),
  decoder,
  latent: LATENT,
  likelihood: gaussian(0.5),
  family: null,
};
const grae: Loss = (model, x, k) => graeLoss(model, x, k, 0.5);

Deno.test("derivatives through a layer of one's own are differences of the values, and of the derivatives", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const g = bindDifferentiableNetwork(decoder, initialParameters(decoder, key(1)));
    const z = normalTensor(key(2), [BATCH, LATENT]), directions = normalTensor(key(3), [BATCH, 1, LATENT]);
    const along = (step: number): tf.Tensor =>
      tf.add(z, tf.mul(step, tf.reshape(directions, [BATCH, LATENT])));
    const derivative = async (f: (x: tf.Tensor) => tf.Tensor): Promise<number[]> => {
      const h = 2 ** -7;
      const [p1, m1, p2, m2] = await Promise.all([h, -h, 2 * h, -2 * h].map((step) => read(f(along(step)))));
      return Array.from(p1!, (v, i) => (8 * (v - m1![i]!) - (p2![i]! - m2![i]!)) / (12 * h));
    };
    const { value, first, second } = g.secondPushforward(z, directions);
    const byJacobian = tf.matMul(directions, g.jacobian(z), false, true);
    const expected = {
      first: await derivative((x) => g.apply(x)),
      second: await derivative((x) => g.pushforward(x, directions).tangents),
    };
    assertEquals([...await read(value)], [...await read(g.apply(z))]);
    for (const [i, v] of expected.first.entries()) {
      assertAlmostEquals((await read(first))[i]!, v, 1e-3, `${engine} ${i}`);
      assertAlmostEquals((await read(byJacobian))[i]!, v, 1e-3, `${engine} ${i}`);
    }
    for (const [i, v] of expected.second.entries()) {
      assertAlmostEquals((await read(second))[i]!, v, 2e-3, `${engine} ${i}`);
    }
  }
});

Deno.test("a model with layers of one's own trains by GRAE, replayed with the bits of what is not", async () => {
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    const x = normalTensor(key(4), [BATCH, DATA]);
    const losses = async (replay: boolean): Promise<number[]> => {
      using step = trainingStep(description, grae, 0.02, { replay });
      let state = initialAdamState(initialModelParameters(description, key(0)));
      const seen: number[] = [];
      for (let i = 0; i < 40; i++) {
        const [next, { loss }] = step(state, x, key(i));
        state = next;
        seen.push((await read(loss))[0]!);
      }
      return seen;
    };
    const seen = await losses(false);
    assert(seen.at(-1)! < 0.8 * seen[0]!, `${engine}: ${seen[0]} → ${seen.at(-1)}`);
    if (engine === "wasm") assertEquals(await losses(true), seen);
  }
});

Deno.test("a layer of one's own that is φ(x W + b) goes with dense ones through one kernel, with their bits", async () => {
  /** φ(x W + b) whose W is told by its logarithm. */
  const positive = (inputs: number, outputs: number): DifferentiableLayer => {
    const plain = dense(inputs, outputs, "relu");
    const own = ([log, bias]: readonly tf.Tensor[]): tf.Tensor[] => [tf.exp(log!), bias!];
    return {
      ...plain,
      apply: (parameters, x) => plain.apply(own(parameters), x),
      push: (parameters, x, wantSecond) => plain.push(own(parameters), x, wantSecond),
      piecewiseLinear: (parameters) => plain.piecewiseLinear!(own(parameters)),
    };
  };
  await startEngine("wasm");
  const logs = initialParameters(decoder, key(5)).slice(0, 2), z = normalTensor(key(2), [BATCH, LATENT]);
  const jacobian = (first: DifferentiableLayer, weight: tf.Tensor): Promise<Float32Array> => {
    const network = sequential([first, dense(4, DATA, "identity")]);
    const [, , ...rest] = initialParameters(network, key(6));
    return read(bindDifferentiableNetwork(network, [weight, logs[1]!, ...rest]).jacobian(z));
  };
  assertEquals(
    await jacobian(positive(LATENT, 4), logs[0]!),
    await jacobian(dense(LATENT, 4, "relu"), tf.exp(logs[0]!)),
  );
});

Deno.test("parameters bear their layer's number and their own name", () => {
  assertEquals(modelParameterShapes(description).map(({ name }) => name), [
    "encoder.0.factor",
    "encoder.1.weight",
    "encoder.1.bias",
    "decoder.0.weight",
    "decoder.0.bias",
    "decoder.1.scale",
    "decoder.2.weight",
    "decoder.2.bias",
  ]);
});

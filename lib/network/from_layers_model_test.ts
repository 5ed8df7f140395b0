import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { foldIn, integers, type Key, normal, read, startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { bindDifferentiableNetwork, fromLayersModel, type LayersModelLayer } from "./mod.ts";

const ENGINES = await promisedEngines("cpu", "wasm", "native");
const L = layers.layers;

/** A layer of tfjs by its class and arguments. */
type Made = readonly [kind: keyof typeof L, args: object];
const made = ([kind, args]: Made): layers.layers.Layer =>
  (L[kind] as unknown as (args: object) => layers.layers.Layer)(args);

/** A model of such layers, with random numbers for all weights; variances from 0.3. */
function model(key: Key, inputShape: readonly number[], kinds: readonly Made[]): layers.Sequential {
  const chain = layers.sequential();
  kinds.forEach(([kind, args], i) => chain.add(made([kind, i === 0 ? { ...args, inputShape } : args])));
  return drawWeights(key, chain);
}
function drawWeights<Model extends layers.LayersModel>(key: Key, chain: Model): Model {
  chain.weights.forEach((weight, i) => {
    const shape = weight.shape as number[], size = shape.reduce((a, b) => a * b, 1);
    const fan = shape.length > 1 ? shape.slice(0, -1).reduce((a, b) => a * b, 1) : 1;
    const numbers = normal(foldIn(key, i), size).map((v) =>
      /variance/.test(weight.originalName) ? 0.3 + v * v : v / Math.sqrt(fan)
    );
    tfjs.tidy(() => weight.write(tfjs.tensor(numbers, shape)));
  });
  return chain;
}

/** Largest difference of the network from the model, in units of rounding of the model's largest output; and of vᵀJ. */
async function differences(key: Key, chain: layers.LayersModel): Promise<{ value: number; jacobian: number }> {
  const { network, parameters } = await fromLayersModel(chain);
  const g = bindDifferentiableNetwork(network, parameters), batch = 3;
  const shape = chain.inputs[0]!.shape.slice(1) as number[];
  const x = tf.tensor(normal(foldIn(key, 0), batch * network.inputs), [batch, network.inputs]);
  const v = tf.tensor(normal(foldIn(key, 1), batch * network.outputs), [batch, network.outputs]);
  const theirs = (at: tf.Tensor): tf.Tensor =>
    tf.reshape(chain.apply(tf.reshape(at, [batch, ...shape])) as tf.Tensor, [batch, network.outputs]);
  const pulled = tfjs.grad((at) => tfjs.sum(tfjs.mul(theirs(at), v)))(x);
  const ours = tf.reshape(tf.matMul(tf.reshape(v, [batch, 1, -1]), g.jacobian(x)), [batch, network.inputs]);
  const difference = async (a: tf.Tensor, b: tf.Tensor): Promise<number> => {
    const [p, q] = [await read(a), await read(b)], largest = Math.max(...p.map(Math.abs));
    assert(largest > 0 && p.length === q.length);
    return Math.max(...p.map((u, i) => Math.abs(u - q[i]!))) / largest / EPSILON;
  };
  return {
    value: await difference(theirs(x), g.apply(x)),
    jacobian: await difference(pulled, ours),
  };
}
const EPSILON = 2 ** -24;
/**
 * Two orders of summation of at most 400 terms through at most 12 layers: about √400 · 12 roundings where they are independent,
 * and twice that for what cancels. Every planted fault is at least ten times this.
 */
const ROUNDINGS = 512;

const same = "same", valid = "valid";
const IMAGE = [5, 6, 3] as const;
/** Each kind of layer with each of its options, alone. */
const ALONE: readonly (readonly [input: readonly number[], made: Made])[] = [
  ...["linear", "relu", "relu6", "elu", "selu", "tanh", "sigmoid", "hardSigmoid", "softplus", "softsign", "gelu", "gelu_new", "mish", "swish"]
    .flatMap((activation) => [
      [[5], ["dense", { units: 4, activation }]],
      [[7], ["activation", { activation }]],
    ] as const),
  [[5], ["dense", { units: 4, useBias: false }]],
  [IMAGE, ["dense", { units: 4, activation: "tanh" }]],
  [[5, 3], ["dense", { units: 4, activation: "relu" }]],
  ...[3, 4, [2, 5]].flatMap((kernelSize) =>
    [1, 2, [3, 2]].flatMap((strides) =>
      [same, valid].flatMap((padding) =>
        (["conv2d", "conv2dTranspose"] as const).map((kind) =>
          [IMAGE, [kind, { filters: 4, kernelSize, strides, padding, activation: "tanh" }]] as const
        )
      )
    )
  ),
  [IMAGE, ["conv2d", { filters: 2, kernelSize: 2, useBias: false }]],
  [IMAGE, ["conv2dTranspose", { filters: 2, kernelSize: 2, useBias: false }]],
  ...["nearest", "bilinear"].flatMap((interpolation) =>
    [[2, 3], [3, 1], [1, 2]].map((size) => [IMAGE, ["upSampling2d", { size, interpolation }]] as const)
  ),
  ...[same, valid].flatMap((padding) =>
    [[2, 2], [3, 2]].flatMap((poolSize) =>
      [undefined, [1, 2]].map((strides) =>
        [IMAGE, ["averagePooling2d", { poolSize, padding, ...strides && { strides } }]] as const
      )
    )
  ),
  ...[[6], [4, 3], IMAGE].flatMap((shape) =>
    [{}, { scale: false }, { center: false, epsilon: 0.1 }].flatMap((options) =>
      (["batchNormalization", "layerNormalization"] as const).map((kind) => [shape, [kind, options]] as const)
    )
  ),
  [IMAGE, ["batchNormalization", { axis: 3 }]],
  [[6], ["reLU", {}]],
  [[6], ["reLU", { maxValue: 0.5 }]],
  [[6], ["leakyReLU", {}]],
  [[6], ["leakyReLU", { alpha: 0.05 }]],
  [[6], ["elu", {}]],
  [IMAGE, ["flatten", {}]],
  [IMAGE, ["reshape", { targetShape: [3, 5, 6] }]],
  ...(["dropout", "gaussianDropout", "gaussianNoise", "alphaDropout"] as const).map((kind) =>
    [IMAGE, [kind, { rate: 0.5, stddev: 1 }]] as const
  ),
];

for (const engine of ENGINES) {
  Deno.test(`${engine}: each kind of layer gives what tfjs gives, and the same Jacobian`, async () => {
    await startEngine(engine);
    for (const [i, [input, kind]] of ALONE.entries()) {
      const scope = tf.openScope();
      const chain = model(key(i), input, [kind, ["dense", { units: 3 }]]);
      const { value, jacobian } = await differences(key(1000 + i), chain);
      assert(value < ROUNDINGS && jacobian < ROUNDINGS, `${JSON.stringify(kind)}: ${value}, ${jacobian}`);
      scope.close();
    }
  });
}

/** A random decoder: a dense layer, images through some layers of each kind, and perhaps a dense layer at the end. */
function randomModel(key: Key): layers.Sequential {
  let drawn = 0;
  const pick = <Item>(items: readonly Item[]): Item => items[integers(foldIn(key, drawn++), 1, items.length)[0]!]!;
  const activation = (): string => pick(["linear", "relu", "tanh", "elu", "softplus", "swish", "sigmoid"]);
  const image = [pick([2, 3, 4]), pick([1, 3, 5]), pick([1, 2, 4])] as const;
  const layer = (): Made => {
    const filters = pick([1, 2, 3]), kernelSize = [pick([1, 2, 3]), pick([1, 2, 3, 4])], padding = pick([same, valid]);
    const strides = pick([1, 2, [1, 2]]), useBias = pick([true, false]);
    return pick<() => Made>([
      () => ["conv2d", { filters, kernelSize, padding: same, strides, useBias, activation: activation() }],
      () => ["conv2dTranspose", { filters, kernelSize, padding, strides, useBias, activation: activation() }],
      () => ["upSampling2d", { size: [pick([1, 2]), pick([1, 2, 3])], interpolation: pick(["nearest", "bilinear"]) }],
      () => ["averagePooling2d", { poolSize: [pick([1, 2, 3]), 2], padding: same, strides: [1, pick([1, 2])] }],
      () => ["batchNormalization", { scale: pick([true, false]), center: pick([true, false]) }],
      () => ["activation", { activation: activation() }],
      () => ["leakyReLU", { alpha: 0.1 }],
      () => ["dense", { units: 2, activation: activation() }],
      () => ["dropout", { rate: 0.5 }],
    ])();
  };
  const size = image[0] * image[1] * image[2];
  return model(foldIn(key, 1_000_000), [pick([1, 2, 5])], [
    ["dense", { units: size, activation: activation() }],
    ...pick([true, false]) ? [["batchNormalization", {}] as const] : [],
    ["reshape", { targetShape: image }],
    ...Array.from({ length: pick([1, 2, 3, 4]) }, layer),
    ...pick([true, false]) ? [["flatten", {}], ["dense", { units: 7, activation: activation() }]] as const : [],
  ]);
}

Deno.test("random decoders give what tfjs gives, and the same Jacobian", async () => {
  await startEngine("cpu");
  for (let i = 0; i < 60; i++) {
    const scope = tf.openScope(), chain = randomModel(key(2000 + i));
    const { value, jacobian } = await differences(key(3000 + i), chain);
    const said = () => chain.layers.map((layer) => `${layer.getClassName()} ${layer.outputShape}`).join(", ");
    assert(value < ROUNDINGS && jacobian < ROUNDINGS, `${said()}: ${value}, ${jacobian}`);
    scope.close();
  }
});

import { assert, assertEquals } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import {
  foldIn,
  integers,
  type Key,
  normal,
  read,
  startEngine,
  tf,
  valueAndGradients,
} from "../engine/mod.ts";
import { falseAlarm, suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import {
  bindDifferentiableNetwork,
  type DifferentiableLayer,
  fromLayersModel,
  parameterShapes,
  type Sequential,
} from "./mod.ts";

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
    tfjs.tidy(() => void weight.write(tfjs.tensor(numbers, shape)));
  });
  return chain;
}

/** A model that was read, and what tfjs gives for it on its own backend: values and vᵀJ by reverse mode. */
interface Case {
  readonly said: string;
  readonly network: Sequential<DifferentiableLayer>;
  readonly parameters: readonly Float32Array[];
  readonly x: Float32Array;
  readonly v: Float32Array;
  readonly value: Float32Array;
  /** Absent where tfjs has none. */
  readonly pulled?: Float32Array;
}
const BATCH = 3;

/**
 * tfjs's own gradients fail or are wrong at a normalisation without a scale or an offset, for images that are made larger and
 * are not square, and for windows that reach beyond the image. Central differences are taken there.
 */
const hasGradient = (chain: layers.LayersModel): boolean =>
  chain.layers.every((layer) => {
    const { scale, center, interpolation, poolSize, padding } = layer.getConfig();
    return scale !== false && center !== false && interpolation === undefined &&
      !(poolSize !== undefined && padding === "same");
  });

/** The case of a model, on the engine cpu, at inputs of that standard deviation. */
async function caseOf(key: Key, chain: layers.LayersModel, spread = 1): Promise<Case> {
  const { network, parameters } = await fromLayersModel(chain), { inputs, outputs } = network;
  const shape = chain.inputs[0]!.shape.slice(1) as number[];
  const numbers = (i: number, size: number): Float32Array =>
    Float32Array.from(normal(foldIn(key, i), BATCH * size));
  const x = numbers(0, inputs).map((u) => spread * u), v = numbers(1, outputs);
  const theirs = (at: tf.Tensor): tf.Tensor =>
    tf.reshape(chain.apply(tf.reshape(at, [BATCH, ...shape])) as tf.Tensor, [BATCH, outputs]);
  const at = tf.tensor(x, [BATCH, inputs]);
  const said = chain.layers.map((layer) => `${layer.getClassName()} ${layer.outputShape}`).join(", ");
  const pull = tfjs.grad((at) => tfjs.sum(tfjs.mul(theirs(at), tf.tensor(v, [BATCH, outputs]))));
  const given = { said, network, parameters: await Promise.all(parameters.map((t) => read(t))), x, v };
  const value = await read(theirs(at));
  return hasGradient(chain) ? { ...given, value, pulled: await read(pull(at)) } : { ...given, value };
}

/** Largest differences of a network from what tfjs gives, in roundings of the largest number. */
async function differences({ network, parameters, x, v, value, pulled }: Case): Promise<number[]> {
  const { inputs, outputs } = network;
  const shapes = parameterShapes(network);
  const g = bindDifferentiableNetwork(
    network,
    shapes.map(({ shape }, i) => tf.tensor(parameters[i]!, [...shape])),
  );
  const at = tf.tensor(x, [BATCH, inputs]);
  const ours = tf.matMul(tf.tensor(v, [BATCH, 1, outputs]), g.jacobian(at));
  const found = [inRoundings(value, await read(g.apply(at)))];
  if (pulled) found.push(inRoundings(pulled, await read(ours)));
  return found;
}
/** The largest difference of two lists of numbers, in roundings of the largest of the first; where that is 0, both must be 0. */
function inRoundings(right: ArrayLike<number>, given: ArrayLike<number>): number {
  assertEquals(given.length, right.length);
  const largest = Math.max(...Array.from(right, Math.abs));
  const difference = Math.max(...Array.from(right, (u, i) => Math.abs(u - given[i]!)));
  return difference === 0 ? 0 : difference / largest / EPSILON;
}
/** @throws where one of them is too large */
async function assertSame(it: Case): Promise<void> {
  const found = await differences(it);
  assert(found.every((d) => d < ROUNDINGS), `${it.said}: ${found.join(", ")} roundings`);
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
  ...[
    "linear",
    "relu",
    "relu6",
    "elu",
    "selu",
    "tanh",
    "sigmoid",
    "hardSigmoid",
    "softplus",
    "softsign",
    "gelu",
    "gelu_new",
    "mish",
    "swish",
  ]
    .flatMap((activation) =>
      [
        [[5], ["dense", { units: 4, activation }]],
        [[7], ["activation", { activation }]],
      ] as const
    ),
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
    [{}, { scale: false, epsilon: 0.1 }, { center: false, epsilon: 0.2 }].flatMap((options) =>
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

Deno.test("each kind of layer gives what tfjs gives, and the same Jacobian", async () => {
  await startEngine("cpu");
  // At a kink, as below: 100 numbers on three engines.
  falseAlarm(6e-5);
  const cases: Case[] = [];
  for (const [i, one] of ALONE.entries()) {
    const scope = tf.openScope(), chain = model(key(i), one[0], [one[1], ["dense", { units: 3 }]]);
    // So far from 0 that activations with bounds reach them.
    cases.push(await caseOf(key(1000 + i), chain, one[1][0] === "activation" ? 8 : 1));
    scope.close();
  }
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const it of cases) {
      const scope = tf.openScope();
      await assertSame(it);
      scope.close();
    }
  }
});

Deno.test("a reshape states the axes of an image, or others, between layers that take them, and changes no number", async () => {
  await startEngine("cpu");
  const scope = tf.openScope(), kernel = { kernelSize: 2, padding: same };
  const chain = model(key(9000), [24], [
    ["reshape", { targetShape: [2, 3, 4] }],
    ["conv2d", { ...kernel, filters: 2 }],
    ["reshape", { targetShape: [2, 2, 3] }],
    ["conv2d", { ...kernel, filters: 1 }],
    ["flatten", {}],
    ["dense", { units: 3 }],
  ]);
  const it = await caseOf(key(9001), chain);
  assertEquals(it.network.layers.map(({ input, output }) => `${input ?? "row"} to ${output ?? "row"}`), [
    "row to 2,3,4",
    "2,3,4 to 2,3,2",
    "2,3,2 to 2,2,3",
    "2,2,3 to 2,2,1",
    "2,2,1 to row",
    "row to row",
  ]);
  await assertSame(it);
  scope.close();
});

/** A random decoder: a dense layer, images through some layers of each kind, and perhaps a dense layer at the end. */
function randomModel(key: Key, smooth: boolean): layers.Sequential {
  let drawn = 0;
  const pick = <Item>(items: readonly Item[]): Item =>
    items[integers(foldIn(key, drawn++), 1, items.length)[0]!]!;
  const activation = (): string =>
    pick(["tanh", "softplus", "swish", "sigmoid", "linear", ...smooth ? [] : ["relu", "elu"]]);
  const image = [pick([2, 3, 4]), pick([1, 3, 5]), pick([1, 2, 4])] as const;
  const layer = (): Made => {
    const filters = pick([1, 2, 3]),
      kernelSize = [pick([1, 2, 3]), pick([1, 2, 3, 4])],
      padding = pick([same, valid]);
    const strides = pick([1, 2, [1, 2]]), useBias = pick([true, false]);
    return pick<() => Made>([
      () => ["conv2d", { filters, kernelSize, padding: same, strides, useBias, activation: activation() }],
      () => ["conv2dTranspose", { filters, kernelSize, padding, strides, useBias, activation: activation() }],
      () => ["upSampling2d", {
        size: [pick([1, 2]), pick([1, 2, 3])],
        interpolation: pick(["nearest", "bilinear"]),
      }],
      () => ["averagePooling2d", {
        poolSize: [pick([1, 2, 3]), 2],
        padding: same,
        strides: [1, pick([1, 2])],
      }],
      () => ["batchNormalization", { epsilon: pick([1e-3, 0.1]) }],
      () => ["activation", { activation: activation() }],
      ...smooth ? [] : [(): Made => ["leakyReLU", { alpha: 0.1 }]],
      () => ["dense", { units: 2, activation: activation() }],
      () => ["dropout", { rate: 0.5 }],
    ])();
  };
  const size = image[0] * image[1] * image[2];
  return model(foldIn(key, 1_000_000), [pick([1, 2, 5])], [
    ["dense", { units: size, activation: activation() }],
    ...pick([true, false]) ? [[size < 12 ? "batchNormalization" : "layerNormalization", {}] as const] : [],
    ["reshape", { targetShape: image }],
    ...Array.from({ length: pick([1, 2, 3, 4]) }, layer),
    ...pick([true, false])
      ? [["flatten", {}], ["dense", { units: 7, activation: activation() }]] as const
      : [],
  ]);
}

/**
 * J of example 0 by central differences of a model's `predict` with two steps, of which the error in the step's square is taken
 * away: `[input][output]`.
 */
async function numericalJacobian(
  chain: layers.LayersModel,
  x: Float32Array,
  inputs: number,
): Promise<number[][]> {
  const steps = [STEP, -STEP, STEP / 2, -STEP / 2];
  const rows = Array.from(
    { length: inputs },
    (_, i) => steps.map((step) => Array.from(x.slice(0, inputs), (v, j) => i === j ? v + step : v)),
  ).flat();
  const shape = chain.inputs[0]!.shape.slice(1) as number[];
  const numbers = await read(chain.predict(tf.tensor(rows.flat(), [rows.length, ...shape])) as tf.Tensor);
  const outputs = numbers.length / rows.length;
  return Array.from({ length: inputs }, (_, i) =>
    Array.from({ length: outputs }, (_, o) => {
      const [a, b, c, d] = steps.map((_, s) => numbers[(4 * i + s) * outputs + o]!) as [
        number,
        number,
        number,
        number,
      ];
      return (4 * (c - d) / STEP - (a - b) / (2 * STEP)) / 3;
    }));
}
const STEP = 2 ** -5;
/** Of the largest entry, what fifth derivatives leave; and of the largest output, some roundings over STEP. */
const NUMERICAL = { entry: 2e-3, output: 64 * EPSILON / STEP };

/** @throws unless the Jacobian is that of `predict` by central differences */
async function assertNumerically(
  chain: layers.LayersModel,
  { said, network, parameters, x, value }: Case,
): Promise<void> {
  const shapes = parameterShapes(network), at = tf.tensor(x.slice(0, network.inputs), [1, network.inputs]);
  const g = bindDifferentiableNetwork(
    network,
    shapes.map(({ shape }, i) => tf.tensor(parameters[i]!, [...shape])),
  );
  const ours = await read(tf.transpose(g.jacobian(at), [0, 2, 1]));
  const right = (await numericalJacobian(chain, x, network.inputs)).flat();
  assertEquals(ours.length, right.length);
  const largest = (numbers: readonly number[]): number => Math.max(...numbers.map(Math.abs));
  const [entry, output] = [largest(right), largest([...value])];
  const found = largest(right.map((u, i) => u - ours[i]!));
  assert(
    found < NUMERICAL.entry * entry + NUMERICAL.output * output,
    `${said}: J is wrong by ${found}; its largest entry is ${entry}, the largest output ${output}`,
  );
}

Deno.test("where tfjs has no gradient, the Jacobian of each kind of layer is that of predict by central differences", async () => {
  await startEngine("cpu");
  let count = 0;
  for (const [i, [input, made]] of ALONE.entries()) {
    const scope = tf.openScope(), chain = model(key(4000 + i), input, [made, ["dense", { units: 3 }]]);
    if (!hasGradient(chain)) {
      count++;
      await assertNumerically(chain, await caseOf(key(5000 + i), chain));
    }
    scope.close();
  }
  assertEquals(count, 22);
});

Deno.test("random decoders give what tfjs gives, and the same Jacobian, by reverse mode or central differences", async () => {
  await startEngine("cpu");
  // A number at the kink of an activation falls to either side by rounding: 3 · 10⁴ of them, each within 2 · 10⁻⁷ of it.
  falseAlarm(6e-3);
  let [reverse, numerical] = [0, 0];
  for (let i = 0; i < 60; i++) {
    const scope = tf.openScope(), smooth = i % 2 === 0, chain = randomModel(key(2000 + i), smooth);
    const it = await caseOf(key(3000 + i), chain);
    await assertSame(it);
    if (it.pulled) reverse++;
    if (smooth) numerical++, await assertNumerically(chain, it);
    scope.close();
  }
  assert(reverse > 0 && numerical === 30);
});

/** Options or numbers of a layer, as somebody might misread them. */
interface Fault {
  readonly name: string;
  /** Of the layer of this class. */
  readonly kind: string;
  readonly config?: object;
  readonly weights?: (numbers: number[][], shapes: number[][]) => number[][];
}
const swapped = (numbers: number[][], i: number, j: number): number[][] =>
  numbers.map((own, k) => k === i ? numbers[j]! : k === j ? numbers[i]! : own);
/** The numbers of a tensor `[…, rows, columns]` by `[…, columns, rows]`. */
const turned = (numbers: number[], shape: number[]): number[] => {
  const [rows, columns] = shape.slice(-2) as [number, number], size = rows * columns;
  return numbers.map((_, i) => {
    const at = i % size;
    return numbers[i - at + (at % rows) * columns + Math.floor(at / rows)]!;
  });
};
const FAULTS: readonly Fault[] = [
  { name: "the ε of another model", kind: "BatchNormalization", config: { epsilon: 1e-3 } },
  { name: "the ε of another model", kind: "LayerNormalization", config: { epsilon: 1e-3 } },
  { name: "the variance for γ", kind: "BatchNormalization", weights: (w) => swapped(w, 0, 3) },
  { name: "the mean for β", kind: "BatchNormalization", weights: (w) => swapped(w, 1, 2) },
  { name: "mean and variance exchanged", kind: "BatchNormalization", weights: (w) => swapped(w, 2, 3) },
  {
    name: "β left out",
    kind: "BatchNormalization",
    weights: (w) => w.map((v, i) => i === 1 ? v.map(() => 0) : v),
  },
  {
    name: "the statistics left out",
    kind: "BatchNormalization",
    weights: (w) => w.map((v, i) => v.map((u) => i === 2 ? 0 : i === 3 ? 1 : u)),
  },
  { name: "γ and β exchanged", kind: "LayerNormalization", weights: (w) => swapped(w, 0, 1) },
  ...["Dense", "Conv2D", "Conv2DTranspose"].flatMap((kind): Fault[] => [
    { name: "the bias left out", kind, weights: (w) => w.map((v, i) => i === 1 ? v.map(() => 0) : v) },
    {
      name: "the last axes of the kernel exchanged",
      kind,
      weights: (w, shapes) => w.map((v, i) => i === 0 ? turned(v, shapes[0]!) : v),
    },
    { name: "the activation left out", kind, config: { activation: "linear" } },
  ]),
  { name: "the kernel flipped", kind: "Conv2D", weights: ([w, b], [shape]) => [flipped(w!, shape!), b!] },
  {
    name: "the kernel flipped",
    kind: "Conv2DTranspose",
    weights: ([w, b], [shape]) => [flipped(w!, shape!), b!],
  },
  {
    name: "the even kernel of same padded before first",
    kind: "Conv2D",
    weights: ([w, b], [shape]) => [shifted(w!, shape!), b!],
  },
  {
    name: "the even kernel of same padded before first",
    kind: "Conv2DTranspose",
    weights: ([w, b], [shape]) => [shifted(w!, shape!), b!],
  },
  { name: "nearest for bilinear", kind: "UpSampling2D", config: { interpolation: "nearest" } },
  { name: "the slope of layers here", kind: "LeakyReLU", config: { alpha: 0.2 } },
  { name: "no upper bound", kind: "ReLU", config: { maxValue: null } },
  { name: "another activation", kind: "Activation", config: { activation: "sigmoid" } },
  { name: "stride 1 by a pool of 1", kind: "AveragePooling2D", config: { poolSize: [1, 1] } },
];
/** A kernel `[height, width, …]` by rows and columns from the end. */
const flipped = (numbers: number[], shape: number[]): number[] => {
  const [height, width] = shape as [number, number], inner = numbers.length / (height * width);
  return numbers.map((_, i) => numbers[(height * width - 1 - Math.floor(i / inner)) * inner + i % inner]!);
};
/** A kernel one column later. */
const shifted = (numbers: number[], shape: number[]): number[] => {
  const width = shape[1]!, inner = numbers.length / (shape[0]! * width);
  return numbers.map((_, i) => Math.floor(i / inner) % width === 0 ? 0 : numbers[i - inner]!);
};
/** One layer of each class. */
const everyClass = (key: Key): layers.Sequential =>
  model(key, [3], [
    ["dense", { units: 24, activation: "tanh" }],
    ["batchNormalization", { epsilon: 0.5 }],
    ["layerNormalization", { epsilon: 0.5 }],
    ["reshape", { targetShape: [2, 3, 4] }],
    ["conv2dTranspose", { filters: 4, kernelSize: 4, strides: 2, padding: same, activation: "tanh" }],
    ["leakyReLU", {}],
    ["upSampling2d", { size: [2, 1], interpolation: "bilinear" }],
    ["activation", { activation: "tanh" }],
    ["averagePooling2d", { poolSize: [2, 1], strides: [1, 1], padding: same }],
    ["conv2d", { filters: 4, kernelSize: [2, 4], padding: same, activation: "swish" }],
    ["reLU", { maxValue: 0.5 }],
    ["flatten", {}],
    ["dense", { units: 7, activation: "softplus" }],
  ]);

Deno.test("what somebody might misread is told from what tfjs gives, by one of six models", async () => {
  await startEngine("cpu");
  const scope = tf.openScope();
  const largest = new Map<Fault, number>();
  for (let i = 0; i < 6; i++) {
    const chain = everyClass(key(6000 + i)), right = await caseOf(key(6100 + i), chain);
    await assertSame(right);
    for (const fault of FAULTS) {
      const layer = chain.layers.find((layer) => layer.getClassName() === fault.kind)!;
      if (fault.config) {
        const own = layer.getConfig();
        layer.getConfig = () => ({ ...own, ...fault.config });
      }
      if (fault.weights) {
        const own = layer.getWeights(), shapes = own.map(({ shape }) => [...shape]);
        const numbers = fault.weights(own.map((w) => [...w.dataSync()]), shapes);
        layer.getWeights = () => numbers.map((v, i) => tfjs.tensor(v, shapes[i]!));
      }
      const { network, parameters } = await fromLayersModel(chain);
      const at = tf.tensor(right.x, [BATCH, network.inputs]);
      const found = inRoundings(
        right.value,
        await read(bindDifferentiableNetwork(network, parameters).apply(at)),
      );
      // A variance that is negative gives NaN.
      largest.set(fault, Math.max(largest.get(fault) ?? 0, Number.isNaN(found) ? Infinity : found));
      delete (layer as Partial<typeof layer>).getConfig;
      delete (layer as Partial<typeof layer>).getWeights;
    }
  }
  for (const [{ kind, name }, found] of largest) {
    assert(found > 10 * ROUNDINGS, `${kind}: ${name}: ${found} roundings`);
  }
  scope.close();
});

Deno.test("functional models, models within models and parts of a model are read", async () => {
  await startEngine("cpu");
  const scope = tf.openScope();
  const x = layers.input({ shape: [6] }), z = layers.input({ shape: [2] });
  const inner = model(key(7000), [4], [["dense", { units: 5, activation: "tanh" }], [
    "batchNormalization",
    {},
  ]]);
  const first = L.dense({ units: 4, activation: "tanh" }), last = L.dense({ units: 6 });
  const decode = (at: layers.SymbolicTensor): layers.SymbolicTensor =>
    last.apply(inner.apply(first.apply(at))) as layers.SymbolicTensor;
  // Each layer of the decoder is used twice: within the autoencoder, and in the decoder.
  const encoded = L.dense({ units: 2 }).apply(x) as layers.SymbolicTensor;
  const whole = drawWeights(key(7001), layers.model({ inputs: x, outputs: decode(encoded) }));
  for (const [i, one] of [whole, layers.model({ inputs: z, outputs: decode(z) })].entries()) {
    const it = await caseOf(key(7002 + i), one);
    await assertSame(it);
    assertEquals(it.network.inputs, [6, 2][i]);
  }
  scope.close();
});

Deno.test("the numbers of a model that was read can be trained, through its Jacobian, on every engine", async () => {
  await startEngine("cpu");
  const smooth: Made[] = [
    ["dense", { units: 12, activation: "gelu_new" }],
    ["batchNormalization", {}],
    ["layerNormalization", { epsilon: 0.1 }],
    ["reshape", { targetShape: [1, 3, 4] }],
    ["conv2dTranspose", { filters: 3, kernelSize: 3, strides: 2, padding: same, activation: "swish" }],
    ["upSampling2d", { size: [1, 2], interpolation: "bilinear" }],
    ["averagePooling2d", { poolSize: [1, 2], padding: same }],
    ["activation", { activation: "mish" }],
    ["conv2d", { filters: 1, kernelSize: 3, padding: same, activation: "sigmoid" }],
  ];
  const { network, parameters, x } = await caseOf(key(8000), model(key(8001), [2], smooth));
  const shapes = parameterShapes(network);
  const directions = parameters.map((p, i) => normal(key(8100 + i), p.length));
  const at = (step: number): tf.Tensor[] =>
    parameters.map((p, i) =>
      tf.tensor(Float32Array.from(p, (v, j) => v + step * directions[i]![j]!), [...shapes[i]!.shape])
    );
  const f = (given: readonly tf.Tensor[]): tf.Tensor => {
    const { value, tangents } = bindDifferentiableNetwork(network, given).pushforward(
      tf.tensor(x, [BATCH, 2]),
    );
    return tf.add(tf.sum(tf.square(value)), tf.sum(tf.square(tangents)));
  };
  for (const engine of ENGINES) {
    await startEngine(engine);
    const scope = tf.openScope(), h = 2 ** -7;
    const { gradients } = valueAndGradients((given) => ({ value: f(given), info: {} }), at(0));
    const slopes = await Promise.all(gradients.map((t) => read(t)));
    const slope = slopes.reduce((sum, g, i) => sum + g.reduce((a, v, j) => a + v * directions[i]![j]!, 0), 0);
    const y = (await Promise.all([h, -h, h / 2, -h / 2].map((step) => read(f(at(step)))))).map(([v]) => v!);
    const numerical = (4 * (y[2]! - y[3]!) / h - (y[0]! - y[1]!) / (2 * h)) / 3;
    const length = Math.hypot(...slopes.flatMap((g) => [...g]));
    assert(
      Math.abs(slope - numerical) < 5e-3 * length + 64 * EPSILON * y[0]! / h,
      `${engine}: ${slope}, ${numerical}; of length ${length}`,
    );
    scope.close();
  }
});

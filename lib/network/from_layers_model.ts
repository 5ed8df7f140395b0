/**
 * Models of tf.layers as networks: {@link fromLayersModel}.
 *
 * A model is read by its methods, not by its class, so that it may be of another copy of tfjs.
 *
 * @module
 */

import { tf } from "../engine/mod.ts";
import type { ActivationName } from "./activation.ts";
import { conv, type ConvolutionOptions, convTranspose } from "./convolution.ts";
import { dense } from "./dense.ts";
import { functionLayer } from "./function_layer.ts";
import type { ImageShape, Two } from "./image.ts";
import type { DifferentiableLayer } from "./layer.ts";
import { averagePool, cornerBilinear, reshape, upsample } from "./resampling.ts";
import { type Sequential, sequential } from "./sequential.ts";

/** The parts of a tf.LayersModel that are read. */
export interface LayersModel {
  /** One symbolic tensor `[null, …]`. */
  readonly inputs: readonly LayersModelTensor[];
  /** One symbolic tensor. */
  readonly outputs: readonly LayersModelTensor[];
}

/** A symbolic tensor of tfjs. */
export interface LayersModelTensor {
  /** Its axes, the batch's first. */
  readonly shape: readonly (number | null)[];
  /** The layer that gives it. */
  readonly sourceLayer: LayersModelLayer;
  /** Which use of that layer. */
  readonly nodeIndex: number;
}

/** A layer of tfjs. */
export interface LayersModelLayer {
  /** Its name in the model. */
  readonly name: string;
  /** Its uses. */
  readonly inboundNodes: readonly { readonly inputTensors: readonly LayersModelTensor[] }[];
  /** `Dense`, `Conv2D`, … */
  getClassName(): string;
  /** Its options. */
  getConfig(): object;
  /** Its numbers, in the order of tfjs. */
  getWeights(): readonly { data(): Promise<ArrayLike<number>> }[];
}

/** What {@link fromLayersModel} returns. */
export interface LayersNetwork {
  /** Its layers; x and y are rows, `[batch, size]`. */
  readonly network: Sequential<DifferentiableLayer>;
  /** The model's numbers, in the order of `parameterShapes(network)`. */
  readonly parameters: tf.Tensor[];
}

/** A layer with the numbers of its parameters. */
interface Part {
  readonly layer: DifferentiableLayer;
  readonly values: readonly Float32Array[];
}

/** A layer of a model, with what it takes and gives. */
interface Step {
  readonly layer: LayersModelLayer;
  readonly config: Readonly<Record<string, unknown>>;
  /** The axes of x, without the batch's. */
  readonly input: readonly number[];
  /** The axes of y likewise. */
  readonly output: readonly number[];
}

/**
 * Reads a model of tf.layers: a network that gives what the model's `predict` gives, with exact derivatives, and its numbers.
 *
 * An input or output of more axes is a row of all its numbers. Batch normalisation becomes γ/√(variance + ε) and an offset for each
 * channel; dropout and noise, which `predict` leaves out, are left out. All numbers may be trained further, and a bias or
 * scale that the model does not have as well: it begins at 0 or 1. `bilinear` interpolates as tfjs does, which reads at
 * i/factor, and Keras at (i + ½)/factor − ½.
 *
 * ```ts
 * import { layers, sequential } from "@tensorflow/tfjs-layers";
 * import { startEngine, tf } from "../engine/mod.ts";
 * import { bindDifferentiableNetwork, fromLayersModel } from "./mod.ts";
 *
 * await startEngine("cpu");
 * const model = sequential();
 * model.add(layers.dense({ units: 3, inputShape: [2], activation: "tanh" }));
 * const { network, parameters } = await fromLayersModel(model);
 * const g = bindDifferentiableNetwork(network, parameters);
 * console.assert(g.jacobian(tf.zeros([1, 2])).shape.join() === "1,3,2");
 * ```
 *
 * @param model sequential or functional, of one chain of layers; models within it are read, too
 * @throws TypeError for a layer that there is not here, with its class and name, and for a model that is not one chain
 * @throws RangeError for an option that there is not here, such as channels first, and for an unknown size
 */
export async function fromLayersModel(model: LayersModel): Promise<LayersNetwork> {
  const parts: Part[] = [], seen = new Set<LayersModelLayer>();
  for (const step of chain(model)) {
    const { layer } = step;
    const weights = await Promise.all(layer.getWeights().map((weight) => weight.data()));
    if (weights.length > 0 && seen.has(layer)) {
      throw new TypeError(
        `fromLayersModel: each layer with weights must be used once, but ${named(layer)} is used twice`,
      );
    }
    seen.add(layer);
    parts.push(...read(step, weights.map((numbers) => Float32Array.from(numbers))));
  }
  const network = sequential(parts.map(({ layer }) => layer));
  const parameters = parts.flatMap(({ layer, values }) =>
    layer.parameters.map(({ shape }, i) => tf.tensor(values[i]!, [...shape]))
  );
  return { network, parameters };
}

const named = (layer: LayersModelLayer): string => `${layer.getClassName()} "${layer.name}"`;

/** The layers from a model's input to its output. @throws TypeError where there is not one way */
function chain(model: LayersModel): Step[] {
  const [from, to] = [model.inputs, model.outputs];
  if (from?.length !== 1 || to?.length !== 1) {
    throw new TypeError(
      `fromLayersModel: the model must have one input and one output, but it has ${from?.length ?? 0} and ${
        to?.length ?? 0
      }`,
    );
  }
  const steps: Step[] = [];
  let at = to[0]!;
  while (at !== from[0]) {
    const layer = at.sourceLayer, inputs = layer.inboundNodes[at.nodeIndex]!.inputTensors;
    // An input is its own input.
    if (inputs[0] === at) {
      throw new TypeError(
        `fromLayersModel: all layers must be between the model's input and output, but ${
          named(layer)
        } is not`,
      );
    }
    const inner = isModel(layer);
    if (!inner && !(layer.getClassName() in READERS)) {
      throw new TypeError(
        `fromLayersModel: each layer must be one of ${Object.keys(READERS).join(", ")}, but the model has ${
          named(layer)
        }`,
      );
    }
    if (inputs.length > 1) {
      throw new TypeError(
        `fromLayersModel: each layer must take one tensor, but ${named(layer)} takes ${inputs.length}`,
      );
    }
    const [before] = inputs as [LayersModelTensor];
    if (inner) steps.unshift(...chain(layer));
    else {
      const config = layer.getConfig() as Record<string, unknown>;
      steps.unshift({ layer, config, input: axes(layer, before), output: axes(layer, at) });
    }
    at = before;
  }
  return steps;
}

const isModel = (layer: LayersModelLayer): layer is LayersModelLayer & LayersModel =>
  "inputs" in layer && "outputs" in layer;

/** A tensor's axes, without the batch's. */
function axes(layer: LayersModelLayer, { shape }: LayersModelTensor): number[] {
  const rest = shape.slice(1);
  if (rest.length === 0 || rest.some((size) => size === null)) {
    throw new RangeError(
      `fromLayersModel: all sizes but the batch's must be known, but at ${named(layer)} they are ${
        JSON.stringify(shape)
      }`,
    );
  }
  return rest as number[];
}

/** The parts that a layer becomes. */
function read(step: Step, weights: readonly Float32Array[]): Part[] {
  const { layer, config } = step;
  requireOption(
    step,
    "dataFormat",
    (format) => format === undefined || format === "channelsLast",
    "channelsLast",
  );
  return READERS[layer.getClassName()]!({ ...step, config }, weights);
}

/** Requires of an option what is supported. */
function requireOption(
  step: Step,
  option: string,
  holds: (given: unknown) => boolean,
  required: string,
): void {
  const given = step.config[option];
  if (!holds(given)) {
    throw new RangeError(
      `fromLayersModel: ${option} of ${named(step.layer)} must be ${required}, but it is ${
        JSON.stringify(given)
      }`,
    );
  }
}

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const last = (sizes: readonly number[]): number => sizes.at(-1)!;
const filled = (size: number, value: number): Float32Array => new Float32Array(size).fill(value);

/** λ and α of selu. */
const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

/** Activations of tfjs that layers here have, too. */
const SHARED: Readonly<Record<string, ActivationName>> = {
  linear: "identity",
  relu: "relu",
  elu: "elu",
  tanh: "tanh",
  sigmoid: "sigmoid",
  softplus: "softplus",
  gelu: "gelu",
};

/** A cut-off at both sides, from 0 to the most. */
const clipped = (u: tf.Tensor, most: number): tf.Tensor => tf.sub(tf.relu(u), tf.relu(tf.sub(u, most)));
/** The activations of tfjs that go number by number, by its names. */
const ACTIVATIONS: Readonly<Record<string, (u: tf.Tensor) => tf.Tensor>> = {
  linear: (u) => u,
  relu: tf.relu,
  elu: tf.elu,
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  gelu: (u) => tf.mul(u, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(u, Math.SQRT1_2))))),
  gelu_new: (u) => {
    const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(u, tf.mul(0.044715, tf.mul(u, tf.square(u)))));
    return tf.mul(tf.mul(0.5, u), tf.add(1, tf.tanh(inner)));
  },
  hardSigmoid: (u) => clipped(tf.add(tf.mul(0.2, u), 0.5), 1),
  mish: (u) => tf.mul(u, tf.tanh(tf.softplus(u))),
  relu6: (u) => clipped(u, 6),
  // α elu u above 0 is α u, of which (α − 1) u is too much.
  selu: (u) => tf.mul(SELU.scale, tf.sub(tf.mul(SELU.alpha, tf.elu(u)), tf.mul(SELU.alpha - 1, tf.relu(u)))),
  softsign: (u) => tf.div(u, tf.add(1, tf.abs(u))),
  swish: (u) => tf.mul(u, tf.sigmoid(u)),
};

/** A function of each number. */
function elementwise({ output }: Step, f: (u: tf.Tensor) => tf.Tensor): Part {
  const size = product(output);
  return { layer: functionLayer({ inputs: size, outputs: size, apply: (_, u) => f(u) }), values: [] };
}

/** The activation of a layer: its own where layers here have it, else one after it. */
function activated(step: Step, make: (activation: ActivationName) => Part): Part[] {
  const name = activationOf(step), shared = SHARED[name];
  return shared ? [make(shared)] : [make("identity"), elementwise(step, ACTIVATIONS[name]!)];
}
function activationOf(step: Step): string {
  const names = Object.keys(ACTIVATIONS);
  requireOption(step, "activation", (name) => names.includes(name as string), `one of ${names.join(", ")}`);
  return step.config["activation"] as string;
}

/** Nothing but, perhaps, other axes. */
function renamed({ input, output }: Step): Part[] {
  const [from, to] = [input, output].map((axes) => axes.length === 3 ? axes as unknown as ImageShape : null);
  if (input.join() === output.join() || (!from && !to)) return [];
  return [{ layer: reshape({ ...from && { input: from }, ...to && { output: to } }), values: [] }];
}

/** A dense layer goes along the last axis: on images, it is a convolution of single pixels. */
function readDense(step: Step, [weight, bias]: readonly Float32Array[]): Part[] {
  const { input, output } = step, [inputs, outputs] = [last(input), last(output)];
  const values = [weight!, bias ?? filled(outputs, 0)];
  const image = (input.length === 3 ? input : [product(input) / inputs, 1, inputs]) as unknown as ImageShape;
  return activated(step, (activation) => ({
    layer: input.length === 1
      ? dense(inputs, outputs, activation)
      : conv({ input: image, filters: outputs, kernel: 1, activation }),
    values,
  }));
}

/** A convolution, or a transposed one. */
const readConvolution = (make: (options: ConvolutionOptions) => DifferentiableLayer) =>
(
  step: Step,
  [weight, bias]: readonly Float32Array[],
): Part[] => {
  const { config } = step, filters = last(step.output);
  requireOption(
    step,
    "dilationRate",
    (rate) => rate === undefined || [rate].flat().every((r) => r === 1),
    "1",
  );
  requireOption(step, "padding", (padding) => padding === "same" || padding === "valid", '"same" or "valid"');
  return activated(step, (activation) => ({
    layer: make({
      input: step.input as unknown as ImageShape,
      filters,
      kernel: config["kernelSize"] as Two,
      stride: config["strides"] as Two,
      padding: config["padding"] as "same" | "valid",
      activation,
    }),
    values: [weight!, bias ?? filled(filters, 0)],
  }));
};

/** γ and what comes after it, with 1 for a γ and 0 for a β that there is not. */
function scaleAndOffset({ config, input }: Step, weights: readonly Float32Array[]): Float32Array[] {
  const channels = last(input), rest = [...weights];
  const scale = config["scale"] === false ? filled(channels, 1) : rest.shift()!;
  const offset = config["center"] === false ? filled(channels, 0) : rest.shift()!;
  return [scale, offset, ...rest];
}

/** A layer with a factor and an offset for each channel, after a function of `[row, channel]`. */
function perChannel(step: Step, normalise: (rows: tf.Tensor) => tf.Tensor): DifferentiableLayer {
  const size = product(step.input), channels = last(step.input), { length } = step.input;
  requireOption(
    step,
    "axis",
    (axis) => [axis].flat().length === 1 && [-1, length].includes([axis].flat()[0] as number),
    "the last",
  );
  return functionLayer({
    inputs: size,
    outputs: size,
    parameters: [{ name: "weight", shape: [channels] }, { name: "bias", shape: [channels] }],
    initial: () => [tf.tensor(filled(channels, 1), [channels]), tf.zeros([channels])],
    apply: ([weight, bias], x) =>
      tf.reshape(tf.add(tf.mul(normalise(tf.reshape(x, [-1, channels])), weight!), bias!), [-1, size]),
  });
}

/** At inference, (x − mean)/√(variance + ε) γ + β is affine; in float64. */
function readBatchNormalization(step: Step, weights: readonly Float32Array[]): Part[] {
  const [scale, offset, mean, variance] = scaleAndOffset(step, weights) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const epsilon = step.config["epsilon"] as number;
  const factor = Array.from(scale, (gamma, i) => gamma / Math.sqrt(variance[i]! + epsilon));
  const values = [
    Float32Array.from(factor),
    Float32Array.from(factor, (f, i) => offset[i]! - f * mean[i]!),
  ];
  return [{ layer: perChannel(step, (rows) => rows), values }];
}

/** (x − mean x)/√(mean (x − mean x)² + ε) γ + β over the last axis. */
function readLayerNormalization(step: Step, weights: readonly Float32Array[]): Part[] {
  const epsilon = step.config["epsilon"] as number;
  const layer = perChannel(step, (rows) => {
    const centred = tf.sub(rows, tf.mean(rows, 1, true));
    return tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon)));
  });
  return [{ layer, values: scaleAndOffset(step, weights) }];
}

/** How each class of tfjs is read. */
const READERS: Readonly<Record<string, (step: Step, weights: readonly Float32Array[]) => Part[]>> = {
  Dense: readDense,
  Conv2D: readConvolution(conv),
  Conv2DTranspose: readConvolution(convTranspose),
  UpSampling2D: ({ input, config }) => {
    const options = { input: input as unknown as ImageShape, factor: config["size"] as Two };
    const layer = config["interpolation"] === "bilinear"
      ? cornerBilinear(options)
      : upsample({ ...options, method: config["interpolation"] as "nearest" });
    return [{ layer, values: [] }];
  },
  AveragePooling2D: ({ input, config }) => [{
    layer: averagePool({
      input: input as unknown as ImageShape,
      size: config["poolSize"] as Two,
      stride: config["strides"] as Two,
      padding: config["padding"] as "same" | "valid",
    }),
    values: [],
  }],
  Activation: (step) => [elementwise(step, ACTIVATIONS[activationOf(step)]!)],
  ReLU: (step) => {
    const most = step.config["maxValue"] as number | null | undefined;
    return [elementwise(step, (u) => most == null ? tf.relu(u) : clipped(u, most))];
  },
  LeakyReLU: (step) => {
    const alpha = step.config["alpha"] as number;
    return [elementwise(step, (u) => tf.leakyRelu(u, alpha))];
  },
  ELU: (step) => {
    requireOption(step, "alpha", (alpha) => alpha === 1, "1");
    return [elementwise(step, tf.elu)];
  },
  BatchNormalization: readBatchNormalization,
  LayerNormalization: readLayerNormalization,
  Reshape: renamed,
  Flatten: renamed,
  Dropout: () => [],
  AlphaDropout: () => [],
  GaussianDropout: () => [],
  GaussianNoise: () => [],
};

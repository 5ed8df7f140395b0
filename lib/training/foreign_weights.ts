/**
 * The weights of a model that another library trained, from a safetensors file of its own names, layouts and types.
 *
 * @module
 */

import { tf } from "../engine/mod.ts";
import { type ModelDescription, modelParameterShapes } from "../model/mod.ts";
import { CheckpointError } from "./checkpoint_error.ts";
import { decodeSafetensors, type TensorValues } from "./safetensors.ts";

/** What the layers of a model are called in a file: `encoder.0` for tensors `encoder.0.weight` and `encoder.0.bias`. */
export interface ForeignNames {
  /** The encoder's layers in order; in place of the last there may be two, of the posterior's mean and of its spread. */
  readonly encoder: readonly (string | { readonly mean: string; readonly spread: string })[];
  /** The decoder's layers in order. */
  readonly decoder: readonly string[];
}

/** How a file holds a model. */
export interface ForeignOptions {
  /** What its layers are called. */
  readonly names: ForeignNames;
  /** The axes of a weight: "out, in" of PyTorch, which is taken when absent, or "in, out" of JAX and Keras. */
  readonly layout?: "out, in" | "in, out";
  /** What the encoder gives beside the mean: "log σ²", which is taken when absent, or "log σ". */
  readonly spread?: "log σ²" | "log σ";
  /** Tensors of the file that are no part of the model. */
  readonly ignored?: readonly string[];
}

/** A dense layer: W `[in, out]` row by row, and b `[out]`. */
interface Layer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/**
 * The parameters of a model, in the order of `modelParameterShapes`, from a file that PyTorch, JAX or Keras wrote by safetensors, in F64,
 * F32, F16 or BF16.
 *
 * ```ts ignore
 * const names = { encoder: ["encoder.0", { mean: "fc_mu", spread: "fc_var" }], decoder: ["decoder.0", "decoder.2"] };
 * const parameters = foreignParameters(Deno.readFileSync("vae.safetensors"), "vae.safetensors", description, { names });
 * const model = bindModel(description, parameters);
 * ```
 *
 * @param bytes the whole file
 * @param file its name, for messages
 * @param description the model, of dense layers, whose family is mean-field, or null where the encoder gives the mean alone
 * @throws CheckpointError if the file is none, lacks a tensor, has one of another shape, or one that no layer takes; RangeError if the
 * names are not as many as the layers, or the family is another
 */
export function foreignParameters(
  bytes: Uint8Array,
  file: string,
  description: ModelDescription,
  { names, layout = "out, in", spread = "log σ²", ignored = [] }: ForeignOptions,
): tf.Tensor[] {
  const { encoder, decoder, latent, family } = description;
  if (family !== null && family.name !== "mean-field") {
    throw new RangeError(
      `foreignParameters: the model's family must be mean-field, or null, but is ${family.name}`,
    );
  }
  if (description.likelihood.learned) {
    throw new RangeError(
      `foreignParameters: the likelihood must have no parameters, but ${description.likelihood.kind} has; put them after those of the file`,
    );
  }
  for (const [part, network] of Object.entries({ encoder, decoder })) {
    const given = names[part as keyof ForeignNames].length, { length } = network.layers;
    if (given !== length) {
      throw new RangeError(`foreignParameters: names.${part} must name ${length} layers, but names ${given}`);
    }
  }
  const { tensors } = decodeSafetensors(bytes, file, { convert: true });
  const read = new Set(ignored);
  const fail = (why: string): never => {
    throw new CheckpointError(file, why);
  };
  const tensorOf = (options: readonly string[], shape: readonly number[]): TensorValues => {
    const name = options.find((one) => tensors.has(one));
    if (name === undefined) {
      return fail(`must hold ${options.join(" or ")}; it holds ${[...tensors.keys()].toSorted().join(", ")}`);
    }
    read.add(name);
    const found = tensors.get(name)!;
    if (found.shape.join() === shape.join()) return found;
    const axes = shape.length === 2 ? ` (${layout})` : "";
    const isTurned = shape.length === 2 && found.shape.join() === shape.toReversed().join();
    const other = layout === "out, in" ? "in, out" : "out, in";
    return fail(
      `${name} must be [${shape.join(", ")}]${axes}, but is [${found.shape.join(", ")}]${
        isTurned ? `: give layout "${other}"` : ""
      }`,
    );
  };
  const layerOf = (name: string, inputs: number, outputs: number): Layer => {
    const isTurned = layout === "out, in";
    const { values } = tensorOf(
      [`${name}.weight`, `${name}.kernel`],
      isTurned ? [outputs, inputs] : [inputs, outputs],
    );
    const weight = isTurned
      ? Float32Array.from(
        { length: values.length },
        (_, at) => values[(at % outputs) * inputs + Math.floor(at / outputs)]!,
      )
      : values;
    return { weight, bias: tensorOf([`${name}.bias`], [outputs]).values };
  };
  const layers = [
    ...encoder.layers.map(({ inputs, outputs }, i) => {
      const name = names.encoder[i]!;
      const whole = typeof name === "string"
        ? layerOf(name, inputs, outputs)
        : beside(layerOf(name.mean, inputs, latent), layerOf(name.spread, inputs, outputs - latent), inputs);
      const isSpread = i === encoder.layers.length - 1 && family !== null && spread === "log σ²";
      return isSpread ? halved(whole, latent, outputs) : whole;
    }),
    ...decoder.layers.map(({ inputs, outputs }, i) => layerOf(names.decoder[i]!, inputs, outputs)),
  ];
  const rest = [...tensors.keys()].filter((name) => !read.has(name));
  if (rest.length > 0) {
    fail(
      `holds ${
        rest.join(", ")
      }, which no layer takes: a model with it is another; name it in ignored if it is not`,
    );
  }
  const values = layers.flatMap(({ weight, bias }) => [weight, bias]);
  return modelParameterShapes(description).map(({ shape }, i) => tf.tensor(values[i]!, [...shape]));
}

/** Two layers of the same inputs as one: the outputs of the first, then those of the second. */
function beside(first: Layer, second: Layer, inputs: number): Layer {
  const [a, b] = [first.bias.length, second.bias.length];
  const weight = new Float32Array(inputs * (a + b));
  for (let row = 0; row < inputs; row++) {
    weight.set(first.weight.subarray(row * a, (row + 1) * a), row * (a + b));
    weight.set(second.weight.subarray(row * b, (row + 1) * b), row * (a + b) + a);
  }
  return { weight, bias: Float32Array.of(...first.bias, ...second.bias) };
}

/** Half of the outputs from `from` on: log σ of log σ². */
function halved({ weight, bias }: Layer, from: number, outputs: number): Layer {
  return {
    weight: weight.map((value, at) => (at % outputs < from ? value : value / 2)),
    bias: bias.map((value, at) => (at < from ? value : value / 2)),
  };
}

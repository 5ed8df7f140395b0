/**
 * Between the plain arrays of a subject and the tensors and descriptions of the library.
 *
 * @module
 */

import { read, tf } from "../lib/engine/mod.ts";
import {
  bernoulli,
  type Family,
  family,
  gaussian,
  type Likelihood,
  type ModelDescription,
} from "../lib/model/mod.ts";
import {
  conv,
  convTranspose,
  dense,
  type DifferentiableLayer,
  type ImageShape,
  reshape,
  type Sequential,
  sequential,
} from "../lib/network/mod.ts";
import type { FamilySpec, LayerSpec, LikelihoodSpec, Matrix, ModelSpec, Vector } from "./contract/subject.ts";

/** A vector as a tensor. */
export const vector = (v: Vector): tf.Tensor => tf.tensor(Float32Array.from(v), [v.length]);
/** A matrix as a tensor. */
export const matrix = (m: Matrix): tf.Tensor =>
  tf.tensor(Float32Array.from(m.flat()), [m.length, m[0]?.length ?? 0]);
/** Matrices as one tensor. */
export const batch = (b: readonly Matrix[]): tf.Tensor =>
  tf.tensor(Float32Array.from(b.flat(2)), [b.length, b[0]!.length, b[0]![0]?.length ?? 0]);

/** A tensor of rank 2 as rows. */
export async function rows(t: tf.Tensor): Promise<Matrix> {
  const [, columns] = t.shape as [number, number];
  const values = Array.from(await read(t));
  return Array.from({ length: t.shape[0]! }, (_, i) => values.slice(i * columns, (i + 1) * columns));
}

/** A tensor of rank 3 as matrices. */
export async function matrices(t: tf.Tensor): Promise<Matrix[]> {
  const [count, height, width] = t.shape as [number, number, number];
  const flat = await rows(tf.reshape(t, [count * height, width]));
  return Array.from({ length: count }, (_, i) => flat.slice(i * height, (i + 1) * height));
}

/** A tensor as its numbers. */
export const numbers = async (t: tf.Tensor): Promise<Vector> => Array.from(await read(t));

/** Runs asynchronous work and disposes of every tensor that it left behind. */
export async function scoped<T>(work: () => Promise<T>): Promise<T> {
  const scope = tf.openScope();
  try {
    return await work();
  } finally {
    scope.close();
  }
}

/** A dense layer; or the convolution that does the same, whose only patch is the whole image, or the adjoint of one. */
export type Realised = LayerSpec & { readonly by?: "conv" | "convTranspose" };

/** An image of so many numbers, with a row and a column for each factor that there is. */
const imageOf = (size: number): ImageShape => {
  const height = size % 2 === 0 ? 2 : 1, width = [3, 2].find((n) => size % (height * n) === 0) ?? 1;
  return [height, width, size / height / width];
};

function layerOf(
  { weight: { length: inputs }, bias: { length: outputs }, activation, by }: Realised,
): DifferentiableLayer {
  if (by === "convTranspose") {
    return convTranspose({ input: [1, 1, inputs], filters: outputs, kernel: 1, activation });
  }
  if (by !== "conv") return dense(inputs, outputs, activation);
  const input = imageOf(inputs), [height, width] = input;
  return conv({ input, filters: outputs, kernel: [height, width], padding: "valid", activation });
}

/** A network without its parameters. */
export const networkOf = (spec: readonly Realised[]): Sequential<DifferentiableLayer> =>
  sequential(spec.flatMap((realised) => {
    const layer = layerOf(realised);
    return layer.input ? [reshape({ output: layer.input }), layer] : [layer];
  }));
/** The parameters of a network. */
export const parametersOf = (spec: readonly Realised[]): tf.Tensor[] =>
  spec.flatMap((realised) => [
    tf.tidy(() => {
      const weight = matrix(realised.weight);
      const turned = realised.by === "convTranspose" ? tf.transpose(weight) : weight;
      return tf.reshape(turned, [...layerOf(realised).parameters[0]!.shape]);
    }),
    vector(realised.bias),
  ]);
/** A weight, or the gradient in it, `[in][out]`. */
export function weightOf(
  { weight: { length: inputs }, bias: { length: outputs }, by }: Realised,
  t: tf.Tensor,
): Promise<Matrix> {
  return rows(
    by === "convTranspose"
      ? tf.transpose(tf.reshape(t, [outputs, inputs]))
      : tf.reshape(t, [inputs, outputs]),
  );
}
/** A likelihood of the library. */
export const likelihoodOf = (spec: LikelihoodSpec): Likelihood =>
  spec.kind === "gaussian" ? gaussian(spec.variance) : bernoulli();
/** A family of the library. */
export const familyOf = (spec: FamilySpec, latent: number): Family =>
  spec.kind === "block" ? family("block", latent, spec.size) : family(spec.kind, latent);

/** A model without its parameters; its family is null where the encoder gives the mean alone. */
export function descriptionOf(spec: ModelSpec): ModelDescription {
  const { latent } = spec;
  return {
    encoder: networkOf(spec.encoder),
    decoder: networkOf(spec.decoder),
    latent,
    likelihood: likelihoodOf(spec.likelihood),
    family: spec.encoder.at(-1)!.bias.length > latent ? familyOf(spec.family, latent) : null,
  };
}

/**
 * A problem as it is handed over: the numbers in one file that all implementations read.
 *
 * float32, little-endian: the parameters in order (for each layer of the encoder, then of the decoder, its weight
 * and its bias, as the library has them: `[inputs, outputs]`; of a convolution `[height, width, inputs, outputs]`, of a transposed
 * one `[height, width, outputs, inputs]`), x `[batch, data]`, the noise of the β-VAE `[batch, latent]`, and the columns of
 * stochastic GRAE* `[batch]` as whole numbers.
 *
 * @module
 */

import { conv64Layers } from "./conv64.ts";
import type { Shape } from "./shape.ts";
import { hasPosterior, type Objective } from "./workload.ts";

/** Numbers with their shape. */
export interface Values {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** What a problem's file holds. */
export interface Problem {
  readonly parameters: readonly Values[];
  readonly x: Values;
  readonly noise: Values;
  readonly columns: Values;
}

/** The shapes of a problem's parameters, in order. */
function parameterSizes(shape: Shape, objective: Objective): number[][] {
  const { data, width, latent } = shape, encoded = latent * (hasPosterior(objective) ? 2 : 1);
  if (shape.network === "conv64") {
    const { encoder, decoder } = conv64Layers(shape, encoded);
    return [...encoder, ...decoder].flatMap(({ weight, bias }) => [[...weight], [bias]]);
  }
  const encoder = [data, width, width, encoded];
  const decoder = [latent, width, width, data];
  return [encoder, decoder].flatMap((sizes) =>
    sizes.slice(1).flatMap((size, i) => [[sizes[i]!, size], [size]])
  );
}

/** The bytes of a problem's file. */
export function encodeProblem({ parameters, x, noise, columns }: Problem): Uint8Array {
  const parts = [...parameters, x, noise, columns];
  const all = new Float32Array(parts.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of parts) {
    all.set(values, at);
    at += values.length;
  }
  return new Uint8Array(all.buffer);
}

/**
 * What the bytes of a problem's file hold.
 *
 * @throws RangeError if they are not as many as its shape needs
 */
export function decodeProblem(bytes: Uint8Array<ArrayBuffer>, shape: Shape, objective: Objective): Problem {
  const { batch, data, latent } = shape;
  const shapes = [...parameterSizes(shape, objective), [batch, data], [batch, latent], [batch]];
  const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  const needed = 4 * shapes.reduce((sum, shape) => sum + count(shape), 0);
  if (bytes.length !== needed) {
    throw new RangeError(`decodeProblem: ${needed} bytes are needed, but there are ${bytes.length}`);
  }
  let at = bytes.byteOffset;
  const parts = shapes.map((shape): Values => {
    const values = new Float32Array(bytes.buffer, at, count(shape));
    at += values.byteLength;
    return { values, shape };
  });
  const [x, noise, columns] = parts.slice(-3) as [Values, Values, Values];
  return { parameters: parts.slice(0, -3), x, noise, columns };
}

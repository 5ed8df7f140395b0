/**
 * Fixed linear layers between images: larger ones, smaller ones, and the same numbers by other axes.
 *
 * @module
 */

import { tf } from "../engine/mod.ts";
import {
  along,
  assertPadding,
  assertSizes,
  both,
  type ImageLayer,
  type ImageShape,
  type Padding,
  sizeOfImage,
  type Two,
} from "./image.ts";
import type { DifferentiableLayer } from "./layer.ts";

/** What {@link upsample} takes. */
export interface UpsampleOptions {
  /** The axes of x. */
  readonly input: ImageShape;
  /** By which each side grows, `[height, width]`, or one number for both; whole numbers from 1. */
  readonly factor: number | readonly [height: number, width: number];
  /** `nearest` repeats each pixel; `bilinear` interpolates between the centres of pixels. */
  readonly method: "nearest" | "bilinear";
}

/** What {@link averagePool} takes. */
export interface AveragePoolOptions {
  /** The axes of x. */
  readonly input: ImageShape;
  /** Of a window, `[height, width]`, or one number for both. */
  readonly size: number | readonly [height: number, width: number];
  /** From one window to the next; the window's size by default. */
  readonly stride?: number | readonly [height: number, width: number];
  /** `valid` by default. Pixels beyond the image are not counted. */
  readonly padding?: Padding;
}

/**
 * Describes a layer that makes images larger by whole factors, each channel alone. It has no parameters.
 *
 * `bilinear` reads at (i + ½)/factor − ½, and repeats the edges: TensorFlow's `UpSampling2D`, and PyTorch's `Upsample` with
 * `align_corners=False`.
 *
 * ```ts
 * import { upsample } from "./mod.ts";
 * const layer = upsample({ input: [8, 8, 3], factor: 2, method: "bilinear" });
 * console.assert(layer.output.join() === "16,16,3");
 * ```
 *
 * @throws RangeError for a size that is not a whole number from 1, and for another method
 */
export function upsample({ input, factor, method }: UpsampleOptions): ImageLayer {
  const factors = both(factor);
  assertSizes("upsample", { input: [input, 3], factor: [factors, 2] });
  if (method !== "nearest" && method !== "bilinear") {
    throw new RangeError(`upsample: method must be "nearest" or "bilinear", but it is "${method}"`);
  }
  const axis = (size: number, factor: number): Mixing =>
    Array.from({ length: size * factor }, (_, i) => {
      if (method === "nearest") return [[Math.floor(i / factor), 1]];
      const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), size - 1);
      const below = Math.floor(at), rest = at - below;
      return rest === 0 ? [[below, 1]] : [[below, 1 - rest], [below + 1, rest]];
    });
  return separable(input, [axis(input[0], factors[0]), axis(input[1], factors[1])]);
}

/**
 * Describes a layer that takes the mean of each window, each channel alone. It has no parameters. Pixels beyond the image do
 * not count, as in TensorFlow's `AveragePooling2D`, and in PyTorch's `AvgPool2d` with `count_include_pad=False`.
 *
 * ```ts
 * import { averagePool } from "./mod.ts";
 * console.assert(averagePool({ input: [8, 8, 3], size: 2 }).output.join() === "4,4,3");
 * ```
 *
 * @throws RangeError for a size that is not a whole number from 1, a padding that there is not, and where a window has no pixel
 */
export function averagePool({ input, size, ...options }: AveragePoolOptions): ImageLayer {
  const sizes = both(size), stride = both(options.stride ?? size), { padding = "valid" } = options;
  assertSizes("averagePool", { input: [input, 3], size: [sizes, 2], stride: [stride, 2] });
  assertPadding("averagePool", padding);
  const axis = (side: 0 | 1): Mixing => {
    const [count, before] = along(input[side], sizes[side], stride[side], padding);
    return Array.from({ length: Math.max(0, count) }, (_, i) => {
      const start = i * stride[side] - before;
      const first = Math.max(0, start), end = Math.min(input[side], start + sizes[side]);
      return Array.from({ length: Math.max(0, end - first) }, (_, j) => [first + j, 1 / (end - first)]);
    });
  };
  const axes: readonly [Mixing, Mixing] = [axis(0), axis(1)];
  if (axes.some((mixing) => mixing.length === 0 || mixing.some((row) => row.length === 0))) {
    throw new RangeError(
      `averagePool: each window must have a pixel, but with padding ${padding} one of ${
        sizes.join(" × ")
      } on an image of ${input.slice(0, 2).join(" × ")} has none; take a smaller size or less padding`,
    );
  }
  return separable(input, axes);
}

/**
 * Describes a layer that makes images larger as tfjs's `UpSampling2D` with `bilinear` does: it reads at i/factor, and repeats the
 * last edge.
 */
export function cornerBilinear({ input, factor }: Omit<UpsampleOptions, "method">): ImageLayer {
  const axis = (size: number, factor: number): Mixing =>
    Array.from({ length: size * factor }, (_, i) => {
      const below = Math.floor(i / factor), rest = (i % factor) / factor;
      return rest === 0 || below === size - 1 ? [[below, 1]] : [[below, 1 - rest], [below + 1, rest]];
    });
  const [rows, columns] = both(factor);
  return separable(input, [axis(input[0], rows), axis(input[1], columns)]);
}

/** What {@link reshape} takes; one of both at least. */
export interface ReshapeOptions {
  /** The axes of x, if it is an image. */
  readonly input?: ImageShape;
  /** The axes of y, if it is an image. */
  readonly output?: ImageShape;
}

/**
 * Describes a layer that states the axes of an image, or changes them: y is x. A layer behind it that takes images of other
 * axes is refused by `sequential`.
 *
 * ```ts
 * import { conv, dense, reshape, sequential } from "./mod.ts";
 * sequential([dense(10, 512, "relu"), reshape({ output: [4, 4, 32] }), conv({ input: [4, 4, 32], filters: 3, kernel: 3 })]);
 * ```
 *
 * @throws RangeError for a size that is not a whole number from 1, for neither image, and for two of different sizes
 */
export function reshape({ input, output }: ReshapeOptions): DifferentiableLayer {
  const given = input ?? output;
  if (!given) throw new RangeError("reshape: input or output is required, but neither came");
  for (const [name, image] of Object.entries({ input, output })) {
    if (image) assertSizes("reshape", { [name]: [image, 3] });
  }
  const size = sizeOfImage(given);
  if (input && output && sizeOfImage(output) !== size) {
    throw new RangeError(
      `reshape: output must have as many numbers as input, ${size}, but ${output.join(" × ")} has ${
        sizeOfImage(output)
      }`,
    );
  }
  return {
    ...fixed(size, size, (rows) => rows),
    ...input && { input },
    ...output && { output },
  };
}

/** Of each number that is made: those that it is the sum of, by their places, with their weights. */
type Mixing = readonly (readonly (readonly [place: number, weight: number])[])[];

/** A linear map without parameters, from rows of so many numbers to rows of so many. */
function fixed(inputs: number, outputs: number, map: (rows: tf.Tensor) => tf.Tensor): DifferentiableLayer {
  const pushed = (t: tf.Tensor): tf.Tensor => {
    const [batch, count] = t.shape as [number, number, number];
    return tf.reshape(map(tf.reshape(t, [batch * count, inputs])), [batch, count, outputs]);
  };
  return {
    inputs,
    outputs,
    parameters: [],
    initial: () => [],
    apply: (_, x) => map(x),
    push: (_, x) => ({ value: map(x.value), first: pushed(x.first), second: x.second && pushed(x.second) }),
  };
}

/** Rows are mixed, then columns: two products with small matrices, where the axis is mixed at all. */
function separable(input: ImageShape, [rows, columns]: readonly [Mixing, Mixing]): ImageLayer {
  const [height, width, channels] = input;
  const output: ImageShape = [rows.length, columns.length, channels];
  const matrices = ([[rows, height], [columns, width]] as const).map(([mixing, size]) => {
    const entries = new Float32Array(mixing.length * size);
    mixing.forEach((row, i) => row.forEach(([place, weight]) => entries[i * size + place] = weight));
    return { entries, size: [mixing.length, size] as Two };
  });
  const [mixRows, mixColumns] = matrices.map(({ entries, size }, axis) => (x: tf.Tensor): tf.Tensor => {
    const isIdentity = size[0] === size[1] && entries.every((v, i) => v === Number(i % (size[0] + 1) === 0));
    if (isIdentity) return x;
    const inner = axis === 0 ? width * channels : channels;
    return tf.matMul(tf.tensor(entries, [1, ...size]), tf.reshape(x, [-1, size[1], inner]));
  }) as [Map, Map];
  return {
    ...fixed(sizeOfImage(input), sizeOfImage(output), (x) => {
      const mixed = mixColumns(mixRows(x));
      return tf.reshape(mixed, [x.shape[0]!, sizeOfImage(output)]);
    }),
    input,
    output,
  };
}
type Map = (x: tf.Tensor) => tf.Tensor;

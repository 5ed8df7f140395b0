/**
 * Images between layers: rows of a matrix, `[batch, height · width · channels]`, their channels next to each other.
 *
 * @module
 */

import type { DifferentiableLayer } from "./layer.ts";

/** The axes of an image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/**
 * How an image is padded with zeros: `valid`, not at all; `same`, so that the output has ⌈size / stride⌉ rows, the odd one after
 * the image, as TensorFlow does; a number, so many on each side, as PyTorch does.
 */
export type Padding = "same" | "valid" | number;

/** A layer from images to images. */
export interface ImageLayer extends DifferentiableLayer {
  /** The axes of x, `[batch, height · width · channels]`. */
  readonly input: ImageShape;
  /** The axes of y likewise. */
  readonly output: ImageShape;
}

/** Of each axis of a plane. */
export type Two = readonly [height: number, width: number];

/** One size for both axes, or one for each. */
export const both = (size: number | Two): Two => typeof size === "number" ? [size, size] : size;

/** Numbers of an image. */
export const sizeOfImage = ([height, width, channels]: ImageShape): number => height * width * channels;

/** Requires whole numbers from 1, so many of each name. @throws RangeError for others */
export function assertSizes(
  doing: string,
  sizes: Readonly<Record<string, readonly [given: readonly number[], count: number]>>,
): void {
  for (const [name, [given, count]] of Object.entries(sizes)) {
    if (given.length !== count || !given.every((size) => Number.isInteger(size) && size >= 1)) {
      throw new RangeError(
        `${doing}: ${name} must be ${
          count === 1 ? "a whole number" : `${count} whole numbers`
        } from 1, but it is ${given}`,
      );
    }
  }
}

/** @throws RangeError for a padding that there is not */
export function assertPadding(doing: string, padding: Padding): void {
  if (padding !== "same" && padding !== "valid" && !(Number.isInteger(padding) && padding >= 0)) {
    throw new RangeError(
      `${doing}: padding must be "same", "valid" or a whole number from 0, but it is ${padding}`,
    );
  }
}

/** The rows of an output, and how many zeros come before the image, along one axis. */
export function along(
  size: number,
  kernel: number,
  stride: number,
  padding: Padding,
): [count: number, before: number] {
  if (padding === "same") {
    const count = Math.ceil(size / stride);
    return [count, Math.max(0, (count - 1) * stride + kernel - size) >> 1];
  }
  const before = padding === "valid" ? 0 : padding;
  return [Math.floor((size + 2 * before - kernel) / stride) + 1, before];
}

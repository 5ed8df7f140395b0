/**
 * The linear part of a piecewise linear layer: x W, a convolution, or a transposed one.
 *
 * With P(x) the patches of images x, and P* its adjoint, a convolution is P(x) W, W `[patch, filters]`, and a transposed one
 * P*(x Wᵀ), W `[patch, inputs' channels]`: each is the other's reverse pass.
 *
 * @module
 */

import { overlap, patches, type PatchSizes, tf } from "../engine/mod.ts";

/** A convolution from images to a grid of patches, or the adjoint from the grid to images. */
export interface ConvolutionSizes {
  readonly patches: PatchSizes;
  readonly transposed: boolean;
}

/** The sizes of a layer. */
export interface LayerSizes {
  /** Of x. */
  readonly inputs: number;
  /** Of y. */
  readonly outputs: number;
  /** Of b: outputs, or the channels of y. */
  readonly channels: number;
}

/** The sizes of a layer whose W has such a shape; without a convolution it is dense. */
export function sizesOfLayer(
  [rows, columns]: readonly number[],
  convolution: ConvolutionSizes | null,
): LayerSizes {
  if (!convolution) return { inputs: rows!, outputs: columns!, channels: columns! };
  const { patches: { image, grid }, transposed } = convolution;
  const [images, made] = [image.reduce((a, b) => a * b), grid[0] * grid[1] * columns!];
  return transposed
    ? { inputs: made, outputs: images, channels: image[2] }
    : { inputs: images, outputs: made, channels: columns! };
}

/** Rows of the grid's positions: `[images · positions, channels]`. */
const positions = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, w.shape[1]!]);
const images = (y: tf.Tensor, { grid }: PatchSizes): tf.Tensor =>
  tf.reshape(y, [y.shape[0]! / (grid[0] * grid[1]), -1]);

/** P(x) W. */
const forward = (x: tf.Tensor, w: tf.Tensor, sizes: PatchSizes): tf.Tensor =>
  images(tf.matMul(patches(x, sizes), w), sizes);
/** P*(y Wᵀ). */
const backward = (y: tf.Tensor, w: tf.Tensor, sizes: PatchSizes): tf.Tensor =>
  overlap(tf.matMul(positions(y, w), w, false, true), sizes);

/** The linear part by ordinary operations: x `[rows, inputs]` ↦ `[rows, outputs]`. */
export function mapped(x: tf.Tensor, w: tf.Tensor, convolution: ConvolutionSizes | null): tf.Tensor {
  if (!convolution) return tf.matMul(x, w);
  return (convolution.transposed ? backward : forward)(x, w, convolution.patches);
}

/** Its adjoint by ordinary operations: u `[rows, outputs]` ↦ `[rows, inputs]`. */
export function adjoint(u: tf.Tensor, w: tf.Tensor, convolution: ConvolutionSizes | null): tf.Tensor {
  if (!convolution) return tf.matMul(u, w, false, true);
  return (convolution.transposed ? forward : backward)(u, w, convolution.patches);
}

/** The gradient in W by ordinary operations, of x and the gradient u in what the map gives. */
export function inWeight(
  x: tf.Tensor,
  u: tf.Tensor,
  w: tf.Tensor,
  convolution: ConvolutionSizes | null,
): tf.Tensor {
  if (!convolution) return tf.matMul(x, u, true, false);
  const [whole, grid] = convolution.transposed ? [u, x] : [x, u];
  return tf.matMul(patches(whole, convolution.patches), positions(grid, w), true, false);
}

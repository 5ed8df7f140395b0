/**
 * Jets: the values of a batch and their tangents as the rows of one matrix `[batch + batch · tangent, width]`, first the
 * values, then the tangents example by example.
 *
 * @module
 */

import type { tf } from "../engine/mod.ts";
import { type ConvolutionSizes, type LayerSizes, sizesOfLayer } from "./linear_map.ts";

/** Values and their tangents. */
export interface Jet {
  /** `[batch, width]` */
  readonly value: tf.Tensor;
  /** `[batch, tangent, width]` */
  readonly tangents: tf.Tensor;
}

/** The rows of a jet. */
export interface Rows {
  readonly batch: number;
  /** Tangents of each example; 0 where there are only values. */
  readonly tangents: number;
}

/** What kernels on jets are told. */
export interface JetSettings extends Rows {
  /** Of each layer. */
  readonly slopes: readonly number[];
  /** Of each layer; null for a dense one. */
  readonly convolutions: readonly (ConvolutionSizes | null)[];
}

/** The sizes of layers whose weights have such shapes. */
export const layerSizes = (
  { convolutions }: JetSettings,
  weights: readonly (readonly number[])[],
): LayerSizes[] => weights.map((shape, i) => sizesOfLayer(shape, convolutions[i]!));

/** The rows of values alone. */
export const valuesOf = ({ batch }: Rows): Rows => ({ batch, tangents: 0 });

/** How many rows a jet has. */
export const count = ({ batch, tangents }: Rows): number => batch * (1 + tangents);

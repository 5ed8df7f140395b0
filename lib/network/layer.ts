/**
 * What a layer of a network is: {@link dense} is one, and so is whatever has these methods.
 *
 * @module
 */

import type { Key, tf } from "../engine/mod.ts";
import type { PiecewiseLinearLayer } from "./piecewise_linear.ts";

/** The name and shape of one parameter tensor. */
export interface ParameterShape {
  /** `weight`; of a network `0.weight`, `0.bias`, `1.weight`, … */
  readonly name: string;
  /** `[inputs, outputs]` of a weight, `[outputs]` of a bias. */
  readonly shape: readonly number[];
}

/** A layer, apart from the numbers of its parameters: all that an encoder needs. */
export interface Layer {
  /** Size of x. */
  readonly inputs: number;
  /** Size of y. */
  readonly outputs: number;
  /** The axes `[height, width, channels]` of x where it is an image; the layer before must give the same, if it says so. */
  readonly input?: readonly [number, number, number];
  /** The axes of y likewise. */
  readonly output?: readonly [number, number, number];
  /** Names and shapes of its parameters, in the order in which its methods are given them. */
  readonly parameters: readonly ParameterShape[];
  /** Parameters to start from. */
  initial(key: Key): tf.Tensor[];
  /** y: x `[batch, inputs]` ↦ `[batch, outputs]`, differentiable in x and in the parameters. */
  apply(parameters: readonly tf.Tensor[], x: tf.Tensor): tf.Tensor;
  /**
   * W, b and the slope of φ of a layer y = φ(x W + b) with φ piecewise linear; absent for others. Where all layers have it,
   * they go through one kernel together, and {@link apply} and `push` are not called.
   */
  readonly piecewiseLinear?: (parameters: readonly tf.Tensor[]) => PiecewiseLinearLayer;
}

/** A layer that pushes derivatives forward: what a decoder is made of. */
export interface DifferentiableLayer extends Layer {
  /**
   * y and its derivatives along the tangents from x and its own, differentiable in the parameters by one reverse pass.
   *
   * @param wantSecond whether second derivatives are needed
   */
  push(parameters: readonly tf.Tensor[], x: Pushed, wantSecond: boolean): Pushed;
}

/** What goes from layer to layer when derivatives are pushed forward. */
export interface Pushed {
  /** `[batch, size]` */
  readonly value: tf.Tensor;
  /** d/dt of the value along every tangent: `[batch, tangent, size]`. */
  readonly first: tf.Tensor;
  /** d²/dt² likewise, if it is needed; null while it is still zero. */
  readonly second: tf.Tensor | null;
}

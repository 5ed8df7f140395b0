/**
 * Numbers that may change from one replay of a recording to the next, such as β.
 *
 * A recording takes such a number as an input: a scalar tensor, which kernels read from memory as they read all else. The
 * other ways are worse. A number in a kernel's settings would need its jobs written again at each change, a rule for what is
 * derived from it (β/2, 1/β), and a way to know of each constant tensor whether it was made of it. A tensor needs none of
 * these, whatever a loss does with it; that it is no number of JavaScript keeps a loss from freezing it by arithmetic.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { assertFloat32 } from "./shape.ts";

/** A number, which a recording keeps; or a float32 tensor of shape [], which is an input of it. */
export type Scalar = number | tf.Tensor;

/**
 * Requires a number, or a float32 tensor of shape [].
 *
 * @param doing the public function that checks, for the message
 * @param name the argument's name, for the message
 * @throws TypeError
 */
export function assertScalar(doing: string, name: string, scalar: Scalar): void {
  if (typeof scalar === "number") return;
  if (scalar instanceof tf.Tensor) assertFloat32(doing, name, scalar);
  if (scalar?.rank === 0) return;
  const found = scalar instanceof tf.Tensor ? `a float32 tensor of shape [${scalar.shape}]` : String(scalar);
  throw new TypeError(`${doing}: ${name} must be a number or a float32 scalar, but it is ${found}`);
}

/** factor · scalar. */
export function scaled(scalar: Scalar, factor: number): Scalar {
  assertScalar("scaled", "scalar", scalar);
  return typeof scalar === "number" ? scalar * factor : tf.mul(scalar, factor);
}

/** 1 / scalar. */
export function reciprocal(scalar: Scalar): Scalar {
  assertScalar("reciprocal", "scalar", scalar);
  return typeof scalar === "number" ? 1 / scalar : tf.div(1, scalar);
}

/** A scalar as a tensor. */
export function scalarTensor(scalar: Scalar): tf.Tensor {
  assertScalar("scalarTensor", "scalar", scalar);
  return typeof scalar === "number" ? tf.tensor(scalar, [], "float32") : scalar;
}

/**
 * Requires a number above 0, or a float32 scalar. The number of a tensor is not read, since a recording may not: where it
 * enters, as in {@link trainingStep}, it is checked before.
 *
 * @param doing the public function that checks, for the message
 * @param name the argument's name, for the message
 * @throws RangeError for a number; TypeError for a tensor
 */
export function assertPositive(doing: string, name: string, scalar: Scalar): void {
  assertScalar(doing, name, scalar);
  if (typeof scalar === "number" && !(scalar > 0 && scalar < Infinity)) {
    throw new RangeError(`${doing}: ${name} must be a number above 0, but it is ${scalar}`);
  }
}

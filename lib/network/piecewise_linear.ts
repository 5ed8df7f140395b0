/**
 * Dense layers with piecewise linear activations, y = φ(x W + b) with φ(u) = u above 0 and `slope` u below: all layers that
 * follow each other at once, for values, and for values with their tangents, ẏ = (ẋ W) ∘ φ′.
 *
 * Values and tangents are the rows of one matrix, so a layer is one product forwards, and two in reverse. φ′ is read off the
 * values' signs, and a constant to a reverse pass.
 *
 * @module
 */

import { detach, tf, withGradient } from "../engine/mod.ts";
import type { Jet, JetSettings } from "./jet.ts";
import { backToX, backwards, forwards, isStraight } from "./layer_kernels.ts";

/** A layer with its parameters. */
export interface PiecewiseLinearLayer {
  /** W: `[inputs, outputs]` */
  readonly weight: tf.Tensor;
  /** b: `[outputs]` */
  readonly bias: tf.Tensor;
  /** φ(u) = u above 0, and `slope` u below: from 0 to 1. */
  readonly slope: number;
}

/** Values through layers: x `[batch, inputs]` ↦ `[batch, outputs]`. */
export function applyLayers(layers: readonly PiecewiseLinearLayer[], x: tf.Tensor): tf.Tensor {
  return run(layers, [x])[0]!;
}

/** Values and tangents through layers: x `[batch, inputs]` and ẋ `[batch, tangent, inputs]`. */
export function pushLayers(
  layers: readonly PiecewiseLinearLayer[],
  value: tf.Tensor,
  tangents: tf.Tensor,
): Jet {
  const [batch, count] = tangents.shape as [number, number];
  if (count === 0) {
    const outputs = layers.at(-1)!.weight.shape[1]!;
    return { value: applyLayers(layers, value), tangents: tf.zeros([batch, 0, outputs]) };
  }
  const [y, pushed] = run(layers, [value, tangents]);
  return { value: y!, tangents: pushed! };
}

/** Layers of x, or of x and ẋ. */
function run(layers: readonly PiecewiseLinearLayer[], x: readonly tf.Tensor[]): tf.Tensor[] {
  const settings: JetSettings = {
    batch: x[0]!.shape[0]!,
    tangents: x[1]?.shape[1] ?? 0,
    slopes: layers.map(({ slope }) => slope),
  };
  const weights = layers.map(({ weight }) => weight);
  const inputs = [...x, ...weights, ...layers.map(({ bias }) => bias)];
  return withGradient(
    inputs,
    (save) => {
      const made = forwards(inputs, settings);
      const y = made.splice(0, x.length);
      save([y[0]!, ...(settings.tangents > 0 ? [] : x), ...made, ...weights]);
      return y;
    },
    (dy, saved) => {
      const gradients = backwards([...dy, ...saved], settings);
      const du = isStraight(settings) ? detach(dy[0]!) : gradients.shift()!;
      const inX = (_: tf.Tensor, part: number) => (): tf.Tensor =>
        backToX([du, saved.at(-layers.length)!], { ...settings, part })[0]!;
      return [...x.map(inX), ...gradients.map((gradient) => () => gradient)];
    },
  );
}

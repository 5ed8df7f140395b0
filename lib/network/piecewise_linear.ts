/**
 * Dense layers with piecewise linear activations, y = φ(x W + b) with φ(u) = u above 0 and `slope` u below: all layers that
 * follow each other at once, for values, and for values with their tangents, ẏ = (ẋ W) ∘ φ′.
 *
 * Values and tangents are the rows of one matrix, so a layer is one product forwards, and two in reverse. φ′ is read off the
 * values' signs, and a constant to a reverse pass. All unit vectors need not be given, and take one product less in reverse:
 * behind the first layer, they are an outer product of φ′ and its weight.
 *
 * @module
 */

import { detach, tf, withGradient } from "../engine/mod.ts";
import type { Jet, JetSettings } from "./jet.ts";
import { backToX, backwards, behindFirst, forwards, isStraight } from "./layer_kernels.ts";
import { unitVectors } from "./unit_rows.ts";

/** Examples from which the units' own reverse pass pays: what it makes is as large for one example as for many. */
const ENOUGH = 32;

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
  return run(layers, [x], 0)[0]!;
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
  const [y, pushed] = run(layers, [value, tangents], count);
  return { value: y!, tangents: pushed! };
}

/** Values, and all unit vectors as tangents of each, through layers: x `[batch, inputs]`, ẏ `[batch, inputs, outputs]`. */
export function pushUnits(layers: readonly PiecewiseLinearLayer[], value: tf.Tensor): Jet {
  const [batch, inputs] = value.shape as [number, number];
  if (layers.length < 2 || batch < ENOUGH) return pushLayers(layers, value, unitVectors(batch, inputs));
  const [y, pushed] = run(layers, [value], inputs);
  return { value: y!, tangents: pushed! };
}

/** Layers of x, or of x and so many tangents: ẋ, or all unit vectors if that is not given. */
function run(
  layers: readonly PiecewiseLinearLayer[],
  x: readonly tf.Tensor[],
  tangents: number,
): tf.Tensor[] {
  const settings: JetSettings = {
    batch: x[0]!.shape[0]!,
    tangents,
    units: tangents > 0 && x.length === 1,
    slopes: layers.map(({ slope }) => slope),
  };
  const weights = layers.map(({ weight }) => weight);
  const inputs = [...x, ...weights, ...layers.map(({ bias }) => bias)];
  return withGradient(
    inputs,
    (save) => {
      const made = forwards(inputs, settings);
      const y = made.splice(0, tangents > 0 ? 2 : 1);
      save([y[0]!, ...(x.length === 1 ? x : []), ...made, ...weights]);
      return y;
    },
    (dy, saved) => {
      const gradients = backwards([...dy, ...saved], settings);
      const du = isStraight(settings) ? detach(dy[0]!) : gradients.shift()!;
      const inX = (_: tf.Tensor, part: number) => (): tf.Tensor =>
        backToX([du, saved.at(-layers.length)!], { ...behindFirst(settings), part })[0]!;
      return [...x.map(inX), ...gradients.map((gradient) => () => gradient)];
    },
  );
}

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
import { type ConvolutionSizes, sizesOfLayer } from "./linear_map.ts";
import { backToX, type LayerKernels, layerKernels } from "./layer_kernels.ts";
import { byName } from "./layout.ts";
import { unitKernels } from "./unit_kernels.ts";
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

/** A layer that may be one of this library's convolutions. */
export interface MappedLayer extends PiecewiseLinearLayer {
  /** Takes the place of x W: W is `[patch, filters]`, b `[channels of y]`. */
  readonly convolution?: ConvolutionSizes;
}

/** Values through layers: x `[batch, inputs]` ↦ `[batch, outputs]`. */
export function applyLayers(layers: readonly MappedLayer[], x: tf.Tensor): tf.Tensor {
  return run(layerKernels, layers, [x], 0)[0]!;
}

/** Values and tangents through layers: x `[batch, inputs]` and ẋ `[batch, tangent, inputs]`. */
export function pushLayers(
  layers: readonly MappedLayer[],
  value: tf.Tensor,
  tangents: tf.Tensor,
): Jet {
  const [batch, count] = tangents.shape as [number, number];
  if (count === 0) {
    const { weight, convolution } = layers.at(-1)!;
    const { outputs } = sizesOfLayer(weight.shape, convolution ?? null);
    return { value: applyLayers(layers, value), tangents: tf.zeros([batch, 0, outputs]) };
  }
  const [y, pushed] = run(layerKernels, layers, [value, tangents], count);
  return { value: y!, tangents: pushed! };
}

/** Values, and all unit vectors as tangents of each, through layers: x `[batch, inputs]`, ẏ `[batch, inputs, outputs]`. */
export function pushUnits(layers: readonly MappedLayer[], value: tf.Tensor): Jet {
  const [batch, inputs] = value.shape as [number, number];
  if (layers.length < 2 || batch < ENOUGH || layers.slice(0, 2).some(({ convolution }) => convolution)) {
    return pushLayers(layers, value, unitVectors(batch, inputs));
  }
  const [y, pushed] = run(unitKernels, layers, [value], inputs);
  return { value: y!, tangents: pushed! };
}

/** Layers of x, or of x and so many tangents: ẋ where the kernels take it. */
function run(
  { forward, reverse, layouts, left }: LayerKernels,
  layers: readonly MappedLayer[],
  x: readonly tf.Tensor[],
  tangents: number,
): tf.Tensor[] {
  const batch = x[0]!.shape[0]!;
  const slopes = layers.map(({ slope }) => slope);
  const convolutions = layers.map(({ convolution }) => convolution ?? null);
  const settings: JetSettings = { batch, tangents, slopes, convolutions };
  const lists = layouts(settings);
  const weights = layers.map(({ weight }) => weight);
  const inputs = [...x, ...weights, ...layers.map(({ bias }) => bias)];
  return withGradient(
    inputs,
    (save) => {
      const { y, tangents, jets } = byName(lists.outputs, forward(inputs, settings));
      save([...y, ...(x.length === 1 ? x : []), ...jets, ...weights]);
      return [...y, ...tangents];
    },
    (cotangents, saved) => {
      const given = [...cotangents, ...saved];
      const { du: [du = detach(given[0]!)], weights, biases } = byName(
        lists.gradients,
        reverse(given, settings),
      );
      const first = byName(lists.reverseInputs, given).weights[0];
      const inX = (_: tf.Tensor, part: number) => (): tf.Tensor =>
        backToX([du, first], { ...left(settings), part, convolution: convolutions[0]! })[0]!;
      return [...x.map(inX), ...[...weights, ...biases].map((gradient) => () => gradient)];
    },
  );
}

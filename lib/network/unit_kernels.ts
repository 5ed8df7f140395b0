/**
 * The kernels of piecewise linear layers, two at least, for values with all unit vectors as their tangents, which need not be
 * given: what is made of them before the third layer has a shorter way (see `unit_tangents.ts`).
 *
 * @module
 */

import { defineKernel, tf } from "../engine/mod.ts";
import { cut, glued, pushComposed, reverseComposed, sloped } from "./composed_layers.ts";
import { count, type JetSettings, layerSizes, valuesOf } from "./jet.ts";
import type { LayerKernels } from "./layer_kernels.ts";
import { slopeRows } from "./layer_rows.ts";
import {
  type LayerOnHeap,
  layersOnHeap,
  mapJet,
  type Place,
  pushOnHeap,
  reverseOnHeap,
  whole,
  withPlaces,
} from "./layers_on_heap.ts";
import { byName } from "./layout.ts";
import { unitVectors } from "./unit_rows.ts";
import { addUnitGradients, pushUnitTangents } from "./unit_tangents.ts";

type TwoOrMore = [LayerOnHeap, LayerOnHeap, ...LayerOnHeap[]];

/** What enters the second layer, y `[batch, width]` and all unit tangents behind the first, by ordinary operations. */
function withUnits(y: tf.Tensor, first: tf.Tensor, slope: number): tf.Tensor {
  const [batch, width] = y.shape as [number, number];
  const latent = first.shape[0]!;
  const units = tf.reshape(unitVectors(batch, latent), [-1, latent]);
  const pushed = tf.reshape(tf.matMul(units, first), [batch, latent, width]);
  return glued(y, sloped(pushed, y, slope));
}

/** Layers of values with all unit vectors as tangents. What enters the first two layers are the values alone. */
export const unitKernels: LayerKernels = {
  layouts: ({ slopes: { length: n } }) => ({
    inputs: { x: 1, tangents: 0, weights: n, biases: n },
    outputs: { y: 1, tangents: 1, jets: n - 1 },
    reverseInputs: { dy: 1, tangents: 1, y: 1, jets: n, weights: n },
    gradients: { du: 1, weights: n, biases: n },
  }),
  left: valuesOf,
  forward: defineKernel<JetSettings>({
    name: "GraeLayersUnits",
    shapes: (inputs, settings) => {
      const { batch, tangents } = settings;
      const { weights } = byName(unitKernels.layouts(settings).inputs, inputs);
      const sizes = layerSizes(settings, weights), { outputs } = sizes.at(-1)!;
      const [second, ...others] = sizes.slice(1).map(({ inputs }) => inputs);
      return [
        [batch, outputs],
        [batch, tangents, outputs],
        [batch, second!],
        ...others.map((width) => [count(settings), width]),
      ];
    },
    onHeap: (heap, inputs, outputs, settings, shapes) => {
      const layouts = unitKernels.layouts(settings), { batch, tangents } = settings;
      const given = byName(layouts.inputs, inputs), made = byName(layouts.outputs, outputs);
      const layers = layersOnHeap(settings, given.weights, byName(layouts.inputs, shapes).weights);
      const jets: Place[] = [given.x[0], ...made.jets].map((at, i) => whole(at, settings, layers[i]!.inputs));
      jets.push([made.y[0], made.tangents[0]]);
      const [first, second] = layers as TwoOrMore;
      pushOnHeap(heap, valuesOf(settings), [first, second], given.biases, jets);
      pushUnitTangents(
        heap,
        { y: jets[1]![0], first: first.weight, second: second.weight },
        jets[2]!,
        [batch, tangents, second.inputs, second.outputs],
        [first.slope, second.slope],
      );
      pushOnHeap(heap, settings, layers.slice(2), given.biases.slice(2), jets.slice(2));
    },
    compose: (inputs, settings) => {
      const { x, weights, biases } = byName(unitKernels.layouts(settings).inputs, inputs);
      const [slope, ...slopes] = settings.slopes as [number, ...number[]];
      const [, y] = pushComposed(x[0], weights, biases, {
        ...settings,
        ...valuesOf(settings),
        slopes: [slope],
      });
      const [, ...jets] = pushComposed(
        withUnits(y!, weights[0], slope),
        weights.slice(1),
        biases.slice(1),
        { ...settings, slopes, convolutions: settings.convolutions.slice(1) },
      );
      const last = cut(jets.pop()!, settings);
      return [last.value, last.tangents!, y!, ...jets];
    },
  }),
  reverse: defineKernel<JetSettings>({
    name: "GraeLayersUnitsReverse",
    shapes: (inputs, settings) => {
      const weights = byName(unitKernels.layouts(settings).reverseInputs, inputs).weights.map((w) => [...w]);
      const biases = layerSizes(settings, weights).map(({ channels }) => [channels]);
      return [[settings.batch, weights[0]![1]!], ...weights, ...biases];
    },
    onHeap: (heap, inputs, outputs, settings, shapes) => {
      const layouts = unitKernels.layouts(settings), { batch, tangents } = settings;
      const given = byName(layouts.reverseInputs, inputs), made = byName(layouts.gradients, outputs);
      const layers = layersOnHeap(settings, given.weights, byName(layouts.reverseInputs, shapes).weights);
      const [first, second, third] = layers as TwoOrMore;
      withPlaces(heap, settings, layers, made.du[0], (place) => {
        let dy: Place = [given.dy[0], given.tangents[0]], y = given.y[0];
        if (third) {
          const du = reverseOnHeap(heap, settings, layers.slice(2), {
            dy,
            y,
            jets: given.jets.slice(2),
            inWeights: made.weights.slice(2),
            inBiases: made.biases.slice(2),
            place: (i) => place(i + 2),
          });
          [dy, y] = [place(1), given.jets[2]];
          mapJet(heap, third, [du, dy], settings, true);
        }
        // The tangents behind the second layer are all that the gradients in the first two weights take of them.
        let tangentsDu = dy[1];
        if (second.slope !== 1) {
          if (!heap.donated(dy[1])) tangentsDu = place(1)[1];
          slopeRows(heap, dy[1], y, tangentsDu, [batch, tangents, second.outputs], second.slope);
        }
        reverseOnHeap(heap, valuesOf(settings), [first, second], {
          dy,
          y,
          jets: given.jets.slice(0, 2),
          inWeights: made.weights,
          inBiases: made.biases,
          place,
        });
        const [inFirst, inSecond] = made.weights;
        addUnitGradients(
          heap,
          {
            y: given.jets[1],
            du: tangentsDu,
            first: first.weight,
            second: second.weight,
            inFirst,
            inSecond,
          },
          [batch, tangents, second.inputs, second.outputs],
          first.slope,
        );
      });
    },
    compose: (inputs, settings) => {
      const { batch, tangents: size, slopes } = settings;
      const layout = unitKernels.layouts(settings).reverseInputs;
      const { dy, tangents, y, jets: [x, second, ...others], weights } = byName(layout, inputs);
      const jets = [glued(x, unitVectors(batch, size)), withUnits(second, weights[0], slopes[0]!), ...others];
      const sizes = layerSizes(settings, weights.map(({ shape }) => shape)).map(({ channels }) => channels);
      const { du, gradients } = reverseComposed(
        glued(dy[0], tangents[0]),
        y[0],
        jets,
        weights,
        settings,
        sizes,
      );
      return [cut(du, settings).value, ...gradients];
    },
  }),
};

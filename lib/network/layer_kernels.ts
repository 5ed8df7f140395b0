/**
 * The kernels of piecewise linear layers: all that follow each other in one, forwards and in reverse.
 *
 * @module
 */

import { copyNumbers, defineKernel, type Kernel } from "../engine/mod.ts";
import { cut, glued, pushComposed, reverseComposed } from "./composed_layers.ts";
import { count, type JetSettings, layerSizes, type Rows } from "./jet.ts";
import { adjoint, type ConvolutionSizes, sizesOfLayer } from "./linear_map.ts";
import { layersOnHeap, mapJet, pushOnHeap, reverseOnHeap, whole, withPlaces } from "./layers_on_heap.ts";
import { byName, type Layout } from "./layout.ts";

/** The forward kernel of some layers, the kernel of its reverse pass, and what their inputs and outputs are. */
export interface LayerKernels {
  readonly forward: Kernel<JetSettings>;
  readonly reverse: Kernel<JetSettings>;
  readonly layouts: (settings: JetSettings) => LayerLayouts;
  /** The rows of du of the first layer. */
  readonly left: (settings: JetSettings) => Rows;
}

/** The lists of a pair of kernels. */
export interface LayerLayouts {
  /** x, ẋ if it is given, each W, each b. */
  readonly inputs: Layout<"x" | "tangents" | "weights" | "biases">;
  /** y, ẏ if there are tangents, and the jets that enter the layers, less that of the first where it is x. */
  readonly outputs: Layout<"y" | "tangents" | "jets">;
  /** The gradients in y and ẏ, y, the jets that enter the layers, x too, each W. */
  readonly reverseInputs: Layout<"dy" | "tangents" | "y" | "jets" | "weights">;
  /** du of the first layer unless it is dy, the gradients in each W, in each b. */
  readonly gradients: Layout<"du" | "weights" | "biases">;
}

/** Layers of values, or of values with tangents that are given. */
export const layerKernels: LayerKernels = {
  layouts: ({ tangents, slopes }) => {
    const n = slopes.length, some = tangents > 0 ? 1 : 0;
    /** Whether du = dy, a matrix that is there already. */
    const straight = n === 1 && slopes[0] === 1 && tangents === 0;
    return {
      inputs: { x: 1, tangents: some, weights: n, biases: n },
      outputs: { y: 1, tangents: some, jets: n - 1 + some },
      reverseInputs: { dy: 1, tangents: some, y: 1, jets: n, weights: n },
      gradients: { du: straight ? 0 : 1, weights: n, biases: n },
    };
  },
  left: (settings) => settings,
  forward: defineKernel<JetSettings>({
    name: "GraeLayers",
    shapes: (inputs, settings) => {
      const { batch, tangents } = settings;
      const { weights } = byName(layerKernels.layouts(settings).inputs, inputs);
      const sizes = layerSizes(settings, weights), { outputs } = sizes.at(-1)!;
      const entering = sizes.map(({ inputs }) => [count(settings), inputs]);
      return tangents > 0
        ? [[batch, outputs], [batch, tangents, outputs], ...entering]
        : [[batch, outputs], ...entering.slice(1)];
    },
    onHeap: (heap, inputs, outputs, settings, shapes) => {
      const layouts = layerKernels.layouts(settings), { batch, tangents } = settings;
      const given = byName(layouts.inputs, inputs), made = byName(layouts.outputs, outputs);
      const layers = layersOnHeap(settings, given.weights, byName(layouts.inputs, shapes).weights);
      const entering = (tangents > 0 ? made.jets : [given.x[0], ...made.jets])
        .map((at, i) => whole(at, settings, layers[i]!.inputs));
      if (tangents > 0) {
        const [x, first] = entering[0]!, { inputs } = layers[0]!;
        copyNumbers(heap, given.x[0], x, batch * inputs);
        copyNumbers(heap, given.tangents[0], first, batch * tangents * inputs);
      }
      pushOnHeap(heap, settings, layers, given.biases, [...entering, [made.y[0], made.tangents[0]]]);
    },
    compose: (inputs, settings) => {
      const { x, tangents, weights, biases } = byName(layerKernels.layouts(settings).inputs, inputs);
      const jets = pushComposed(glued(x[0], tangents.at(0) ?? null), weights, biases, settings);
      const y = cut(jets.pop()!, settings);
      return y.tangents ? [y.value, y.tangents, ...jets] : [y.value, ...jets.slice(1)];
    },
  }),
  reverse: defineKernel<JetSettings>({
    name: "GraeLayersReverse",
    shapes: (inputs, settings) => {
      const layouts = layerKernels.layouts(settings);
      const weights = byName(layouts.reverseInputs, inputs).weights.map((weight) => [...weight]);
      const sizes = layerSizes(settings, weights);
      const du = layouts.gradients.du > 0 ? [[count(settings), sizes[0]!.outputs]] : [];
      return [...du, ...weights, ...sizes.map(({ channels }) => [channels])];
    },
    onHeap: (heap, inputs, outputs, settings, shapes) => {
      const layouts = layerKernels.layouts(settings);
      const given = byName(layouts.reverseInputs, inputs), made = byName(layouts.gradients, outputs);
      const layers = layersOnHeap(settings, given.weights, byName(layouts.reverseInputs, shapes).weights);
      withPlaces(heap, settings, layers, made.du.at(0), (place) => {
        reverseOnHeap(heap, settings, layers, {
          dy: [given.dy[0], given.tangents[0]],
          y: given.y[0],
          jets: given.jets,
          inWeights: made.weights,
          inBiases: made.biases,
          place,
        });
      });
    },
    compose: (inputs, settings) => {
      const layouts = layerKernels.layouts(settings);
      const { dy, tangents, y, jets, weights } = byName(layouts.reverseInputs, inputs);
      const jet = glued(dy[0], tangents.at(0) ?? null);
      const sizes = layerSizes(settings, weights.map(({ shape }) => shape)).map(({ channels }) => channels);
      const { du, gradients } = reverseComposed(jet, y[0], jets, weights, settings, sizes);
      return [...(layouts.gradients.du > 0 ? [du] : []), ...gradients];
    },
  }),
};

/** What {@link backToX} is told. */
interface BackSettings extends Rows {
  /** 0 for dx, 1 for dẋ. */
  readonly part: number;
  /** Of the first layer. */
  readonly convolution: ConvolutionSizes | null;
}

/** The adjoint of the first layer's linear part, du Wᵀ where it is dense: du and W ↦ dx if `part` is 0, dẋ if it is 1. */
export const backToX = defineKernel<BackSettings>({
  name: "GraeLayersInput",
  shapes: ([, w], { batch, tangents, part, convolution }) => {
    const { inputs } = sizesOfLayer(w!, convolution);
    return [part === 0 ? [batch, inputs] : [batch, tangents, inputs]];
  },
  onHeap: (heap, [du, w], [dx], { part, convolution, ...rows }, [, shape]) => {
    const [layer] = layersOnHeap({ ...rows, slopes: [1], convolutions: [convolution] }, [w], [shape]);
    const own = { batch: part === 0 ? rows.batch : rows.batch * rows.tangents, tangents: 0 };
    const from = whole(du, rows, layer!.outputs)[part]!;
    mapJet(heap, layer!, [whole(from, own, layer!.outputs), whole(dx, own, layer!.inputs)], own, true);
  },
  compose: ([du, w], settings) => {
    const dx = cut(adjoint(du!, w!, settings.convolution), settings);
    return [settings.part === 0 ? dx.value : dx.tangents!];
  },
});

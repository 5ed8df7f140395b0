/**
 * Networks with derivatives in their input, and the layers that they are made of.
 *
 * ```ts
 * import { key, startEngine, tf } from "./engine.ts";
 * import { bindDifferentiableNetwork, dense, initialParameters, sequential } from "./network.ts";
 *
 * await startEngine("wasm");
 * const decoder = sequential([dense(2, 16, "tanh"), dense(16, 5, "identity")]);
 * const g = bindDifferentiableNetwork(decoder, initialParameters(decoder, key(0)));
 * console.assert(g.gram(tf.zeros([3, 2])).shape.join() === "3,2,2");
 * ```
 *
 * @module
 */

export {
  ACTIVATION_NAMES,
  activationLayer,
  type ActivationLayerOptions,
  type ActivationName,
  averagePool,
  type AveragePoolOptions,
  type BentTangents,
  bindDifferentiableNetwork,
  bindNetwork,
  conv,
  type Convolution,
  type ConvolutionOptions,
  convTranspose,
  type Dense,
  dense,
  type DifferentiableLayer,
  type DifferentiableNetwork,
  drawnUnitRows,
  dropout,
  type FactoredTangents,
  fromLayersModel,
  functionLayer,
  type FunctionLayerOptions,
  groupNorm,
  type GroupNormOptions,
  type ImageLayer,
  type ImageShape,
  initialParameters,
  type Layer,
  layerNorm,
  type LayerNormOptions,
  layerOutputs,
  type LayersModel,
  type LayersModelLayer,
  type LayersModelTensor,
  type LayersNetwork,
  type Network,
  type Padding,
  type ParameterShape,
  parameterShapes,
  type PiecewiseLinearLayer,
  type Pushed,
  reshape,
  type ReshapeOptions,
  residual,
  type Sequential,
  sequential,
  upsample,
  type UpsampleOptions,
} from "./lib/network/mod.ts";
export type { Key, Tensor } from "./lib/engine/mod.ts";

/**
 * Networks, and their derivatives pushed forward.
 *
 * @module
 */

export { ACTIVATION_NAMES, type ActivationName, LEAKY_SLOPE } from "./activation.ts";
export { activationLayer, type ActivationLayerOptions } from "./activation_layer.ts";
export { conv, type Convolution, type ConvolutionOptions, convTranspose } from "./convolution.ts";
export { type Dense, dense } from "./dense.ts";
export {
  type BentTangents,
  bindDifferentiableNetwork,
  type DifferentiableNetwork,
  type FactoredTangents,
} from "./differentiable_network.ts";
export { dropout } from "./dropout.ts";
export {
  fromLayersModel,
  type LayersModel,
  type LayersModelLayer,
  type LayersModelTensor,
  type LayersNetwork,
} from "./from_layers_model.ts";
export { functionLayer, type FunctionLayerOptions } from "./function_layer.ts";
export type { ImageLayer, ImageShape, Padding } from "./image.ts";
export type { DifferentiableLayer, Layer, ParameterShape, Pushed } from "./layer.ts";
export { bindNetwork, layerOutputs, type Network } from "./network.ts";
export { groupNorm, type GroupNormOptions, layerNorm, type LayerNormOptions } from "./normalisation.ts";
export type { PiecewiseLinearLayer } from "./piecewise_linear.ts";
export {
  averagePool,
  type AveragePoolOptions,
  reshape,
  type ReshapeOptions,
  upsample,
  type UpsampleOptions,
} from "./resampling.ts";
export { residual } from "./residual.ts";
export { initialParameters, parameterShapes, type Sequential, sequential } from "./sequential.ts";
export { drawnUnitRows, unitRows } from "./unit_rows.ts";

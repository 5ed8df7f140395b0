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
  type ActivationName,
  type BentTangents,
  bindDifferentiableNetwork,
  bindNetwork,
  type Dense,
  dense,
  type DifferentiableLayer,
  type DifferentiableNetwork,
  drawnUnitRows,
  type FactoredTangents,
  functionLayer,
  type FunctionLayerOptions,
  initialParameters,
  type Layer,
  layerOutputs,
  type Network,
  type ParameterShape,
  parameterShapes,
  type PiecewiseLinearLayer,
  type Pushed,
  type Sequential,
  sequential,
} from "./lib/network/mod.ts";
export type { Key, Tensor } from "./lib/engine/mod.ts";

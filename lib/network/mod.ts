/**
 * Networks, and their derivatives pushed forward.
 *
 * @module
 */

export { ACTIVATION_NAMES, type ActivationName, LEAKY_SLOPE } from "./activation.ts";
export { bindNetwork, type BoundNetwork, type FactoredTangents } from "./bound_network.ts";
export { type Dense, dense } from "./dense.ts";
export {
  initialParameters,
  type ParameterShape,
  parameterShapes,
  type Sequential,
  sequential,
} from "./sequential.ts";
export { drawnUnitRows, unitRows } from "./unit_rows.ts";

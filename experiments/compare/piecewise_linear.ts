/**
 * Activations without curvature.
 *
 * @module
 */

import type { ActivationName } from "../digits/names.ts";

/** Those with φ″ = 0 off their kinks, for which H_f = JᵀH_pJ (T4). */
export const PIECEWISE_LINEAR: readonly ActivationName[] = ["identity", "relu", "leaky-relu"];

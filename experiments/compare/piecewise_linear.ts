/**
 * Activations without curvature.
 *
 * @module
 */

import type { ActivationName } from "../digits/names.ts";

/** Those that are linear but for kinks. */
export const KINKED: readonly ActivationName[] = ["relu", "leaky-relu"];

/** Those with φ″ = 0 off their kinks, if they have any, for which H_f = JᵀH_pJ (T4). */
export const PIECEWISE_LINEAR: readonly ActivationName[] = ["identity", ...KINKED];

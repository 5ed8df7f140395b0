/**
 * Scalar functions together with their derivatives in closed form.
 *
 * @module
 */

import type { ActivationName } from "../contract/subject.ts";
import { normalCumulative, normalDensity } from "./normal.ts";

/** The derivative of the given order at u; order 0 is the function itself. */
export type Smooth = (u: number, order: number) => number;

/**
 * A function from its successive derivatives.
 *
 * @throws RangeError for an order beyond those given
 */
export function smooth(name: string, ...derivatives: readonly ((u: number) => number)[]): Smooth {
  return (u, order) => {
    const derivative = derivatives[order];
    if (derivative === undefined) {
      throw new RangeError(
        `${name}: derivatives up to order ${
          derivatives.length - 1
        } are known, but order ${order} was asked for`,
      );
    }
    return derivative(u);
  };
}

const zero = (): number => 0;

/** eᵘ */
export const exponential: Smooth = (u) => Math.exp(u);

/** u² */
export const square: Smooth = smooth("square", (u) => u * u, (u) => 2 * u, () => 2, zero);

/** 1/u */
export const reciprocal: Smooth = smooth(
  "reciprocal",
  (u) => 1 / u,
  (u) => -1 / (u * u),
  (u) => 2 / u ** 3,
  (u) => -6 / u ** 4,
);

/** √u */
export const squareRoot: Smooth = smooth(
  "square root",
  (u) => Math.sqrt(u),
  (u) => 1 / (2 * Math.sqrt(u)),
  (u) => -1 / (4 * u * Math.sqrt(u)),
  (u) => 3 / (8 * u * u * Math.sqrt(u)),
);

/** log(1 + u), accurate for small u */
export const logOnePlus: Smooth = smooth(
  "log(1 + u)",
  (u) => Math.log1p(u),
  (u) => 1 / (1 + u),
  (u) => -1 / (1 + u) ** 2,
  (u) => 2 / (1 + u) ** 3,
);

/** u */
export const identity: Smooth = smooth("identity", (u) => u, () => 1, zero, zero);

/** max(u, 0); its derivative at the kink is taken as 0. */
export const relu: Smooth = smooth("relu", (u) => Math.max(u, 0), (u) => (u > 0 ? 1 : 0), zero, zero);

/** u above 0, u/5 below */
export const leakyRelu: Smooth = smooth(
  "leaky-relu",
  (u) => (u > 0 ? u : 0.2 * u),
  (u) => (u > 0 ? 1 : 0.2),
  zero,
  zero,
);

/** tanh u; tanh' = 1/cosh² keeps its relative accuracy in the tails, where 1 − tanh² loses it. */
export const tanh: Smooth = smooth(
  "tanh",
  (u) => Math.tanh(u),
  (u) => Math.cosh(u) ** -2,
  (u) => -2 * Math.tanh(u) * Math.cosh(u) ** -2,
  (u) => (6 * Math.tanh(u) ** 2 - 2) * Math.cosh(u) ** -2,
);

/** σ(u) = 1/(1 + e⁻ᵘ), from the side on which the exponential is at most 1. */
function logistic(u: number): number {
  return u >= 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u));
}

/** σ(u), with 1 − σ(u) written σ(−u) so that nothing cancels. */
export const sigmoid: Smooth = smooth(
  "sigmoid",
  logistic,
  (u) => logistic(u) * logistic(-u),
  (u) => logistic(u) * logistic(-u) * -Math.tanh(u / 2),
  (u) => logistic(u) * logistic(-u) * (1 - 6 * logistic(u) * logistic(-u)),
);

/** log(1 + eᵘ) */
export const softplus: Smooth = (u, order) =>
  order === 0 ? Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))) : sigmoid(u, order - 1);

/** u above 0, eᵘ − 1 below (α = 1) */
export const elu: Smooth = smooth(
  "elu",
  (u) => (u > 0 ? u : Math.expm1(u)),
  (u) => (u > 0 ? 1 : Math.exp(u)),
  (u) => (u > 0 ? 0 : Math.exp(u)),
  (u) => (u > 0 ? 0 : Math.exp(u)),
);

/** u Φ(u), from Φ' = φ and φ' = −uφ */
export const gelu: Smooth = smooth(
  "gelu",
  (u) => u * normalCumulative(u),
  (u) => normalCumulative(u) + u * normalDensity(u),
  (u) => (2 - u * u) * normalDensity(u),
  (u) => (u * u - 4) * u * normalDensity(u),
);

/** The activation functions by name. */
export const activations: Readonly<Record<ActivationName, Smooth>> = {
  identity,
  relu,
  "leaky-relu": leakyRelu,
  tanh,
  sigmoid,
  softplus,
  elu,
  gelu,
};

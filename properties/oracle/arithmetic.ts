/**
 * The few operations in which every formula of this oracle is written. A formula written once over them is evaluated
 * in plain numbers, recorded on a tape for gradients, or carried along tangents, according to the arithmetic given.
 *
 * @module
 */

import type { Smooth } from "./smooth.ts";

/**
 * Operations on scalars of type `V`, whose weights (coefficients that are not moved by tangents) are of type `W`.
 */
export interface Arithmetic<V, W = V> {
  /** A constant. */
  constant(value: number): V;
  /** a + b */
  add(a: V, b: V): V;
  /** a b */
  multiply(a: V, b: V): V;
  /** The derivative of the given order (0: the function itself) of `f` at `u`. */
  apply(f: Smooth, u: V, order?: number): V;
  /** Σ_i weights_i values_i + bias */
  affine(weights: readonly W[], values: readonly V[], bias?: W): V;
}

/** Plain float64. */
export const real: Arithmetic<number> = {
  constant: (value) => value,
  add: (a, b) => a + b,
  multiply: (a, b) => a * b,
  apply: (f, u, order = 0) => f(u, order),
  affine: (weights, values, bias = 0) => {
    let sum = bias;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * values[i]!;
    return sum;
  },
};

/** Σ_i terms_i */
export function sum<V, W>(a: Arithmetic<V, W>, terms: readonly V[]): V {
  return terms.reduce((total, term) => a.add(total, term), a.constant(0));
}

/** factor · u for a constant factor. */
export function scale<V, W>(a: Arithmetic<V, W>, factor: number, u: V): V {
  return a.multiply(a.constant(factor), u);
}

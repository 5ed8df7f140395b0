/**
 * Dual numbers: a value and its slope along one direction. Duals of duals are hyper-dual numbers, whose innermost
 * slope is an exact second derivative; duals over a tape have slopes that can be differentiated in the parameters.
 *
 * Source: J. Fike, J. Alonso, The Development of Hyper-Dual Numbers for Exact Second-Derivative Calculations, 2011.
 *
 * @module
 */

import type { Arithmetic } from "./arithmetic.ts";

/** u + u̇ t + O(t²) */
export interface Dual<V> {
  readonly value: V;
  readonly slope: V;
}

/** Arithmetic on duals over `base`: the sum, product and chain rules. */
export function dual<V, W>(base: Arithmetic<V, W>): Arithmetic<Dual<V>, W> {
  return {
    constant: (value) => ({ value: base.constant(value), slope: base.constant(0) }),
    add: (a, b) => ({ value: base.add(a.value, b.value), slope: base.add(a.slope, b.slope) }),
    multiply: (a, b) => ({
      value: base.multiply(a.value, b.value),
      slope: base.add(base.multiply(a.slope, b.value), base.multiply(a.value, b.slope)),
    }),
    apply: (f, u, order = 0) => ({
      value: base.apply(f, u.value, order),
      slope: base.multiply(base.apply(f, u.value, order + 1), u.slope),
    }),
    affine: (weights, values, bias) => ({
      value: base.affine(weights, values.map((u) => u.value), bias),
      slope: base.affine(weights, values.map((u) => u.slope)),
    }),
  };
}

/**
 * Bounds on networks from their weights alone, for the condition numbers of cases.
 *
 * @module
 */

import type { Matrix, NetworkSpec } from "../../contract/subject.ts";

/**
 * ‖J‖²_F ≤ min(n, d) Π_layers (slope · ‖W‖_F)² at any input. Slopes are at most 1, but 1.13 for gelu, counted as 1.2.
 */
export function jacobianBound(network: NetworkSpec): number {
  const product = network.reduce((bound, { weight, activation }) => {
    const slope = activation === "gelu" ? 1.2 : 1;
    return bound * (slope * frobenius(weight)) ** 2;
  }, 1);
  const inputs = network[0]!.weight.length, outputs = network.at(-1)!.bias.length;
  return product * Math.min(inputs, outputs);
}

/** A bound on every |output| and intermediate number at inputs up to `size`; |f(u)| ≤ 1 + 1.2|u| for every activation. */
export function outputBound(network: NetworkSpec, size: number): number {
  return network.reduce(
    (bound, { weight, bias }) =>
      1 + 1.2 * (bound * Math.sqrt(weight.length) * frobenius(weight) + Math.hypot(...bias)),
    size,
  );
}

/** ‖A‖_F */
export function frobenius(a: Matrix): number {
  return Math.hypot(...a.flat());
}

/**
 * How fast anything inside a network can move with its input, by which the step of a difference is measured: the largest product of
 * slopes and weights over the first layers, Π 1.2 ‖W‖_F, and at least 1. The whole network may be much flatter.
 */
export function steepness(network: NetworkSpec): number {
  let product = 1, largest = 1;
  for (const { weight } of network) {
    product *= 1.2 * frobenius(weight);
    largest = Math.max(largest, product);
  }
  return largest;
}

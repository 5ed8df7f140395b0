/**
 * What rounding can do to a network's output, to a loss and to a metric, computed along with them. Roundings are taken as independent with
 * mean 0: a sum is off by at most λ times the root of the sum of the squares of what is rounded, its products and its partial sums, but for
 * one in e^(λ²/2)/2. Engines add in an order of their own, whose partial sums are taken to be at most twice as large.
 *
 * Source: N. Higham, T. Mary, A new approach to probabilistic rounding error analysis, SIAM J. Sci. Comput. 41, 2019, theorem 2.4.
 *
 * @module
 */

import { activations } from "../../oracle/smooth.ts";
import type { Unit } from "../../oracle/digits_score.ts";
import type { Model } from "../../oracle/model.ts";
import type { NetworkSpec, Vector } from "../../contract/specs.ts";

/** One in 10¹³. */
const LAMBDA = 8;

/** The error of a sum of so many numbers, over the sum of their absolute values. */
export const sumError = (count: number, epsilon: number): number => LAMBDA * Math.sqrt(count + 1) * epsilon;

/** A network's output, the standard error of each number, and whether all pre-activations are far enough from kinks. */
export interface Propagated {
  readonly output: Vector;
  /** Already times λ. */
  readonly error: Vector;
  /** Units of which rounding decides on which side of a kink they lie. */
  readonly near: readonly Unit[];
}

const KINKED = ["relu", "leaky-relu", "elu"];

/** The network at an input that is known to these errors. */
export function propagate(network: NetworkSpec, input: Vector, off: Vector, epsilon: number): Propagated {
  let [output, error] = [input, off];
  const near: Unit[] = [];
  for (const [layer, { weight, bias, activation }] of network.entries()) {
    const value = Float64Array.from(bias), variance = value.map(() => 0);
    const own = (2 * LAMBDA * epsilon) ** 2;
    output.forEach((u, j) => {
      const off = error[j]! ** 2;
      if (u === 0 && off === 0) return;
      const row = weight[j]!;
      for (let k = 0; k < row.length; k++) {
        const w = row[k]!, product = u * w;
        value[k]! += product;
        variance[k]! += off * w * w + own * (product * product + value[k]! * value[k]!);
      }
    });
    const before = Array.from(variance, Math.sqrt);
    const f = activations[activation];
    if (KINKED.includes(activation)) {
      value.forEach((u, unit) => {
        if (Math.abs(u) <= before[unit]!) near.push({ layer, unit });
      });
    }
    output = Array.from(value, (u) => f(u, 0));
    // No activation is steeper than 1.13; those that are computed by series take a few roundings of their own.
    const few = activation === "identity" || activation === "relu" ? 0 : LAMBDA * 4 * epsilon;
    error = before.map((e, k) =>
      activation === "relu" && value[k]! < -e ? 0 : 1.13 * e + few * (1 + Math.abs(output[k]!))
    );
  }
  return { output, error, near };
}

/** The relative error of a Jacobian's columns: a product of as many matrices as there are layers. */
export const jacobianError = (network: NetworkSpec, epsilon: number): number =>
  LAMBDA * epsilon * network.reduce((sum, { weight }) => sum + Math.sqrt(weight.length) + 4, 0);

/** The factor of rounding in a gradient: that of both networks, there and back. */
export const gradientError = ({ encoder, decoder }: Model, epsilon: number): number =>
  2 * (jacobianError(encoder, epsilon) + jacobianError(decoder, epsilon) +
    sumError(decoder.at(-1)!.bias.length, epsilon));

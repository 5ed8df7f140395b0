/**
 * Small networks over every activation, and points to look at them.
 *
 * @module
 */

import fc from "fast-check";
import { activationNames } from "../../contract/mod.ts";
import type { ActivationName, LayerSpec, NetworkSpec } from "../../contract/subject.ts";
import { matrix, upTo, vector } from "./number.ts";

/** Activations with a continuous second derivative. */
export const smoothActivations: readonly ActivationName[] = [
  "identity",
  "tanh",
  "sigmoid",
  "softplus",
  "gelu",
];

/** Activations that are linear on each side of 0. */
export const piecewiseLinearActivations: readonly ActivationName[] = ["identity", "relu", "leaky-relu"];

/** What to draw. */
export interface NetworkOptions {
  /** Activations to draw from; every one when absent. The last layer draws from them too. */
  readonly activations?: readonly ActivationName[];
  /** Activation of the last layer, when it is to be a particular one. */
  readonly last?: ActivationName;
  /** Weights and biases lie in [−size, size]; 1.5 when absent. */
  readonly size?: number;
  /** Hidden layers at most; 2 when absent. */
  readonly hidden?: number;
  /**
   * Whether hidden layers have 4 units at most: the rules of quadrature have as many nodes as such decoders need, whose slopes
   * grow with the width.
   */
  readonly narrow?: boolean;
  /** Units of the only hidden layer; drawn when absent, and so is how many layers there are. */
  readonly width?: number;
}

/** A network from `inputs` to `outputs` numbers with up to two hidden layers of 1 to 4 units, or one of them of 33 to 40. */
export function network(
  inputs: number,
  outputs: number,
  options: NetworkOptions = {},
): fc.Arbitrary<NetworkSpec> {
  const { hidden = 2, width, narrow: isNarrow = false } = options;
  const narrow = upTo(4);
  const widths = width ? fc.constant([width]) : hidden === 0 ? fc.constant([]) : fc.oneof(
    { weight: 3, arbitrary: fc.array(narrow, { maxLength: hidden }) },
    // One wide layer, before or after narrow ones.
    fc.tuple(
      fc.array(narrow, { maxLength: hidden - 1 }),
      isNarrow ? narrow : fc.integer({ min: 33, max: 40 }),
      fc.boolean(),
    ).map(([others, wide, first]) => first ? [wide, ...others] : [...others, wide]),
  );
  return widths.chain((widths) => {
    const sizes = [inputs, ...widths, outputs];
    return fc.tuple(
      ...sizes.slice(1).map((width, at) =>
        layer(sizes[at]!, width, at === sizes.length - 2 ? options : { ...withoutLast(options) })
      ),
    );
  });
}

/** One dense layer. */
export function layer(
  inputs: number,
  outputs: number,
  options: NetworkOptions = {},
): fc.Arbitrary<LayerSpec> {
  const { size = 1.5, last } = options;
  return fc.record({
    weight: matrix(inputs, outputs, size),
    bias: vector(outputs, size),
    activation: last ? fc.constant(last) : fc.constantFrom(...(options.activations ?? activationNames)),
  });
}

/**
 * A network whose weights, biases and inputs are −1, 0 or 1 throughout: pre-activations are small integers without
 * rounding, and often exactly 0, where ReLU and its like have their kink.
 */
export function kinkedNetwork(
  inputs: number,
  outputs: number,
  options: NetworkOptions = {},
): fc.Arbitrary<NetworkSpec> {
  return network(inputs, outputs, { activations: piecewiseLinearActivations, ...options, size: 1 }).map((
    spec,
  ) =>
    spec.map(({ weight, bias, activation }) => ({
      weight: weight.map((row) => row.map(toSign)),
      bias: bias.map(toSign),
      activation,
    }))
  );
}

function withoutLast({ last: _, ...options }: NetworkOptions): NetworkOptions {
  return options;
}

/** The nearest of −1, 0, 1. */
function toSign(entry: number): number {
  return Math.round(entry) + 0;
}

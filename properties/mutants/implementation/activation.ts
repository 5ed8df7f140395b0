/**
 * Faults in activations.
 *
 * @module
 */

import type { ActivationName, Matrix, NetworkSpec, Subject } from "../../contract/subject.ts";
import { real } from "../../oracle/arithmetic.ts";
import { transpose } from "../../oracle/dense.ts";
import { dual } from "../../oracle/dual.ts";
import { oracle } from "../../oracle/mod.ts";
import { evaluate, hyperDual, liftNetwork, type Network, pushforward, unit } from "../../oracle/network.ts";
import { normalCumulative } from "../../oracle/normal.ts";
import { type Smooth } from "../../oracle/smooth.ts";
import { type Mutant, mutant } from "../mutant.ts";

/** An activation with one of its derivatives (or itself, order 0) replaced. */
function replaced(f: Smooth, wrongOrder: number, wrong: (u: number) => number): Smooth {
  return (u, order) => (order === wrongOrder ? wrong(u) : f(u, order));
}

/** The oracle with other activations in every capability that takes a network alone. */
function withActivations(change: (name: ActivationName, right: Smooth) => Smooth): Subject {
  const lift = (spec: NetworkSpec): Network<number> =>
    liftNetwork(spec, (weight) => weight).map((layer, i) => ({
      ...layer,
      activation: change(spec[i]!.activation, layer.activation),
    }));
  const jacobian = (spec: NetworkSpec, z: Matrix): Matrix[] =>
    z.map((row) =>
      transpose(
        row.map((_, i) =>
          pushforward(real, lift(spec), row, unit(real, row.length, i)).map(({ slope }) => slope)
        ),
      )
    );
  return {
    ...oracle,
    apply: (spec, z) => z.map((row) => [...evaluate(real, lift(spec), row)]),
    jacobian,
    jacobianColumns: (spec, z, columns) => jacobian(spec, z).map((j, b) => j.map((row) => row[columns[b]!]!)),
    secondDirectional: (spec, z, directions) =>
      z.map((row, b) =>
        transpose(
          transpose(directions[b]!).map((l) =>
            evaluate(dual(dual(real)), lift(spec), hyperDual(real, row, l, l)).map((g) => g.slope.slope)
          ),
        )
      ),
  };
}

/** One activation altered. */
function activation(wanted: ActivationName, change: (right: Smooth) => Smooth): Subject {
  return withActivations((name, right) => (name === wanted ? change(right) : right));
}

/** Mistakes in activations. */
export const activationMutants: readonly Mutant[] = [
  mutant(
    "activation-slope-of-output",
    "activations are differentiated at their output: φ'(y) for φ'(u)",
    ["A1", "A9"],
    withActivations((_, right) => (u, order) => (order === 0 ? right(u, 0) : right(right(u, 0), order))),
  ),
  mutant(
    "leaky-slope",
    "leaky-relu has the slope 0.01 of another framework",
    ["A1", "A9"],
    activation("leaky-relu", () => (u, order) => [Math.max(u, 0.01 * u), u > 0 ? 1 : 0.01][order] ?? 0),
  ),
  mutant(
    "leaky-slope-lost",
    "leaky-relu is differentiated as relu",
    ["A1", "A9"],
    activation("leaky-relu", (right) => replaced(right, 1, (u) => (u > 0 ? 1 : 0))),
  ),
  mutant(
    "gelu-by-tanh",
    "gelu is its tanh approximation, passed as exact",
    ["A1", "A9"],
    activation(
      "gelu",
      (right) =>
        replaced(right, 0, (u) => u / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (u + 0.044715 * u ** 3)))),
    ),
  ),
  mutant(
    "gelu-slope-term-lost",
    "gelu' is Φ(u), without uφ(u)",
    ["A1", "A9"],
    activation("gelu", (right) => replaced(right, 1, normalCumulative)),
  ),
  mutant(
    "relu-slope-on-the-kink",
    "relu has slope 1 at 0, the right side's",
    ["A1"],
    activation("relu", (right) => replaced(right, 1, (u) => (u >= 0 ? 1 : 0))),
  ),
  mutant(
    "elu-slope-of-output",
    "elu' is y below 0, where it is y + 1",
    ["A1", "A9"],
    activation("elu", (right) => replaced(right, 1, (u) => (u > 0 ? 1 : Math.expm1(u)))),
  ),
  mutant(
    "sigmoid-bend-sign",
    "sigmoid'' has the sign of 2y − 1",
    ["A1", "A9"],
    activation("sigmoid", (right) => replaced(right, 2, (u) => -right(u, 2))),
  ),
  mutant(
    "tanh-bend-lost-two",
    "tanh'' is −y(1 − y²), without its 2",
    ["A1", "A9"],
    activation("tanh", (right) => replaced(right, 2, (u) => right(u, 2) / 2)),
  ),
  mutant(
    "softplus-clamped",
    "softplus is u from 3 on, which loses log(1 + e⁻ᵘ)",
    ["A1"],
    activation("softplus", (right) => replaced(right, 0, (u) => (u > 3 ? u : right(u, 0)))),
  ),
  mutant(
    "softplus-slope-clamped",
    "softplus' takes exp(−u) with u clipped to ±3",
    ["A1", "A9"],
    activation("softplus", (right) => replaced(right, 1, (u) => right(Math.max(-3, Math.min(3, u)), 1))),
  ),
];

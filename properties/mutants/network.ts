/**
 * Faults in networks, in their activations and in their derivatives.
 *
 * @module
 */

import type { ActivationName, Matrix, NetworkSpec, Vector } from "../contract/subject.ts";
import { real } from "../oracle/arithmetic.ts";
import { product, transpose } from "../oracle/dense.ts";
import { dual } from "../oracle/dual.ts";
import { oracle } from "../oracle/mod.ts";
import { evaluate, hyperDual, liftNetwork, type Network, pushforward, unit } from "../oracle/network.ts";
import { normalCumulative } from "../oracle/normal.ts";
import type { Smooth } from "../oracle/smooth.ts";
import { mapped, reshaped } from "./altered.ts";
import { type Mutant, type Part, planted } from "./mutant.ts";

/** An activation with one of its derivatives (or itself, order 0) replaced. */
function withOrder(f: Smooth, wrongOrder: number, wrong: (u: number) => number): Smooth {
  return (u, order) => (order === wrongOrder ? wrong(u) : f(u, order));
}

/** The oracle with other activations in every capability that takes a network alone. */
function withActivations(change: (name: ActivationName, right: Smooth) => Smooth): Part {
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
function activation(wanted: ActivationName, change: (right: Smooth) => Smooth): Part {
  return withActivations((name, right) => (name === wanted ? change(right) : right));
}

/** Mistakes in activations. */
export const activationMutants: readonly Mutant[] = planted({
  "A1 A9": {
    "activation-slope-of-output: activations are differentiated at their output: φ'(y) for φ'(u)":
      withActivations((_, right) => (u, order) => (order === 0 ? right(u, 0) : right(right(u, 0), order))),
    "leaky-slope: leaky-relu has the slope 0.01 of another framework": activation(
      "leaky-relu",
      () => (u, order) => [Math.max(u, 0.01 * u), u > 0 ? 1 : 0.01][order] ?? 0,
    ),
    "leaky-slope-lost: leaky-relu is differentiated as relu": activation(
      "leaky-relu",
      (right) => withOrder(right, 1, (u) => (u > 0 ? 1 : 0)),
    ),
    "gelu-by-tanh: gelu is its tanh approximation, passed as exact": activation(
      "gelu",
      (right) =>
        withOrder(right, 0, (u) => u / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (u + 0.044715 * u ** 3)))),
    ),
    "gelu-slope-term-lost: gelu' is Φ(u), without uφ(u)": activation(
      "gelu",
      (right) => withOrder(right, 1, normalCumulative),
    ),
    "elu-slope-of-output: elu' is y below 0, where it is y + 1": activation(
      "elu",
      (right) => withOrder(right, 1, (u) => (u > 0 ? 1 : Math.expm1(u))),
    ),
    "sigmoid-bend-sign: sigmoid'' has the sign of 2y − 1": activation(
      "sigmoid",
      (right) => withOrder(right, 2, (u) => -right(u, 2)),
    ),
    "tanh-bend-lost-two: tanh'' is −y(1 − y²), without its 2": activation(
      "tanh",
      (right) => withOrder(right, 2, (u) => right(u, 2) / 2),
    ),
    "softplus-slope-clamped: softplus' takes exp(−u) with u clipped to ±3": activation(
      "softplus",
      (right) => withOrder(right, 1, (u) => right(Math.max(-3, Math.min(3, u)), 1)),
    ),
  },
  "A1": {
    "relu-slope-on-the-kink: relu has slope 1 at 0, the right side's": activation(
      "relu",
      (right) => withOrder(right, 1, (u) => (u >= 0 ? 1 : 0)),
    ),
    "softplus-clamped: softplus is u from 3 on, which loses log(1 + e⁻ᵘ)": activation(
      "softplus",
      (right) => withOrder(right, 0, (u) => (u > 3 ? u : right(u, 0))),
    ),
  },
});

/** The oracle with another Jacobian. */
export function withJacobian(change: (j: Matrix, b: number, all: readonly Matrix[]) => Matrix): Part {
  return { jacobian: (spec, z) => oracle.jacobian(spec, z).map(change) };
}

/** Mistakes in networks. */
export const networkMutants: readonly Mutant[] = planted({
  "A1 A9": {
    "jacobian-reshaped: J is reshaped to [data, latent] from its transpose, not transposed": withJacobian(
      (j) => reshaped(transpose(j), j.length),
    ),
    "jacobian-last-activation-lost: J stops before the last activation": {
      jacobian: (spec, z) =>
        oracle.jacobian([...spec.slice(0, -1), { ...spec.at(-1)!, activation: "identity" }], z),
    },
    "jacobian-by-differences: J is a forward difference of width 1e-5": {
      jacobian: (spec, z) =>
        z.map((row) => {
          const at = (point: Vector): Vector => oracle.apply(spec, [point])[0]!;
          const base = at(row);
          const columns = row.map((_, i) => {
            const moved = at(row.with(i, row[i]! + 1e-5));
            return moved.map((g, k) => (g - base[k]!) / 1e-5);
          });
          return transpose(columns);
        }),
    },
    "columns-counted-from-one: column i of J is taken at i − 1": {
      jacobianColumns: (spec, z, columns) =>
        oracle.jacobianColumns(spec, z, columns.map((i) => Math.max(0, i - 1))),
    },
    "columns-of-the-first-example: the column drawn for the first example serves the batch": {
      jacobianColumns: (spec, z, columns) => oracle.jacobianColumns(spec, z, columns.map(() => columns[0]!)),
    },
    "second-derivative-of-the-last-layer: second derivatives are those of the last layer: what the layers before it bend is not carried on":
      {
        secondDirectional: (spec, z, directions) => {
          const before = spec.slice(0, -1);
          const moved = oracle.jacobian(before, z).map((j, b) => product(j, directions[b]!));
          return oracle.secondDirectional(spec.slice(-1), oracle.apply(before, z), moved);
        },
      },
    "second-derivative-directions-transposed: the directions of second derivatives are taken from rows": {
      secondDirectional: (spec, z, directions) =>
        oracle.secondDirectional(
          spec,
          z,
          directions.map((a) => reshaped(transpose(a), a.length)),
        ),
    },
    "gram-half-of-symmetric: JᵀJ is filled below the diagonal only": {
      gram: (...given) => oracle.gram(...given).map((g) => mapped(g, (entry, i, j) => j > i ? 0 : entry)),
    },
    "gram-weights-lost: Jᵀ diag(w) J leaves out its weights": {
      gram: (spec, z) => oracle.gram(spec, z),
    },
    "biases-lost: networks are evaluated without their biases": {
      apply: (spec, z) => oracle.apply(spec.map((layer) => ({ ...layer, bias: layer.bias.map(() => 0) })), z),
    },
  },
  "A1 A3 A9": {
    "jacobian-mean-over-batch: J is the mean over the batch for every example": withJacobian((j, _, all) =>
      mapped(j, (__, k, i) => all.reduce((sum, other) => sum + other[k]![i]! / all.length, 0))
    ),
    "jacobian-first-for-all: J of the first example serves the whole batch": withJacobian((_, __, all) =>
      all[0]!
    ),
  },
});

/**
 * Dense networks over any arithmetic: u ↦ activation(u W + b), layer after layer.
 *
 * @module
 */

import type { Matrix, NetworkSpec, Vector } from "../contract/subject.ts";
import { type Arithmetic, real } from "./arithmetic.ts";
import { type Dual, dual } from "./dual.ts";
import { activations, type Smooth } from "./smooth.ts";

/** A layer whose weights are of type `W`; `columns` is `[out][in]`, the transpose of the weight matrix. */
interface Layer<W> {
  readonly columns: readonly (readonly W[])[];
  readonly bias: readonly W[];
  readonly activation: Smooth;
}

/** Layers in order. */
export type Network<W> = readonly Layer<W>[];

/** The network with every weight replaced by `lift(weight)`. */
export function liftNetwork<W>(spec: NetworkSpec, lift: (weight: number) => W): Network<W> {
  return spec.map(({ weight, bias, activation }) => ({
    columns: bias.map((_, out) => weight.map((row) => lift(row[out]!))),
    bias: bias.map(lift),
    activation: activations[activation],
  }));
}

/** The network's output for one input. */
export function evaluate<V, W>(a: Arithmetic<V, W>, network: Network<W>, input: readonly V[]): readonly V[] {
  return network.reduce<readonly V[]>(
    (u, { columns, bias, activation }) =>
      columns.map((column, out) => a.apply(activation, a.affine(column, u, bias[out]!))),
    input,
  );
}

/** The derivative of the output along one direction: J·direction, with the output itself. */
export function pushforward<V, W>(
  a: Arithmetic<V, W>,
  network: Network<W>,
  at: readonly V[],
  direction: readonly V[],
): readonly Dual<V>[] {
  return evaluate(dual(a), network, at.map((value, i) => ({ value, slope: direction[i]! })));
}

/** The k-th unit vector. */
export function unit<V, W>(a: Arithmetic<V, W>, size: number, k: number): readonly V[] {
  return Array.from({ length: size }, (_, i) => a.constant(i === k ? 1 : 0));
}

/** The point `at` moving along `first` and along `second` at once, as hyper-dual numbers. */
export function hyperDual<V, W>(
  a: Arithmetic<V, W>,
  at: readonly V[],
  first: readonly V[],
  second: readonly V[],
): readonly Dual<Dual<V>>[] {
  return at.map((value, i) => ({
    value: { value, slope: first[i]! },
    slope: { value: second[i]!, slope: a.constant(0) },
  }));
}

/** g(z): `[batch][latent]` ↦ `[batch][data]`. */
export function apply(network: NetworkSpec, z: Matrix): number[][] {
  const lifted = liftNetwork(network, (weight) => weight);
  return z.map((row) => [...evaluate(real, lifted, row)]);
}

/** One column of ∂g/∂z per example: `[batch][data]`. */
export function jacobianColumns(network: NetworkSpec, z: Matrix, columns: Vector): number[][] {
  const lifted = liftNetwork(network, (weight) => weight);
  return z.map((row, example) =>
    pushforward(real, lifted, row, unit(real, row.length, columns[example]!)).map((g) => g.slope)
  );
}

/** ∂g/∂z at each row of z: `[batch][data][latent]`. */
export function jacobian(network: NetworkSpec, z: Matrix): number[][][] {
  const columns = z[0]?.map((_, i) => jacobianColumns(network, z, z.map(() => i))) ?? [];
  return z.map((_, example) =>
    columns[0]![example]!.map((_, data) => columns.map((column) => column[example]![data]!))
  );
}

/** Jᵀ diag(w) J at each row of z, for weights `[batch][data]` (all 1 when absent): `[batch][latent][latent]`. */
export function gram(network: NetworkSpec, z: Matrix, weights?: Matrix): number[][][] {
  return jacobian(network, z).map((rows, example) =>
    z[example]!.map((_, i) =>
      z[example]!.map((_, j) =>
        rows.reduce(
          (sum, row, data) =>
            sum + row[i]! * row[j]! * (weights === undefined ? 1 : weights[example]![data]!),
          0,
        )
      )
    )
  );
}

/**
 * d²g(z + t l)/dt² at 0 for every column l of `directions`: `[batch][latent][k]` ↦ `[batch][data][k]`.
 */
export function secondDirectional(
  network: NetworkSpec,
  z: Matrix,
  directions: readonly Matrix[],
): number[][][] {
  const lifted = liftNetwork(network, (weight) => weight);
  return z.map((row, example) => {
    const columns = directions[example]![0]!.map((_, k) => {
      const direction = directions[example]!.map((entries) => entries[k]!);
      return evaluate(dual(dual(real)), lifted, hyperDual(real, row, direction, direction));
    });
    return columns[0]!.map((_, data) => columns.map((column) => column[data]!.slope.slope));
  });
}

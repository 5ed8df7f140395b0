/**
 * Decoders whose Jacobians are known, at which a penalty is asked.
 *
 * @module
 */

import type { LayerSpec, Matrix, NetworkSpec, PenaltyCase, Vector } from "../properties/contract/subject.ts";
import type { PenaltyPoint } from "./penalty_formula.ts";

/** A decoder with a point, and the known values there. */
export interface Probe extends PenaltyPoint {
  readonly network: NetworkSpec;
  readonly z: Vector;
}

/** Numbers in [−1, 1), the same at every call: the fractional parts of multiples of an irrational number. */
const spread = (at: number): number => 2 * ((at * 0.6180339887498949 + 0.37) % 1) - 1;

/** A linear decoder z ↦ A z + b, or A tanh(z + c) + b. */
function probe(a: Matrix, z: Vector, beta: number, bend: boolean): Probe {
  const bias = a.map((_, k) => spread(3 * k + 1)), inner = z.map((_, i) => 0.3 * spread(5 * i + 2));
  const bent = z.map((entry, i) => Math.tanh(entry + inner[i]!));
  const linear: LayerSpec = {
    weight: a[0]!.map((_, i) => a.map((row) => row[i]!)),
    bias,
    activation: "identity",
  };
  const first: LayerSpec = {
    weight: z.map((_, i) => z.map((_, k) => (i === k ? 1 : 0))),
    bias: inner,
    activation: "tanh",
  };
  const network = bend ? [first, linear] : [linear];
  const at = bend ? bent : z;
  return {
    network,
    z,
    beta,
    jacobian: bend ? a.map((row) => row.map((entry, i) => entry * (1 - bent[i]! ** 2))) : a,
    output: bias.map(
      (shift, k) => shift + a[k]!.reduce((sum, entry, i) => sum + entry * at[i]!, 0),
    ),
    weights: network.flatMap(({ weight }) => weight.flat()).reduce((sum, entry) => sum + entry ** 2, 0),
  };
}

/** Jacobians that tell formulas apart: small whole numbers, of low rank, wide, and of several lengths. */
export function probes(size?: { readonly n: number; readonly d: number }): Probe[] {
  const sizes = size ? [size, size, size] : [{ n: 2, d: 2 }, { n: 3, d: 2 }, { n: 5, d: 3 }];
  const matrices: Matrix[] = sizes.flatMap(({ n, d }, s) => {
    const matrix = (f: (k: number, i: number) => number): Matrix =>
      Array.from({ length: n }, (_, k) => Array.from({ length: d }, (_, i) => f(k, i)));
    return [
      matrix((k, i) => (k === i ? 1 + i : k < i ? 1 : 0)),
      matrix((k, i) => (k === i ? 2 - i / d : 0)),
      matrix((k, i) => ((k + 1) * (i + 2)) % 3 - 1 + (k === i ? 1 : 0)),
      matrix((k, i) => 2 * spread(7 * k + 11 * i + 13 * s)),
      matrix((k, i) => 0.2 * spread(17 * k + 5 * i + 3 * s)),
    ];
  });
  return matrices.flatMap((a, at) => {
    const z = a[0]!.map((_, i) => spread(at + 2 * i));
    const beta = [1, 0.25, 3][at % 3]!;
    return at % 2 === 0
      ? [probe(a, z, beta, false), probe(a, z, 2 * beta, true)]
      : [probe(a, z, beta, false)];
  });
}

/** A probe as a penalty is asked at it, at points `[batch][latent]`. */
export const caseOf = ({ network, beta }: Probe, z: Matrix): PenaltyCase => ({
  network,
  z,
  beta,
  decoder: (points) =>
    points.map((point) =>
      network.reduce<Vector>((u, { weight, bias, activation }) =>
        bias.map((shift, out) => {
          const value = u.reduce((sum, entry, i) => sum + entry * weight[i]![out]!, shift);
          return activation === "tanh" ? Math.tanh(value) : value;
        }), point)
    ),
});

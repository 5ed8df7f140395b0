/**
 * Faults in networks and in their derivatives.
 *
 * @module
 */

import type { Matrix, Subject, Vector } from "../../contract/subject.ts";
import { transpose } from "../../oracle/dense.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";

/** The oracle with another Jacobian. */
function withJacobian(change: (j: Matrix, b: number, all: readonly Matrix[]) => Matrix): Subject {
  return { ...oracle, jacobian: (spec, z) => oracle.jacobian(spec, z).map(change) };
}

/** Mistakes in networks. */
export const networkMutants: readonly Mutant[] = [
  mutant(
    "jacobian-reshaped",
    "J is reshaped to [data, latent] from its transpose, not transposed",
    ["A1", "A9"],
    withJacobian((j) => {
      const flat = transpose(j).flat(), d = j[0]!.length;
      return j.map((_, k) => flat.slice(k * d, (k + 1) * d));
    }),
  ),
  mutant(
    "jacobian-last-activation-lost",
    "J stops before the last activation",
    ["A1", "A9"],
    {
      ...oracle,
      jacobian: (spec, z) =>
        oracle.jacobian([...spec.slice(0, -1), { ...spec.at(-1)!, activation: "identity" }], z),
    },
  ),
  mutant(
    "jacobian-by-differences",
    "J is a forward difference of width 1e-5",
    ["A1", "A9"],
    {
      ...oracle,
      jacobian: (spec, z) =>
        z.map((row) => {
          const at = (point: Vector): Vector => oracle.apply(spec, [point])[0]!;
          const base = at(row);
          const columns = row.map((_, i) => {
            const moved = at(row.map((entry, j) => (i === j ? entry + 1e-5 : entry)));
            return moved.map((g, k) => (g - base[k]!) / 1e-5);
          });
          return transpose(columns);
        }),
    },
  ),
  mutant(
    "jacobian-mean-over-batch",
    "J is the mean over the batch for every example",
    ["A1", "A3", "A9"],
    withJacobian((j, _, all) =>
      j.map((row, k) => row.map((__, i) => all.reduce((sum, other) => sum + other[k]![i]! / all.length, 0)))
    ),
  ),
  mutant(
    "jacobian-first-for-all",
    "J of the first example serves the whole batch",
    ["A1", "A3", "A9"],
    withJacobian((_, __, all) => all[0]!),
  ),
  mutant(
    "columns-counted-from-one",
    "column i of J is taken at i − 1",
    ["A1", "A9"],
    {
      ...oracle,
      jacobianColumns: (spec, z, columns) =>
        oracle.jacobianColumns(spec, z, columns.map((i) => Math.max(0, i - 1))),
    },
  ),
  mutant(
    "columns-of-the-first-example",
    "the column drawn for the first example serves the batch",
    ["A1", "A9"],
    {
      ...oracle,
      jacobianColumns: (spec, z, columns) => oracle.jacobianColumns(spec, z, columns.map(() => columns[0]!)),
    },
  ),
  mutant(
    "second-derivative-of-the-last-layer",
    "second derivatives are those of the last layer: what the layers before it bend is not carried on",
    ["A1", "A9"],
    {
      ...oracle,
      secondDirectional: (spec, z, directions) => {
        const before = spec.slice(0, -1);
        const at = before.length > 0 ? oracle.apply(before, z) : z;
        const moved = before.length > 0
          ? oracle.jacobian(before, z).map((j, b) =>
            j.map((row) =>
              directions[b]![0]!.map((_, k) =>
                row.reduce((sum, entry, i) => sum + entry * directions[b]![i]![k]!, 0)
              )
            )
          )
          : directions;
        return oracle.secondDirectional(spec.slice(-1), at, moved);
      },
    },
  ),
  mutant(
    "second-derivative-directions-transposed",
    "the directions of second derivatives are taken from rows",
    ["A1", "A9"],
    {
      ...oracle,
      secondDirectional: (spec, z, directions) =>
        oracle.secondDirectional(
          spec,
          z,
          directions.map((a) => {
            const flat = transpose(a).flat(), k = a[0]!.length;
            return a.map((_, i) => flat.slice(i * k, (i + 1) * k));
          }),
        ),
    },
  ),
  mutant(
    "gram-half-of-symmetric",
    "JᵀJ is filled below the diagonal only",
    ["A1", "A9"],
    {
      ...oracle,
      gram: (...given) =>
        oracle.gram(...given).map((g) => g.map((row, i) => row.map((entry, j) => (j > i ? 0 : entry)))),
    },
  ),
  mutant(
    "biases-lost",
    "networks are evaluated without their biases",
    ["A1", "A9"],
    {
      ...oracle,
      apply: (spec, z) => oracle.apply(spec.map((layer) => ({ ...layer, bias: layer.bias.map(() => 0) })), z),
    },
  ),
];

/**
 * Orthogonal matrices of which it is known, by construction, which latents they mix.
 *
 * @module
 */

import fc from "fast-check";
import type { Matrix, Vector } from "../../contract/subject.ts";
import { identity, multiply } from "../reference/algebra.ts";
import { between, listOf, logUniform } from "./number.ts";
import { planeRotation, signedPermutation } from "./rotation.ts";

/** An orthogonal R whose outputs mix the latents of each group, and no two of different groups. */
export interface Mixing {
  readonly rotation: Matrix;
  /** Each in increasing order; the groups by their first latent. */
  readonly groups: readonly (readonly number[])[];
}

/** An angle at least 0.2 away from every multiple of a quarter turn. */
export const mixingAngle: fc.Arbitrary<number> = fc.tuple(
  between(0.2, Math.PI / 2 - 0.2),
  fc.integer({ min: -2, max: 1 }),
).map(([angle, quarters]) => angle + quarters * Math.PI / 2);

/** Latents 0 … d − 1 in up to d groups. */
function grouping(d: number): fc.Arbitrary<number[][]> {
  return listOf(d, fc.nat(d - 1)).map((labels) => {
    const groups = new Map<number, number[]>();
    labels.forEach((label, i) => groups.set(label, [...(groups.get(label) ?? []), i]));
    return [...groups.values()];
  });
}

/**
 * R = P B with B a chain of plane rotations in each group, which mixes all of it in its first output (its entries
 * there are products of sines and one cosine), and P a relabelling of the outputs: an exact signed permutation, or one made of quarter
 * turns, whose zeros are cos(π/2) = 6e-17.
 */
export function mixing(d: number): fc.Arbitrary<Mixing> {
  const quarters = listOf(2, fc.nat(d - 1)).map(([i, k]) =>
    i === k ? identity(d) : planeRotation(d, i!, k!, Math.PI / 2)
  );
  return fc.tuple(
    grouping(d),
    listOf(d, mixingAngle),
    fc.oneof(signedPermutation(d), quarters),
  ).map(([groups, angles, outputs]) => {
    const mixed = groups.reduce<Matrix>(
      (r, group) =>
        group.slice(1).reduce((q, k, at) => multiply(q, planeRotation(d, group[at]!, k, angles[k]!)), r),
      identity(d),
    );
    return { rotation: multiply(outputs, mixed), groups };
  });
}

/** Variances on groups of latents, with whether all of a group are equal, in every group. */
export interface GroupedVariances {
  readonly variances: Vector;
  readonly equal: boolean;
  /** The smallest relative difference of two variances of one group that differ; Infinity where none do. */
  readonly gap: number;
}

/** One variance a group, 1e-3 to 1e3; then none, or some latents, changed by a factor from 1 + 1e-7 to 1e3. */
export function groupedVariances(
  groups: readonly (readonly number[])[],
): fc.Arbitrary<GroupedVariances> {
  const d = groups.flat().length;
  const factor = fc.oneof(fc.constant(0), logUniform(-7, -5), logUniform(-1, 3));
  return fc.record({
    base: listOf(groups.length, logUniform(-3, 3)),
    // All groups alike as often as not, so that equality between groups is not what decides.
    alike: fc.boolean(),
    changed: fc.oneof(fc.constant([]), listOf(d, factor)),
  }).map(({ base, alike, changed }) => {
    const variances = Array.from({ length: d }, (_, i) => {
      const group = groups.findIndex((members) => members.includes(i));
      return base[alike ? 0 : group]! * (1 + (changed[i] ?? 0));
    });
    const gaps = groups.flatMap((group) =>
      group.flatMap((i) => group.map((k) => variances[i]! / variances[k]! - 1).filter((gap) => gap > 0))
    );
    const gap = Math.min(...gaps);
    return { variances, equal: gaps.length === 0, gap };
  });
}

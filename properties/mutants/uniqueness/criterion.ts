/**
 * Faults in the criterion of Darmois and Skitovitch.
 *
 * @module
 */

import type { Matrix, Vector } from "../../contract/subject.ts";
import { transpose } from "../../oracle/dense.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { withSymmetry } from "./transform.ts";

const { symmetry } = oracle;

const equal = (v: Vector, tolerance = 1e-12): boolean =>
  Math.max(...v) - Math.min(...v) <= tolerance * Math.max(...v);
const isSignedPermutation = (r: Matrix): boolean =>
  r.every((row) => row.filter((entry) => Math.abs(entry) > 1e-12).length === 1);

/** Mistakes in the criterion and its components. */
export const criterionMutants: readonly Mutant[] = [
  mutant(
    "criterion-as-printed",
    "all variances are compared, whatever R mixes",
    ["U3", "X3", "X4"],
    withSymmetry({ preservesMeanField: (_, v) => equal(v) }),
  ),
  mutant(
    "criterion-permutations-only",
    "only signed permutations are taken to keep mean-field",
    ["U3", "U7", "X3", "X4"],
    withSymmetry({ preservesMeanField: (r) => isSignedPermutation(r) }),
  ),
  mutant(
    "criterion-printed-or-permutation",
    "all variances equal or R a signed permutation: a rotation of one block is forgotten",
    ["U3", "X3"],
    withSymmetry({ preservesMeanField: (r, v) => equal(v) || isSignedPermutation(r) }),
  ),
  mutant(
    "criterion-by-columns",
    "the outputs that a latent reaches are joined, not the latents that an output mixes",
    ["U3", "X3", "X4"],
    withSymmetry({
      preservesMeanField: (r, v) => symmetry.preservesMeanField(transpose(r), v),
      mixedComponents: (r) => symmetry.mixedComponents(transpose(r)),
    }),
  ),
  mutant(
    "criterion-neighbours-only",
    "only latents next to each other are compared",
    ["U3", "X3", "X4"],
    withSymmetry({
      preservesMeanField: (r, v) =>
        r.every((row) =>
          v.every((value, k) => k === 0 || row[k]! * row[k - 1]! === 0 || equal([value, v[k - 1]!]))
        ),
    }),
  ),
  mutant(
    "criterion-too-lenient",
    "variances within 1e-3 are taken for equal",
    ["U3", "X3", "X4"],
    withSymmetry({
      preservesMeanField: (r, v) =>
        r.every((row) => equal(v.filter((_, k) => Math.abs(row[k]!) > 1e-12), 1e-3)),
    }),
  ),
  mutant(
    "criterion-rounding-mixes",
    "cos(π/2) = 6e-17 counts as mixing",
    ["U3", "X3", "X4"],
    withSymmetry({
      preservesMeanField: (r, v) => r.every((row) => equal(v.filter((_, k) => row[k] !== 0))),
    }),
  ),
  mutant(
    "criterion-always-yes",
    "the criterion always says yes",
    ["U3", "U7", "X3", "X4"],
    withSymmetry({ preservesMeanField: () => true }),
  ),
  mutant(
    "criterion-always-no",
    "the criterion says that a rotation always leaves the family, as printed",
    ["U3", "U7", "X3", "X4"],
    withSymmetry({ preservesMeanField: () => false }),
  ),
  mutant(
    "components-not-closed",
    "latents are joined to the first one of each output only, without going on from there",
    ["U3"],
    withSymmetry({
      mixedComponents: (r) =>
        r.map((_, k) => k).flatMap((k) => {
          const joined = r.filter((row) => Math.abs(row[k]!) > 1e-12).flatMap((row) =>
            row.flatMap((entry, i) => (i === k + 1 && Math.abs(entry) > 1e-12 ? [i] : []))
          );
          return [[...new Set([k, ...joined])]];
        }).filter((component, k, all) => !all.slice(0, k).some((other) => other.includes(component[0]!))),
    }),
  ),
  mutant(
    "components-all-joined",
    "all latents are one component unless R is a signed permutation",
    ["U3"],
    withSymmetry({
      mixedComponents: (r) => (isSignedPermutation(r) ? r.map((_, k) => [k]) : [r.map((_, k) => k)]),
    }),
  ),
];

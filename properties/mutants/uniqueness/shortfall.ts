/**
 * Faults in what a rotation costs a mean-field posterior.
 *
 * @module
 */

import type { Matrix, Subject, Vector } from "../../contract/subject.ts";
import { inverse, logDeterminant, product, trace, transpose } from "../../oracle/dense.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { withSymmetry } from "./transform.ts";

const { symmetry } = oracle;

/** RᵀPR */
const rotated = (p: Matrix, r: Matrix): Matrix => product(product(transpose(r), p), r);
const logs = (p: Matrix): number => p.reduce((sum, row, i) => sum + Math.log(row[i]!), 0);

/** A fault in the shortfall for any P. */
const withShortfall = (shortfall: (p: Matrix, r: Matrix, beta: number) => number): Subject =>
  withSymmetry({ shortfall });
/** A fault in its closed form in the plane. */
const withPlane = (planeShortfall: (p: Vector, angle: number, beta: number) => number): Subject =>
  withSymmetry({ planeShortfall });

/** Mistakes in the shortfall. */
export const shortfallMutants: readonly Mutant[] = [
  mutant(
    "shortfall-beta-absent",
    "the shortfall is not multiplied by β",
    ["U5"],
    withShortfall((p, r, beta) => symmetry.shortfall(p, r, beta) / beta),
  ),
  mutant(
    "shortfall-lost-half",
    "the shortfall has β for β/2",
    ["U5"],
    withShortfall((p, r, beta) => 2 * symmetry.shortfall(p, r, beta)),
  ),
  mutant(
    "shortfall-log-determinant-dropped",
    "log|P| is dropped, as if it were a constant that does not matter",
    ["U5"],
    withShortfall((p, r, beta) => beta / 2 * logs(rotated(p, r))),
  ),
  mutant(
    "shortfall-negative",
    "the shortfall has the sign of an ELBO",
    ["U5"],
    withShortfall((p, r, beta) => -symmetry.shortfall(p, r, beta)),
  ),
  mutant(
    "shortfall-wrong-side",
    "the diagonal is that of RPRᵀ",
    ["U5"],
    withShortfall((p, r, beta) => symmetry.shortfall(p, transpose(r), beta)),
  ),
  mutant(
    "shortfall-of-covariance",
    "the covariance P⁻¹ is rotated, and its diagonal taken: the other Kullback–Leibler divergence",
    ["U5"],
    withShortfall((p, r, beta) => symmetry.shortfall(inverse(p), r, beta)),
  ),
  mutant(
    "shortfall-trace",
    "the logarithms are taken of the mean of the diagonal, which bounds them",
    ["U5"],
    withShortfall((p, r, beta) =>
      beta / 2 * (p.length * Math.log(trace(rotated(p, r)) / p.length) - logDeterminant(p))
    ),
  ),
  mutant(
    "shortfall-diagonal-of-p",
    "the diagonal of P is taken before the rotation",
    ["U5"],
    withShortfall((p, _, beta) => beta / 2 * (logs(p) - logDeterminant(p))),
  ),
  mutant(
    "plane-single-angle",
    "the closed form has sin²θ for sin²2θ",
    ["U5"],
    withPlane(([p, q], angle, beta) =>
      beta / 2 * Math.log1p((p! - q!) ** 2 * Math.sin(angle) ** 2 / (4 * p! * q!))
    ),
  ),
  mutant(
    "plane-lost-four",
    "the closed form lacks the 4 below (P₁₁ − P₂₂)²",
    ["U5"],
    withPlane(([p, q], angle, beta) =>
      beta / 2 * Math.log1p((p! - q!) ** 2 * Math.sin(2 * angle) ** 2 / (p! * q!))
    ),
  ),
  mutant(
    "plane-sum-below",
    "the closed form divides by (P₁₁ + P₂₂)², not by 4P₁₁P₂₂",
    ["U5"],
    withPlane(([p, q], angle, beta) =>
      beta / 2 * Math.log1p((p! - q!) ** 2 * Math.sin(2 * angle) ** 2 / (p! + q!) ** 2)
    ),
  ),
  mutant(
    "plane-not-squared",
    "the closed form has |P₁₁ − P₂₂|, not its square",
    ["U5"],
    withPlane(([p, q], angle, beta) =>
      beta / 2 * Math.log1p(Math.abs(p! - q!) * Math.sin(2 * angle) ** 2 / (4 * p! * q!))
    ),
  ),
  mutant(
    "plane-beta-absent",
    "the closed form is not multiplied by β",
    ["U5"],
    withPlane((p, angle, beta) => symmetry.planeShortfall(p, angle, beta) / beta),
  ),
  mutant(
    "plane-degrees",
    "the angle is taken in degrees",
    ["U5"],
    withPlane((p, angle, beta) => symmetry.planeShortfall(p, angle * Math.PI / 180, beta)),
  ),
];

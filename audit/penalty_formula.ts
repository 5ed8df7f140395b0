/**
 * What a penalty on the Jacobian of a decoder may be: the formulas that people write, and the ones that they take for them.
 *
 * @module
 */

import { EigenvalueDecomposition, Matrix as Dense } from "ml-matrix";
import type { Matrix, Vector } from "../properties/contract/subject.ts";

/** What a penalty may depend on at one point of one decoder. */
export interface PenaltyPoint {
  /** J `[data][latent]` */
  readonly jacobian: Matrix;
  /** g(z) `[data]` */
  readonly output: Vector;
  /** β > 0 */
  readonly beta: number;
  /** The sum of the squares of all weights of the decoder. */
  readonly weights: number;
}

/** A formula, by the words that stand for it. */
export interface PenaltyFormula {
  /** Its id. */
  readonly id: string;
  /** As in "‖J‖²_F". */
  readonly formula: string;
  /** What it is called, or whose mistake it is. */
  readonly name: string;
  /** Its value, before any factor. */
  readonly value: (at: PenaltyPoint) => number;
}

const total = (values: Vector): number => values.reduce((sum, value) => sum + value, 0);
const dot = (u: Vector, v: Vector): number => total(u.map((entry, i) => entry * v[i]!));
const columns = (j: Matrix): number[][] => j[0]!.map((_, i) => j.map((row) => row[i]!));
const gram = (j: Matrix): number[][] => columns(j).map((u) => columns(j).map((v) => dot(u, v)));
const columnSquares = (j: Matrix): number[] => columns(j).map((column) => dot(column, column));
const squares = (j: Matrix): number => total(columnSquares(j));
/** ‖Jᵀv‖² */
const along = (j: Matrix, v: Vector): number => total(columns(j).map((column) => dot(column, v) ** 2));

/** s_i² in increasing order, one a latent; those of fewer outputs than latents are 0 but for rounding. */
function squaredSingularValues(j: Matrix): number[] {
  const { realEigenvalues } = new EigenvalueDecomposition(new Dense(gram(j)), { assumeSymmetric: true });
  return realEigenvalues.map((value) => (value > 1e-12 * squares(j) ? value : 0)).toSorted((a, b) => a - b);
}

const logDeterminant = (j: Matrix, shift: number): number =>
  total(squaredSingularValues(j).map((square) => Math.log(shift + square)));

/** Σ_i (JᵀJ)_ik² over pairs of different latents. */
const crossTerms = (j: Matrix): number =>
  total(gram(j).flatMap((row, i) => row.map((entry, k) => (i === k ? 0 : entry ** 2))));

type Row = readonly [id: string, formula: string, name: string, value: (at: PenaltyPoint) => number];

const ROWS: readonly Row[] = [
  ["jacobian-norm", "‖J‖²_F", "the gradient penalty", ({ jacobian: j }) => squares(j)],
  [
    "summed-outputs",
    "‖∂(Σ g)/∂z‖²",
    "the squared gradient of the summed outputs, as one backward pass gives it",
    ({ jacobian: j }) => along(j, j.map(() => 1)),
  ],
  [
    "squared-outputs",
    "‖∂(Σ g²)/∂z‖²",
    "the squared gradient of the summed squares of the outputs",
    ({ jacobian: j, output }) => 4 * along(j, output),
  ],
  [
    "spectral-norm",
    "‖J‖₂",
    "the spectral norm",
    ({ jacobian: j }) => Math.sqrt(squaredSingularValues(j).at(-1)!),
  ],
  [
    "grae",
    "(β/2) log|I + JᵀJ/β|",
    "GRAE",
    ({ jacobian: j, beta }) => beta / 2 * total(squaredSingularValues(j).map((s) => Math.log1p(s / beta))),
  ],
  [
    "grae-star",
    "(β/2) Σᵢ log(1 + ‖J_{:i}‖²/β)",
    "GRAE*",
    ({ jacobian: j, beta }) => beta / 2 * total(columnSquares(j).map((square) => Math.log1p(square / beta))),
  ],
  [
    "isotropic",
    "(βd/2) log(1 + ‖J‖²_F/(βd))",
    "the bound of the isotropic family",
    ({ jacobian: j, beta }) => {
      const d = j[0]!.length;
      return beta * d / 2 * Math.log1p(squares(j) / (beta * d));
    },
  ],
  [
    "log-of-sum",
    "(β/2) log(1 + ‖J‖²_F/β)",
    "GRAE* with the sum inside the logarithm",
    ({ jacobian: j, beta }) => beta / 2 * Math.log1p(squares(j) / beta),
  ],
  [
    "grae-without-outer-beta",
    "½ log|I + JᵀJ/β|",
    "GRAE without the β before it",
    ({ jacobian: j, beta }) => total(squaredSingularValues(j).map((s) => Math.log1p(s / beta))) / 2,
  ],
  [
    "grae-without-inner-beta",
    "(β/2) log|I + JᵀJ|",
    "GRAE without the β inside it",
    ({ jacobian: j, beta }) => beta / 2 * total(squaredSingularValues(j).map(Math.log1p)),
  ],
  [
    "log-determinant",
    "½ log|I + JᵀJ|",
    "a log-determinant without β",
    ({ jacobian: j }) => total(squaredSingularValues(j).map(Math.log1p)) / 2,
  ],
  [
    "grae-inverted",
    "(β/2) log|I + βJᵀJ|",
    "GRAE with β for 1/β",
    ({ jacobian: j, beta }) => beta / 2 * total(squaredSingularValues(j).map((s) => Math.log1p(s * beta))),
  ],
  [
    "grae-not-normalised",
    "(β/2) log|βI + JᵀJ|",
    "GRAE with (β/2) d log β too much",
    ({ jacobian: j, beta }) => beta / 2 * logDeterminant(j, beta),
  ],
  [
    "grae-star-without-outer-beta",
    "½ Σᵢ log(1 + ‖J_{:i}‖²/β)",
    "GRAE* without the β before it",
    ({ jacobian: j, beta }) => total(columnSquares(j).map((square) => Math.log1p(square / beta))) / 2,
  ],
  [
    "grae-star-without-inner-beta",
    "(β/2) Σᵢ log(1 + ‖J_{:i}‖²)",
    "GRAE* without the β inside it",
    ({ jacobian: j, beta }) => beta / 2 * total(columnSquares(j).map(Math.log1p)),
  ],
  [
    "log-columns",
    "½ Σᵢ log(1 + ‖J_{:i}‖²)",
    "GRAE* without β",
    ({ jacobian: j }) => total(columnSquares(j).map(Math.log1p)) / 2,
  ],
  [
    "grae-star-of-rows",
    "(β/2) Σₖ log(1 + ‖J_{k:}‖²/β)",
    "GRAE* of the rows of J",
    ({ jacobian: j, beta }) => beta / 2 * total(j.map((row) => Math.log1p(dot(row, row) / beta))),
  ],
  [
    "volume",
    "½ log|JᵀJ|",
    "the logarithm of the volume, without I",
    ({ jacobian: j }) => logDeterminant(j, 0) / 2,
  ],
  [
    "log-column-norms",
    "½ Σᵢ log ‖J_{:i}‖²",
    "the logarithms of the columns' norms",
    ({ jacobian: j }) => total(columnSquares(j).map(Math.log)) / 2,
  ],
  [
    "independent-mechanisms",
    "½ (Σᵢ log ‖J_{:i}‖² − log|JᵀJ|)",
    "the contrast of independent mechanisms",
    ({ jacobian: j }) => (total(columnSquares(j).map(Math.log)) - logDeterminant(j, 0)) / 2,
  ],
  ["frobenius", "‖J‖_F", "the Frobenius norm, not squared", ({ jacobian: j }) => Math.sqrt(squares(j))],
  [
    "jacobian-norm-per-output",
    "‖J‖²_F/n",
    "the gradient penalty, averaged over outputs",
    ({ jacobian: j }) => squares(j) / j.length,
  ],
  [
    "jacobian-norm-per-latent",
    "‖J‖²_F/d",
    "the gradient penalty, averaged over latents",
    ({ jacobian: j }) => squares(j) / j[0]!.length,
  ],
  [
    "jacobian-norm-per-entry",
    "‖J‖²_F/(nd)",
    "the gradient penalty, averaged over the entries of J",
    ({ jacobian: j }) => squares(j) / (j.length * j[0]!.length),
  ],
  [
    "averaged-outputs",
    "‖∂(Σ g/n)/∂z‖²",
    "the squared gradient of the averaged outputs",
    ({ jacobian: j }) => along(j, j.map(() => 1 / j.length)),
  ],
  [
    "summed-outputs-norm",
    "‖∂(Σ g)/∂z‖",
    "the gradient of the summed outputs, not squared",
    ({ jacobian: j }) => Math.sqrt(along(j, j.map(() => 1))),
  ],
  [
    "summed-outputs-to-one",
    "(‖∂(Σ g)/∂z‖ − 1)²",
    "the penalty of a critic, which holds a norm at 1",
    ({ jacobian: j }) => (Math.sqrt(along(j, j.map(() => 1))) - 1) ** 2,
  ],
  [
    "spectral-square",
    "‖J‖₂²",
    "the squared spectral norm",
    ({ jacobian: j }) => squaredSingularValues(j).at(-1)!,
  ],
  [
    "nuclear-norm",
    "Σᵢ sᵢ",
    "the sum of the singular values",
    ({ jacobian: j }) => total(squaredSingularValues(j).map(Math.sqrt)),
  ],
  [
    "absolute-entries",
    "Σ|J_ki|",
    "the sum of absolute entries",
    ({ jacobian: j }) => total(j.flat().map(Math.abs)),
  ],
  [
    "column-norms",
    "Σᵢ ‖J_{:i}‖",
    "the sum of the columns' norms",
    ({ jacobian: j }) => total(columnSquares(j).map(Math.sqrt)),
  ],
  [
    "largest-column",
    "maxᵢ ‖J_{:i}‖²",
    "the longest column",
    ({ jacobian: j }) => Math.max(...columnSquares(j)),
  ],
  [
    "largest-entry",
    "max|J_ki|",
    "the largest entry",
    ({ jacobian: j }) => Math.max(...j.flat().map(Math.abs)),
  ],
  [
    "first-column",
    "d ‖J_{:1}‖²",
    "always the first column, where one was to be drawn",
    ({ jacobian: j }) => j[0]!.length * columnSquares(j)[0]!,
  ],
  [
    "orthogonality",
    "Σ_{i≠k} (JᵀJ)²_ik",
    "the penalty on columns that are not orthogonal",
    ({ jacobian: j }) => crossTerms(j),
  ],
  [
    "isometry",
    "‖JᵀJ − I‖²_F",
    "the penalty on decoders that are not isometric",
    ({ jacobian: j }) =>
      total(gram(j).flatMap((row, i) => row.map((entry, k) => (entry - (i === k ? 1 : 0)) ** 2))),
  ],
  [
    "gram-norm",
    "‖JᵀJ‖²_F",
    "the squared norm of JᵀJ",
    ({ jacobian: j }) => total(gram(j).flat().map((e) => e ** 2)),
  ],
  ["outputs", "‖g‖²", "the outputs, not their derivatives", ({ output }) => dot(output, output)],
  ["weights", "Σ ‖W‖²_F", "weight decay, not a function of J", ({ weights }) => weights],
  ["nothing", "1", "a constant", () => 1],
];

/** Every formula; those with a name of their own in the laws come first. */
export const penaltyFormulas: readonly PenaltyFormula[] = ROWS.map(([id, formula, name, value]) => ({
  id,
  formula,
  name,
  value,
}));

/**
 * Faults in linear algebra.
 *
 * @module
 */

import type { Matrix, Subject } from "../../contract/subject.ts";
import { product, transpose } from "../../oracle/dense.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { mapped } from "./altered.ts";

type Each = (inverse: Matrix, a: Matrix, cotangent: number) => Matrix;

/** The oracle with another gradient of log|A|, from A⁻¹. */
function withLogDeterminantGradient(each: Each): Subject {
  return {
    ...oracle,
    logDeterminantGradient: (a, cotangent) =>
      oracle.inverse(a).map((inverse, b) => each(inverse, a[b]!, cotangent[b]!)),
  };
}

/** A + jitter I */
function jittered(a: Matrix, jitter: number): number[][] {
  return a.map((row, i) => row.map((entry, j) => (i === j ? entry + jitter : entry)));
}

const gradientMutants: readonly Mutant[] = [
  mutant(
    "log-determinant-gradient-cotangent-lost",
    "what multiplies the log-determinant is forgotten in its gradient",
    ["A7"],
    withLogDeterminantGradient((inverse) => inverse),
  ),
  mutant(
    "log-determinant-gradient-half",
    "∂ log|A| is ½A⁻¹: that of Σ log L_ii",
    ["A7"],
    withLogDeterminantGradient((inverse, _, c) => mapped(inverse, (entry) => c * entry / 2)),
  ),
  mutant(
    "log-determinant-gradient-negative",
    "∂ log|A| is −A⁻¹",
    ["A7"],
    withLogDeterminantGradient((inverse, _, c) => mapped(inverse, (entry) => -c * entry)),
  ),
  mutant(
    "log-determinant-gradient-of-determinant",
    "∂ log|A| is |A|A⁻¹, the gradient of |A|",
    ["A7"],
    withLogDeterminantGradient((inverse, a, c) =>
      mapped(inverse, (entry) => c * Math.exp(oracle.logDeterminant([a])[0]!) * entry)
    ),
  ),
  mutant(
    "log-determinant-gradient-off-diagonal-twice",
    "∂ log|A| counts each pair of equal entries twice: 2A⁻¹ − diag A⁻¹",
    ["A7"],
    withLogDeterminantGradient((inverse, _, c) =>
      inverse.map((row, i) => row.map((entry, j) => c * entry * (i === j ? 1 : 2)))
    ),
  ),
  mutant(
    "log-determinant-gradient-diagonal",
    "∂ log|A| is diag(1/A_ii)",
    ["A7"],
    withLogDeterminantGradient((inverse, a, c) =>
      inverse.map((row, i) => row.map((_, j) => (i === j ? c / a[i]![i]! : 0)))
    ),
  ),
  mutant(
    "log-determinant-gradient-jittered",
    "∂ log|A| is (A + 1e-6 I)⁻¹",
    ["A7"],
    withLogDeterminantGradient((_, a, c) =>
      mapped(oracle.inverse([jittered(a, 1e-6)])[0]!, (entry) => c * entry)
    ),
  ),
];

/** A counter, as hidden state of a faulty subject. */
export function counter(): () => number {
  let calls = 0;
  return () => calls++;
}

const calls = counter();

const operationMutants: readonly Mutant[] = [
  mutant(
    "cholesky-jittered",
    "1e-6 is added to the diagonal before it is factored",
    ["A5"],
    { ...oracle, cholesky: (a) => oracle.cholesky(a.map((one) => jittered(one, 1e-6))) },
  ),
  mutant(
    "cholesky-of-the-first",
    "the factor of the first matrix serves the whole batch",
    ["A5"],
    { ...oracle, cholesky: (a) => a.map(() => oracle.cholesky([a[0]!])[0]!) },
  ),
  mutant(
    "log-determinant-half",
    "log|A| is Σ log L_ii, without its 2",
    ["A5"],
    { ...oracle, logDeterminant: (a) => oracle.logDeterminant(a).map((value) => value / 2) },
  ),
  mutant(
    "log-determinant-clamped",
    "log|A| is taken of eigenvalues clipped to at least 1e-4",
    ["A5"],
    { ...oracle, logDeterminant: (a) => oracle.logDeterminant(a.map((one) => jittered(one, 1e-4))) },
  ),
  mutant(
    "inverse-by-one-newton-step",
    "A⁻¹ is iterated to three digits",
    ["A5"],
    {
      ...oracle,
      inverse: (a) => oracle.inverse(a).map((one) => mapped(one, (entry) => Number(entry.toPrecision(3)))),
    },
  ),
  mutant(
    "solve-with-the-factor",
    "A⁻¹B stops after the forward substitution: L⁻¹B",
    ["A5"],
    {
      ...oracle,
      // L⁻¹B = LᵀA⁻¹B
      solve: (a, b) => {
        const solved = oracle.solve(a, b);
        return oracle.cholesky(a).map((l, i) => product(transpose(l), solved[i]!));
      },
    },
  ),
  mutant(
    "products-in-bfloat16",
    "right-hand sides are rounded to 8 bits, as by a fast engine",
    ["A5"],
    { ...oracle, solve: (a, b) => oracle.solve(a, b.map((one) => mapped(one, bfloat16))) },
  ),
  mutant(
    "result-depends-on-history",
    "the Jacobian depends on how often it was asked for",
    ["A5"],
    {
      ...oracle,
      jacobian: (spec, z) => {
        const off = 1 + calls() * 2 ** -52;
        return oracle.jacobian(spec, z).map((j) => mapped(j, (entry) => entry * off));
      },
    },
  ),
];

/** The nearest number with 8 significant bits. */
function bfloat16(value: number): number {
  if (value === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 7);
  return Math.round(value / unit) * unit;
}

/** Mistakes in linear algebra. */
export const algebraMutants: readonly Mutant[] = [...gradientMutants, ...operationMutants];

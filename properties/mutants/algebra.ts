/**
 * Faults in linear algebra, and with numbers of other kinds than float32.
 *
 * @module
 */

import type { KindCase, Matrix, Vector } from "../contract/subject.ts";
import { product, transpose } from "../oracle/dense.ts";
import { numbersOf } from "../oracle/kinds.ts";
import { oracle } from "../oracle/mod.ts";
import { mapped } from "./altered.ts";
import { type Mutant, type Part, planted } from "./mutant.ts";

type Each = (inverse: Matrix, a: Matrix, cotangent: number) => Matrix;

/** The oracle with another gradient of log|A|, from A⁻¹. */
function withLogDeterminantGradient(each: Each): Part {
  return {
    logDeterminantGradient: (a, cotangent) =>
      oracle.inverse(a).map((inverse, b) => each(inverse, a[b]!, cotangent[b]!)),
  };
}

/** A + jitter I */
function jittered(a: Matrix, jitter: number): number[][] {
  return mapped(a, (entry, i, j) => i === j ? entry + jitter : entry);
}

/** A counter, as hidden state of a faulty subject. */
export function counter(): () => number {
  let calls = 0;
  return () => calls++;
}

const calls = counter();

/** The nearest number with 8 significant bits. */
function bfloat16(value: number): number {
  if (value === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 7);
  return Math.round(value / unit) * unit;
}

const { ofKind, objectives } = oracle;
const numbers = numbersOf(objectives);

/** The oracle that answers for other kinds than float32. */
function withKinds(faulty: (given: KindCase) => Vector): Part {
  return { ofKind: (given) => (given.kind === "float32" ? ofKind(given) : faulty(given)) };
}

/** The numbers that the bits of whole numbers are if they are read as float32. */
function bits(a: Matrix): Matrix {
  return mapped(a, (entry) => new Float32Array(Int32Array.of(entry).buffer)[0]!);
}

/** The faults, by the laws that must reject them. */
export const algebraMutants: readonly Mutant[] = planted({
  // The gradient of log|A|
  "A7": {
    "log-determinant-gradient-cotangent-lost: what multiplies the log-determinant is forgotten in its gradient":
      withLogDeterminantGradient((inverse) => inverse),
    "log-determinant-gradient-half: ∂ log|A| is ½A⁻¹: that of Σ log L_ii": withLogDeterminantGradient(
      (inverse, _, c) => mapped(inverse, (entry) => c * entry / 2),
    ),
    "log-determinant-gradient-negative: ∂ log|A| is −A⁻¹": withLogDeterminantGradient((inverse, _, c) =>
      mapped(inverse, (entry) => -c * entry)
    ),
    "log-determinant-gradient-of-determinant: ∂ log|A| is |A|A⁻¹, the gradient of |A|":
      withLogDeterminantGradient((inverse, a, c) =>
        mapped(inverse, (entry) => c * Math.exp(oracle.logDeterminant([a])[0]!) * entry)
      ),
    "log-determinant-gradient-off-diagonal-twice: ∂ log|A| counts each pair of equal entries twice: 2A⁻¹ − diag A⁻¹":
      withLogDeterminantGradient((inverse, _, c) =>
        mapped(inverse, (entry, i, j) => c * entry * (i === j ? 1 : 2))
      ),
    "log-determinant-gradient-diagonal: ∂ log|A| is diag(1/A_ii)": withLogDeterminantGradient(
      (inverse, a, c) => mapped(inverse, (_, i, j) => i === j ? c / a[i]![i]! : 0),
    ),
    "log-determinant-gradient-jittered: ∂ log|A| is (A + 1e-6 I)⁻¹": withLogDeterminantGradient((_, a, c) =>
      mapped(oracle.inverse([jittered(a, 1e-6)])[0]!, (entry) => c * entry)
    ),
  },
  // Factors, log-determinants, inverses and solutions
  "A5": {
    "cholesky-jittered: 1e-6 is added to the diagonal before it is factored": {
      cholesky: (a) => oracle.cholesky(a.map((one) => jittered(one, 1e-6))),
    },
    "cholesky-of-the-first: the factor of the first matrix serves the whole batch": {
      cholesky: (a) => a.map(() => oracle.cholesky([a[0]!])[0]!),
    },
    "log-determinant-half: log|A| is Σ log L_ii, without its 2": {
      logDeterminant: (a) => oracle.logDeterminant(a).map((value) => value / 2),
    },
    "log-determinant-clamped: log|A| is taken of eigenvalues clipped to at least 1e-4": {
      logDeterminant: (a) => oracle.logDeterminant(a.map((one) => jittered(one, 1e-4))),
    },
    "inverse-by-one-newton-step: A⁻¹ is iterated to three digits": {
      inverse: (a) => oracle.inverse(a).map((one) => mapped(one, (entry) => Number(entry.toPrecision(3)))),
    },
    "solve-with-the-factor: A⁻¹B stops after the forward substitution: L⁻¹B": { // L⁻¹B = LᵀA⁻¹B
      solve: (a, b) => {
        const solved = oracle.solve(a, b);
        return oracle.cholesky(a).map((l, i) => product(transpose(l), solved[i]!));
      },
    },
    "products-in-bfloat16: right-hand sides are rounded to 8 bits, as by a fast engine": {
      solve: (a, b) => oracle.solve(a, b.map((one) => mapped(one, bfloat16))),
    },
    "result-depends-on-history: the Jacobian depends on how often it was asked for": {
      jacobian: (spec, z) => {
        const off = 1 + calls() * 2 ** -52;
        return oracle.jacobian(spec, z).map((j) => mapped(j, (entry) => entry * off));
      },
    },
  },
  // Kinds of numbers
  "A10": {
    "kinds-bits-read: the bits of whole numbers are read as float32": withKinds((given) =>
      "objective" in given
        ? numbers({ ...given, given: { ...given.given, x: bits(given.given.x) } })
        : numbers({ ...given, a: bits(given.a) })
    ),
    "kinds-converted: whole numbers are converted without a word": withKinds(numbers),
    "kinds-unnamed: other kinds are refused, but not by name": {
      ofKind: (given) => {
        if (given.kind === "float32") return ofKind(given);
        throw new TypeError("x must be float32; convert it");
      },
    },
    "kinds-of-data-forgotten: linear algebra refuses other kinds, but losses convert x": {
      ofKind: (given) => ("objective" in given ? numbers(given) : ofKind(given)),
    },
  },
});

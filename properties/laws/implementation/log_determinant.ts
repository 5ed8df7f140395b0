/**
 * A7: the gradient of the log-determinant.
 *
 * @module
 */

import fc from "fast-check";
import { batchSize, listOf, real, sizeUpTo, vector } from "../arbitrary/number.ts";
import { spd } from "../arbitrary/spd.ts";
import { clause, law, tex } from "../../contract/mod.ts";
import type { Matrix } from "../../contract/subject.ts";
import { multiply, symmetricFunction, trace, traceOfProduct, transpose } from "../reference/algebra.ts";
import { inverseTolerance } from "../tolerance.ts";

/** Batches of SPD matrices with κ up to 1e6, and what multiplies each log-determinant. */
const batches = fc.tuple(sizeUpTo(1, 6, 12), batchSize).chain(([d, batch]) =>
  fc.record({
    cases: listOf(batch, spd(d)),
    cotangent: vector(batch, 2),
    // Any matrix; its symmetric part is a direction relative to A.
    direction: listOf(d, listOf(d, real(1))),
  })
);

const inverse = clause({
  says: "∂ Σ_b c_b log|A_b|/∂A_b = c_b A_b⁻¹, the inverse by eigenvalues, up to κ = 1e6",
  needs: ["logDeterminantGradient"],
  given: batches,
  examine: async ({ logDeterminantGradient }, { cases, cotangent }, expect) => {
    const slack = cases.map(({ matrix: a, kappa, eigenvalues }, b) =>
      inverseTolerance(a.length, kappa, expect.epsilon, Math.abs(cotangent[b]!) / Math.min(...eigenvalues))
    );
    expect.refusable = slack.some(({ resolved }) => !resolved);
    const gradients = await logDeterminantGradient(cases.map(({ matrix: a }) => a), cotangent);
    expect.is("gradients", gradients.length, cases.length);
    cases.forEach(({ matrix: a }, b) => {
      const expected = symmetricFunction(a, (value) => cotangent[b]! / value);
      // tr of the gradient with a symmetric direction is all that counts: its symmetric part is compared.
      expect.closeMatrix(`gradient [${b}]`, symmetricPart(gradients[b]!), expected, slack[b]!);
    });
  },
});

const along = clause({
  says: "along A^½ E A^½ the derivative of log|A| is tr E, whatever the condition number",
  needs: ["logDeterminantGradient"],
  given: batches,
  examine: async ({ logDeterminantGradient }, { cases, direction }, expect) => {
    const e = symmetricPart(direction);
    const slack = cases.map(({ matrix: a, kappa }) => {
      // A^½ ΔA⁻¹ A^½ = A^−½ ΔA A^−½ to first order, which is κ ε.
      return inverseTolerance(a.length, kappa, expect.epsilon, a.length);
    });
    expect.refusable = slack.some(({ resolved }) => !resolved);
    const gradients = await logDeterminantGradient(cases.map(({ matrix: a }) => a), cases.map(() => 1));
    cases.forEach(({ matrix: a }, b) => {
      const root = symmetricFunction(a, Math.sqrt);
      const moved = multiply(multiply(root, e), root);
      expect.close(`derivative [${b}]`, traceOfProduct(gradients[b]!, moved), trace(e), slack[b]!);
    });
  },
});

function symmetricPart(a: Matrix): number[][] {
  const turned = transpose(a);
  return a.map((row, i) => row.map((entry, j) => (entry + turned[i]![j]!) / 2));
}

export const A7 = law({
  id: "A7",
  title: "Gradient of the log-determinant",
  statement: "∂ log|A|/∂A = A⁻¹, on matrices with condition numbers up to 1e6",
  tex: tex`\frac{\partial\log|A|}{\partial A}=A^{-1}`,
  source: "the implementation",
  kind: "identity",
  assumptions: ["A symmetric positive definite"],
  clauses: [inverse, along],
});

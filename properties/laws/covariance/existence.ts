/**
 * S5: with the full Hessian an optimal covariance need not exist.
 *
 * @module
 */

import fc from "fast-check";
import { beta, between, listOf, logUniform, real, recordGiven, sizeUpTo } from "../arbitrary/number.ts";
import { unitGaussian } from "../arbitrary/likelihood.ts";
import { orthogonal } from "../arbitrary/rotation.ts";
import { withEigenvalues } from "../arbitrary/spd.ts";
import { clause, exact, law, tex } from "../../contract/mod.ts";
import type { Matrix, NetworkSpec, ObjectiveCase } from "../../contract/subject.ts";
import { inverseTolerance } from "../tolerance.ts";
import { fixedPosterior } from "../reference/linear_model.ts";

/** H_f = R diag(β(1 − m)) Rᵀ: the eigenvalues of I − H_f/β are the m. */
interface HessianCase {
  readonly r: Matrix;
  readonly margins: readonly number[];
  readonly beta: number;
}

function hessianOf({ r, margins, beta }: HessianCase): Matrix {
  return withEigenvalues(r, margins.map((margin) => beta * (1 - margin)));
}

/** 1 to 4 latents with margins from 10^low to 10^high. */
function hessianCase(low: number, high: number): fc.Arbitrary<HessianCase> {
  return recordGiven(
    sizeUpTo(1, 4, 8),
    (d) => ({ r: orthogonal(d), margins: listOf(d, logUniform(low, high)), beta }),
  );
}

const exists = clause({
  says: "where βI − H_f ≻ 0, the optimum is (I − H_f/β)⁻¹, however small the margin",
  needs: ["optimalCovarianceOfHessian"],
  given: hessianCase(-3, 3),
  examine: async ({ optimalCovarianceOfHessian }, given, expect) => {
    const { r, margins, beta } = given;
    const inverses = margins.map((margin) => 1 / margin);
    // 1 − h/β is a difference of numbers of size 1 + max m, known to ε of that.
    const kappa = (1 + Math.max(...margins)) * Math.max(...inverses);
    const slack = inverseTolerance(r.length, kappa, expect.epsilon, Math.max(...inverses));
    expect.mayRefuse(slack);
    const [sigma] = await optimalCovarianceOfHessian([hessianOf(given)], beta);
    expect.closeMatrix("Σ", sigma ?? [], withEigenvalues(r, inverses), slack);
  },
});

/** The numbers in a sentence. */
function numbersIn(text: string): number[] {
  return [...text.matchAll(/[-−]?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi)].map(([number]) =>
    Number(number.replace("−", "-"))
  );
}

const refuses = clause({
  says: "otherwise it throws a RangeError that names the offending eigenvalue",
  needs: ["optimalCovarianceOfHessian"],
  given: fc.tuple(hessianCase(-2, 2), logUniform(-2, 1)).map(([given, beyond]) => ({
    ...given,
    margins: [-beyond, ...given.margins.slice(1)],
  })),
  // The borderline itself: βI − H_f is singular, without rounding.
  examples: [
    { r: [[1]], margins: [0], beta: 1 },
    { r: [[0, 1], [1, 0]], margins: [0, 1], beta: 0.25 },
  ],
  examine: async ({ optimalCovarianceOfHessian }, given, expect) => {
    const { margins, beta } = given;
    const hessian = hessianOf(given);
    const message = await expect.throwsRangeError(
      "the optimal covariance of an indefinite βI − H_f",
      () => optimalCovarianceOfHessian([hessian], beta),
    );
    const smallest = Math.min(...margins);
    // The message may speak of H_f, of βI − H_f or of I − H_f/β, in at least 3 digits.
    const candidates = [beta * (1 - smallest), beta * smallest, smallest];
    const named = numbersIn(message).some((number) =>
      candidates.some((value) => Math.abs(number - value) <= 5e-3 * Math.abs(value))
    );
    expect.is(`"${message}" names the eigenvalue ${candidates[0]} in 3 digits`, named, true);
  },
});

const hessianLoss = clause({
  says:
    "the Taylor (Hessian) loss at variance v is (β − H_f)v/2 − (β/2) log v and a constant: with a minimum at (1 − H_f/β)⁻¹ if " +
    "H_f < β, and below any bound if not",
  needs: ["objectives.taylor-hessian"],
  given: fc.record({
    weight: between(0.5, 1.5),
    bias: real(2),
    mean: real(1),
    beta: logUniform(-1, 1),
    /** 1 − H_f/β. */
    margin: fc.oneof(logUniform(-1, 1), logUniform(-1, 1).map((size) => -size), fc.constant(0)),
  }),
  examine: async ({ objectives }, { weight, bias, mean, beta, margin }, expect) => {
    // g(z) = softplus(wz + b), and x such that H_f = −g'² + (x − g)g'' is β(1 − m).
    const u = weight * mean + bias, sigmoid = 1 / (1 + Math.exp(-u));
    const g = Math.log1p(Math.exp(u));
    const first = weight * sigmoid, second = weight ** 2 * sigmoid * (1 - sigmoid);
    const hessian = beta * (1 - margin);
    const x = g + (hessian + first ** 2) / second;
    const decoder: NetworkSpec = [{ weight: [[weight]], bias: [bias], activation: "softplus" }];
    const family = { kind: "mean-field" } as const;
    const at = (variance: number): ObjectiveCase => {
      const raw = [Math.log(variance) / 2];
      return fixedPosterior({ decoder, likelihood: unitGaussian, family, mean: [mean], raw, x: [[x]], beta });
    };
    const variances = Array.from({ length: 8 }, (_, k) => 4 ** (k - 1));
    const losses = await Array.fromAsync(
      variances,
      async (variance) => (await objectives["taylor-hessian"](at(variance))).loss,
    );
    const change = (v: number): number => (beta * margin * (v - 1) - beta * Math.log(v)) / 2;
    variances.forEach((variance, k) => {
      const size = (Math.abs(x) + g + 1) ** 2 + (Math.abs(x) + g + 1) * second * variance +
        beta * (variance + mean ** 2 + 8);
      const slack = expect.rounding("the loss: rounding of (x − g)²/2, and of H_f v", { c: 64, scale: size });
      expect.close(`loss at ${variance} less loss at 1`, losses[k]! - losses[1]!, change(variance), slack);
    });
    const falls = change(variances.at(-1)!) < change(variances.at(-2)!);
    expect.is("losses fall at the end", losses.at(-1)! < losses.at(-2)!, falls);
    if (margin <= 0) {
      const last = losses.at(-1)! - losses[1]!;
      const half = exact("half of a bound that is met to rounding");
      expect.atMost("unbounded below", last, change(variances.at(-1)!) / 2, half);
    }
  },
});

export const S5 = law({
  id: "S5",
  title: "Existence of the optimum",
  statement:
    "with the full Hessian an optimal covariance exists iff βI − H_f ≻ 0; otherwise the loss is unbounded below, and that is refused",
  tex: tex`\exists\,\Sigma^*=\left(I-\tfrac1\beta H_f\right)^{-1}\iff\beta I-H_f\succ0`,
  source: "Gaussian p(z) and q(z|x)",
  kind: "identity",
  assumptions: ["βI − H_f positive definite"],
  expected: "holds under stated assumptions",
  clauses: [exists, refuses, hessianLoss],
});

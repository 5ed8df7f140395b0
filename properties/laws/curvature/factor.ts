/**
 * H4 and X1: the curvature term as a Frobenius norm, and the power of Σ in it.
 *
 * @module
 */

import fc from "fast-check";
import { asCase, factorOf, type TaylorPoint, taylorPoint } from "../arbitrary/taylor_point.ts";
import { type Able, added, clause, exact, law, tex, type Tolerance } from "../../contract/mod.ts";
import { multiply, sum, symmetricFunction, traceOfProduct, transpose } from "../reference/algebra.ts";
import { only } from "../taylor/term_tolerance.ts";
import { traceTolerance } from "../taylor/moments.ts";

const parts = ["apply", "jacobian", "gram", "curvature", "covariance"] as const;

/** Both sides at a point, and their tolerance. */
interface Sides {
  /** tr(GΣ) = −tr(JᵀH_pJΣ) */
  readonly trace: number;
  /** ‖diag(√w) J Σ^power‖²_F with Σ in float64. */
  readonly norm: (power: number) => number;
  readonly slack: Tolerance;
}

async function sides(
  subject: Able<typeof parts[number]>,
  point: TaylorPoint,
  epsilon: number,
): Promise<Sides> {
  const { decoder, likelihood, x, mean, family, raw } = point;
  const [g] = await subject.apply(decoder, [mean]);
  const weights = await subject.curvature(likelihood, [x], [g!]);
  const [gram] = await subject.gram(decoder, [mean], weights);
  const [jacobian] = await subject.jacobian(decoder, [mean]);
  const [sigma] = await subject.covariance(family, mean.length, [raw]);
  const l = factorOf(point);
  return {
    trace: traceOfProduct(gram!, sigma!),
    norm: (power) => {
      const root = symmetricFunction(multiply(l, transpose(l)), (value) => value ** power);
      const spread = multiply(jacobian!, root);
      return sum(spread.map((row, k) => weights[0]![k]! * sum(row.map((entry) => entry ** 2))));
    },
    slack: traceTolerance(point, epsilon),
  };
}

const norm = clause({
  says: "tr(GΣ) from the matrices is ‖(−H_p)^½ J Σ^½‖²_F with the symmetric square root of Σ",
  needs: parts,
  given: taylorPoint(),
  examine: async (subject, point, expect) => {
    const { trace, norm, slack } = await sides(subject, point, expect.epsilon);
    expect.close("tr(GΣ)", trace, norm(1 / 2), slack);
  },
});

const objective = clause({
  says: "twice the curvature term of the Taylor (Jacobian) loss is that norm",
  needs: [...parts, "objectives.taylor-jacobian"],
  given: taylorPoint(),
  examine: async (subject, point, expect) => {
    const { norm, slack } = await sides(subject, point, expect.epsilon);
    const { terms } = await subject.objectives["taylor-jacobian"](asCase(point));
    expect.close("2 × curvature", 2 * only(terms.curvature), norm(1 / 2), added(slack, slack));
  },
});

export const H4 = law({
  id: "H4",
  title: "The curvature term as a norm",
  statement: "−tr(JᵀH_pJΣ) = ‖(−H_p)^½ J Σ^½‖²_F",
  tex: tex`-\operatorname{tr}(J^\top H_p\,J\,\Sigma)=\left\|(-H_p)^{1/2}\,J\,\Sigma^{1/2}\right\|_F^2`,
  source: "We can further reduce the approximation",
  kind: "identity",
  assumptions: ["log p is concave in g"],
  clauses: [norm, objective],
});

/** g(z) = z, x = 0, Σ = 4. */
const counterexample: TaylorPoint = {
  decoder: [{ weight: [[1]], bias: [0], activation: "identity" }],
  likelihood: { kind: "gaussian", variance: 1 },
  x: [0],
  mean: [0],
  family: { kind: "isotropic" },
  raw: [Math.log(2)],
  beta: 1,
};

const refuted = clause({
  says: "for J = 1, H_p = −1, Σ = 4 the left side is 4 and the printed right side ¼",
  needs: parts,
  given: fc.constant(counterexample),
  atMost: 1,
  examine: async (subject, point, expect) => {
    const { trace, norm, slack } = await sides(subject, point, expect.epsilon);
    const printed = norm(-1 / 2);
    expect.close("left side", trace, 4, slack);
    expect.close("printed right side", printed, 1 / 4, slack);
    expect.atLeast("difference of the two", Math.abs(trace - printed), 3, exact("3.75 is well above 3"));
    expect.close("corrected right side", norm(1 / 2), 4, slack);
  },
});

const difference = clause({
  says: "in general the two sides differ by tr(G(Σ − Σ⁻¹)), and agree with Σ^½ in place of Σ^−½",
  needs: parts,
  given: taylorPoint(),
  examine: async (subject, point, expect) => {
    const { trace, norm, slack } = await sides(subject, point, expect.epsilon);
    const printed = norm(-1 / 2), corrected = norm(1 / 2);
    expect.close("left side, and the corrected right side", trace, corrected, slack);
    expect.close("left side less the printed right side", trace - printed, corrected - printed, slack);
  },
});

export const X1 = law({
  id: "X1",
  title: "The power of Σ",
  statement: "−tr(JᵀH_pJΣ) = ‖(−H_p)^½ J Σ^½‖²_F; with Σ^−½ it is false",
  printed: "−tr(JᵀH_pJΣ) = ‖(−H_p)^½ J Σ^−½‖²_F",
  counterexample: "J = 1, H_p = −1, Σ = 4: the left side is 4, the printed right side ¼",
  tex:
    tex`-\operatorname{tr}(J^\top H_p\,J\,\Sigma)=\left\|(-H_p)^{1/2}\,J\,\Sigma^{1/2}\right\|_F^2\ne\left\|(-H_p)^{1/2}\,J\,\Sigma^{-1/2}\right\|_F^2`,
  source: "We can further reduce the approximation",
  kind: "refutation",
  clauses: [refuted, difference],
});

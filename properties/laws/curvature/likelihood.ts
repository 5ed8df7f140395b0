/**
 * H1 to H3: the curvature of each likelihood; and X2: for Bernoulli logits H_p is not near −I, however good the reconstruction.
 *
 * @module
 */

import fc from "fast-check";
import {
  batchSize,
  between,
  dataSize,
  halvings,
  listOf,
  logUniform,
  matrix,
  recordGiven,
} from "../arbitrary/number.ts";
import { gaussian, logit } from "../arbitrary/likelihood.ts";
import { type Able, clause, exact, law, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { LikelihoodSpec, Matrix } from "../../contract/subject.ts";
import { firstDifference } from "../implementation/difference.ts";

const bernoulli: LikelihoodSpec = { kind: "bernoulli" };

/** A Gaussian likelihood with data and outputs `[batch][data]`. */
const gaussianCase = recordGiven(
  fc.tuple(batchSize, dataSize),
  ([batch, data]) => ({ likelihood: gaussian, x: matrix(batch, data, 4), g: matrix(batch, data, 4) }),
);

function varianceOf(likelihood: LikelihoodSpec): number {
  return likelihood.kind === "gaussian" ? likelihood.variance : NaN;
}

const constant = clause({
  says: "w = 1/σ² at every x and g",
  needs: ["curvature"],
  given: gaussianCase,
  examine: async ({ curvature }, { likelihood, x, g }, expect) => {
    const w = 1 / varianceOf(likelihood);
    const slack = expect.rounding("one division", { c: 4, scale: w });
    expect.closeMatrix("w", await curvature(likelihood, x, g), x.map((row) => row.map(() => w)), slack);
  },
});

/** x with `by` added to the pixel `at` of every example. */
function moved(x: Matrix, at: number, by: number): Matrix {
  return x.map((row) => row.map((entry, k) => (k === at ? entry + by : entry)));
}

const quadratic = clause({
  says:
    "log p is a quadratic in g with that curvature: second differences of log p, first ones of its gradient, and no mixed ones",
  needs: ["logDensity", "logDensityGradient", "curvature"],
  given: gaussianCase,
  examine: async ({ curvature, logDensity, logDensityGradient }, { likelihood, x, g }, expect) => {
    const precision = 1 / varianceOf(likelihood);
    const at = (shifted: Matrix): ReturnType<typeof logDensity> => logDensity(likelihood, x, shifted);
    const w = await curvature(likelihood, x, g);
    const middle = await at(g);
    const data = g[0]!.length;
    // |x − g| is at most 10 after two steps of 1.
    const slack = expect.rounding("differences of log p, exact on quadratics", {
      c: 16 * (data + 4),
      scale: data * (100 * precision + Math.abs(Math.log(precision)) + 2),
    });
    for (let k = 0; k < data; k++) {
      const up = await at(moved(g, k, 1)), down = await at(moved(g, k, -1));
      const above = await logDensityGradient(likelihood, x, moved(g, k, 1));
      const below = await logDensityGradient(likelihood, x, moved(g, k, -1));
      const both = await at(moved(moved(g, k, 1), 0, 1)), first = await at(moved(g, 0, 1));
      for (const [b, value] of middle.entries()) {
        expect.close("−∂² log p", 2 * value - up[b]! - down[b]!, w[b]![k]!, slack);
        expect.close("∂ log p", (up[b]! - down[b]!) / 2, (above[b]![k]! + below[b]![k]!) / 2, slack);
        expect.close("−∂ of the gradient", (below[b]![k]! - above[b]![k]!) / 2, w[b]![k]!, slack);
        if (k > 0) expect.close("mixed difference", both[b]! - first[b]! - up[b]! + value, 0, slack);
      }
    }
  },
});

export const H1 = law({
  id: "H1",
  title: "Gaussian curvature",
  statement: "for the Gaussian likelihood H_p = −I/σ², at every x and g",
  tex: tex`p(x\mid z)=\mathcal N(g(z),\sigma^2I)\;\Rightarrow\;H_p=-\tfrac1{\sigma^2}I`,
  source: "We can further reduce the approximation",
  kind: "identity",
  clauses: [constant, quadratic],
});

/** The logit of the mean m at distance ε from x, 0 or 1. */
function logitAt(x: number, distance: number): number {
  const upper = Math.log1p(-distance) - Math.log(distance);
  return x === 1 ? upper : -upper;
}

/** What ∂² log p/∂m² takes. */
const needs = ["curvature", "logDensityGradient"] as const;

/**
 * ∂² log p/∂m² at |m − x| = distance, from what is known in logits: ∂ log p/∂m = (∂ log p/∂g)/w, and, since p is linear in m, the
 * second derivative of its logarithm is minus the square of that.
 */
async function hessianInMean(
  { curvature, logDensityGradient }: Able<typeof needs[number]>,
  x: number,
  distance: number,
): Promise<number> {
  const g = [[logitAt(x, distance)]];
  const [[w]] = await curvature(bernoulli, [[x]], g) as [[number]];
  const [[slope]] = await logDensityGradient(bernoulli, [[x]], g) as [[number]];
  return -((slope / w) ** 2);
}

/** Rounding of {@link hessianInMean}: the slope x − m is known to ε, and w ≥ distance (1 − distance). */
function meanTolerance(distance: number, epsilon: number): Tolerance {
  return tolerance("∂² log p/∂m²: rounding of the logit and of x − m, over w", {
    c: 64,
    kappa: 1 / (distance * (1 - distance)),
    epsilon,
    scale: 1 / (1 - distance) ** 3,
  });
}

const bound = clause({
  says: "|H + 1| is (1 − ε)⁻² − 1 at |m − x| = ε, and less nearer to x",
  needs,
  given: fc.record({ x: fc.constantFrom(0, 1), distance: logUniform(-4, -0.05), nearer: between(0, 1) }),
  examine: async (subject, { x, distance, nearer }, expect) => {
    const limit = (1 - distance) ** -2 - 1;
    for (const at of [distance, distance * (1 - nearer * 0.9)]) {
      const h = await hessianInMean(subject, x, at), slack = meanTolerance(at, expect.epsilon);
      expect.close(`H at |m − x| = ${at}`, h, -((1 - at) ** -2), slack);
      expect.atMost(`|H + 1| at |m − x| = ${at}`, Math.abs(h + 1), limit, slack);
    }
  },
});

const limit = clause({
  says: "H tends to −1 as the reconstruction becomes perfect, with an error of order ε",
  needs,
  given: fc.constantFrom(0, 1),
  // There are two cases.
  atMost: 2,
  examples: [0, 1],
  examine: async (subject, x, expect) => {
    const points = await Array.fromAsync(halvings(5, expect.epsilon < 2 ** -30 ? 7 : 4), async (t) => {
      const error = Math.abs(await hessianInMean(subject, x, t) + 1);
      return { t, error, rounding: meanTolerance(t, expect.epsilon).value };
    });
    // (1 − ε)⁻² − 1 = 2ε(1 + 3ε/2 + …) with ε at most 1/32.
    expect.order("order of H + 1 in ε", points, 1, 0.06);
  },
});

export const H2 = law({
  id: "H2",
  title: "Bernoulli curvature in the mean",
  statement: "for a Bernoulli mean m and binary x, |H_ii + 1| ≤ (1 − ε)⁻² − 1 whenever |m − x| ≤ ε",
  tex:
    tex`|m-x|\le\varepsilon\;\Rightarrow\;\left|\frac{\partial^2\log p}{\partial m^2}+1\right|\le(1-\varepsilon)^{-2}-1`,
  source: "We can further reduce the approximation",
  kind: "inequality",
  assumptions: ["x is 0 or 1", "g is the mean parameter"],
  expected: "holds under stated assumptions",
  clauses: [bound, limit],
});

/** Data of 0, 1 and greys with logits up to ±80. */
const bernoulliCase = recordGiven(
  dataSize,
  (data) => ({ x: listOf(data, fc.oneof(fc.constantFrom(0, 1), between(0, 1))), g: listOf(data, logit) }),
);

const hyperbolic = clause({
  says: "w = m(1 − m) = ¼ sech²(g/2), above 0 and at most ¼, whatever x, up to logits of ±80",
  needs: ["curvature"],
  given: bernoulliCase,
  examine: async ({ curvature }, { x, g }, expect) => {
    const [w] = await curvature(bernoulli, [x], [g]);
    g.forEach((logit, k) => {
      const scale = 1 / (4 * Math.cosh(logit / 2) ** 2), kappa = 1 + Math.abs(logit);
      const slack = expect.rounding("exp(g) magnifies the rounding of g by its size", {
        c: 16,
        kappa,
        scale,
      });
      expect.close(`w at g = ${logit}`, w![k]!, scale, slack);
      expect.atMost("w", w![k]!, 1 / 4, slack);
      expect.is(`w > 0 at g = ${logit}`, w![k]! > 0, true);
    });
  },
});

const derivatives = clause({
  says: "w is −d/dg of the gradient, and the gradient is d/dg of log p, by differences",
  needs: ["logDensity", "logDensityGradient", "curvature"],
  given: fc.record({ x: fc.oneof(fc.constantFrom(0, 1), between(0, 1)), g: logit }),
  examine: async ({ curvature, logDensity, logDensityGradient }, { x, g }, expect) => {
    const rounding = 8 * expect.epsilon;
    const slope = await firstDifference(
      async (t) => (await logDensity(bernoulli, [[x]], [[g + t]]))[0]!,
      rounding * (2 + Math.abs(g)),
    );
    const bend = await firstDifference(
      async (t) => (await logDensityGradient(bernoulli, [[x]], [[g + t]]))[0]![0]!,
      // g itself is rounded, which moves the gradient by at most a quarter of that.
      rounding * (2 + Math.abs(g)),
    );
    const numeric = (error: number): Tolerance =>
      expect.rounding("differences of values", { c: 16, floor: error });
    const [[gradient]] = await logDensityGradient(bernoulli, [[x]], [[g]]) as [[number]];
    const [[w]] = await curvature(bernoulli, [[x]], [[g]]) as [[number]];
    expect.close("∂ log p/∂g", gradient, slope.value, numeric(slope.error));
    expect.close("w", w, -bend.value, numeric(bend.error));
  },
});

const separate = clause({
  says: "log p of two pixels has no mixed differences: H_p is diagonal",
  needs: ["logDensity"],
  given: fc.record({ x: fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 1)), g: fc.tuple(logit, logit) }),
  examine: async ({ logDensity }, { x, g: [a, b] }, expect) => {
    const at = async (u: number, v: number): Promise<number> =>
      (await logDensity(bernoulli, [x], [[u, v]]))[0]!;
    const mixed = await at(a + 1, b + 1) - await at(a + 1, b) - await at(a, b + 1) + await at(a, b);
    const scale = 4 + Math.abs(a) + Math.abs(b);
    expect.close("mixed difference", mixed, 0, expect.rounding("four sums", { c: 32, scale }));
  },
});

export const H3 = law({
  id: "H3",
  title: "Bernoulli curvature in the logits",
  statement: "for Bernoulli logits H_ii = −m(1 − m), in [−¼, 0), whatever x",
  tex: tex`H_{ii}=-m_i(1-m_i)\in\left[-\tfrac14,0\right),\qquad m=\sigma(g)`,
  source: "We can further reduce the approximation",
  kind: "identity",
  assumptions: ["g are the logits"],
  clauses: [hyperbolic, derivatives, separate],
});

const perfect = clause({
  says: "at x = 1, g = 40 the reconstruction is perfect to 17 digits, and H is −4.2e-18",
  needs: ["curvature", "logDensity"],
  given: fc.constant(40),
  atMost: 1,
  examine: async ({ curvature, logDensity }, g, expect) => {
    const [[w]] = await curvature(bernoulli, [[1]], [[g]]) as [[number]];
    const [density] = await logDensity(bernoulli, [[1]], [[g]]) as [number];
    const slack = expect.rounding("log p: rounding of x g", { c: 8, kappa: g });
    expect.close("log p", density, 0, slack);
    const size = expect.rounding("exp(g)", { c: 16, kappa: g, scale: 5e-18 });
    expect.close("−H", w, 4.248354255291589e-18, size);
    expect.atLeast("|H + 1|", Math.abs(1 - w), 0.99, exact("the bound leaves room"));
  },
});

const never = clause({
  says: "|H + 1| is at least ¾ at every logit, for x = 0 and x = 1",
  needs: ["curvature"],
  given: fc.record({ x: fc.constantFrom(0, 1), g: logit }),
  examine: async ({ curvature }, { x, g }, expect) => {
    const [[w]] = await curvature(bernoulli, [[x]], [[g]]) as [[number]];
    const slack = expect.rounding("rounding of w", { c: 16 });
    expect.atLeast("|H + 1|", Math.abs(1 - w), 3 / 4, slack);
    expect.atLeast("w", w, 0, slack);
  },
});

const meanParameter = clause({
  says: "in the mean parameter it holds: H is −(1 − ε)⁻² at |m − x| = ε",
  needs,
  given: fc.record({ x: fc.constantFrom(0, 1), distance: logUniform(-2, -0.05) }),
  examine: async (subject, { x, distance }, expect) => {
    const h = await hessianInMean(subject, x, distance);
    expect.close("H", h, -((1 - distance) ** -2), meanTolerance(distance, expect.epsilon));
  },
});

export const X2 = law({
  id: "X2",
  title: "Bernoulli logits",
  statement:
    "for Bernoulli logits |H_ii + 1| ≥ ¾ everywhere, and H_ii → 0 as the reconstruction becomes perfect; H_p → −I holds for the mean parameter",
  printed: "H_p ≈ −I for p(x|z) = Bern(g(z))",
  counterexample: "x = 1, g = 40: m = 1 to 17 digits, and H = −m(1 − m) = −4.2e-18",
  tex: tex`x\in\{0,1\},\ m=\sigma(g):\quad H_{ii}=-m_i(1-m_i)\in\left[-\tfrac14,0\right)`,
  source: "Gaussian p(z) and q(z|x)",
  kind: "refutation",
  assumptions: ["g are the logits"],
  clauses: [perfect, never, meanParameter],
});

/**
 * X2: for Bernoulli logits H_p is not near −I, however good the reconstruction.
 *
 * @module
 */

import fc from "fast-check";
import { logit } from "../arbitrary/likelihood.ts";
import { logUniform } from "../arbitrary/number.ts";
import { clause, exact, law, tex } from "../../contract/mod.ts";
import { hessianInMean, logitAt } from "./likelihood.ts";

const bernoulli = { kind: "bernoulli" } as const;

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
  needs: ["curvature", "logDensityGradient"],
  given: fc.record({ x: fc.constantFrom(0, 1), distance: logUniform(-2, -0.05) }),
  examine: async ({ curvature, logDensityGradient }, { x, distance }, expect) => {
    const g = [[logitAt(x, distance)]];
    const [[w]] = await curvature(bernoulli, [[x]], g) as [[number]];
    const [[slope]] = await logDensityGradient(bernoulli, [[x]], g) as [[number]];
    expect.close(
      "H",
      hessianInMean(slope, w),
      -((1 - distance) ** -2),
      expect.rounding("rounding over w", {
        c: 64,
        kappa: 1 / (distance * (1 - distance)),
        scale: (1 - distance) ** -3,
      }),
    );
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

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { LikelihoodSpec } from "../contract/subject.ts";
import { derivative } from "../../fixtures/laws/finite_difference.ts";
import { distortion } from "./likelihood.ts";
import { oracle } from "./mod.ts";

const x = [[0, 1, 0.3], [0.9, 0.5, 1]];
const g = [[-0.7, 2.5, 0.1], [3, -1.1, 0]];

Deno.test("log p sums over dimensions and keeps its constants", () => {
  const variance = 0.25;
  const expected = (x[0]!).reduce((sum, value, k) =>
    sum + Math.log(
      Math.exp(-((value - g[0]![k]!) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance),
    ), 0);
  assertAlmostEquals(oracle.logDensity({ kind: "gaussian", variance }, x, g)[0]!, expected, 1e-14);
  const m = 1 / (1 + Math.exp(-2.5));
  assertAlmostEquals(oracle.logDensity({ kind: "bernoulli" }, [[1]], [[2.5]])[0]!, Math.log(m), 1e-15);
  assertAlmostEquals(oracle.logDensity({ kind: "bernoulli" }, [[0]], [[2.5]])[0]!, Math.log(1 - m), 1e-14);
});

Deno.test("the gradient and the curvature of log p are limits of differences", () => {
  const kinds: readonly LikelihoodSpec[] = [{ kind: "gaussian", variance: 0.4 }, { kind: "bernoulli" }];
  for (const likelihood of kinds) {
    x.forEach((row, example) =>
      row.forEach((_, k) => {
        const moved = (t: number): number[][] =>
          g.map((r, e) => r.map((v, j) => (e === example && j === k ? v + t : v)));
        const first = derivative((t) => oracle.logDensity(likelihood, x, moved(t))[example]!);
        const second = derivative((t) => oracle.logDensityGradient(likelihood, x, moved(t))[example]![k]!);
        assert(first.error < 1e-9 && second.error < 1e-9);
        assert(
          Math.abs(first.value - oracle.logDensityGradient(likelihood, x, g)[example]![k]!) <= first.error,
        );
        assert(Math.abs(-second.value - oracle.curvature(likelihood, x, g)[example]![k]!) <= second.error);
      })
    );
  }
});

Deno.test("a near-certain Bernoulli keeps its digits", () => {
  const likelihood = { kind: "bernoulli" } as const;
  assertAlmostEquals(oracle.logDensity(likelihood, [[1]], [[40]])[0]! / -Math.exp(-40), 1, 1e-14);
  assertAlmostEquals(oracle.logDensityGradient(likelihood, [[1]], [[40]])[0]![0]! / Math.exp(-40), 1, 1e-14);
  assertEquals(oracle.logDensity(likelihood, [[0]], [[-1e4]])[0], -0);
});

Deno.test("the likelihoods refuse a variance that is not positive and pixels outside [0, 1]", () => {
  assertThrows(
    () => distortion({ kind: "gaussian", variance: 0 }, 1),
    RangeError,
    "variance must be > 0, but is 0",
  );
  assertThrows(() => distortion({ kind: "bernoulli" }, 1.5), RangeError, "x must be in [0, 1], but is 1.5");
});

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { derivative } from "../../fixtures/laws/finite_difference.ts";
import { distortion, type Likelihood } from "./likelihood.ts";
import { exponentialMoments, logPartition } from "./likelihoods.ts";
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
  const kinds: readonly Likelihood[] = [
    { kind: "gaussian", variance: 0.4 },
    { kind: "bernoulli" },
    { kind: "continuous-bernoulli" },
    { kind: "scaled-gaussian", logSigma: [-0.4, 0.3, 0.1] },
  ];
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

Deno.test("what runs are scored by is what the laws on likelihoods of images compare", () => {
  const logSigma = [-0.7, 0.2, 0.1];
  for (
    const [likelihood, must] of [
      [{ kind: "continuous-bernoulli" }, oracle.continuousBernoulli(x, g)],
      [{ kind: "scaled-gaussian", logSigma }, oracle.scaledGaussian(x, g, logSigma)],
      [{ kind: "scaled-gaussian", logSigma: [0.3] }, oracle.scaledGaussian(x, g, [0.3])],
    ] as const
  ) {
    const near = (found: readonly number[], expected: readonly number[]): void =>
      found.forEach((value, i) => assertAlmostEquals(value, expected[i]!, 1e-12));
    near(oracle.logDensity(likelihood, x, g), must.logDensity);
    near(oracle.logDensityGradient(likelihood, x, g).flat(), must.gradient.flat());
    near(oracle.curvature(likelihood, x, g).flat(), must.curvature.flat());
  }
});

Deno.test("cumulants of exp(g x) are closed forms where these do not cancel, up to any g, and derivatives of each other", () => {
  for (const size of [3, 8, 40, 59, 61, 100, 900, 1e5]) {
    for (const g of [size, -size]) {
      const q = Math.exp(-size), rest = -Math.expm1(-size), low = 1 / size - q / rest;
      const found = exponentialMoments(g);
      const must = {
        logNormaliser: Math.max(0, g) - Math.log(size) + Math.log(rest),
        mean: g > 0 ? 1 - low : low,
        variance: 1 / size ** 2 - q / rest ** 2,
        third: Math.sign(g) * (q * (1 + q) / rest ** 3 - 2 / size ** 3),
      };
      for (const name of ["logNormaliser", "mean", "variance", "third"] as const) {
        assertAlmostEquals(found[name] / must[name], 1, 1e-12, `${name} at ${g}`);
      }
    }
  }
  const a = logPartition();
  for (const g of [-5, -0.3, 0, 1e-9, 0.7, 2, 12]) {
    for (const order of [0, 1, 2]) {
      const { value, error } = derivative((t) => a(g + t, order));
      assert(error < 1e-9 && Math.abs(value - a(g, order + 1)) <= error, `order ${order} at ${g}`);
    }
  }
  assertThrows(() => a(1, 4), RangeError, "derivatives up to order 3 are known, but order 4 was asked for");
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

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { derivative, secondDerivative } from "../../fixtures/laws/finite_difference.ts";
import { cholesky } from "./dense.ts";
import { expectation, gaussHermite, gaussLegendre } from "./quadrature.ts";

for (const nodes of [1, 2, 5, 12, 40]) {
  Deno.test(`a Gauss rule of ${nodes} nodes has the moments of its law up to degree ${2 * nodes - 1}`, () => {
    const normal = gaussHermite(nodes), uniform = gaussLegendre(nodes);
    let normalMoment = 1;
    for (let degree = 0; degree < 2 * nodes && degree <= 40; degree++) {
      const moment = (rule: typeof normal): number =>
        rule.points.reduce((sum, point, i) => sum + rule.weights[i]! * point ** degree, 0);
      if (degree % 2 === 1) {
        assertAlmostEquals(moment(normal) / normalMoment, 0, 1e-13);
        assertAlmostEquals(moment(uniform), 0, 1e-15);
        continue;
      }
      if (degree > 0) normalMoment *= degree - 1;
      assertAlmostEquals(moment(normal) / normalMoment, 1, 1e-13);
      assertAlmostEquals(moment(uniform) * (degree + 1), 1, 1e-13);
    }
  });
}

Deno.test("points are symmetric and increasing, weights positive with sum 1", () => {
  for (const rule of [gaussHermite(64), gaussLegendre(64)]) {
    assert(
      rule.points.every((point, i) =>
        point === -rule.points[63 - i]! && (i === 0 || point > rule.points[i - 1]!)
      ),
    );
    assert(rule.weights.every((weight) => weight > 0));
    assertAlmostEquals(rule.weights.reduce((sum, weight) => sum + weight, 0), 1, 1e-14);
  }
});

Deno.test("an expectation under N(μ, Σ) has the Gaussian's moments and its characteristic function", () => {
  const mean = [0.5, -1], sigma = [[2, 0.6], [0.6, 0.5]];
  const rules = mean.map(() => gaussHermite(24)), l = cholesky(sigma);
  const under = (f: (z: readonly number[]) => number): number => expectation(rules, mean, l, f);
  assertAlmostEquals(under(() => 1), 1, 1e-14);
  assertAlmostEquals(under(([a, b]) => a! * b!), 0.6 + 0.5 * -1, 1e-14);
  // Isserlis: E (a − μ_a)² (b − μ_b)² = Σ_aa Σ_bb + 2 Σ_ab²
  assertAlmostEquals(under(([a, b]) => (a! - 0.5) ** 2 * (b! + 1) ** 2), 2 * 0.5 + 2 * 0.36, 1e-13);
  const expected = Math.exp(-(2 + 2 * 0.6 + 0.5) / 2) * Math.cos(0.5 - 1);
  assertAlmostEquals(under(([a, b]) => Math.cos(a! + b!)), expected, 1e-13);
});

Deno.test("uniform rules integrate over a parallelepiped, and rules may differ between dimensions", () => {
  const rules = [gaussLegendre(4), gaussHermite(4)];
  const second = expectation(rules, [1, 2], [[3, 0], [1, 1]], ([a, b]) => (a! - 1) * (b! - 2));
  assertAlmostEquals(second, 3 / 3, 1e-14);
  assertEquals(expectation([], [1, 2], [[], []], ([a, b]) => a! + b!), 3);
});

Deno.test("differences estimate derivatives within the error that they state", () => {
  for (
    const [estimate, exact] of [[derivative((t) => Math.exp(1 + t)), Math.E], [
      secondDerivative((t) => Math.sin(1 + t)),
      -Math.sin(1),
    ]] as const
  ) {
    assert(Math.abs(estimate.value - exact) <= estimate.error && estimate.error < 1e-7);
  }
});

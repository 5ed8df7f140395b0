import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { gaussianDivergence, logGaussian, standardNormal } from "./gaussian.ts";
import { gaussianExpectation } from "./quadrature.ts";

const q = { mean: [0.3, -1], covariance: [[0.8, 0.3], [0.3, 1.5]] };
const p = { mean: [1, 0.5], covariance: [[2, -0.4], [-0.4, 0.7]] };

Deno.test("the density of a correlated Gaussian is that of its independent components", () => {
  // Rotating N(0, diag(4, 1)) by 45° gives the covariance [[2.5, 1.5], [1.5, 2.5]].
  const [u, v] = [0.7, -0.2];
  const component = (x: number, variance: number): number =>
    Math.log(Math.exp(-x * x / (2 * variance)) / Math.sqrt(2 * Math.PI * variance));
  const x = [(u - v) / Math.SQRT2, (u + v) / Math.SQRT2];
  assertAlmostEquals(
    logGaussian(x, [0, 0], [[2.5, 1.5], [1.5, 2.5]]),
    component(u, 4) + component(v, 1),
    1e-14,
  );
});

Deno.test("the divergence of two Gaussians is the expected difference of their log densities, by quadrature", () => {
  const expected = gaussianExpectation(
    q.mean,
    q.covariance,
    3,
    (z) => logGaussian(z, q.mean, q.covariance) - logGaussian(z, p.mean, p.covariance),
  );
  assertAlmostEquals(gaussianDivergence(q, p), expected, 1e-13);
  assertAlmostEquals(gaussianDivergence(q), gaussianDivergence(q, standardNormal(2)), 0);
  assert(gaussianDivergence(p, q) > 0);
  assertEquals(gaussianDivergence(standardNormal(3)), 0);
});

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { falseAlarm, suiteSeed } from "../../fixtures/suite_seed.ts";
import type { FamilySpec } from "../contract/subject.ts";
import { cholesky, product, tabulate, transpose } from "./dense.ts";
import { oracle } from "./mod.ts";
import { logGaussian, rawSize } from "./posterior.ts";
import { expectation, gaussHermite } from "./quadrature.ts";
import { uniform } from "./random.ts";

Deno.test("the raw factor: log-diagonal first, then the entries below it inside the blocks, row by row", () => {
  const logs = [0, Math.log(2), Math.log(3), Math.log(4)];
  const l = (family: FamilySpec, raw: number[], expected: number[][]): void => {
    const sigma = oracle.covariance(family, 4, [raw])[0]!;
    product(expected, transpose(expected)).forEach((row, i) =>
      row.forEach((entry, j) => assertAlmostEquals(sigma[i]![j]!, entry, 1e-14))
    );
  };
  l({ kind: "isotropic" }, [Math.log(2)], tabulate(4, 4, (i, j) => (i === j ? 2 : 0)));
  l({ kind: "mean-field" }, logs, tabulate(4, 4, (i, j) => (i === j ? i + 1 : 0)));
  l({ kind: "block", size: 2 }, [...logs, 5, 6], [[1, 0, 0, 0], [5, 2, 0, 0], [0, 0, 3, 0], [0, 0, 6, 4]]);
  l({ kind: "full" }, [...logs, 5, 6, 7, 8, 9, 10], [[1, 0, 0, 0], [5, 2, 0, 0], [6, 7, 3, 0], [
    8,
    9,
    10,
    4,
  ]]);
});

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

Deno.test("[A6] the KL term is the expectation of log q − log p, by quadrature, in every family", () => {
  const families: readonly FamilySpec[] = [{ kind: "isotropic" }, { kind: "mean-field" }, { kind: "full" }];
  for (const family of families) {
    const mean = [0.4, -1.2];
    const raw = [-0.5, 0.3, 0.8].slice(0, rawSize(family, 2));
    const sigma = oracle.covariance(family, 2, [raw])[0]!;
    const identity = [[1, 0], [0, 1]];
    const expected = expectation(
      mean.map(() => gaussHermite(3)),
      mean,
      cholesky(sigma),
      (z) => logGaussian(z, mean, sigma) - logGaussian(z, [0, 0], identity),
    );
    assertAlmostEquals(oracle.kl(family, [mean], [raw])[0]!, expected, 1e-13);
  }
  assertEquals(oracle.kl({ kind: "full" }, [[0, 0]], [[0, 0, 0]]), [0]);
});

Deno.test("[A6] draws have the posterior's mean and covariance, and repeat with their seed", () => {
  const family: FamilySpec = { kind: "full" };
  const mean = [1, -2], raw = [0.2, -0.4, 0.9];
  const count = 20_000;
  const seed = suiteSeed(17);
  const draws = oracle.sample(family, mean, raw, seed, count);
  assertEquals(draws.slice(0, 3), oracle.sample(family, mean, raw, seed, 3));
  assert(draws[0]![0] !== oracle.sample(family, mean, raw, seed + 1, 1)[0]![0]);
  const sigma = oracle.covariance(family, 2, [raw])[0]!;
  // Six standard errors: 2e-9 for each of two means; twice that for each of three moments of second order, which are skewed by
  // 2.8/√20,000.
  falseAlarm(2 * 2e-9 + 3 * 4e-9);
  for (const i of [0, 1]) {
    const average = draws.reduce((sum, z) => sum + z[i]! / count, 0);
    assert(Math.abs(average - mean[i]!) < 6 * Math.sqrt(sigma[i]![i]! / count));
    for (const j of [0, 1]) {
      const moment = draws.reduce((sum, z) => sum + (z[i]! - mean[i]!) * (z[j]! - mean[j]!) / count, 0);
      const variance = sigma[i]![i]! * sigma[j]![j]! + sigma[i]![j]! ** 2;
      assert(Math.abs(moment - sigma[i]![j]!) < 6 * Math.sqrt(variance / count));
    }
  }
});

Deno.test("uniform numbers fill (0, 1) evenly", () => {
  const next = uniform(suiteSeed(5));
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) counts[Math.floor(10 * next())]!++;
  // A count is binomial with mean 1000 and standard deviation 30: six of them, exactly 3e-9.
  falseAlarm(10 * 3e-9);
  assert(counts.every((count) => Math.abs(count - 1000) < 180), `${counts}`);
});

Deno.test("blocks must fill the latents, and the raw numbers must be as many as the family has", () => {
  assertThrows(
    () => oracle.covariance({ kind: "block", size: 3 }, 4, [[0, 0, 0, 0]]),
    RangeError,
    "blocks of 3 latents do not fill 4 latents: the size must divide them",
  );
  assertThrows(
    () => oracle.covariance({ kind: "full" }, 2, [[0, 0]]),
    RangeError,
    "the full family on 2 latents has 3 raw numbers, but 2 were given",
  );
});

import { assertAlmostEquals } from "@std/assert";
import { product, tabulate, trace, transpose } from "./dense.ts";
import { frechet } from "./frechet.ts";
import { uniform } from "./random.ts";
import { suiteSeed } from "../../fixtures/suite_seed.ts";

Deno.test("the distance of a set to its turned and shifted image is that of the normal distributions", () => {
  const points = tabulate(40, 3, uniform(suiteSeed(0)));
  // Covariances commute where one is a multiple of the other: tr Σ (1 − c)², beside the shift.
  const mean = [0, 1, 2].map((i) => points.reduce((sum, row) => sum + row[i]!, 0) / 40);
  const centred = points.map((row) => row.map((value, i) => value - mean[i]!));
  const covariance = product(transpose(centred), centred).map((row) => row.map((value) => value / 39));
  const moved = centred.map((row) => row.map((value, i) => 3 * value + mean[i]! + i));
  assertAlmostEquals(frechet(points, moved), 5 + 4 * trace(covariance), 1e-12);
  assertAlmostEquals(frechet(points, points), 0, 1e-12);
});

Deno.test("fewer points than dimensions, and dimensions that never vary, have a distance too", () => {
  const [a, b] = [[[0, 0, 5, 1], [2, 0, 5, 1]], [[0, 0, 5, 1], [0, 4, 5, 1], [0, 8, 5, 1]]];
  // Σ = diag(2, 0, 0, 0) and diag(0, 16, 0, 0): their roots have no part in common.
  assertAlmostEquals(frechet(a, b), 1 + 16 + 2 + 16, 1e-12);
});

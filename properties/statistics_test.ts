import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { uniformSource } from "./laws/reference/random.ts";
import {
  geometricMean,
  mean,
  median,
  quantile,
  range,
  rayleigh,
  regression,
} from "./laws/reference/statistics.ts";

Deno.test("quantiles lie between order statistics, whatever the order, and are NaN where a number is", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3]), quantile([10, 0], 0.9)], [2, 2.5, 9]);
  assertEquals([quantile([5], 0.3), quantile([1, 2, 3], 1), quantile([1, 2, 3], 0)], [5, 3, 1]);
  assertEquals([median([1, NaN, 2]), median([])], [NaN, NaN]);
  assertEquals(quantile([1, Infinity, Infinity], 0.9), Infinity);
});

Deno.test("means, geometric means and ranges", () => {
  assertEquals([mean([1, 2, 6]), range([3, -1, 2])], [3, 4]);
  assertAlmostEquals(geometricMean([0.5, 2]), 1, 1e-15);
  assert(Number.isNaN(mean([])));
});

Deno.test("a line is found exactly, noise lowers the correlation, and what does not vary has none", () => {
  const x = [0, 1, 2, 5];
  const { slope, correlation } = regression(x, x.map((value) => 3 - 2 * value));
  assertAlmostEquals(slope, -2, 1e-14);
  assertAlmostEquals(correlation, -1, 1e-14);
  assert(regression(x, [0, 1.5, 1.5, 5]).correlation < 0.999);
  assert(Number.isNaN(regression([1, 1], [1, 2]).slope));
});

Deno.test("Rayleigh's p is uniform where angles are, and next to nothing where they gather", () => {
  const random = uniformSource(20200);
  const ps = Array.from(
    { length: 2000 },
    () => rayleigh(Array.from({ length: 20 }, () => random() * Math.PI / 2), Math.PI / 2),
  );
  // Four standard deviations of a count of 2,000.
  for (const level of [0.05, 0.2, 0.5]) {
    const share = ps.filter((p) => p < level).length / ps.length;
    assertAlmostEquals(share, level, 4 * Math.sqrt(level * (1 - level) / ps.length) + 0.001);
  }
  assert(rayleigh(Array.from({ length: 20 }, () => random() * 0.1), Math.PI / 2) < 1e-6);
  // Just below a quarter turn is just above 0.
  assert(rayleigh(Array.from({ length: 20 }, (_, i) => i % 2 ? 0.01 : 1.56), Math.PI / 2) < 1e-6);
});

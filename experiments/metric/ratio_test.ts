import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { offBlockRatio } from "./ratio.ts";

/** A matrix `[size][size]` by its entries. */
const matrix = (size: number, entry: (i: number, j: number) => number): number[][] =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => entry(i, j)));
const together = (i: number, j: number, block: number): boolean =>
  Math.floor(i / block) === Math.floor(j / block);

Deno.test("a metric that is block-diagonal has the ratio 0, whatever is in its blocks", () => {
  for (const [size, block] of [[4, 2], [8, 4], [12, 3]] as const) {
    const metric = matrix(size, (i, j) => together(i, j, block) ? 1 + i + j : 0);
    assertEquals(offBlockRatio(metric, block), 0);
  }
});

Deno.test("a metric without blocks has the ratio 1, in whatever blocks it is looked at", () => {
  const metric = matrix(12, () => 3);
  for (const block of [2, 3, 4, 6]) assertEquals(offBlockRatio(metric, block), 1);
});

Deno.test("the diagonal says nothing: a diagonal that dwarfs the rest leaves the ratio as it is", () => {
  const metric = (diagonal: number): number[][] =>
    matrix(6, (i, j) => i === j ? diagonal : together(i, j, 2) ? 4 : 1);
  assertEquals(offBlockRatio(metric(0), 2), 1 / 4);
  assertEquals(offBlockRatio(metric(1e12), 2), 1 / 4);
});

Deno.test("the ratio is that of two means taken by hand, and the metric's unit cancels", () => {
  const metric = [
    [9, 2, 3, 1],
    [2, 9, 5, 7],
    [3, 5, 9, 6],
    [1, 7, 6, 9],
  ];
  assertAlmostEquals(offBlockRatio(metric, 2), ((3 + 1 + 5 + 7) / 4) / ((2 + 6) / 2), 1e-15);
  const scaled = metric.map((row) => row.map((v) => 1e-6 * v));
  assertAlmostEquals(offBlockRatio(scaled, 2), offBlockRatio(metric, 2), 1e-15);
});

Deno.test("relabelling blocks, or latents inside one, leaves the ratio as it is", () => {
  const metric = matrix(6, (i, j) => 1 + (i * j) % 5 + i + j);
  const relabelled = (order: readonly number[]): number[][] =>
    order.map((i) => order.map((j) => metric[i]![j]!));
  const ratio = offBlockRatio(metric, 2);
  assertAlmostEquals(offBlockRatio(relabelled([4, 5, 0, 1, 2, 3]), 2), ratio, 1e-15);
  assertAlmostEquals(offBlockRatio(relabelled([1, 0, 2, 3, 5, 4]), 2), ratio, 1e-15);
  assertEquals(Math.abs(offBlockRatio(relabelled([0, 2, 1, 3, 4, 5]), 2) - ratio) > 0.01, true);
});

Deno.test("the ratio refuses blocks that do not divide the latents, have no inside, or no outside", () => {
  const metric = matrix(8, () => 1);
  assertThrows(() => offBlockRatio(metric, 3), RangeError, "offBlockRatio: the block size must be");
  assertThrows(() => offBlockRatio(metric, 3), RangeError, "3 for 8 latents");
  assertThrows(
    () => offBlockRatio(metric, 1),
    RangeError,
    "offBlockRatio: blocks of 1 latent have nothing off the diagonal inside; give 2 or more",
  );
  assertThrows(
    () => offBlockRatio(metric, 8),
    RangeError,
    "offBlockRatio: one block of all 8 latents has nothing outside; give a smaller one",
  );
});

Deno.test("the ratio refuses a metric that is not square, and one whose blocks hold only zeros", () => {
  assertThrows(
    () => offBlockRatio([[1, 2, 3, 4], [1, 2, 3]], 2),
    TypeError,
    "offBlockRatio: the metric must be square, but row 1 of 2 has 4 entries",
  );
  assertThrows(
    () => offBlockRatio(matrix(4, (i, j) => i === j ? 1 : 0), 2),
    RangeError,
    "offBlockRatio: no latent of a block leans on another, so there is nothing to compare with",
  );
});

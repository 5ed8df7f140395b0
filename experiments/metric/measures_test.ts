import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal } from "../../lib/engine/mod.ts";
import { falseAlarm, suiteKey as key } from "../../fixtures/suite_seed.ts";
import { PartError } from "../runner/study.ts";
import { activeLatents, activeRatio, agreement, normalised, offBlockRatio } from "./measures.ts";

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

Deno.test("a model whose blocks hold only zeros has no ratio", () => {
  for (const outside of [0, 1]) {
    const metric = matrix(4, (i, j) => i === j ? 1 : together(i, j, 2) ? 0 : outside);
    assertThrows(
      () => offBlockRatio(metric, 2),
      PartError,
      "the off-block ratio needs |JᵀJ| above 0 inside blocks off the diagonal, but all is 0 there",
    );
  }
});

Deno.test("scaling latents changes nothing of the normalised metric, whose diagonal is 1", () => {
  const metric = [[4, 1, 0.5], [1, 1, 0.25], [0.5, 0.25, 9]];
  const scale = [10, 0.1, 3];
  const scaled = metric.map((row, i) => row.map((v, j) => scale[i]! * v * scale[j]!));
  const [found, same] = [normalised(metric), normalised(scaled)];
  assertEquals(found.map((row, i) => row[i]), [1, 1, 1]);
  assertEquals(found[0], [1, 0.5, 0.5 / 6]);
  // Products and a quotient of float64 numbers.
  found.flat().forEach((v, i) => assertAlmostEquals(same.flat()[i]!, v, 1e-14));
});

Deno.test("of |JᵀJ| for one J it is |cosine| between columns", () => {
  const columns = [[1, 2, 2], [0, 3, -4], [-2, 0, 1]];
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  const metric = columns.map((a) => columns.map((b) => Math.abs(dot(a, b))));
  const cosines = columns.map((a) =>
    columns.map((b) => Math.abs(dot(a, b)) / (Math.hypot(...a) * Math.hypot(...b)))
  );
  normalised(metric).flat().forEach((v, i) => assertAlmostEquals(v, cosines.flat()[i]!, 1e-14));
});

Deno.test("a latent of which the decoder knows nothing has zeros, and divides nothing by zero", () => {
  assertEquals(normalised([[4, 0], [0, 0]]), [[1, 0], [0, 0]]);
});

Deno.test("a latent is active from a mean ‖J_{:k}‖² of β/10 on, whatever its row holds beside", () => {
  const metric = [[0.1, 9, 9], [9, 0.0999, 9], [0, 0, 7]];
  assertEquals(activeLatents(metric, 1), [true, false, true]);
  assertEquals(activeLatents(metric, 0.5), [true, true, true]);
  assertEquals(activeLatents(metric, 100), [false, false, false]);
});

Deno.test("at the bound the mean-field posterior's variance is within a tenth of the prior's: β/(β + β/10) = 1/1.1", () => {
  const beta = 0.4;
  assertEquals(activeLatents([[1.0001 * beta / 10]], beta), [true]);
  assertEquals(Math.abs(beta / (beta + beta / 10) - 1 / 1.1) < 1e-15, true);
});

/** `[8][8]`, every entry its own, symmetric, within what Cauchy and Schwarz allow. */
const METRIC = Array.from(
  { length: 8 },
  (_, i) => Array.from({ length: 8 }, (_, j) => i === j ? 2 + i : ((i + 1) * (j + 1) % 7 + 1) / 4),
);
const all = (count: number): boolean[] => Array.from({ length: count }, () => true);

Deno.test("with all latents active it is the off-block ratio of the normalised metric", () => {
  for (const block of [2, 4]) {
    assertAlmostEquals(
      activeRatio(METRIC, block, all(8))!,
      offBlockRatio(normalised(METRIC), block),
      1e-14,
    );
  }
});

Deno.test("a block that has collapsed as a whole might as well not be there, whatever noise it holds", () => {
  const left = METRIC.slice(0, 6).map((row) => row.slice(0, 6));
  const active = [...all(6), false, false];
  assertAlmostEquals(activeRatio(METRIC, 2, active)!, offBlockRatio(normalised(left), 2), 1e-14);
  const noisy = METRIC.map((row, i) => row.map((v, j) => active[i]! && active[j]! ? v : 1e-9 * (i + 2 * j)));
  assertEquals(activeRatio(noisy, 2, active), activeRatio(METRIC, 2, active));
});

Deno.test("neither collapsed blocks nor lengths bring it down: collinear columns have 1, and raw (k − 1)/(B − 1)", () => {
  const lengths = [1, 1, 1, 1, 1, 1, 1e-6, 1e-6];
  const metric = lengths.map((a) => lengths.map((b) => a * b));
  assertAlmostEquals(activeRatio(metric, 2, lengths.map((v) => v === 1))!, 1, 1e-14);
  // Of 4 blocks 3 are left; what is left of the fourth is of the order 1e-6.
  assertAlmostEquals(offBlockRatio(metric, 2), 2 / 3, 1e-5);
});

Deno.test("half a block counts outside only, and by hand", () => {
  const metric = [
    [1, 0.5, 0.1, 0.2],
    [0.5, 1, 0.3, 0.4],
    [0.1, 0.3, 4, 0.7],
    [0.2, 0.4, 0.7, 1],
  ];
  // The third latent has length 2. Without the fourth: inside 0.5; outside 0.1/2 and 0.3/2.
  assertAlmostEquals(activeRatio(metric, 2, [true, true, true, false])!, 0.1 / 0.5, 1e-15);
});

Deno.test("where nothing is active inside blocks, or outside, there is no ratio", () => {
  const none = (active: readonly number[]): number | null =>
    activeRatio(METRIC, 2, METRIC.map((_, k) => active.includes(k)));
  assertEquals(none([]), null);
  assertEquals(none([0, 2, 4]), null);
  assertEquals(none([2, 3]), null);
  assertEquals(none([2, 3, 4]) === null, false);
  const orthogonal = METRIC.map((row, i) => row.map((v, j) => i === j ? v : 0));
  assertEquals(activeRatio(orthogonal, 2, all(8)), null);
});

Deno.test("variances as predicted agree: no ratio differs from 1, and the correlation is 1", () => {
  const pairs = [0.1, 0.2, 0.4, 0.8].map((v) => ({ found: v, predicted: v }));
  const { factor, correlation } = agreement(pairs);
  assertEquals(factor, 1);
  assertAlmostEquals(correlation, 1, 1e-15);
});

Deno.test("the typical ratio is e to the median |log(found/predicted)|, which one wild pair does not move", () => {
  const pairs = [2, 0.5, 2, 0.5, 1e9].map((factor, i) => ({ found: factor * (i + 1), predicted: i + 1 }));
  assertAlmostEquals(agreement(pairs).factor, 2, 1e-12);
  // Of an even number the median is the mean of the middle two, here log 2 and log 8.
  const even = [1, 2, 8, 16].map((factor, i) => ({ found: factor * (i + 1), predicted: i + 1 }));
  assertAlmostEquals(agreement(even).factor, 4, 1e-12);
});

Deno.test("the correlation is that of logarithms: a power law has 1, its inverse −1, and noise about 0", () => {
  const at = [0.01, 0.1, 0.3, 1];
  const power = (exponent: number): number =>
    agreement(at.map((v) => ({ found: 5 * v ** exponent, predicted: v }))).correlation;
  assertAlmostEquals(power(3), 1, 1e-12);
  assertAlmostEquals(power(-0.5), -1, 1e-12);
  const [x, y] = [normal(key(1), 16_000), normal(key(2), 16_000)];
  const noise = agreement(Array.from(x, (v, i) => ({ found: Math.exp(v), predicted: Math.exp(y[i]!) })));
  // Its standard error is 1/√16,000 = .0079: 6.3 of them are one seed in 4e9.
  falseAlarm(2.5e-10);
  assertAlmostEquals(noise.correlation, 0, 0.05);
});

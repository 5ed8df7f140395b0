import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { liveRatio } from "./live_ratio.ts";
import { normalised } from "./normalised.ts";
import { offBlockRatio } from "./ratio.ts";

/** `[8][8]`, every entry its own, symmetric, within what Cauchy and Schwarz allow. */
const METRIC = Array.from(
  { length: 8 },
  (_, i) => Array.from({ length: 8 }, (_, j) => i === j ? 2 + i : ((i + 1) * (j + 1) % 7 + 1) / 4),
);
const all = (count: number): boolean[] => Array.from({ length: count }, () => true);

Deno.test("with all latents alive it is the off-block ratio of the normalised metric", () => {
  for (const block of [2, 4]) {
    assertAlmostEquals(
      liveRatio(METRIC, block, all(8))!,
      offBlockRatio(normalised(METRIC), block),
      1e-14,
    );
  }
});

Deno.test("a block that has died as a whole might as well not be there, whatever noise it holds", () => {
  const left = METRIC.slice(0, 6).map((row) => row.slice(0, 6));
  const live = [...all(6), false, false];
  assertAlmostEquals(liveRatio(METRIC, 2, live)!, offBlockRatio(normalised(left), 2), 1e-14);
  const noisy = METRIC.map((row, i) => row.map((v, j) => live[i]! && live[j]! ? v : 1e-9 * (i + 2 * j)));
  assertEquals(liveRatio(noisy, 2, live), liveRatio(METRIC, 2, live));
});

Deno.test("neither dead blocks nor lengths bring it down: collinear columns have 1, and raw (k − 1)/(B − 1)", () => {
  const lengths = [1, 1, 1, 1, 1, 1, 1e-6, 1e-6];
  const metric = lengths.map((a) => lengths.map((b) => a * b));
  assertAlmostEquals(liveRatio(metric, 2, lengths.map((v) => v === 1))!, 1, 1e-14);
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
  assertAlmostEquals(liveRatio(metric, 2, [true, true, true, false])!, 0.1 / 0.5, 1e-15);
});

Deno.test("where nothing lives inside blocks, or outside, there is no ratio", () => {
  const none = (live: readonly number[]): number | null =>
    liveRatio(METRIC, 2, METRIC.map((_, k) => live.includes(k)));
  assertEquals(none([]), null);
  assertEquals(none([0, 2, 4]), null);
  assertEquals(none([2, 3]), null);
  assertEquals(none([2, 3, 4]) === null, false);
  const orthogonal = METRIC.map((row, i) => row.map((v, j) => i === j ? v : 0));
  assertEquals(liveRatio(orthogonal, 2, all(8)), null);
});

Deno.test("the ratio of live latents refuses what the off-block ratio refuses, by its own name", () => {
  assertThrows(() => liveRatio(METRIC, 3, all(8)), RangeError, "3 for 8 latents");
  assertThrows(() => liveRatio(METRIC, 8, all(8)), RangeError, "liveRatio: one block of all 8 latents");
  assertThrows(
    () => liveRatio(METRIC, 2, all(7)),
    RangeError,
    "liveRatio: it must be said of each of 8 latents whether it lives, but it is of 7",
  );
});

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { median, seedsFrom, spreadOf, spreadText } from "./seeds.ts";

const LAST = Number.MAX_SAFE_INTEGER;

Deno.test("seeds one after the other are all different numbers wherever they are accepted", () => {
  assertEquals(seedsFrom("metric", 3, 4), [3, 4, 5, 6]);
  for (const [seed, seeds] of [[0, 1], [7, 10], [LAST, 1], [LAST - 2, 3]] as const) {
    const all = seedsFrom("metric", seed, seeds);
    assertEquals([all[0], all.length, new Set(all).size], [seed, seeds, seeds]);
    assertEquals(all.every(Number.isSafeInteger), true);
  }
});

Deno.test("seeds beyond 2⁵³ − 1 are refused: there are two of one number among three from 2⁵³ − 1", () => {
  assertEquals(LAST + 1, LAST + 2);
  assertThrows(
    () => seedsFrom("metric", LAST, 3),
    RangeError,
    "metric: all seeds must be whole numbers from 0 to 9007199254740991, but there are 3 from 9007199254740991",
  );
  // Whatever is added in float64, one seed too many is refused.
  for (let back = 0; back < 5; back++) {
    assertThrows(() => seedsFrom("metric", LAST - back, back + 2), RangeError);
    seedsFrom("metric", LAST - back, back + 1);
  }
});

Deno.test("seeds that are not whole, below 0, or none, are refused", () => {
  for (const seed of [-1, 0.5, NaN, Infinity, LAST + 1]) {
    assertThrows(() => seedsFrom("samples", seed, 1), RangeError, `1 from ${seed}`);
  }
  for (const seeds of [0, -1, 1.5, NaN]) {
    assertThrows(
      () => seedsFrom("samples", 0, seeds),
      RangeError,
      `samples: seeds must be a whole number from 1, but it is ${seeds}`,
    );
  }
});

Deno.test("mean, standard deviation with n − 1, least and most of four numbers are those by hand", () => {
  const spread = spreadOf([2, 4, 4, 6]);
  assertEquals([spread.mean, spread.least, spread.most], [4, 2, 6]);
  assertAlmostEquals(spread.deviation!, Math.sqrt(8 / 3), 1e-15);
  assertEquals([spreadText(spread), spreadText(spread, 0)], ["4.00 (2.00–6.00)", "4 (2–6)"]);
});

Deno.test("one number has no standard deviation, and none have no spread", () => {
  assertEquals(spreadOf([3]), { mean: 3, deviation: null, least: 3, most: 3 });
  assertThrows(() => spreadOf([]), RangeError, "spreadOf: at least one number is needed, but there is none");
});

Deno.test("the median is the number in the middle, or the mean of the two there, whatever their order", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])], [2, 2.5, 7]);
  const values = [3, 1, 2];
  median(values);
  assertEquals(values, [3, 1, 2]);
});

Deno.test("no numbers have no median", () => {
  assertThrows(() => median([]), RangeError, "median: at least one number is needed, but there is none");
});

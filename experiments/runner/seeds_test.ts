import { assertEquals, assertThrows } from "@std/assert";
import { assertSeeds } from "./seeds.ts";

const LAST = Number.MAX_SAFE_INTEGER;

Deno.test("seeds one after the other are all different numbers wherever they are accepted", () => {
  for (const [seed, seeds] of [[0, 1], [7, 10], [LAST, 1], [LAST - 2, 3]] as const) {
    assertSeeds("metric", seed, seeds);
    const all = Array.from({ length: seeds }, (_, i) => seed + i);
    assertEquals(new Set(all).size, seeds);
    assertEquals(all.every(Number.isSafeInteger), true);
  }
});

Deno.test("seeds beyond 2⁵³ − 1 are refused: there are two of one number among three from 2⁵³ − 1", () => {
  assertEquals(LAST + 1, LAST + 2);
  assertThrows(
    () => assertSeeds("metric", LAST, 3),
    RangeError,
    "metric: all seeds must be whole numbers from 0 to 9007199254740991, but there are 3 from 9007199254740991",
  );
  // Whatever is added in float64, one seed too many is refused.
  for (let back = 0; back < 5; back++) {
    assertThrows(() => assertSeeds("metric", LAST - back, back + 2), RangeError);
    assertSeeds("metric", LAST - back, back + 1);
  }
});

Deno.test("seeds that are not whole, below 0, or none, are refused", () => {
  for (const seed of [-1, 0.5, NaN, Infinity, LAST + 1]) {
    assertThrows(() => assertSeeds("samples", seed, 1), RangeError, `1 from ${seed}`);
  }
  for (const seeds of [0, -1, 1.5, NaN]) {
    assertThrows(
      () => assertSeeds("samples", 0, seeds),
      RangeError,
      `samples: seeds must be a whole number from 1, but it is ${seeds}`,
    );
  }
});

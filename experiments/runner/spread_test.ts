import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { median, spreadOf } from "./spread.ts";

Deno.test("mean, standard deviation with n − 1, least and most of four numbers are those by hand", () => {
  const { mean, deviation, least, most } = spreadOf([2, 6, 4, 4]);
  assertEquals([mean, least, most], [4, 2, 6]);
  assertAlmostEquals(deviation!, Math.sqrt(8 / 3), 1e-15);
});

Deno.test("the median is the number in the middle, or the mean of the two there, whatever their order", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])], [2, 2.5, 7]);
  const values = [3, 1, 2];
  median(values);
  assertEquals(values, [3, 1, 2]);
});

Deno.test("one number has no standard deviation, and none have no spread", () => {
  assertEquals(spreadOf([3]), { mean: 3, median: 3, deviation: null, least: 3, most: 3 });
  assertThrows(
    () => spreadOf([]),
    RangeError,
    "spreadOf: at least one number is required, but there is none",
  );
});

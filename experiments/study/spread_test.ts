import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { spreadOf } from "./spread.ts";

Deno.test("mean, standard deviation with n − 1, least and most of four numbers are those by hand", () => {
  const { mean, deviation, least, most } = spreadOf([2, 4, 4, 6]);
  assertEquals([mean, least, most], [4, 2, 6]);
  assertAlmostEquals(deviation!, Math.sqrt(8 / 3), 1e-15);
});

Deno.test("one number has no standard deviation, and none have no spread", () => {
  assertEquals(spreadOf([3]), { mean: 3, deviation: null, least: 3, most: 3 });
  assertThrows(() => spreadOf([]), RangeError, "spreadOf: at least one number is needed, but there is none");
});

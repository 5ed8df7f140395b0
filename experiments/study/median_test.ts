import { assertEquals, assertThrows } from "@std/assert";
import { median } from "./median.ts";

Deno.test("the median is the number in the middle, or the mean of the two there, whatever their order", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])], [2, 2.5, 7]);
  const values = [3, 1, 2];
  median(values);
  assertEquals(values, [3, 1, 2]);
});

Deno.test("no numbers have no median", () => {
  assertThrows(() => median([]), RangeError, "median: at least one number is needed, but there is none");
});

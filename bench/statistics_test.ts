import { assertEquals, assertThrows } from "@std/assert";
import { spreadOf } from "./statistics.ts";

Deno.test("median and quartiles are those of the sorted numbers, between neighbours where they must be", () => {
  assertEquals(spreadOf([5, 1, 4, 2, 3]), { median: 3, lower: 2, upper: 4, count: 5 });
  assertEquals(spreadOf([4, 1, 3, 2]), { median: 2.5, lower: 1.75, upper: 3.25, count: 4 });
  assertEquals(spreadOf([10, 9]), { median: 9.5, lower: 9.25, upper: 9.75, count: 2 });
  assertEquals(spreadOf([7]), { median: 7, lower: 7, upper: 7, count: 1 });
});

Deno.test("one slow step moves the median by no more than to its neighbour", () => {
  assertEquals(spreadOf([1, 1, 1, 1, 1e9]).median, 1);
});

Deno.test("no number has no median", () => {
  assertThrows(() => spreadOf([]), RangeError, "at least one number is required");
});

import { assertEquals, assertThrows } from "@std/assert";
import { judged } from "./package_check.ts";

Deno.test("losses that differ in the last bit, or in number, are refused", () => {
  const expected = { engine: "wasm", losses: [2, 1], firstStep: 7 };
  const judge = (losses: readonly number[]) => judged(JSON.stringify({ ...expected, losses }), expected);
  assertEquals(judge([2, 1]), "wasm; first step after 7 ms");
  for (const [wrong, said] of [[[2, 1 + 2 ** -52], "2, 1.0000000000000002"], [[2], "2"]] as const) {
    assertThrows(() => judge(wrong), RangeError, `the losses must be 2, 1, but are ${said}`);
  }
});

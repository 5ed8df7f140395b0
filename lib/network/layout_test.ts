import { assertEquals, assertThrows } from "@std/assert";
import { byName } from "./layout.ts";

Deno.test("a layout names the items of a list in its order, and refuses a list of another length", () => {
  const layout = { x: 1, tangents: 0, weights: 2 };
  assertEquals(byName(layout, ["x", "w0", "w1"]), { x: ["x"], tangents: [], weights: ["w0", "w1"] });
  for (const list of [["x", "w0"], ["x", "w0", "w1", "w2"]]) {
    assertThrows(() => byName(layout, list), RangeError, `weights":2}, 3 items, but it has ${list.length}`);
  }
});

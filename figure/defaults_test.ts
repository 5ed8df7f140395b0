import { assertEquals, assertNotEquals } from "@std/assert";
import { chart, contour, heatMap } from "./mod.ts";

Deno.test("sizes that are left out are those of the documentation: 240 high, 320 wide, 300 at most", () => {
  const lines = {
    x: { title: "β" },
    y: { title: "loss" },
    series: [{ name: "GRAE", points: [{ x: 0, y: 20 }, { x: 1, y: 24 }] }],
  };
  assertEquals(chart({ ...lines, height: 240 }), chart(lines));
  assertNotEquals(chart({ ...lines, height: 241 }), chart(lines));
  const plane = {
    x: { title: "a", range: [-1, 1] as const },
    y: { title: "b", range: [-1, 1] as const },
    values: [[0, 1], [2, 3]],
    quantity: "loss",
    levels: [0.5, 1.5],
  };
  assertEquals(contour({ ...plane, width: 320 }), contour(plane));
  assertNotEquals(contour({ ...plane, width: 321 }), contour(plane));
  // Cells have whole pixels: 50 of 6 fit into 300, and 43 of 7 into 301.
  const square = (cells: number) => Array.from({ length: cells }, () => Array<number>(cells).fill(1));
  for (const [cells, other] of [[50, 299], [43, 301]] as const) {
    const map = { matrix: square(cells), title: "metric", quantity: "|JᵀJ|" };
    assertEquals(heatMap({ ...map, side: 300 }), heatMap(map));
    assertNotEquals(heatMap({ ...map, side: other }), heatMap(map));
  }
});

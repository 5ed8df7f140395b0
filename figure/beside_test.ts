import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { beside } from "./beside.ts";
import { chart } from "./chart.ts";
import { contour } from "./contour.ts";
import { heatMap } from "./heat_map.ts";
import { type ChartSpec, toSvg } from "./to_svg.ts";

const map = (title: string, largest: number): ChartSpec =>
  heatMap({ matrix: [[largest, 0], [0, largest]], title, quantity: `up to ${largest}` });
const lines = chart({
  title: "lines",
  x: { title: "epoch" },
  y: { title: "loss" },
  series: [{ name: "one", points: [{ x: 1, y: 2 }, { x: 2, y: 1 }] }],
});

/** Where a text stands: the translations of the groups around it, added up. */
function place(svg: string, text: string): readonly [number, number] {
  const groups: (readonly [number, number])[] = [[0, 0]];
  for (const [, close, name, attributes, after] of svg.matchAll(/<(\/?)(g|text)\b([^>]*)>([^<]*)/g)) {
    if (close) {
      if (name === "g") groups.pop();
      continue;
    }
    const [, x, y] = attributes!.match(/translate\(([-\d.]+),([-\d.]+)\)/) ?? [];
    const [left, top] = groups.at(-1)!;
    const at = [left + Number(x ?? 0), top + Number(y ?? 0)] as const;
    if (name === "text" && after === text) return at;
    if (name === "g" && !attributes!.endsWith("/")) groups.push(at);
  }
  throw new Error(`there is no text "${text}"`);
}

Deno.test("figures beside each other go row by row, each whole, with a title of its own", async () => {
  const svg = await toSvg(
    beside([map("first", 1), map("second", 2), map("third", 3), map("fourth", 4), lines], 2),
  );
  const [first, second, third, fourth] = ["first", "second", "third", "fourth"].map((t) => place(svg, t));
  assertEquals([second![1], fourth![1]], [first![1], third![1]]);
  assertEquals([first![0] < second![0], first![1] < third![1], third![0]], [true, true, first![0]]);
  assertEquals(place(svg, "lines")[1] > third![1], true);
  for (const text of ["up to 1", "up to 2", "up to 3", "up to 4", "loss"]) {
    assertStringIncludes(svg, `>${text}</text>`);
  }
});

Deno.test("each figure keeps its own colours: the largest entry of each heat map is as light", async () => {
  const fills = async (svg: Promise<string>): Promise<string[]> =>
    [...(await svg).matchAll(/<path d="M[^"]*" fill="(rgb[^"]+|#[^"]+)"/g)].map((match) => match[1]!);
  const both = await fills(toSvg(beside([map("one", 1), map("hundred", 100)], 2)));
  const alone = await fills(toSvg(map("one", 1)));
  assertEquals(both, [...alone, ...alone]);
});

Deno.test("beside refuses no figures, and columns that are no whole number", () => {
  assertThrows(
    () => beside([], 2),
    TypeError,
    "beside: at least one figure is needed, but the list is empty",
  );
  assertThrows(
    () => beside([lines], 0),
    RangeError,
    "beside: columns must be a whole number of at least 1, but it is 0",
  );
});

Deno.test("a contour picture stands beside others, whole", async () => {
  const bowl = contour({
    x: { title: "a", range: [-1, 1] },
    y: { title: "b", range: [-1, 1] },
    values: [[2, 1], [1, 0]],
    quantity: "height",
    levels: [0.5, 1.5],
  });
  const svg = await toSvg(beside([lines, bowl], 1));
  for (const text of ["lines", "height", "0.5 to 1.5", "b"]) assertStringIncludes(svg, `>${text}</text>`);
  assertEquals(place(svg, "height")[1] > place(svg, "epoch")[1], true);
});

Deno.test("figures that share a row share the width of one", async () => {
  const widthOf = (svg: string): number => Number(/ width="(\d+)"/.exec(svg)![1]);
  for (const columns of [1, 2]) {
    const width = widthOf(await toSvg(beside([lines, lines], columns)));
    assertEquals(width > 340 && width <= 400, true, `${columns} to a row: ${width} pixels`);
  }
  const narrow = heatMap({ matrix: [[1, 0], [0, 1]], title: "a map", quantity: "entry", side: 120 });
  assertEquals(widthOf(await toSvg(beside([narrow, narrow], 2))) <= 400, true);
});

import { assertEquals, assertNotEquals } from "@std/assert";
import type { ChartOptions } from "../../figure/mod.ts";
import { readBack } from "../../figure/read_back.ts";
import { charted } from "./charted.ts";

const ABOUT = { file: "curves.svg", title: "Curves", caption: "One falls." };
const CURVES: ChartOptions = {
  x: { title: "epoch" },
  y: { title: "loss", unit: "nats" },
  series: [
    { name: "held out", points: [{ x: 1, y: 40 }, { x: 2, y: 30 }, { x: 4, y: 25 }] },
    { name: "training", points: [{ x: 1, y: 38, low: 36, high: 39 }, { x: 4, y: 20, low: 12, high: 21 }] },
  ],
};

Deno.test("a chart's table has its points, with bands where there are some, and axes for its head", async () => {
  const { file, content: _, ...figure } = await charted(ABOUT, [CURVES]);
  assertEquals([file, figure.title, figure.caption], ["curves.svg", "Curves", "One falls."]);
  assertEquals(figure.data, {
    file: "curves-points.csv",
    title: "Curves: points",
    caption: "The points of the chart, with the ends of their bands.",
    head: ["series", "epoch", "loss (nats)", "lowest", "highest"],
    rows: [
      ["held out", 1, 40, null, null],
      ["held out", 2, 30, null, null],
      ["held out", 4, 25, null, null],
      ["training", 1, 38, 36, 39],
      ["training", 4, 20, 12, 21],
    ],
  });
});

Deno.test("a table of panels says of which each point is, and a name what it stands at", async () => {
  const panel = (title: string, y: number): ChartOptions => ({
    title,
    x: { title: "family", names: ["mean-field", "full"] },
    y: { title: "cosine" },
    series: [{ name: "W", mark: "point", points: [{ x: 0.9, y }, { x: 2.1, y: 1 }] }],
  });
  const { data } = await charted(ABOUT, [panel("ν = tanh", 0.5), panel("ν = identity", 0.75)]);
  assertEquals(data!.head, ["panel", "series", "family", "place", "cosine"]);
  assertEquals(data!.rows, [
    ["ν = tanh", "W", "mean-field", 0.9, 0.5],
    ["ν = tanh", "W", "full", 2.1, 1],
    ["ν = identity", "W", "mean-field", 0.9, 0.75],
    ["ν = identity", "W", "full", 2.1, 1],
  ]);
});

Deno.test("the drawing is that of the table: read back at its rows, and at none where a row is another", async () => {
  const { content, data } = await charted(ABOUT, [CURVES]);
  const read = (rows: readonly (readonly [unknown, number, number])[]): unknown => {
    const { names, elsewhere } = readBack(content as string, rows.map(([, x, y]) => [x, y]), {
      marks: "corners",
    });
    return [names, elsewhere];
  };
  const rows = data!.rows.map(([name, x, y]) => [name, Number(x), Number(y)] as const);
  const right = [rows.map(([name]) => name), 0];
  assertEquals(read(rows), right);
  assertNotEquals(read(rows.map(([name, x, y]) => [name, x, y + 1])), right);
  assertNotEquals(read(rows.map(([name, x, y]) => [name, x + 0.1, y])), right);
  assertNotEquals(read(rows.toReversed()), right);
  assertNotEquals(read(rows.slice(1)), [right[0], 0]);
});

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { decode } from "fast-png";
import { heatMap } from "./heat_map.ts";
import { toPng } from "./to_png.ts";
import { toSvg } from "./to_svg.ts";

const matrix = [
  [4, 1, 0, 0],
  [1, 3, 0, 0],
  [0, 0, 2, 1],
  [0, 0, 1, 2],
];
const plain = { matrix, title: "Mean |JᵀJ|", quantity: "mean |JᵀJ|" };

/** Fills of the cells, in the order of the matrix: the first rectangles after the background. */
function cells(svg: string): string[] {
  return [...svg.matchAll(/<path d="M[^"]*" fill="(rgb[^"]+|#[^"]+)"/g)].map((match) => match[1]!);
}

Deno.test("a heat map names itself, its axes, and its quantity with its unit", async () => {
  const svg = await toSvg(heatMap({ ...plain, unit: "nats", axis: "latent" }));
  for (const text of ["Mean |JᵀJ|", "latent", "mean |JᵀJ| (nats)"]) {
    assertStringIncludes(svg, `>${text}</text>`);
  }
  assertEquals(svg.match(/>latent<\/text>/g)?.length, 2);
  for (const tick of ["1", "2", "3", "4"]) {
    assert((svg.match(new RegExp(`>${tick}</text>`, "g"))?.length ?? 0) >= 2, `tick ${tick} on both axes`);
  }
});

Deno.test("equal entries have equal colours, unequal ones do not, and a larger one is lighter", async () => {
  const fills = cells(await toSvg(heatMap(plain)));
  assertEquals(fills.length, 16);
  const byValue = new Map<number, Set<string>>();
  matrix.flat().forEach((value, i) => byValue.set(value, (byValue.get(value) ?? new Set()).add(fills[i]!)));
  assertEquals([...byValue.values()].map((set) => set.size), [1, 1, 1, 1, 1]);
  assertEquals(new Set(fills).size, 5);
  const light = (fill: string): number =>
    (fill.match(/\d+/g) ?? []).map(Number).reduce((sum, c, i) => sum + c * [0.21, 0.72, 0.07][i]!, 0);
  const order = [0, 1, 2, 3, 4].map((value) => light([...byValue.get(value)!][0]!));
  assertEquals(order, [...order].sort((a, b) => a - b));
});

Deno.test("row 1 is at the top and column 1 at the left of the picture", async () => {
  const spec = heatMap({ matrix: [[1, 0], [0, 0]], title: "t", quantity: "q" });
  const read = decode(await toPng(await toSvg(spec), { scale: 1 }));
  const yellow: [number, number][] = [];
  const purple: [number, number][] = [];
  for (let y = 0; y < read.height; y++) {
    for (let x = 0; x < read.width * 0.7; x++) {
      const [r, g, b] = read.data.slice(4 * (y * read.width + x));
      if (r! > 230 && g! > 200 && b! < 80) yellow.push([x, y]);
      if (r! < 90 && g! < 30 && b! > 60) purple.push([x, y]);
    }
  }
  const mean = (points: [number, number][], axis: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  assert(
    yellow.length > 1000 && purple.length > 3000,
    `${yellow.length} light, ${purple.length} dark pixels`,
  );
  assert(mean(yellow, 0) < mean(purple, 0) && mean(yellow, 1) < mean(purple, 1));
});

Deno.test("each diagonal block is outlined, at its place and of its size", async () => {
  const outlines = (svg: string): number => svg.match(/stroke="#ff3b30"/g)?.length ?? 0;
  assertEquals(outlines(await toSvg(heatMap(plain))), 0);
  assertEquals(outlines(await toSvg(heatMap({ ...plain, blocks: [2, 2] }))), 2);
  assertEquals(outlines(await toSvg(heatMap({ ...plain, blocks: [1, 2, 1] }))), 3);
  const svg = await toSvg(heatMap({ ...plain, blocks: [1, 3] }));
  const sides = [...svg.matchAll(/d="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h[^"]*" [^>]*stroke="#ff3b30"/g)]
    .map((match) => match.slice(1).map(Number));
  const cell = sides[0]![2]!;
  assertEquals(sides, [[0, 0, cell, cell], [cell, cell, 3 * cell, 3 * cell]]);
});

Deno.test("a diverging map is white at zero and spans as far down as up", async () => {
  const fills = cells(await toSvg(heatMap({ ...plain, matrix: [[-2, 0], [0, 1]], scheme: "diverging" })));
  const [low, zero, zeroToo, high] = fills.map((fill) => (fill.match(/\d+/g) ?? []).map(Number));
  assertEquals(zero, zeroToo);
  assert(Math.min(...zero!) > 235, `zero is ${zero}`);
  assert(low![2]! > low![0]! && high![0]! > high![2]!, `low ${low} should be blue, high ${high} red`);
});

Deno.test("a matrix of equal entries, zeros too, can be drawn", async () => {
  for (const value of [0, 3, -1]) {
    const fills = cells(await toSvg(heatMap({ ...plain, matrix: [[value, value], [value, value]] })));
    assertEquals([fills.length, new Set(fills).size], [4, 1]);
  }
});

Deno.test("a long title is broken into lines, whole", async () => {
  const title = "Mean absolute entries of the decoder metric over one thousand held-out digits";
  const svg = await toSvg(heatMap({ ...plain, title }));
  const lines = [...svg.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g)].map((match) => match[1]);
  assert(lines.length > 1);
  assertEquals(lines.join(" "), title);
});

Deno.test("heatMap refuses what is no matrix, and says which entry", () => {
  assertThrows(
    () => heatMap({ ...plain, matrix: [] }),
    TypeError,
    "heatMap: matrix must be [rows, columns] with at least one entry, but it has 0 rows",
  );
  assertThrows(
    () => heatMap({ ...plain, matrix: [[1, 2], [3]] }),
    TypeError,
    "heatMap: every row must have 2 entries like row 1, but row 2 has 1",
  );
  assertThrows(
    () => heatMap({ ...plain, matrix: [[1, 2], [3, NaN]] }),
    RangeError,
    "heatMap: the entry in row 2, column 2 must be a finite number, but it is NaN",
  );
});

Deno.test("heatMap refuses blocks that do not tile the diagonal", () => {
  assertThrows(
    () => heatMap({ ...plain, blocks: [2, 3] }),
    RangeError,
    "heatMap: block sizes must add up to 4, the size of the matrix, but [2, 3] add up to 5",
  );
  assertThrows(
    () => heatMap({ ...plain, blocks: [4, 0] }),
    RangeError,
    "heatMap: block 2 must be a whole number of at least 1, but it is 0",
  );
  assertThrows(
    () => heatMap({ ...plain, matrix: [[1, 2]], blocks: [1] }),
    TypeError,
    "heatMap: blocks need a square matrix, but it is 1×2",
  );
});

Deno.test("colours span the entries and 0, however small or of whichever sign they are", () => {
  for (
    const [entries, scheme, must] of [
      [[0.001, 0.003], "sequential", [0, 0.003]],
      [[2000, 30], "sequential", [0, 2000]],
      [[-0.5, 0.25], "sequential", [-0.5, 0.25]],
      [[0, 0], "sequential", [0, 1]],
      [[-0.002, 0.001], "diverging", [-0.002, 0.002]],
      [[-1, 30], "diverging", [-30, 30]],
    ] as const
  ) {
    const { layer } = heatMap({ matrix: [entries], title: "t", quantity: "q", scheme }) as unknown as {
      layer: { encoding: { color: { scale: { domain: number[] } } } }[];
    };
    assertEquals(layer[0]!.encoding.color.scale.domain, must, `${entries}, ${scheme}`);
  }
});

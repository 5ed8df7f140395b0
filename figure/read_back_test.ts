import { assertEquals, assertNotEquals } from "@std/assert";
import { decode } from "fast-png";
import {
  beside,
  chart,
  type ChartSpec,
  contour,
  encodePng,
  gridImage,
  heatMap,
  type PixelImage,
  toSvg,
} from "./mod.ts";
import { type Marks, readBack } from "./read_back.ts";

/** A letter that is like none of its mirror images and turns, on cells of which rows and columns differ in number. */
const F = ["####", "#...", "###.", "#...", "#..."];
type Letter = readonly string[];

/** Its cells: column from the left, row from below and from the top, all from 1. */
const cellsOf = (letter: Letter) =>
  letter.flatMap((row, i) =>
    [...row].map((sign, j) => ({ column: j + 1, row: letter.length - i, down: i + 1, on: sign === "#" }))
  );
const matrixOf = (letter: Letter): number[][] =>
  letter.map((row) => [...row].map((sign) => Number(sign === "#")));

/** A kind of figure: how it shows a letter, and how it is read. */
interface Kind {
  readonly draw: (letter: Letter) => ChartSpec;
  /** Where a cell is, in numbers of the axes. */
  readonly place: (cell: ReturnType<typeof cellsOf>[number]) => readonly [number, number];
  /** The name of what is drawn there. */
  readonly named: (cell: ReturnType<typeof cellsOf>[number]) => string;
  readonly how: Parameters<typeof readBack>[2];
  readonly titles?: readonly [string, string];
  readonly larger?: readonly ["right", "up" | "down"];
}

const NAMES = ["first", "second", "third", "fourth", "fifth"];
const [X, Y] = [{ title: "across" }, { title: "upwards" }];
const onOrOff = ({ on }: { on: boolean }): string => on ? "letter" : "ground";
/** The letter as a chart of two sets of points. */
const dots = (
  place: Kind["place"],
  more: { x?: Partial<Parameters<typeof chart>[0]["x"]>; y?: Partial<Parameters<typeof chart>[0]["y"]> } = {},
) =>
(letter: Letter): ChartSpec =>
  chart({
    x: { ...X, ...more.x },
    y: { ...Y, ...more.y },
    series: [true, false].map((on) => ({
      name: onOrOff({ on }),
      mark: "point",
      points: cellsOf(letter).filter((cell) => cell.on === on).map((cell) => {
        const [x, y] = place(cell);
        return { x, y };
      }),
    })),
  });
/** A series for each row of the letter, from its cells that are on. */
const rows = (letter: Letter, reach: readonly number[], band: boolean): ChartSpec =>
  chart({
    x: X,
    y: Y,
    series: letter.map((_, i) => ({
      name: `row ${letter.length - i}`,
      points: cellsOf(letter).filter(({ on, down }) => on && down === i + 1).flatMap(({ column, row }) =>
        reach.map((aside) => ({
          ...{ x: column + aside, y: 10 * row },
          ...(band ? { low: 10 * row - 4, high: 10 * row + 4 } : {}),
        }))
      ),
    })).filter(({ points }) => points.length > 0),
  });
const linear: Kind["place"] = ({ column, row }) => [column, 10 * row];
const powers: Kind["place"] = ({ column, row }) => [10 ** column, 3 ** row];
const rowOrNothing: Kind["named"] = ({ on, row }) => on ? `row ${row}` : "nothing";
const regions = (letter: Letter, points?: Kind["place"]): ChartSpec =>
  contour({
    x: { ...X, range: [0.5, letter[0]!.length + 0.5] },
    y: { ...Y, range: [5, 10 * letter.length + 5] },
    values: points ? matrixOf(letter).map((row) => row.map(() => 0)) : matrixOf(letter).toReversed(),
    quantity: "height",
    levels: [0.5],
    width: 40,
    ...(points
      ? {
        points: {
          name: "letter",
          points: cellsOf(letter).filter(({ on }) => on).map((cell) => ({
            x: points(cell)[0],
            y: points(cell)[1],
          })),
        },
      }
      : {}),
  });
const map = (letter: Letter): ChartSpec =>
  heatMap({ matrix: matrixOf(letter), title: "letter", quantity: "height", axis: "cell" });
const negative = (letter: Letter): Letter =>
  letter.map((row) => [...row].map((sign) => sign === "#" ? "." : "#").join(""));
const mapped = {
  place: ({ column, down }) => [column, down],
  titles: ["cell", "cell"],
  larger: ["right", "down"],
} satisfies Partial<Kind>;
const marked = (marks: Marks) => ({ marks });

const KINDS: Readonly<Record<string, Kind>> = {
  "points": { draw: dots(linear), place: linear, named: onOrOff, how: marked("dots") },
  "points on logarithmic axes": {
    draw: dots(powers, { x: { log: true }, y: { log: true } }),
    place: powers,
    named: onOrOff,
    how: { marks: "dots", log: [true, true] },
  },
  "points at names": {
    draw: (letter) => dots(linear, { x: { names: NAMES.slice(0, letter[0]!.length) } })(letter),
    place: linear,
    named: onOrOff,
    how: { marks: "dots", names: NAMES },
  },
  "lines": {
    draw: (letter) => rows(letter, [0], false),
    place: linear,
    named: rowOrNothing,
    how: marked("corners"),
  },
  "bands": {
    draw: (letter) => rows(letter, [-0.4, 0.4], true),
    place: linear,
    named: rowOrNothing,
    how: marked("areas"),
  },
  "contours": {
    draw: (letter) => regions(letter),
    place: linear,
    named: ({ on }) => on ? "above 0.5" : "below 0.5",
    how: marked("regions"),
  },
  "points on contours": {
    draw: (letter) => regions(letter, linear),
    place: linear,
    named: ({ on }) => on ? "letter" : "nothing",
    how: marked("dots"),
  },
  "heat map": { ...mapped, draw: map, named: ({ on }) => on ? "1" : "0", how: marked("cells") },
  "heat map beside another": {
    ...mapped,
    draw: (letter) => beside([map(negative(letter)), map(letter)], 2),
    named: ({ on }) => on ? "1" : "0",
    how: { marks: "cells", panel: 1 },
  },
};

/** What a reader of F sees in a figure. */
async function seen(
  { draw, place, how }: Kind,
  { letter = (f) => f, spec = (s) => s }: Fault = {},
): Promise<unknown> {
  const svg = await toSvg(spec(draw(letter(F))));
  try {
    return readBack(svg, cellsOf(F).map(place), how);
  } catch (error) {
    return (error as Error).message;
  }
}
const expected = ({ named, titles = ["across", "upwards"], larger = ["right", "up"] }: Kind): unknown => ({
  ...{ titles, larger, names: cellsOf(F).map(named), elsewhere: 0 },
});

/** A fault of drawing: of what is handed to the figure, or of the figure. */
interface Fault {
  readonly letter?: (letter: Letter) => Letter;
  readonly spec?: (spec: ChartSpec) => ChartSpec;
  /** The kinds of figure that have no such thing. */
  readonly not?: readonly string[];
}

/** A spec with each of its encodings changed. */
const encodings = (change: (encoding: Channels) => object) => (spec: ChartSpec): ChartSpec =>
  JSON.parse(JSON.stringify(spec), (key, value) => key === "encoding" && value.x ? change(value) : value);
interface Channels {
  readonly x: Channel;
  readonly y: Channel;
}
interface Channel {
  readonly field: string;
  readonly title: unknown;
  readonly scale: { readonly reverse?: boolean };
  readonly axis: object;
}
const reversed = (one: Channel): Channel => ({
  ...one,
  scale: { ...one.scale, reverse: !one.scale.reverse },
});
const relabelled = (one: Channel, labelExpr: string): Channel => ({
  ...one,
  axis: { ...one.axis, labelExpr },
});
const shifted = (row: string): string => row.slice(-1) + row.slice(0, -1);
const MAPS = ["heat map", "heat map beside another"];

const FAULTS: Readonly<Record<string, Fault>> = {
  "transposed": { letter: (f) => [...f[0]!].map((_, j) => f.map((row) => row[j]).join("")) },
  "mirrored": { letter: (f) => f.map((row) => [...row].toReversed().join("")) },
  "upside down": { letter: (f) => f.toReversed() },
  "turned by 180°": { letter: (f) => f.toReversed().map((row) => [...row].toReversed().join("")) },
  "shifted by a column": { letter: (f) => f.map(shifted) },
  "shifted by a row": { letter: (f) => [f.at(-1)!, ...f.slice(0, -1)] },
  "letter and ground exchanged": { letter: negative },
  "horizontal axis reversed": { spec: encodings(({ x, ...all }) => ({ ...all, x: reversed(x) })) },
  "vertical axis reversed": { spec: encodings(({ y, ...all }) => ({ ...all, y: reversed(y) })) },
  "horizontal labels doubled": {
    spec: encodings(({ x, ...all }) => ({ ...all, x: relabelled(x, "2 * datum.value") })),
  },
  "vertical labels doubled": {
    spec: encodings(({ y, ...all }) => ({ ...all, y: relabelled(y, "2 * datum.value") })),
  },
  "horizontal labels from the other end": {
    spec: encodings(({ x, ...all }) => ({ ...all, x: relabelled(x, "5 - datum.value") })),
  },
  "titles of axes exchanged": {
    // A heat map's axes have one title.
    not: MAPS,
    spec: (spec) =>
      JSON.parse(
        JSON.stringify(spec).replaceAll(/across|upwards/g, (t) => t === "across" ? "upwards" : "across"),
      ),
  },
};

for (const [name, kind] of Object.entries(KINDS)) {
  Deno.test(`an F is upright at its axes' values: ${name}; of each fault it is not`, async (t) => {
    assertEquals(await seen(kind), expected(kind));
    for (const [fault, planted] of Object.entries(FAULTS)) {
      if (planted.not?.includes(name)) continue;
      await t.step(fault, async () => assertNotEquals(await seen(kind, planted), expected(kind)));
    }
  });
}

/** A picture of 4 × 5 pixels: the letter in white on black. */
const pixelsOf = (letter: Letter): PixelImage => ({
  width: letter[0]!.length,
  height: letter.length,
  pixels: Float32Array.from(matrixOf(letter).flat()),
});

/** What a reader sees in a grid of four pictures to a row, of which those of an F show an F, and others its negative. */
function seenInGrid(
  { tiles = (t) => t, picture = (p) => p, columns = 4 }: GridFault = {},
): string[] | string {
  const images = tiles(cellsOf(F).map(({ on }) => on ? F : negative(F))).map(picture).map(pixelsOf);
  const { width, height, channels, data } = decode(
    encodePng(gridImage(images, { columns, gap: 1, scale: 2 })),
  );
  if (width !== 4 * 9 - 1 || height !== 5 * 11 - 1) return `${width} × ${height} pixels`;
  // A pixel of a picture is 2 × 2, and the last of these is read.
  const sign = (x: number, y: number): string => data[channels * (y * width + x)] === 255 ? "#" : ".";
  return cellsOf(F).map(({ column, down }) =>
    F.map((row, i) =>
      [...row].map((_, j) => sign(9 * (column - 1) + 2 * j + 1, 11 * (down - 1) + 2 * i + 1)).join("")
    ).join("/")
  );
}

/** A fault of a grid: of the order of its pictures, of each, or of how many there are to a row. */
interface GridFault {
  readonly tiles?: (tiles: readonly Letter[]) => readonly Letter[];
  readonly picture?: (letter: Letter) => Letter;
  readonly columns?: number;
}
const GRID_FAULTS: Readonly<Record<string, GridFault>> = {
  "rows for columns": { tiles: (t) => t.map((_, i) => t[i % 4 * 5 + Math.floor(i / 4)]!) },
  "the order reversed": { tiles: (t) => t.toReversed() },
  "the order of rows reversed": { tiles: (t) => t.map((_, i) => t[16 - i + 2 * (i % 4)]!) },
  "the order within rows reversed": { tiles: (t) => t.map((_, i) => t[i + 3 - 2 * (i % 4)]!) },
  "shifted by a picture": { tiles: (t) => [t.at(-1)!, ...t.slice(0, -1)] },
  "the first one left out": { tiles: (t) => [...t.slice(1), t[0]!] },
  "five to a row": { columns: 5 },
  "negative": { picture: negative },
  "pictures transposed": { picture: FAULTS["transposed"]!.letter! },
  "pictures mirrored": { picture: FAULTS["mirrored"]!.letter! },
  "pictures upside down": { picture: FAULTS["upside down"]!.letter! },
  "pictures shifted by a pixel": { picture: FAULTS["shifted by a column"]!.letter! },
};

Deno.test("an F of Fs is upright in a PNG of a grid; of each fault it is not", async (t) => {
  const right = cellsOf(F).map(({ on }) => (on ? F : negative(F)).join("/"));
  assertEquals(seenInGrid(), right);
  for (const [fault, planted] of Object.entries(GRID_FAULTS)) {
    await t.step(fault, () => assertNotEquals(seenInGrid(planted), right));
  }
});

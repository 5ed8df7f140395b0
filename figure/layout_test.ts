/** The sizes of figures and of their parts: each is the number that it is designed to have, to half a pixel. */

import { assert, assertEquals } from "@std/assert";
import { alone, base } from "./made_up_chart.ts";
import { beside, chart, type ChartOptions, type ChartSpec, contour, heatMap, toSvg } from "./mod.ts";
import { textWidth } from "./text_width.ts";
import { AXIS_TITLE_SIZE, CONFIG, LABEL_SIZE, TEXT_WIDTH, TITLE_SIZE, WIDTH } from "./theme.ts";

/** Two texts of two words, at most half a pixel narrower and wider than a width. */
function textsAround(width: number, size: number, bold = false): readonly [string, string] {
  const texts = Array.from({ length: 40 }, (_, i) => i).flatMap((i) =>
    Array.from({ length: 40 }, (_, x) => {
      const start = "i".repeat(i) + "x".repeat(x);
      const wide = (width - textWidth(`${start} i`, size, bold)) / textWidth("m", size, bold);
      return [0, 1].map((more) => `${start}${"m".repeat(Math.max(1, Math.floor(wide) + more))} i`);
    }).flat()
  );
  const off = (text: string): number => textWidth(text, size, bold) - width;
  const under = texts.filter((text) => off(text) <= 0).reduce((a, b) => off(b) > off(a) ? b : a);
  const over = texts.filter((text) => off(text) > 0).reduce((a, b) => off(b) < off(a) ? b : a);
  assert(off(under) > -0.5 && off(over) < 0.5, `${off(under)}, ${off(over)}`);
  return [under, over];
}
/** Requires texts to be broken from a width on. */
function assertRoom(
  width: number,
  lines: (text: string) => readonly string[],
  size: number,
  bold = false,
): void {
  assertEquals(textsAround(width, size, bold).map((text) => lines(text).length), [1, 2], `${width}`);
}

/** The parts of a figure's spec that are looked at here. */
interface Seen {
  readonly width: number;
  readonly title: { readonly text: readonly string[]; readonly subtitle: readonly string[] };
  readonly layer: readonly {
    readonly mark: { readonly type: string };
    readonly encoding: Readonly<
      Record<"x" | "color", {
        readonly title: readonly string[];
        readonly axis: {
          readonly labelAngle?: number;
          readonly labelExpr: string;
          readonly values: number[];
        };
        readonly legend: {
          readonly columns: number;
          readonly labelExpr: string;
          readonly gradientLength: number;
        };
      }>
    >;
  }[];
}
const seen = (spec: ChartSpec): Seen => spec as unknown as Seen;
/** The list that an expression of vega begins with. */
const listed = (expression: string) => JSON.parse(expression.slice(0, expression.lastIndexOf("[datum")));

Deno.test("a figure is 400 pixels wide with 12 around it; its texts are 15, 13 and 12 high, 10.7 on a phone", async () => {
  assertEquals([WIDTH, TEXT_WIDTH, TITLE_SIZE, AXIS_TITLE_SIZE, LABEL_SIZE], [400, 376, 15, 13, 12]);
  assertEquals((LABEL_SIZE * 358 / WIDTH).toFixed(1), "10.7");
  const svg = await toSvg(chart(base));
  assertEquals(/ width="(\d+)"/.exec(svg)![1], "400");
  const sizes = [...svg.matchAll(/font-size="([\d.]+)px"/g)].map((match) => Number(match[1]));
  assertEquals([...new Set(sizes)].toSorted((a, b) => a - b), [12, 13, 15]);
});

Deno.test("titles of a chart have the figure's width, or 48 pixels more than the plot that was asked for", () => {
  const spec = (more: Partial<ChartOptions>) => seen(chart(alone({ title: "t", ...more })));
  const x = (more: Partial<ChartOptions>) => spec(more).layer[0]!.encoding.x.title;
  for (const [width, plot] of [[undefined, 328], [300, 300]] as const) {
    const more = width === undefined ? {} : { width };
    assertRoom(plot, (title) => x({ ...more, x: { title } }), AXIS_TITLE_SIZE);
    assertRoom(plot + 48, (title) => spec({ ...more, y: { title } }).title.subtitle, AXIS_TITLE_SIZE);
    assertRoom(plot + 48, (title) => spec({ ...more, title }).title.text, TITLE_SIZE, true);
  }
});

Deno.test("a legend's names have the figure's width less 40 for a symbol, and stand side by side where they fit", () => {
  const legend = (names: readonly string[], more: Partial<ChartOptions> = {}) =>
    seen(chart(alone({ ...more, series: names.map((name) => ({ name, points: [{ x: 1, y: 1 }] })) })))
      .layer[0]!.encoding.color.legend;
  for (const [more, room] of [[{}, 376], [{ width: 300 }, 348]] as const) {
    assertRoom(room - 40, (name) => listed(legend([name, "b"], more).labelExpr)[name], LABEL_SIZE);
    const [under, over] = textsAround(room / 2 - 40, LABEL_SIZE);
    // Two of one width: the second has its words the other way round.
    const swapped = (name: string): string => name.split(" ").toReversed().join(" ");
    assertEquals([under, over].map((name) => legend([name, swapped(name)], more).columns), [2, 1]);
  }
});

Deno.test("names along an axis are tilted by 40 degrees where a word is wider than its place, in lines of 130 pixels", () => {
  const axis = (name: string, count: number) =>
    seen(chart(alone({
      x: { title: "x", names: [name, ...Array.from({ length: count - 1 }, (_, i) => `${i}`)] },
      series: [{ name: "a", points: [{ x: 1, y: 1 }] }],
    }))).layer[0]!.encoding.x.axis;
  const word = (width: number): string[] =>
    textsAround(width + textWidth(" i", LABEL_SIZE), LABEL_SIZE).map((text) => text.split(" ")[0]!);
  assertEquals(word(328 / 4).map((name) => axis(name, 4).labelAngle), [undefined, -40]);
  // A word that is too wide for its place tilts all names; the lines of another are then as long.
  assertRoom(130, (name) => listed(axis(`${"m".repeat(12)} ${name}`, 8).labelExpr)[0].slice(1), LABEL_SIZE);
});

Deno.test("a line of up to 60 points is marked at each", () => {
  const marks = [60, 61].map((count) => {
    const points = Array.from({ length: count }, (_, x) => ({ x, y: x }));
    return seen(chart(alone({}, { points }))).layer.map(({ mark }) => mark.type);
  });
  assertEquals(marks, [["line", "point"], ["line"]]);
});

Deno.test("cells of a heat map are at most 40 pixels, and its titles 44 wider than the longer side may be", () => {
  const square = (cells: number) => Array.from({ length: cells }, () => Array<number>(cells).fill(1));
  const map = (cells: number, side: number, title = "t", quantity = "q") =>
    seen(heatMap({ matrix: square(cells), title, quantity, side }));
  assertEquals([map(7, 300).width, map(8, 300).width, map(2, 300).width], [280, 296, 80]);
  for (const side of [120, 300]) {
    assertRoom(side + 44, (title) => map(4, side, title).title.text, TITLE_SIZE, true);
    assertRoom(side + 44, (name) => map(4, side, "t", name).layer[0]!.encoding.color.title, AXIS_TITLE_SIZE);
  }
  assertRoom(376, (title) => map(4, 340, title).title.text, TITLE_SIZE, true);
  assertEquals([199, 201].map((side) => map(4, side).layer[0]!.encoding.color.legend.gradientLength), [
    199,
    200,
  ]);
  // Labels have 1.3 times the width of the longest: of two digits, 19.97 pixels.
  const second = [20, 19, 10, 9].map((cell) => map(14, 14 * cell).layer[0]!.encoding.x.axis.values[1]);
  assertEquals(second, [2, 3, 3, 4]);
});

Deno.test("a contour's titles have the figure's width", () => {
  const plane = {
    x: { title: "a", range: [-1, 1] as const },
    y: { title: "b", range: [-1, 1] as const },
    values: [[0, 1], [2, 3]],
    quantity: "loss",
    levels: [1],
  };
  assertRoom(376, (title) => seen(contour({ ...plane, title })).title.text, TITLE_SIZE, true);
  assertRoom(
    376,
    (quantity) => seen(contour({ ...plane, quantity })).layer[0]!.encoding.color.title,
    AXIS_TITLE_SIZE,
  );
});

Deno.test("figures beside each other have 24 pixels between them, and 56 each for the labels of an axis", () => {
  const widths = [1, 2, 3].map((columns) => {
    const { concat, spacing } = beside([chart(base)], columns) as unknown as {
      concat: Seen[];
      spacing: number;
    };
    return [concat[0]!.width, spacing];
  });
  assertEquals(widths, [[320, 24], [120, 24], [53, 24]]);
});

Deno.test("lines, dots, bands, outlines and the gaps between texts have the sizes of one design", () => {
  const marks = (spec: ChartSpec): unknown[] => seen(spec).layer.map(({ mark }) => mark);
  const dot = { type: "point", filled: true, size: 28 };
  assertEquals(marks(chart(base)), [
    { type: "area", opacity: 0.18 },
    { type: "line", strokeWidth: 2 },
    { ...dot, opacity: 1 },
    { ...dot, opacity: 0.7 },
  ]);
  const { symbolType, symbolSize, symbolStrokeWidth } = seen(chart(base)).layer[1]!.encoding.color
    .legend as unknown as Record<string, unknown>;
  assertEquals([symbolType, symbolSize, symbolStrokeWidth], ["stroke", 400, 2]);
  const map = heatMap({ matrix: [[1, 0], [0, 1]], title: "t", quantity: "q", blocks: [1, 1] });
  assertEquals(marks(map), ["rect", { type: "rect", fill: null, stroke: "#ff3b30", strokeWidth: 2.5 }]);
  const bar = seen(map).layer[0]!.encoding.color.legend as unknown as Record<string, unknown>;
  assertEquals([bar["gradientThickness"], bar["tickCount"]], [14, 3]);
  const plane = contour({
    ...{ x: { title: "a", range: [-1, 1] }, y: { title: "b", range: [-1, 1] }, values: [[0, 1], [2, 3]] },
    ...{ quantity: "loss", levels: [1], points: { name: "fits", points: [{ x: 0, y: 0 }] } },
  });
  const around = { stroke: "white", strokeWidth: 0.5 };
  assertEquals(marks(plane), [
    { type: "geoshape", clip: true, ...around },
    { type: "circle", size: 22, opacity: 1, ...around },
  ]);
  const { axis, legend, title } = CONFIG as Record<string, Record<string, unknown>>;
  const gaps = [axis!["labelPadding"], axis!["titlePadding"], legend!["offset"]];
  assertEquals([...gaps, title!["offset"], title!["subtitlePadding"]], [4, 8, 12, 10, 6]);
});

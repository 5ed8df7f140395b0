import { assert, assertEquals } from "@std/assert";
import { base } from "./made_up_chart.ts";
import { beside, chart, type ChartSpec, contour, heatMap, toSvg } from "./mod.ts";
import { resvg } from "../lib/embedded/rasteriser.ts";
import { fonts } from "./fonts.ts";
import { FIGURE_STYLE } from "./theme.ts";

const LONG = "The objective less the β-VAE loss along the training of a β-VAE, over five seeds, by epoch";
const NAMES = ["β-VAE: noise + β KL − (β/2)‖h‖²", "Taylor (Hessian)", "GRAE: volume", `theory: ${LONG}`];
const points = [{ x: 0.01, y: 1e-5 }, { x: 0.1, y: 0.001 }, { x: 2, y: 123_456 }];
const block = (i: number, j: number): number => (i >> 2 === j >> 2 ? 1 : 0.1);
const matrix = Array.from({ length: 16 }, (_, i) => Array.from({ length: 16 }, (_, j) => block(i, j)));
const map = { matrix, title: LONG, quantity: LONG, blocks: [4, 4, 4, 4] };

/** Every kind of figure, with texts that are longer than a phone is wide. */
const FIGURES: Readonly<Record<string, ChartSpec>> = {
  lines: chart({ ...base, title: LONG, x: { title: LONG, whole: true }, y: { title: LONG } }),
  logarithms: chart({
    x: { title: "t", log: true },
    y: { title: LONG, unit: "nats per digit", log: true },
    series: NAMES.map((name, i) => ({ name, points, dashed: i === 3 })),
  }),
  names: chart({
    x: { title: "objective", names: [...NAMES.slice(0, 3), "a", "b", "c"] },
    y: { title: "y" },
    series: [{ name: "seen", mark: "point", points: [1, 2, 3, 4, 5, 6].map((x) => ({ x, y: x })) }],
  }),
  map: heatMap(map),
  maps: beside([1, 2, 3].map(() => heatMap({ ...map, side: 120 })), 2),
  charts: beside([chart(base), chart({ ...base, title: LONG })], 1),
  contour: contour({
    title: LONG,
    x: { title: "a", range: [-2, 2] },
    y: { title: "b", range: [-2, 2] },
    values: matrix,
    quantity: LONG,
    levels: [0.05, 0.2, 0.5, 1, 2, 5, 20],
    points: { name: "fits", points: [{ x: 1, y: 0 }] },
  }),
};

/** The width that a page leaves for a figure on a phone of 390 pixels. */
const PHONE = 358;

for (const [kind, spec] of Object.entries(FIGURES)) {
  Deno.test(`on a phone, texts are at least 9 pixels high, and none is cut: ${kind}`, async () => {
    const svg = await toSvg(spec);
    const [width, height] = [/ width="(\d+)"/, / height="(\d+)"/].map((size) => Number(size.exec(svg)![1]));
    const sizes = [...svg.matchAll(/font-size="([\d.]+)px"/g)].map((match) => Number(match[1]));
    const least = Math.min(...sizes) * Math.min(1, PHONE / width!);
    assert(least >= 9, `${least} pixels in a figure that is ${width} wide`);
    const { Resvg } = await resvg();
    const drawing = new Resvg(svg.replace(/<(path|line|rect)\b[^>]*>/g, ""), {
      font: { fontBuffers: await fonts() },
    });
    const { x, y, width: across, height: down } = drawing.getBBox()!;
    const inside = x >= 0 && y >= 0 && x + across <= width! && y + down <= height!;
    assert(inside, `texts from (${x}, ${y}) to (${x + across}, ${y + down}) in ${width} × ${height}`);
  });
}

Deno.test("legends stand below the plot, from the left edge on", async () => {
  for (const kind of ["lines", "logarithms", "map", "contour"]) {
    const svg = await toSvg(FIGURES[kind]!);
    const [, plot] = /class="background"[^>]*d="M0,0h\d+v(\d+)/.exec(svg)!;
    const legends = [...svg.matchAll(/role-legend"[^>]*><g transform="translate\((-?[\d.]+),(-?[\d.]+)\)/g)];
    assert(legends.length > 0, kind);
    for (const [, x, y] of legends) assert(Number(y) > Number(plot), `${kind}: a legend at (${x}, ${y})`);
    assert(Number(legends[0]![1]) < 0, kind);
  }
});

/** WCAG's contrast of two colours, from 1 to 21. */
function contrast(...colours: readonly [string, string]): number {
  const [light, dark] = colours.map((colour) => {
    const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0]! + 0.7152 * parts[1]! + 0.0722 * parts[2]! + 0.05;
  }).sort((a, b) => b - a);
  return light! / dark!;
}

Deno.test("texts and lines of every colour can be seen on white and on dark paper", async () => {
  const series = Array.from({ length: 8 }, (_, i) => ({ name: `${i}`, points }));
  const svg = await toSvg(chart({ x: { title: "x" }, y: { title: "y" }, series, identity: true }));
  assert(svg.includes(`<style>${FIGURE_STYLE}</style>`));
  const dark = svg.replace(/(fill|stroke)="(#\w+)"/g, (as, paint, colour) => {
    const rule = FIGURE_STYLE.split("{").join("}").split("}").indexOf(`svg [${paint}="${colour}"]`);
    return rule < 0
      ? as
      : `${paint}="${FIGURE_STYLE.split("{").join("}").split("}")[rule + 1]!.split(":")[1]}"`;
  });
  for (const drawing of [svg, dark]) {
    const paper = /<rect [^>]*fill="(#\w+)"/.exec(drawing)![1]!;
    const found = (pattern: RegExp): string[] => [...drawing.matchAll(pattern)].map((match) => match[1]!);
    for (const ink of found(/<text [^>]*fill="(#\w+)"/g)) {
      assert(contrast(ink, paper) > 10, `${ink} on ${paper}`);
    }
    const lines = new Set(found(/stroke="(#\w+)" stroke-width="2"/g));
    assertEquals(lines.size, 8);
    for (const line of lines) assert(contrast(line, paper) > 2.2, `${line} on ${paper}`);
  }
  assert(svg !== dark);
});

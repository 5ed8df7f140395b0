import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { decode } from "fast-png";
import { alone, base, points } from "./made_up_chart.ts";
import { chart, type ChartOptions, toPng, toSvg } from "./mod.ts";

/** The corners of the first line in a colour, in pixels from the plot's upper left corner; none if there is no line. */
function corners(svg: string, colour: string): number[][] {
  const line = [...svg.matchAll(/<path d="M([^"Z]*L[^"Z]*)"([^>]*)>/g)]
    .find(([, , attributes]) => attributes!.includes(`stroke="${colour}"`));
  return (line?.[1] ?? "").split("L").filter(Boolean).map((corner) => corner.split(",").map(Number));
}

Deno.test("a chart has its title, axis titles with units, and every series in the legend", async () => {
  const svg = await toSvg(chart(base));
  for (const text of ["Loss over training", "epoch", "loss (nats)", "β-VAE", "GRAE", "seen"]) {
    assert(svg.includes(`>${text}<`), text);
  }
});

Deno.test("the same chart is the same text, and other data another", async () => {
  assertEquals(await toSvg(chart(base)), await toSvg(chart(base)));
  const other = { ...base, series: [{ name: "β-VAE", points: [{ x: 1, y: 30 }, { x: 2, y: 25 }] }] };
  assert(await toSvg(chart(base)) !== await toSvg(chart(other)));
});

Deno.test("a line passes through its points from left to right, whatever their order, linear and logarithmic", async () => {
  const at = (xs: number[][]): number => (xs[1]![0]! - xs[0]![0]!) / (xs[2]![0]! - xs[0]![0]!);
  const linear = await toSvg(chart(alone({})));
  // The SVG gives thousandths of a pixel, and the plot is hundreds of pixels wide.
  assert(Math.abs(at(corners(linear, "#0072b2")) - 9 / 99) < 1e-4, `${at(corners(linear, "#0072b2"))}`);
  const [first, highest, last] = corners(linear, "#0072b2").map(([, y]) => y!);
  assert(highest! < last! && last! < first!, "more is higher");
  const log = corners(await toSvg(chart(alone({ x: { title: "x", log: true } }))), "#0072b2");
  assert(Math.abs(at(log) - 1 / 2) < 1e-4, `${at(log)}`);
  const reversed = await toSvg(chart(alone({}, { points: points.toReversed() })));
  assertEquals(corners(reversed, "#0072b2"), corners(linear, "#0072b2"));
});

Deno.test("a logarithmic axis ends where the data end", async () => {
  const spec = chart(alone({ x: { title: "x", log: true }, width: 300 }, {
    points: [{ x: 0.1, y: 1 }, { x: 2, y: 2 }],
  }));
  assertEquals(corners(await toSvg(spec), "#0072b2").map(([x]) => x), [0, 300]);
});

Deno.test("an axis of names has a place for each, in order and of one width, and no numbers", async () => {
  const names = ["β-VAE", "GRAE*, of one column", "control"];
  const spec = chart(alone({ x: { title: "objective", names }, width: 300 }, {
    points: [{ x: 1, y: 1 }, { x: 2, y: 3 }, { x: 3, y: 2 }],
  }));
  const svg = await toSvg(spec);
  assertEquals(corners(svg, "#0072b2").map(([x]) => x), [50, 150, 250]);
  // A name that is wider than its place is broken between words.
  for (const line of ["β-VAE", "GRAE*, of one", "column", "control", "objective"]) {
    assert(svg.includes(`>${line}<`), line);
  }
  const ofX = svg.slice(svg.indexOf("role-axis"), svg.indexOf("role-axis-title"));
  assert(!/>[\d.]+</.test(ofX), "a number is on the axis of names");
});

/** What stands along the horizontal axis and along the vertical one. */
function labels(svg: string): string[][] {
  return svg.split("role-axis-label").slice(1).map((part) =>
    [...part.slice(0, part.indexOf("</g>")).matchAll(/>([^<]+)<\/text>/g)].map((match) => match[1]!)
  );
}

Deno.test("an axis that counts has whole numbers alone, however few, and ends where the data end", async () => {
  for (const last of [1, 2, 3, 15, 400]) {
    const points = Array.from({ length: last }, (_, i) => ({ x: i + 1, y: i % 7 }));
    const svg = await toSvg(chart(alone({ x: { title: "epoch", whole: true }, width: 300 }, { points })));
    const [epochs] = labels(svg);
    assert(epochs!.length > 0, `${last} epochs have no label`);
    for (const label of epochs!) {
      const epoch = Number(label);
      assert(Number.isInteger(epoch) && epoch >= 1 && epoch <= last, `${label} of ${last} epochs`);
    }
    if (last > 1) {
      assertEquals(corners(svg, "#0072b2").map(([x]) => x).filter((x) => x === 0 || x === 300), [0, 300]);
    }
  }
});

Deno.test("a logarithmic axis over a decade or nearly is labelled at 1, 2 and 5, and over many at powers of ten", async () => {
  const along = async (first: number, last: number): Promise<string[]> => {
    const points = [{ x: first, y: 1 }, { x: last, y: 2 }];
    return labels(await toSvg(chart(alone({ x: { title: "x", log: true } }, { points }))))[0]!;
  };
  assertEquals(await along(0.1, 2), ["0.1", "0.2", "0.5", "1", "2"]);
  assertEquals(await along(0.17, 1.6), ["0.2", "0.5", "1"]);
  assertEquals(await along(0.02, 300), ["0.1", "1", "10", "100"]);
  assert((await along(3, 4)).length > 1, "less than a decade has labels too");
});

Deno.test("names that are too wide for their places are tilted, whole", async () => {
  const names = ["Taylor (Hessian)", "Taylor (Jacobian)", "incomprehensible", "d", "e", "f"];
  const points = names.map((_, i) => ({ x: i + 1, y: i }));
  const svg = await toSvg(chart(alone({ x: { title: "x", names } }, { points })));
  for (const name of names) {
    assert(new RegExp(`rotate\\(3\\d\\d\\)[^>]*>${name.replace(/[()]/g, "\\$&")}<`).test(svg), name);
  }
});

Deno.test("a band spans from low to high", async () => {
  const svg = await toSvg(
    chart(alone({}, { points: points.map((p) => ({ ...p, low: p.y - 4, high: p.y + 8 })) })),
  );
  const area = svg.match(/<path d="M([^"]*)Z" [^>]*opacity="0.18"/)?.[1] ?? "";
  const edge = area.split("L").map((corner) => corner.split(",").map(Number));
  const line = corners(svg, "#0072b2");
  assertEquals([edge.length, line.length], [6, 3]);
  // Each line point lies between its two band edges, at the same x, a third of the way up from low.
  for (const [x, y] of line as [number, number][]) {
    const [low, high] = edge.filter(([at]) => at === x).map(([, y]) => y!).sort((a, b) => b - a);
    assert(Math.abs((low! - y) / (low! - high!) - 1 / 3) < 1e-2, `${low} ${y} ${high}`);
  }
});

Deno.test("dashes are where they are asked for, in the drawing and in the legend", async () => {
  const dashes = async (options: ChartOptions): Promise<number> =>
    (await toSvg(chart(options))).match(/stroke-dasharray="6,4"/g)?.length ?? 0;
  const two = (dashed: boolean): ChartOptions =>
    alone({ series: [{ name: "a", points }, { name: "theory", points, dashed }] });
  assertEquals(await dashes(two(false)), 0);
  assertEquals(await dashes(two(true)), 2);
  assertEquals(await dashes(alone({}, { dashed: true })), 1);
});

Deno.test("the legend shows each series in its full colour although its band is faint", async () => {
  const band = points.map((p) => ({ ...p, low: p.y - 1, high: p.y + 1 }));
  const svg = await toSvg(chart(alone({ series: [{ name: "a", points: band }, { name: "b", points }] })));
  const symbols = svg.slice(svg.indexOf("role-legend-symbol"));
  for (const colour of ["#0072b2", "#d55e00"]) {
    const symbol = symbols.match(new RegExp(`<path [^>]*stroke="${colour}"[^>]*>`))?.[0] ?? "";
    assert(symbol !== "", `no legend symbol in ${colour}`);
    assert(!/ opacity="0/.test(symbol) && !/stroke-opacity="0/.test(symbol), symbol);
  }
});

Deno.test("the legend shows each series of points as a dot in its full colour", async () => {
  const points = [{ x: 1, y: 2 }, { x: 2, y: 1 }];
  const svg = await toSvg(chart({
    x: { title: "before" },
    y: { title: "after" },
    series: ["one", "two"].map((name) => ({ name, points, mark: "point" })),
  }));
  const symbols = svg.slice(svg.indexOf("role-legend-symbol"));
  for (const colour of ["#0072b2", "#d55e00"]) {
    const symbol = symbols.match(new RegExp(`<path [^>]*fill="${colour}"[^>]*>`))?.[0] ?? "";
    assert(symbol !== "", `no legend symbol in ${colour}`);
    assert(/ d="[^"]*A/.test(symbol) && !/opacity="0/.test(symbol), symbol);
  }
});

Deno.test("points alone are not joined", async () => {
  const svg = await toSvg(chart(alone({}, { mark: "point" })));
  assertEquals(corners(svg, "#0072b2"), []);
  assertEquals(svg.match(/<path [^>]*fill="#0072b2"/g)?.length, 3);
});

Deno.test("the identity line joins equal values, and is there only if asked for", async () => {
  const spec = (identity: boolean): ChartOptions =>
    alone({ identity, width: 200, height: 200 }, {
      mark: "point",
      points: [{ x: 0, y: 100 }, { x: 100, y: 0 }],
    });
  assertEquals(corners(await toSvg(chart(spec(true))), "#222222"), [[0, 200], [200, 0]]);
  assertEquals(corners(await toSvg(chart(spec(false))), "#222222"), []);
  assertThrows(
    () => chart(alone({ identity: true, x: { title: "x", log: true } })),
    RangeError,
    "chart: an identity line needs both axes linear or both logarithmic, but x is logarithmic and y is linear",
  );
});

Deno.test("a chart as a picture has its lines in their colours and its title in ink", async () => {
  const { width, data } = decode(await toPng(await toSvg(chart(base)), { scale: 1 }));
  let [blue, ink] = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = data.subarray(i, i + 3);
    if (r! < 40 && g! > 80 && g! < 150 && b! > 140) blue++;
    if (i < 4 * 40 * width && r! < 80 && g! < 80 && b! < 80) ink++;
  }
  assert(blue > 400, `${blue} pixels in the colour of the first line`);
  assert(ink > 150, `${ink} dark pixels where the title is`);
});

Deno.test("what vega cannot draw is an error", async () => {
  await assertRejects(
    () => toSvg({ mark: "nothing" } as unknown as Parameters<typeof toSvg>[0]),
    TypeError,
    "cannot be drawn",
  );
});

Deno.test("labels of a logarithmic axis reach over bands, and not over the lines alone", async () => {
  const along = async (low: number, high: number): Promise<string[]> => {
    const banded = [1, 2].map((x) => ({ x, y: 1, low, high }));
    return labels(await toSvg(chart(alone({ y: { title: "y", log: true } }, { points: banded }))))[1]!;
  };
  assertEquals(await along(0.002, 800), ["0.01", "0.1", "1", "10", "100"]);
  assertEquals(await along(0.1, 1), ["0.1", "0.2", "0.5", "1"]);
  assertEquals(await along(1, 20), ["1", "2", "5", "10", "20"]);
});

Deno.test("the identity line goes through all that is drawn, along both axes", () => {
  for (const [xs, ys] of [[[1, 2], [0.5, 4]], [[0.5, 4], [1, 2]], [[1, 4], [3, 9]]] as const) {
    const points = xs.map((x, i) => ({ x, y: ys[i]! }));
    const spec = chart(alone({ identity: true }, { points, mark: "point" })) as {
      layer: { mark: { type: string }; data: { values: { x: number; y: number }[] } }[];
    };
    const ends = spec.layer.find(({ mark }) => mark.type === "line")!.data.values;
    const all = [...xs, ...ys];
    assertEquals(ends, [Math.min(...all), Math.max(...all)].map((v) => ({ x: v, y: v })));
  }
});

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { decode } from "fast-png";
import { chart, type ChartOptions, toPng, toSvg } from "./mod.ts";

const base: ChartOptions = {
  title: "Loss over training",
  x: { title: "epoch" },
  y: { title: "loss", unit: "nats" },
  series: [
    { name: "β-VAE", points: [{ x: 1, y: 30, low: 29, high: 31 }, { x: 2, y: 20, low: 19, high: 21 }] },
    { name: "GRAE", points: [{ x: 1, y: 25 }, { x: 2, y: 18 }], dashed: true },
    { name: "seen", points: [{ x: 1.5, y: 22 }], mark: "point" },
  ],
};

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

Deno.test("bands, dashes, points and a rule are drawn where they are asked for", async () => {
  const withAll = await toSvg(chart({ ...base, identity: true }));
  assert(withAll.includes("stroke-dasharray"));
  assert(withAll.includes("fill-opacity") || withAll.includes("opacity"));
  const plain = await toSvg(
    chart({ ...base, series: [{ name: "a", points: [{ x: 1, y: 2 }, { x: 2, y: 3 }] }] }),
  );
  assert(!plain.includes("stroke-dasharray"));
});

Deno.test("a logarithmic axis takes positive numbers alone", async () => {
  const spec = chart({ ...base, x: { title: "β", log: true } });
  assert((await toSvg(spec)).includes("β"));
  assertThrows(
    () => chart({ ...base, y: { title: "y", log: true }, series: [{ name: "a", points: [{ x: 1, y: 0 }] }] }),
    RangeError,
    'chart: y of point 0 of series "a" must be above 0 on a logarithmic axis, but it is 0',
  );
});

Deno.test("a chart without series, points, or with numbers that are not finite is refused", () => {
  assertThrows(() => chart({ ...base, series: [] }), TypeError, "at least one series");
  assertThrows(
    () => chart({ ...base, series: [{ name: "a", points: [] }] }),
    TypeError,
    'series "a" has no points',
  );
  assertThrows(
    () => chart({ ...base, series: [{ name: "a", points: [{ x: 1, y: NaN }] }] }),
    RangeError,
    'y of point 0 of series "a" must be finite, but it is NaN',
  );
  assertThrows(
    () => chart({ ...base, series: [base.series[0]!, base.series[0]!] }),
    TypeError,
    'names must differ, but "β-VAE"',
  );
});

Deno.test("a chart as a picture is not blank", async () => {
  const { width, height, data } = decode(await toPng(await toSvg(chart(base)), { scale: 1 }));
  const colours = new Set<string>();
  const channels = data.length / (width * height);
  for (let i = 0; i < data.length; i += channels) colours.add([...data.subarray(i, i + 3)].join());
  assert(colours.size > 20, `${colours.size} colours`);
});

Deno.test("what vega cannot draw is an error", async () => {
  await assertRejects(
    () => toSvg({ mark: "nothing" } as unknown as Parameters<typeof toSvg>[0]),
    TypeError,
    "cannot be drawn",
  );
});

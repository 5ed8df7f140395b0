import { assert, assertThrows } from "@std/assert";
import { alone, base, points } from "./made_up_chart.ts";
import { chart, type ChartOptions, toSvg } from "./mod.ts";

Deno.test("names on a logarithmic or vertical axis, none, and points beside their places, are refused", () => {
  const named = (names: readonly string[], x = 1): ChartOptions =>
    alone({ x: { title: "x", names } }, { points: [{ x, y: 1 }] });
  assertThrows(
    () => chart(alone({ x: { title: "x", names: ["a"], log: true } })),
    RangeError,
    "chart: an axis of names cannot be logarithmic",
  );
  assertThrows(
    () => chart(alone({ y: { title: "y", names: ["a"] } })),
    RangeError,
    "chart: only the horizontal axis can have names",
  );
  assertThrows(
    () => chart(named([])),
    TypeError,
    "chart: an axis of names needs at least one, but it has none",
  );
  chart(named(["a", "b"], 2.4));
  assertThrows(
    () => chart(named(["a", "b"], 2.6)),
    RangeError,
    'chart: x of point 0 of series "a" must be from 0.5 to 2.5, the places of 2 names, but it is 2.6',
  );
});

Deno.test("a band that is no band is refused", () => {
  const banded = (...bands: { low?: number; high?: number }[]): ChartOptions =>
    alone({}, { points: bands.map((band, i) => ({ x: i, y: 5, ...band })) });
  assertThrows(
    () => chart(banded({ low: 6, high: 7 }, { low: 4, high: 6 })),
    RangeError,
    'chart: point 0 of series "a" must have low ≤ y ≤ high, but they are 6, 5, 7',
  );
  assertThrows(
    () => chart(banded({ low: 4, high: 6 }, { low: 4 })),
    TypeError,
    'chart: point 1 of series "a" must have low and high, but it has low alone',
  );
  assertThrows(
    () => chart(banded({ low: 4, high: 6 }, {})),
    TypeError,
    'chart: all points of series "a" must have a band or none, but 1 of 2 have one',
  );
});

Deno.test("more series than colours, and a plot without size, are refused", () => {
  const series = Array.from({ length: 9 }, (_, i) => ({ name: `${i}`, points }));
  assertThrows(
    () => chart(alone({ series })),
    RangeError,
    "chart: at most 8 series can be told apart by colour, but 9 were given",
  );
  chart(alone({ series: series.slice(0, 8) }));
  for (const size of [{ width: NaN }, { height: 0 }]) {
    const [name, value] = Object.entries(size)[0]!;
    const text = `chart: ${name} must be a whole number of at least 1, but it is ${value}`;
    assertThrows(() => chart(alone(size)), RangeError, text);
  }
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

import { assertSeries, type ChartPoint, type ChartSeries } from "./chart_series.ts";
import { wrapText } from "./text_width.ts";
import { INK, LABEL_SIZE, SERIES_COLOURS, TITLE_SIZE } from "./theme.ts";
import type { ChartSpec } from "./to_svg.ts";
import { assertWhole } from "./whole.ts";

/** An axis of a {@linkcode chart}. */
export interface ChartAxis {
  /** What it measures. */
  readonly title: string;
  /** Its unit; none if left out. */
  readonly unit?: string;
  /** Whether it is logarithmic; false if left out. */
  readonly log?: boolean;
  /** Whether it must show 0; false if left out. */
  readonly zero?: boolean;
  /** What 1, 2, … on a horizontal axis are called, which tells things apart instead of measuring; none if left out. */
  readonly names?: readonly string[];
}

/** What {@linkcode chart} shows. */
export interface ChartOptions {
  /** The title; long ones are broken into lines; none if left out. */
  readonly title?: string;
  /** The horizontal axis. */
  readonly x: ChartAxis;
  /** The vertical axis. */
  readonly y: ChartAxis;
  /** What is drawn, 1 to 8 series, first things lowest. */
  readonly series: readonly ChartSeries[];
  /** Whether to draw the line y = x, on axes that are both linear or both logarithmic; false if left out. */
  readonly identity?: boolean;
  /** Width of the plot in pixels; 520 if left out. */
  readonly width?: number;
  /** Height of the plot in pixels; 300 if left out. */
  readonly height?: number;
}

/** How many points a line may have before they are no longer marked one by one. */
const MOST_MARKED = 60;

/**
 * A chart of lines, points and bands.
 *
 * ```ts
 * import { chart, toSvg } from "./mod.ts";
 * const spec = chart({
 *   x: { title: "β", log: true },
 *   y: { title: "loss", unit: "nats" },
 *   series: [{ name: "GRAE", points: [{ x: 0.1, y: 20 }, { x: 1, y: 31 }] }],
 * });
 * console.assert((await toSvg(spec)).includes("loss (nats)"));
 * ```
 *
 * @param options title, axes, series, identity line, size
 * @returns a spec for {@linkcode toSvg}
 * @throws TypeError for no series, a series without points, two of one name, a band at some points only, or an axis of
 * no names
 * @throws RangeError for a number that is not finite, or not above 0 on a logarithmic axis, a point outside its band or
 * beside the places of names, names on another axis than a linear horizontal one, more than 8 series, an identity line
 * between unlike axes, or a size that is no whole number
 */
export function chart(options: ChartOptions): ChartSpec {
  const { title, x, y, series, identity = false, width = 520, height = 300 } = options;
  assertWhole("chart", "width", width, 1);
  assertWhole("chart", "height", height, 1);
  assertSeries(series, { x: x.log === true, y: y.log === true });
  if (identity && Boolean(x.log) !== Boolean(y.log)) {
    const [one, other] = [x, y].map(({ log }) => (log ? "logarithmic" : "linear"));
    throw new RangeError(
      "chart: an identity line needs both axes linear or both logarithmic, " +
        `but x is ${one} and y is ${other}`,
    );
  }
  assertNames(x, y, series);
  const values = series.flatMap(({ name, points }) => points.map((point) => ({ ...point, name })));
  const named = (kept: (s: ChartSeries) => boolean): string[] => series.filter(kept).map(({ name }) => name);
  const only = (names: readonly string[]): Record<string, unknown> => ({
    transform: [{ filter: { field: "name", oneOf: names } }],
  });
  const channel = (
    { title, unit, log = false, zero = false, names }: ChartAxis,
  ): Record<string, unknown> => ({
    type: "quantitative",
    title: unit === undefined ? title : `${title} (${unit})`,
    ...(names ? places(names, width) : {
      scale: log ? { type: "log", nice: false } : { zero, nice: true },
    }),
  });
  // Dots have no stroke to show.
  const symbol = series.every(({ mark }) => mark === "point")
    ? { symbolType: "circle", symbolSize: 60 }
    : { symbolType: "stroke", symbolStrokeWidth: 2, symbolSize: 400 };
  const legend = { legend: series.length > 1 ? { ...symbol, symbolOpacity: 1 } : null };
  const byName = (range: readonly unknown[]): Record<string, unknown> => ({
    field: "name",
    type: "nominal",
    title: null,
    scale: { domain: named(() => true), range },
    ...legend,
  });
  const colour = byName(SERIES_COLOURS.slice(0, series.length));
  const dash = byName(series.map(({ dashed }) => (dashed ? [6, 4] : [])));
  const position = { x: { field: "x", ...channel(x) }, y: { field: "y", ...channel(y) } };
  const marked = (s: ChartSeries): boolean => s.mark !== "point" && s.points.length <= MOST_MARKED;
  const layers: [readonly string[], unknown, Record<string, unknown>][] = [
    [
      named((s) => s.points.some((p) => p.low !== undefined)),
      { type: "area", opacity: 0.18 },
      { ...position, y: { ...position.y, field: "low" }, y2: { field: "high" } },
    ],
    [
      named((s) => s.mark !== "point"),
      { type: "line", strokeWidth: 2 },
      { ...position, ...(series.some((s) => s.dashed) ? { strokeDash: dash } : {}) },
    ],
    [named(marked), { type: "point", filled: true, size: 28, opacity: 1 }, position],
    [named((s) => s.mark === "point"), { type: "point", filled: true, size: 18, opacity: 0.7 }, position],
  ];
  const spec = {
    width,
    height,
    ...(title === undefined ? {} : { title: { text: wrapText(title, width, TITLE_SIZE, true) } }),
    layer: [
      ...(identity ? [identityLine(values, position)] : []),
      ...layers.filter(([names]) => names.length > 0).map(([names, mark, encoding]) => ({
        data: { values },
        ...only(names),
        mark,
        encoding: { ...encoding, color: colour },
      })),
    ],
  };
  return spec as unknown as ChartSpec;
}

/** y = x over what both axes show. */
function identityLine(
  values: readonly ChartPoint[],
  position: Record<"x" | "y", Record<string, unknown>>,
): Record<string, unknown> {
  const all = values.flatMap(({ x, y }) => [x, y]);
  const ends = [Math.min(...all), Math.max(...all)].map((v) => ({ x: v, y: v }));
  return { data: { values: ends }, mark: { type: "line", color: INK, strokeWidth: 1 }, encoding: position };
}

/** Requires names on a linear horizontal axis, and points at their places. */
function assertNames({ names, log }: ChartAxis, y: ChartAxis, series: readonly ChartSeries[]): void {
  if (y.names) throw new RangeError("chart: only the horizontal axis can have names");
  if (!names) return;
  if (log) throw new RangeError("chart: an axis of names cannot be logarithmic");
  if (names.length === 0) throw new TypeError("chart: an axis of names needs at least one, but it has none");
  const most = names.length + 0.5;
  for (const { name, points } of series) {
    points.forEach(({ x }, i) => {
      if (x >= 0.5 && x <= most) return;
      throw new RangeError(
        `chart: x of point ${i} of series "${name}" must be from 0.5 to ${most}, the places of ${names.length} names, ` +
          `but it is ${x}`,
      );
    });
  }
}

/** Places of one width for names, each broken into lines that fit. */
function places(names: readonly string[], width: number): Record<string, unknown> {
  const lines = names.map((name) => wrapText(name, width / names.length, LABEL_SIZE));
  return {
    scale: { domain: [0.5, names.length + 0.5], nice: false },
    axis: {
      values: names.map((_, i) => i + 1),
      labelExpr: `${JSON.stringify(lines)}[datum.value - 1]`,
      labelLimit: 0,
      labelOverlap: false,
      grid: false,
    },
  };
}

import { textWidth, wrapText } from "./text_width.ts";
import { AXIS_TITLE_SIZE, INK, LABEL_SIZE, SERIES_COLOURS, TEXT_WIDTH, TITLE_SIZE, WIDTH } from "./theme.ts";
import type { ChartSpec } from "./to_svg.ts";
import { assertWhole } from "./whole.ts";

/** A point of a series, with the ends of its band where it has one. */
export interface ChartPoint {
  /** Where it is along the horizontal axis. */
  readonly x: number;
  /** Where it is along the vertical axis. */
  readonly y: number;
  /** The lower end of its band; all points of a series have a band or none. */
  readonly low?: number;
  /** The upper end of its band. */
  readonly high?: number;
}

/** Points that belong together. */
export interface ChartSeries {
  /** For the legend; different from that of any other series. */
  readonly name: string;
  /** At least one; drawn in order of x. */
  readonly points: readonly ChartPoint[];
  /** "line" with points on it (if left out), or points alone. */
  readonly mark?: "line" | "point";
  /** Whether its line is dashed, for theory beside measurement; false if left out. */
  readonly dashed?: boolean;
}

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
  /** Whether it counts, such as epochs: it is labelled at whole numbers only, and ends where the data end; false if left out. */
  readonly whole?: boolean;
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
  /** Width of the plot in pixels; if left out, the figure is 400 wide with its labels, which can be read on a phone. */
  readonly width?: number;
  /** Height of the plot in pixels; 240 if left out. */
  readonly height?: number;
}

/** What the labels of the vertical axis take of a figure's width, in pixels. */
const LABELS = 48;
/** What a legend's symbol takes with the space around it, in pixels. */
const SYMBOL = 40;
/** How far down a name goes that is wider than its place, in degrees, and how long its lines are at most, in pixels. */
const [TILT, LONGEST] = [-40, 130];
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
  const { title, x, y, series, identity = false, width, height = 240 } = options;
  assertWhole("chart", "width", width ?? WIDTH, 1);
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
  const room = width ?? TEXT_WIDTH - LABELS;
  const channel = (
    { log = false, zero = false, whole = false }: ChartAxis,
    numbers: readonly number[],
  ): Record<string, unknown> => ({
    type: "quantitative",
    scale: log ? { type: "log", nice: false } : { zero, nice: !whole },
    axis: { ...(whole ? { tickMinStep: 1, format: "d" } : {}), ...(log ? powers(numbers) : {}) },
  });
  const legend = series.length > 1
    ? legendOf(series, width === undefined ? TEXT_WIDTH : width + LABELS)
    : null;
  const byName = (range: readonly unknown[]): Record<string, unknown> => ({
    field: "name",
    type: "nominal",
    title: null,
    scale: { domain: named(() => true), range },
    legend,
  });
  const colour = byName(SERIES_COLOURS.slice(0, series.length));
  const dash = byName(series.map(({ dashed }) => (dashed ? [6, 4] : [])));
  const position = {
    x: {
      field: "x",
      title: wrapText(withUnit(x), room, AXIS_TITLE_SIZE),
      ...channel(x, values.map(({ x }) => x)),
      ...(x.names ? places(x.names, room) : {}),
    },
    y: { field: "y", title: null, ...channel(y, values.flatMap(({ y, low = y, high = y }) => [low, high])) },
  };
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
    [named((s) => s.mark === "point"), { type: "point", filled: true, size: 28, opacity: 0.7 }, position],
  ];
  return {
    ...(width === undefined ? { width: WIDTH, autosize: { type: "fit-x", contains: "padding" } } : { width }),
    height,
    title: titles(title, withUnit(y), room + LABELS),
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
}

/** "loss (nats)". */
const withUnit = ({ title, unit }: ChartAxis): string => unit === undefined ? title : `${title} (${unit})`;

/** The title and, below it and above the vertical axis, that axis's own: upright text takes less of a phone's width. */
function titles(title: string | undefined, y: string, room: number): Record<string, unknown> {
  const ofY = wrapText(y, room, AXIS_TITLE_SIZE);
  return title === undefined
    ? { text: ofY, fontSize: AXIS_TITLE_SIZE, fontWeight: "normal" }
    : { text: wrapText(title, room, TITLE_SIZE, true), subtitle: ofY };
}

/**
 * Ticks of a logarithmic axis: powers of ten, with 2 and 5 times them where these are few; vega's own where the ends are less than a
 * factor of 5 apart. Over more, vega has ticks at 0.9 and 1, and leaves out the label of 1, which touches that of 0.9.
 */
function powers(numbers: readonly number[]): Record<string, unknown> {
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)].map(Math.log10) as [number, number];
  if (last - first < Math.log10(5)) return {};
  const times = last - first < 2.5 ? [1, 2, 5] : [1];
  const step = Math.ceil((last - first) / 8);
  const values = Array.from(
    { length: Math.ceil((last - first) / step) + 2 },
    (_, i) => Math.floor(first) + i * step,
  )
    .flatMap((power) => times.map((factor) => Number(`${factor}e${power}`)));
  return { values, format: "~g" };
}

/** A legend of as many columns as fit into a width, in pixels; longer names are broken into lines. */
function legendOf(series: readonly ChartSeries[], room: number): Record<string, unknown> {
  const lines = series.map(({ name }) => wrapText(name, room - SYMBOL, LABEL_SIZE));
  const widths = lines.map((labels) =>
    SYMBOL + Math.max(...labels.map((line) => textWidth(line, LABEL_SIZE)))
  );
  const taken = (columns: number): number =>
    Array.from({ length: columns }, (_, at) => Math.max(...widths.filter((_, i) => i % columns === at)))
      .reduce((sum, column) => sum + column, 0);
  let columns = series.length;
  while (columns > 1 && taken(columns) > room) columns--;
  // Dots have no stroke to show.
  const symbol = series.every(({ mark }) => mark === "point")
    ? { symbolType: "circle", symbolSize: 60 }
    : { symbolType: "stroke", symbolStrokeWidth: 2, symbolSize: 400 };
  const byName = Object.fromEntries(series.map(({ name }, i) => [name, lines[i]]));
  return { ...symbol, symbolOpacity: 1, columns, labelExpr: `${JSON.stringify(byName)}[datum.label]` };
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

/** Places of one width for names, each broken into lines that fit; all are tilted where a word does not. */
function places(names: readonly string[], width: number): Record<string, unknown> {
  const place = width / names.length;
  const fits = names.every((name) => name.split(" ").every((word) => textWidth(word, LABEL_SIZE) <= place));
  const lines = names.map((name) => wrapText(name, fits ? place : LONGEST, LABEL_SIZE));
  return {
    scale: { domain: [0.5, names.length + 0.5], nice: false },
    axis: {
      values: names.map((_, i) => i + 1),
      labelExpr: `${JSON.stringify(lines)}[datum.value - 1]`,
      labelLimit: 0,
      labelOverlap: false,
      ...(fits ? {} : { labelAngle: TILT, labelAlign: "right", labelBaseline: "middle" }),
      grid: false,
    },
  };
}

/**
 * Requires series that can be drawn and told apart.
 *
 * @param series the series
 * @param log which axes are logarithmic
 * @throws TypeError for no series, a series without points, two of one name, or a band at some points only
 * @throws RangeError for a number that is not finite, or not above 0 on a logarithmic axis, a point outside its band, or
 * more series than colours
 */
function assertSeries(series: readonly ChartSeries[], log: { x: boolean; y: boolean }): void {
  if (series.length === 0) throw new TypeError("chart: at least one series is needed, but the list is empty");
  const names = series.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new TypeError(`chart: the series' names must differ, but "${twice}" is there twice`);
  }
  if (series.length > SERIES_COLOURS.length) {
    throw new RangeError(
      `chart: at most ${SERIES_COLOURS.length} series can be told apart by colour, but ${series.length} were given`,
    );
  }
  for (const { name, points } of series) {
    if (points.length === 0) throw new TypeError(`chart: series "${name}" has no points`);
    points.forEach((point, i) => {
      for (const [field, value] of Object.entries(point)) {
        const what = `chart: ${field} of point ${i} of series "${name}" must be`;
        if (!Number.isFinite(value)) throw new RangeError(`${what} finite, but it is ${value}`);
        if ((field === "x" ? log.x : log.y) && value <= 0) {
          throw new RangeError(`${what} above 0 on a logarithmic axis, but it is ${value}`);
        }
      }
    });
    assertBand(name, points);
  }
}

function assertBand(name: string, points: readonly ChartPoint[]): void {
  let banded = 0;
  points.forEach(({ y, low, high }, i) => {
    if (low === undefined && high === undefined) return;
    const what = `chart: point ${i} of series "${name}" must have`;
    if (low === undefined || high === undefined) {
      throw new TypeError(`${what} low and high, but it has ${low === undefined ? "high" : "low"} alone`);
    }
    if (!(low <= y && y <= high)) {
      throw new RangeError(`${what} low ≤ y ≤ high, but they are ${low}, ${y}, ${high}`);
    }
    banded++;
  });
  if (banded > 0 && banded < points.length) {
    throw new TypeError(
      `chart: all points of series "${name}" must have a band or none, but ${banded} of ${points.length} have one`,
    );
  }
}

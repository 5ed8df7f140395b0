import { contours } from "d3-contour";
import { wrapText } from "./text_width.ts";
import { AXIS_TITLE_SIZE, SERIES_COLOURS, TEXT_WIDTH, TITLE_SIZE } from "./theme.ts";
import type { ChartSpec } from "./to_svg.ts";
import { assertWhole } from "./whole.ts";

/** An axis of a {@linkcode contour}. */
export interface ContourAxis {
  /** What it measures. */
  readonly title: string;
  /** Its unit; none if left out. */
  readonly unit?: string;
  /** Where it begins and ends. */
  readonly range: readonly [number, number];
}

/** What {@linkcode contour} shows. */
export interface ContourOptions {
  /** The title; long ones are broken into lines; none if left out. */
  readonly title?: string;
  /** The horizontal axis. */
  readonly x: ContourAxis;
  /** The vertical axis. */
  readonly y: ContourAxis;
  /** The function at the centres of equal cells that fill the plot: `[rows][columns]`, row 0 lowest. */
  readonly values: readonly (readonly number[])[];
  /** What the function is, for the legend. */
  readonly quantity: string;
  /** Its unit; none if left out. */
  readonly unit?: string;
  /** Where its bands of colour meet, 1 to 8 rising numbers. */
  readonly levels: readonly number[];
  /** Points on the same axes; none if left out. */
  readonly points?: {
    /** For the legend. */
    readonly name: string;
    /** Within the axes. */
    readonly points: readonly { readonly x: number; readonly y: number }[];
  };
  /** Width of the plot in pixels, from which its height follows: axes have one scale; 320 if left out, for a phone. */
  readonly width?: number;
}

const MOST_LEVELS = 8;
const POINT = SERIES_COLOURS[1]!;

/**
 * A function of the plane as bands of colour between its contours, with points on it.
 *
 * ```ts
 * import { contour, toSvg } from "./mod.ts";
 * const spec = contour({
 *   x: { title: "a", range: [-1, 1] },
 *   y: { title: "b", range: [-1, 1] },
 *   values: [[2, 1], [1, 0]],
 *   quantity: "loss",
 *   levels: [0.5, 1.5],
 * });
 * console.assert((await toSvg(spec)).includes("0.5 to 1.5"));
 * ```
 *
 * @param options title, axes, values, quantity, levels, points, width
 * @returns a spec for {@linkcode toSvg}
 * @throws TypeError for values that are no grid of at least 2 × 2
 * @throws RangeError for a number that is not finite, levels or a range that do not rise, more than 8 levels, a point
 * outside the axes, or a width that is no whole number or leaves no height
 */
export function contour(options: ContourOptions): ChartSpec {
  const { title, x, y, values, quantity, unit, levels, points, width = 320 } = options;
  assertWhole("contour", "width", width, 1);
  assertGrid(values);
  assertRises(options);
  const height = Math.round(width * (y.range[1] - y.range[0]) / (x.range[1] - x.range[0]));
  if (height < 1) {
    throw new RangeError(
      `contour: a height of at least 1 pixel is required, but with a width of ${width} it is ${height}`,
    );
  }
  const bands = [`below ${levels[0]}`]
    .concat(levels.slice(1).map((level, i) => `${levels[i]} to ${level}`), `above ${levels.at(-1)}`);
  const withUnit = (name: string, unit?: string): string => (unit === undefined ? name : `${name} (${unit})`);
  const position = (name: "x" | "y"): Record<string, unknown> => ({
    field: name,
    type: "quantitative",
    title: withUnit(options[name].title, options[name].unit),
    scale: { domain: options[name].range, nice: false, zero: false },
    axis: { tickCount: 5, grid: false },
  });
  const plot = [[0, 0], [width, 0], [width, height], [0, height], [0, 0]];
  const shapes = [
    { type: "Polygon", coordinates: [plot] },
    ...polygons(values, levels, [width / values[0]!.length, height / values.length]),
  ];
  const mark = { stroke: "white", strokeWidth: 0.5 };
  return {
    width,
    height,
    ...(title === undefined ? {} : { title: { text: wrapText(title, TEXT_WIDTH, TITLE_SIZE, true) } }),
    layer: [
      {
        data: { values: shapes.map((geometry, i) => ({ type: "Feature", geometry, band: bands[i] })) },
        // The shapes are in pixels of the plot already.
        projection: { type: "identity", scale: 1, translate: [0, 0] },
        mark: { type: "geoshape", clip: true, ...mark },
        encoding: {
          color: {
            field: "band",
            type: "ordinal",
            title: wrapText(withUnit(quantity, unit), TEXT_WIDTH, AXIS_TITLE_SIZE),
            scale: { domain: bands, scheme: "viridis" },
            legend: { columns: 3, symbolType: "square", symbolStrokeWidth: 0 },
          },
        },
      },
      {
        data: { values: points?.points ?? [] },
        mark: { type: "circle", size: 22, opacity: 1, ...mark },
        encoding: {
          x: position("x"),
          y: position("y"),
          ...(points ? { color: { datum: points.name, scale: { range: [POINT] }, title: null } } : {}),
        },
      },
    ],
    resolve: { scale: { color: "independent" } },
  };
}

/**
 * The regions at or above each level, in pixels of the plot. The grid gets a margin of one cell that repeats the outermost
 * values: a contour ends at the centres of the outermost cells, half a cell before the edge of the plot.
 */
function polygons(
  values: readonly (readonly number[])[],
  levels: readonly number[],
  cell: readonly number[],
): { type: string; coordinates: unknown }[] {
  const repeatEnds = <Item>(items: readonly Item[]): Item[] => [items[0]!, ...items, items.at(-1)!];
  // Row 0 is the lowest.
  const rows = repeatEnds(values.toReversed()).map(repeatEnds);
  const regions: { type: string; coordinates: number[][][][] }[] = contours()
    .size([rows[0]!.length, rows.length])
    .thresholds(levels)(rows.flat());
  return regions.map(({ type, coordinates }) => ({
    type,
    coordinates: coordinates.map((region) =>
      region.map((ring) => ring.map((corner) => corner.map((at, axis) => (at - 1) * cell[axis]!)))
    ),
  }));
}

function assertGrid(values: readonly (readonly number[])[]): void {
  const columns = values[0]?.length ?? 0;
  if (values.length < 2 || columns < 2) {
    throw new TypeError(
      `contour: values must be [rows, columns] with at least 2 of each, but they are [${values.length}, ${columns}]`,
    );
  }
  values.forEach((row, i) => {
    if (row.length !== columns) {
      throw new TypeError(
        `contour: every row must have ${columns} values like row 0, but row ${i} has ${row.length}`,
      );
    }
    row.forEach((value, j) => {
      if (!Number.isFinite(value)) {
        throw new RangeError(`contour: value [${i}, ${j}] must be finite, but it is ${value}`);
      }
    });
  });
}

/** Requires ranges and levels that rise, and points within the ranges. */
function assertRises({ x, y, levels, points }: ContourOptions): void {
  for (const [name, { range: [from, to] }] of Object.entries({ x, y })) {
    if (!(from < to && Number.isFinite(to - from))) {
      throw new RangeError(`contour: the range of ${name} must rise, but it is from ${from} to ${to}`);
    }
  }
  if (levels.length < 1 || levels.length > MOST_LEVELS) {
    throw new RangeError(
      `contour: 1 to ${MOST_LEVELS} levels are required, so that colours can be told apart, but there are ${levels.length}`,
    );
  }
  levels.forEach((level, i) => {
    const before = levels[i - 1] ?? -Infinity;
    if (!(before < level && level < Infinity)) {
      throw new RangeError(`contour: levels must rise, but ${before} is followed by ${level}`);
    }
  });
  points?.points.forEach(({ x: at, y: up }, i) => {
    const inside = at >= x.range[0] && at <= x.range[1] && up >= y.range[0] && up <= y.range[1];
    if (!inside) {
      throw new RangeError(
        `contour: point ${i} of "${points.name}" must lie within the axes, but it is at (${at}, ${up})`,
      );
    }
  });
}

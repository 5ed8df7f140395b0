import { SERIES_COLOURS } from "./theme.ts";

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

/**
 * Requires series that can be drawn and told apart.
 *
 * @param series the series
 * @param log which axes are logarithmic
 * @throws TypeError for no series, a series without points, two of one name, or a band at some points only
 * @throws RangeError for a number that is not finite, or not above 0 on a logarithmic axis, a point outside its band, or
 * more series than colours
 */
export function assertSeries(series: readonly ChartSeries[], log: { x: boolean; y: boolean }): void {
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

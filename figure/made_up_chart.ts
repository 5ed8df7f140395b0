/**
 * Charts for tests: one of each kind of series, and one of a single series.
 *
 * @module
 */

import type { ChartOptions, ChartPoint, ChartSeries } from "./mod.ts";

/** A line with a band, a dashed line, and points. */
export const base: ChartOptions = {
  title: "Loss over training",
  x: { title: "epoch" },
  y: { title: "loss", unit: "nats" },
  series: [
    { name: "β-VAE", points: [{ x: 1, y: 30, low: 29, high: 31 }, { x: 2, y: 20, low: 19, high: 21 }] },
    { name: "GRAE", points: [{ x: 1, y: 25 }, { x: 2, y: 18 }], dashed: true },
    { name: "seen", points: [{ x: 1.5, y: 22 }], mark: "point" },
  ],
};

/** Points whose middle is the highest, and halfway on a logarithmic axis. */
export const points: readonly ChartPoint[] = [{ x: 1, y: 10 }, { x: 10, y: 30 }, { x: 100, y: 20 }];
/** A chart of one series of them, with changes to the chart and to the series. */
export const alone = (more: Partial<ChartOptions>, series: Partial<ChartSeries> = {}): ChartOptions => ({
  x: { title: "x" },
  y: { title: "y" },
  series: [{ name: "a", points, ...series }],
  ...more,
});

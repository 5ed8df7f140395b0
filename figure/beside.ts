import { TEXT_WIDTH } from "./theme.ts";
import type { ChartSpec } from "./to_svg.ts";
import { assertWhole } from "./whole.ts";

const SPACING = 24;
/** What the labels of a vertical axis take, in pixels, where vega-lite doesn't fit the plot beside them. */
const LABELS = 56;

/**
 * Figures beside each other in one, row by row, each with its own axes and colours.
 *
 * ```ts
 * import { beside, heatMap, toSvg } from "./mod.ts";
 * const maps = [1, 2].map((largest) =>
 *   heatMap({ matrix: [[largest, 0], [0, largest]], title: `Up to ${largest}`, quantity: "entry" })
 * );
 * console.assert((await toSvg(beside(maps, 2))).includes("Up to 2"));
 * ```
 *
 * @param figures what {@linkcode chart}, {@linkcode heatMap} and {@linkcode contour} made, at least one
 * @param columns how many figures to a row, a whole number of at least 1
 * @returns a spec for {@linkcode toSvg}
 * @throws TypeError for no figures; RangeError for columns that are not such a number
 */
export function beside(figures: readonly ChartSpec[], columns: number): ChartSpec {
  if (figures.length === 0) {
    throw new TypeError("beside: at least one figure is needed, but the list is empty");
  }
  assertWhole("beside", "columns", columns, 1);
  // Legends are vega-lite's to share or not: each figure's scales are its own, so that no legend speaks for another.
  const scale = { color: "independent", strokeDash: "independent" };
  const room = Math.floor((TEXT_WIDTH - SPACING * (columns - 1)) / columns) - LABELS;
  const concat = figures.map(({ autosize, ...figure }) => autosize ? { ...figure, width: room } : figure);
  return { concat, columns, spacing: SPACING, resolve: { scale } };
}

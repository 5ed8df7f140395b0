import { type ChartSpec, isOfVega } from "./to_svg.ts";
import { assertWhole } from "./whole.ts";

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
 * @param figures what {@linkcode chart} and {@linkcode heatMap} made, at least one
 * @param columns how many figures to a row, a whole number of at least 1
 * @returns a spec for {@linkcode toSvg}
 * @throws TypeError for no figures, or one of {@linkcode contour}; RangeError for columns that are not such a number
 */
export function beside(figures: readonly ChartSpec[], columns: number): ChartSpec {
  if (figures.length === 0) {
    throw new TypeError("beside: at least one figure is needed, but the list is empty");
  }
  const own = figures.findIndex(isOfVega);
  if (own >= 0) {
    throw new TypeError(
      `beside: figure ${own} is vega's own, and only vega-lite's, as chart and heatMap make them, can be beside others`,
    );
  }
  assertWhole("beside", "columns", columns, 1);
  // Legends are vega-lite's to share or not: each figure's scales are its own, so that no legend speaks for another.
  const scale = { color: "independent", strokeDash: "independent" };
  const spec = { concat: figures, columns, spacing: 24, resolve: { scale } };
  return spec as unknown as ChartSpec;
}

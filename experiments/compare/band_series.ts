/**
 * Curves with bands over seeds.
 *
 * @module
 */

import type { ChartSeries } from "../../lib/figure/mod.ts";
import type { ComparedObjective } from "../../properties/laws/trained.ts";
import { spreadOf } from "../study/spread.ts";
import { COMPARED } from "../digits/compared.ts";

/**
 * The mean at every x with a band from the lowest to the highest; points without values are left out, and so is a curve
 * without points.
 *
 * @param valuesAt the numbers of all seeds at an x
 * @returns one curve, or none
 */
export function bandSeries(
  name: string,
  xs: readonly number[],
  valuesAt: (x: number) => readonly number[],
): ChartSeries[] {
  const points = xs.flatMap((x) => {
    const values = valuesAt(x);
    if (values.length === 0) return [];
    const { mean, least: low, most: high } = spreadOf(values);
    // The rounding of the mean of equal numbers may put it outside them.
    return [{ x, y: Math.min(high, Math.max(low, mean)), low, high }];
  });
  return points.length === 0 ? [] : [{ name, points }];
}

/**
 * A curve for every objective, in the same colours in every chart. That of Taylor (Jacobian) is dashed, so that Taylor
 * (Hessian) is seen where both are one.
 */
export function objectiveSeries(
  xs: readonly number[],
  valuesAt: (objective: ComparedObjective, x: number) => readonly number[],
): ChartSeries[] {
  return COMPARED.flatMap(({ objective, name }) =>
    bandSeries(name, xs, (x) => valuesAt(objective, x))
      .map((series) => ({ ...series, dashed: objective === "taylor-jacobian" }))
  );
}

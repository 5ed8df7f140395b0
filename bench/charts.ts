/**
 * Charts of the growth of a step's time.
 *
 * @module
 */

import { chart, type ChartSpec } from "../figure/mod.ts";
import type { Axis } from "./axis.ts";
import { NAMES } from "./implementation.ts";
import type { GrowthPoint } from "./results.ts";
import { type Objective, TITLES } from "./workload.ts";

const AXIS_TITLES: Readonly<Record<Axis, string>> = {
  latent: "latents d",
  data: "data n",
  batch: "batch",
  width: "width of the hidden layers",
};

/** A chart for each axis and implementation: a line for each objective, with its quartiles. */
export function growthCharts(growth: readonly GrowthPoint[]): { name: string; spec: ChartSpec }[] {
  const groups = Map.groupBy(growth, ({ axis, id }) => `${axis}-${id}`);
  return [...groups].map(([name, points]) => {
    const { axis, id } = points[0]!;
    const objectives: Objective[] = [...new Set(points.map(({ objective }) => objective))];
    return {
      name: `growth-${name}`,
      spec: chart({
        title: `A training step, ${NAMES[id]}`,
        x: { title: AXIS_TITLES[axis], log: true },
        y: { title: "time of a step", unit: "ms", log: true },
        series: objectives.map((objective) => ({
          name: TITLES[objective],
          points: points.filter((point) => point.objective === objective).map(({ shape, milliseconds }) => ({
            x: shape[axis],
            y: milliseconds.median,
            low: milliseconds.lower,
            high: milliseconds.upper,
          })),
        })),
      }),
    };
  });
}

/**
 * The table of steps, as it is pasted.
 *
 * @module
 */

import { floorOf, leastOf } from "./floor.ts";
import { isPeer, NAMES } from "./implementation.ts";
import { fixed, quartiles, ratio, table } from "./markdown_table.ts";
import type { StepTime } from "./results.ts";
import { SHAPE } from "./shape.ts";
import { TITLES } from "./workload.ts";

/** The table of steps: a row for each workload and implementation. */
export function stepsTable(
  steps: readonly StepTime[],
  rates: Readonly<Partial<Record<StepTime["id"], number>>>,
): string {
  const rows = steps.map(({ workload, id, milliseconds }) => {
    const others = steps.filter((other) => other.workload === workload);
    const stock = others.find((other) => other.id === "stock")?.milliseconds.median;
    const peers = others.filter((other) => isPeer(other.id)).map((other) => other.milliseconds.median);
    const fastest = peers.length > 0 ? Math.min(...peers) : undefined;
    const rate = rates[id];
    const floor = rate === undefined ? undefined : 1000 * leastOf(floorOf(SHAPE, workload)) / rate;
    const { median } = milliseconds;
    const own = [fixed(median), quartiles(milliseconds)];
    return [
      TITLES[workload],
      NAMES[id],
      ...own,
      ratio(stock, median),
      ratio(median, fastest),
      ratio(median, floor),
    ];
  });
  return table(["step", "implementation"], [
    "median ms",
    "quartiles",
    "times as fast as stock",
    "of fastest peer",
    "of floor",
  ], rows);
}

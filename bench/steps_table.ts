/**
 * The table of steps, as it is pasted.
 *
 * @module
 */

import { floorOf, leastOf } from "./floor.ts";
import { isBefore, isPeer, NAMES } from "./implementation.ts";
import { fixed, quartiles, ratio, table } from "./markdown_table.ts";
import type { StepTime } from "./results.ts";
import type { Shape } from "./shape.ts";
import { TITLES } from "./workload.ts";

/** The table of steps: a row for each workload and implementation. */
export function stepsTable(
  steps: readonly StepTime[],
  rates: Readonly<Partial<Record<StepTime["id"], number>>>,
  shape: Shape,
): string {
  const compared = steps.some(({ id }) => isBefore(id));
  const rows = steps.map(({ workload, id, milliseconds }) => {
    const others = steps.filter((other) => other.workload === workload);
    const stock = others.find((other) => other.id === "stock")?.milliseconds.median;
    const peers = others.filter((other) => isPeer(other.id)).map((other) => other.milliseconds.median);
    const fastest = peers.length > 0 ? Math.min(...peers) : undefined;
    const rate = rates[id];
    const floor = rate === undefined ? undefined : 1000 * leastOf(floorOf(shape, workload)) / rate;
    const earlier = others.find((other) => other.id === id.replace("grae-", "before-") && other.id !== id);
    const { median } = milliseconds;
    const own = [fixed(median), quartiles(milliseconds)];
    return [
      TITLES[workload],
      NAMES[id],
      ...own,
      ratio(stock, median),
      ratio(median, fastest),
      ratio(median, floor),
      ...(compared ? [ratio(median, earlier?.milliseconds.median)] : []),
    ];
  });
  return table(["step", "implementation"], [
    "median ms",
    "quartiles",
    "times as fast as stock",
    "of fastest peer",
    "of floor",
    ...(compared ? ["of before"] : []),
  ], rows);
}

/**
 * The numbers of the live page, by name.
 *
 * @module
 */

import type { Matrix } from "../../lib/symmetry/mod.ts";
import type { Solution } from "./model.ts";

/** Every number that the page shows, under the name of its place there. */
export function numbersOf(solution: Solution): Readonly<Record<string, number>> {
  const { best, shortfall, grae, graeStar, gap, curve, optimum, chosen } = solution;
  const of = (group: string, members: Readonly<Record<string, number>>): [string, number][] =>
    Object.entries(members).map(([name, value]) => [`${group}-${name}`, value]);
  // Σ is symmetric: three entries say it all.
  const entries = (sigma: Matrix): Readonly<Record<string, number>> => {
    const [first, mixed, , second] = sigma.flat() as [number, number, number, number];
    return { first, mixed, second };
  };
  return Object.fromEntries([
    ...of("best", best),
    ...of("shortfall", shortfall),
    ["grae", grae],
    ["grae-star", graeStar],
    ["gap", gap],
    ["curve", curve],
    ...of("optimum", entries(optimum)),
    ...of("chosen", entries(chosen)),
  ]);
}

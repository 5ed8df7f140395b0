import { assert } from "@std/assert";
import type { Scores } from "./scores.ts";
import type { EpochMetrics } from "./metrics.ts";
import { parseOptions } from "./options.ts";
import { curvesSvg } from "./report.ts";

/** Metrics of epochs with these values of GRAE, and 1 for all other scores. */
function metricsWith(values: readonly number[], other = 1): EpochMetrics[] {
  const score = (value: number) => ({ value, standardError: null });
  return values.map((grae, i) => {
    const yardsticks = { "beta-vae": score(other), grae: score(grae), "grae-star": score(other) };
    const scores: Scores = { images: 1, loss: score(other), terms: {}, yardsticks };
    return { epoch: i + 1, step: i + 1, seconds: 0, train: scores, heldOut: scores };
  });
}

const parsed = parseOptions([]);
if (parsed.kind !== "train") throw new Error("no options are to train");
const run = { options: parsed.options, gaussianConstant: 0 };

Deno.test("scores that are not finite are left out of the curves, whose title says so", async () => {
  const note = /left out where not/;
  assert(!note.test(await curvesSvg(metricsWith([1, 2]), run)));
  for (const values of [[1, NaN], [Infinity, 1], [NaN, NaN]]) {
    const svg = await curvesSvg(metricsWith(values), run);
    assert(note.test(svg) && !svg.includes("NaN"), svg);
  }
  assert((await curvesSvg(metricsWith([NaN], NaN), run)).includes("No score is finite"));
});

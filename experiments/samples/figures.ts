/**
 * Pictures of distances and of samples.
 *
 * @module
 */

import { chart, type ChartSeries, toSvg } from "../../lib/figure/mod.ts";
import type { Figure } from "../study/study.ts";
import { gridsPng } from "./grids.ts";
import type { SamplesOptions } from "./options.ts";
import type { MeasuredModel, MeasuredYardstick } from "./part_result.ts";
import { nameWithSeeds, type ObjectiveSummary, type Source, SOURCES, spreadText } from "./summary.ts";

/** The unit of d². */
export const UNIT = "squared feature units";

/** Every model's two distances above its objective's name, and what real digits are apart as a line. */
export async function distancesChart(
  rows: readonly ObjectiveSummary[],
  { floor, images }: Pick<MeasuredYardstick, "floor" | "images">,
  { seed, seeds }: Pick<SamplesOptions, "seed" | "seeds">,
): Promise<Figure> {
  // Beside each other by source, and within that by seed.
  const place = (row: number, source: number, at: number): number =>
    row + 1 + (source === 0 ? -0.2 : 0.2) + (seeds > 1 ? 0.24 * ((at - seed) / (seeds - 1) - 0.5) : 0);
  const points = (source: number): { x: number; y: number }[] =>
    rows.flatMap(({ models }, row) =>
      models.map((model) => ({ x: place(row, source, model.seed), y: model[SOURCES[source]!] }))
    );
  const series: ChartSeries[] = [
    { name: "z ~ N(0, I)", points: points(0), mark: "point" },
    { name: "z from the aggregate posterior", points: points(1), mark: "point" },
    {
      name: "two halves of real digits",
      points: [{ x: 0.5, y: floor }, { x: rows.length + 0.5, y: floor }],
      dashed: true,
    },
  ];
  const spec = chart({
    x: { title: "objective", names: rows.map(({ name }) => name) },
    y: { title: "d² to real digits", unit: UNIT, zero: true },
    // Where every training failed there is the line alone.
    series: series.filter(({ points }) => points.length > 0),
    width: 640,
    height: 340,
  });
  const each = (source: Source): string =>
    rows.map((row) => {
      const { spread } = row.distance;
      return `${nameWithSeeds(row)}${spread ? ` ${spreadText(spread[source], 1)}` : ""}`;
    }).join("; ");
  return {
    file: "distances.svg",
    title: `Fréchet distance of ${images} samples to ${images} real digits, a point for every model`,
    theory:
      "All objectives approximate the same β-VAE, so their samples should be about as good. Samples from the " +
      "aggregate posterior are of latents that the decoder was trained at; N(0, I) also reaches the holes between, " +
      "which no objective fills at a small β. The dashed line is what as many real digits are apart: no lower bound, and " +
      "optimistic, because the classifier was trained on both halves.",
    seen:
      `Mean (least–most) from N(0, I): ${each("prior")}; from the aggregate posterior: ${
        each("aggregate")
      }; two ` +
      `halves of real digits: ${floor.toFixed(2)}.`,
    content: await toSvg(spec),
  };
}

/** The samples of an objective's first seed, and those of the others; nothing of those that diverged. */
export function gridFigures(summary: ObjectiveSummary, { seed }: Pick<SamplesOptions, "seed">): Figure[] {
  const { objective, name, models, failed } = summary;
  const first = models.filter((model) => model.seed === seed);
  const others = models.filter((model) => model.seed !== seed);
  const missing = failed.map((model) => ` Seed ${model.seed} did not end.`).join("");
  return [
    ...first.map((model): Figure => ({
      file: `${objective}.png`,
      title: `${name}: samples from N(0, I), left, and from the aggregate posterior, right`,
      theory:
        "Right: z = h(x) + Lε for a random digit x, near to which the decoder was trained. Left: z ~ N(0, I), which " +
        "the KL term only draws the encodings to, with weight β; some of it is between digits.",
      seen: `Seed ${seed}, decoder means cut off at 0 and 1; Fréchet distances ${apart(model)}.`,
      content: gridsPng([model.digits]),
    })),
    ...(others.length === 0 ? [] : [{
      file: `${objective}-seeds.png`,
      title:
        `${name}: samples of the other seeds, from N(0, I), left, and from the aggregate posterior, right`,
      theory:
        "The same as of the first seed: from another start an objective finds another model, whose samples should be " +
        "about as good.",
      seen: `A band for each seed, from top to bottom, with its Fréchet distances: ${
        others.map((model) => `seed ${model.seed} ${apart(model)}`).join("; ")
      }.${missing}`,
      content: gridsPng(others.map(({ digits }) => digits)),
    }]),
  ];
}

/** "20.0 and 10.0": the prior's, and the aggregate posterior's. */
const apart = ({ prior, aggregate }: MeasuredModel): string =>
  `${prior.toFixed(1)} and ${aggregate.toFixed(1)}`;

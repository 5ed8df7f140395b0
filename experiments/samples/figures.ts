/**
 * Pictures of distances and of samples.
 *
 * @module
 */

import { decodeBase64 } from "@std/encoding/base64";
import { chart, toSvg } from "../../lib/figure/mod.ts";
import type { Figure } from "../study/study.ts";
import type { SamplesOptions } from "./options.ts";
import type { MeasuredModel, MeasuredYardstick } from "./parts.ts";
import { type ObjectiveSummary, type Source, SOURCES, spreadText } from "./summary.ts";

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
  const spec = chart({
    x: { title: "objective", names: rows.map(({ name }) => name) },
    y: { title: "d² to real digits", unit: UNIT, zero: true },
    series: [
      { name: "z ~ N(0, I)", points: points(0), mark: "point" },
      { name: "z from the aggregate posterior", points: points(1), mark: "point" },
      {
        name: "two halves of real digits",
        points: [{ x: 0.5, y: floor }, { x: rows.length + 0.5, y: floor }],
        dashed: true,
      },
    ],
    width: 640,
    height: 340,
  });
  const each = (source: Source): string =>
    rows.map(({ name, distance }) => `${name} ${spreadText(distance[source], 1)}`).join(", ");
  return {
    file: "distances.svg",
    title: `Fréchet distance of ${images} samples to ${images} real digits, a point for every model`,
    theory:
      "All objectives approximate the same β-VAE, so their samples should be about as good. Samples from the " +
      "aggregate posterior are of latents that the decoder was trained at; N(0, I) also reaches the holes between, " +
      "which no objective fills at a small β. Nothing is nearer than real digits are to each other.",
    seen:
      `Mean (least–most) from N(0, I): ${each("prior")}; from the aggregate posterior: ${
        each("aggregate")
      }; two ` +
      `halves of real digits: ${floor.toFixed(2)}.`,
    content: await toSvg(spec),
  };
}

/** The samples of an objective's first seed. */
export function gridFigure(
  { objective, name }: ObjectiveSummary,
  models: readonly MeasuredModel[],
): Figure[] {
  const first = models.find((model) => model.objective === objective && model.grids !== null);
  if (!first?.grids) return [];
  return [{
    file: `${objective}.png`,
    title: `${name}: samples from N(0, I), left, and from the aggregate posterior, right`,
    theory:
      "Right: z = h(x) + Lε for a random digit x, near to which the decoder was trained. Left: z ~ N(0, I), which " +
      "the KL term only draws the encodings to, with weight β; some of it is between digits.",
    seen:
      `Seed ${first.seed}, decoder means cut off at 0 and 1; Fréchet distances ${
        first.prior.toFixed(1)
      } and ` +
      `${first.aggregate.toFixed(1)}.`,
    content: decodeBase64(first.grids),
  }];
}

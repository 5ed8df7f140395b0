/**
 * All distances as a table.
 *
 * @module
 */

import type { Table } from "../study/study.ts";
import { UNIT } from "./figures.ts";
import type { SamplesOptions } from "./options.ts";
import type { MeasuredYardstick } from "./part_result.ts";
import { nameWithSeeds, type ObjectiveSummary, someOf, SOURCES, spreadText } from "./summary.ts";

const NOTHING = "–";

/** A row for each objective, and what to compare with. */
export function distanceTable(
  rows: readonly ObjectiveSummary[],
  { accuracy, floor, untrained, images }: MeasuredYardstick,
  { classifierHidden, seeds }: SamplesOptions,
): Table {
  return {
    title: "Fréchet distances to real digits",
    caption:
      `d² in ${UNIT}. The features are the classifier's last hidden layer, ${
        classifierHidden.at(-1)
      } wide; ` +
      `it gets ${
        (100 * accuracy).toFixed(1)
      }% of the held-out digits right. Each d² is between ${images} decoder ` +
      "means, cut off at 0 and 1, and one half of the training digits: the fewer the images, the larger d², so that " +
      `only equal numbers compare. Mean ± standard deviation over ${seeds} seeds or those named, least–most in ` +
      "brackets; multiples of the β-VAE's are with the same seed, where both trainings ended. The last row is the " +
      "floor, what as many real digits are apart: no lower bound, and optimistic, because the classifier was trained " +
      "on both halves.",
    head: [
      "samples of",
      "z ~ N(0, I)",
      "z from the aggregate posterior",
      "first, × β-VAE's",
      "second, × β-VAE's",
    ],
    rows: [
      ...rows.map((row) => [nameWithSeeds(row), ...distances(row), ...ratios(row)]),
      ["an untrained decoder", untrained.toFixed(2), NOTHING, NOTHING, NOTHING],
      ["the other half of the real digits (floor)", floor.toFixed(2), NOTHING, NOTHING, NOTHING],
    ],
  };
}

const distances = ({ distance: { spread } }: ObjectiveSummary): string[] =>
  SOURCES.map((source) => {
    if (!spread) return NOTHING;
    const { mean, deviation, least, most } = spread[source];
    const sd = deviation === null ? "" : ` ± ${deviation.toFixed(2)}`;
    return `${mean.toFixed(2)}${sd} (${least.toFixed(2)}–${most.toFixed(2)})`;
  });

/** Over how many seeds is said where these are fewer than the objective's own. */
const ratios = ({ ratio: { spread, count }, models, seeds }: ObjectiveSummary): string[] =>
  SOURCES.map((source) =>
    spread ? spreadText(spread[source]) + (count === models.length ? "" : someOf(count, seeds)) : NOTHING
  );

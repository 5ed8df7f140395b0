/**
 * What a study of samples comes to.
 *
 * @module
 */

import type { SamplesResults } from "../../properties/laws/trained.ts";
import type { Findings } from "../study/study.ts";
import { distanceTable } from "./distance_table.ts";
import { distancesChart, gridFigures } from "./figures.ts";
import type { SamplesOptions } from "./options.ts";
import type { PartResult } from "./part_result.ts";
import { summaries } from "./summary.ts";
import { wordsOf } from "./words.ts";

/** What the results of all parts come to. */
export async function findings(
  options: SamplesOptions,
  parts: readonly PartResult[],
): Promise<Findings<SamplesResults>> {
  const yardstick = parts.find((part) => part.kind === "yardstick");
  if (!yardstick) {
    throw new TypeError("samples: the results of all parts are needed, but the yardstick's is not there");
  }
  const { accuracy, floor, untrained } = yardstick;
  const rows = summaries(parts);
  return {
    results: {
      ...{ accuracy, floor, untrained },
      models: parts.filter((part) => part.kind === "model").map((
        { objective, beta, seed, prior, aggregate },
      ) => ({ objective, beta, seed, prior, aggregate })),
    },
    words: wordsOf(rows, yardstick, options),
    figures: [
      await distancesChart(rows, yardstick, options),
      ...rows.flatMap((row) => gridFigures(row, options)),
    ],
    tables: [distanceTable(rows, yardstick, options)],
  };
}

/**
 * What a comparison comes to.
 *
 * @module
 */

import type { CompareResults, Tracked } from "../../properties/laws/trained.ts";
import type { Findings } from "../study/study.ts";
import { alongChapter } from "./along_chapter.ts";
import { COMPARED } from "../digits/compared.ts";
import { contractionChapter } from "./contraction_chapter.ts";
import type { CompareOptions } from "./options.ts";
import type { PartResult } from "./part_result.ts";
import { trainedChapter } from "./trained_chapter.ts";

/** Results, words, figures and tables from the parts. */
export async function conclude(
  options: CompareOptions,
  parts: readonly PartResult[],
): Promise<Findings<CompareResults>> {
  const chapters = [
    await trainedChapter(options, parts),
    await alongChapter(options, parts, options.activation),
    await alongChapter(options, parts, options.smooth),
    await contractionChapter(options, parts),
  ];
  return {
    results: resultsOf(options, parts),
    words: chapters.flatMap(({ words }) => words),
    figures: chapters.flatMap(({ figures }) => figures),
    tables: chapters.flatMap(({ tables }) => tables),
  };
}

/** The models of one activation, as laws read them. */
function resultsOf({ activation }: CompareOptions, parts: readonly PartResult[]): CompareResults {
  const models = parts.filter((part) => part.activation === activation);
  return {
    trained: models.flatMap(({ objective, beta, seed, judged }) =>
      judged ? [{ objective, beta, seed, yardstick: judged.yardstick }] : []
    ),
    along: models.flatMap(({ beta, seed, along }) =>
      along.flatMap(({ epoch, values }) =>
        COMPARED.map(({ objective }): Tracked => {
          const { loss, terms } = values[objective];
          return { objective, beta, seed, epoch, loss, terms };
        })
      )
    ),
  };
}

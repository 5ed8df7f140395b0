/**
 * The comparison of objectives: how tight the approximations of the β-VAE loss are, and what each of them trains.
 *
 * @module
 */

import { loadDigits, loadIdxFolder } from "../../lib/data/mod.ts";
import type { CompareResults } from "../../properties/laws/trained.ts";
import { conduct, type Findings, type Study } from "../study/study.ts";
import { assertOptions } from "./assert_options.ts";
import { conclude } from "./conclude.ts";
import type { CompareOptions } from "./options.ts";
import type { PartResult } from "./part_result.ts";
import { partsOf } from "./parts.ts";

/** The study `compare`. */
export const compareStudy: Study<CompareOptions, PartResult, CompareResults> = {
  name: "compare",
  title: "Comparison of objectives",
  question:
    "How closely do the Taylor losses, GRAE, GRAE* and its stochastic form follow the β-VAE over β: as losses on " +
    'one model along its training, and by the models that each of them trains? (Slide "Comparison of objectives")',
  prepare: async (options) => {
    assertOptions(options);
    const split = options.data === null ? await loadDigits() : await loadIdxFolder(options.data);
    return { data: { source: split.source, sha256: split.sha256 }, parts: partsOf(options, split) };
  },
  conclude,
};

/**
 * The whole comparison as a function of its options; the engine must be running.
 *
 * @throws (rejects) RangeError for options of which no comparison can be made; DataError for a folder without digits;
 *   the signal's reason if it is aborted
 */
export function compare(options: CompareOptions, signal?: AbortSignal): Promise<Findings<CompareResults>> {
  return conduct(compareStudy, options, signal);
}

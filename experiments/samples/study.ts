/**
 * The quality of samples: slide "Samples".
 *
 * @module
 */

import { loadDigits, loadIdxFolder } from "../../lib/data/mod.ts";
import type { SamplesResults } from "../../properties/laws/trained.ts";
import { assertSeeds } from "../study/seeds.ts";
import { conduct, type Findings, type Study } from "../study/study.ts";
import { findings } from "./findings.ts";
import type { SamplesOptions } from "./options.ts";
import type { PartResult } from "./part_result.ts";
import { partsOf } from "./parts.ts";

/** The study: the yardstick, then a part for every objective of every seed. */
export const samplesStudy: Study<SamplesOptions, PartResult, SamplesResults> = {
  name: "samples",
  title: "Samples from models of every objective",
  question:
    "Do models trained by the deterministic objectives give samples as good as the β-VAE's, from N(0, I) and " +
    "from the aggregate posterior, by the Fréchet distance in the features of a classifier of digits? Slide " +
    '"Samples".',
  prepare: async (options) => {
    assertSeeds("samples", options.seed, options.seeds);
    const split = options.data === null ? await loadDigits() : await loadIdxFolder(options.data);
    return { data: { source: split.source, sha256: split.sha256 }, parts: partsOf(options, split) };
  },
  conclude: findings,
};

/**
 * The study as a function of its options; the engine must be running.
 *
 * @throws (rejects) RangeError for seeds that are not different whole numbers; DataError for the data; the signal's reason if it is aborted
 */
export const samples = (options: SamplesOptions, signal?: AbortSignal): Promise<Findings<SamplesResults>> =>
  conduct(samplesStudy, options, signal);

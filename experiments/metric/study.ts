/**
 * The metric of trained decoders: slide "MNIST".
 *
 * @module
 */

import { loadDigits, loadIdxFolder, take } from "../../lib/data/mod.ts";
import type { MetricResults, TrainedMetric } from "../../properties/laws/trained.ts";
import { assertFits } from "../digits/memory.ts";
import { assertSeeds } from "../study/seeds.ts";
import { conduct, type Findings, type Study } from "../study/study.ts";
import { figures } from "./figures.ts";
import type { MetricOptions } from "./options.ts";
import { PANELS } from "./panels.ts";
import { summaries } from "./summary.ts";
import { ratioTable, varianceTable } from "./tables.ts";
import { modelOf, trainPanel } from "./train_panel.ts";
import { words } from "./words.ts";

/** The study: a part for every seed of every panel and control, seed by seed. */
export const metricStudy: Study<MetricOptions, TrainedMetric, MetricResults> = {
  name: "metric",
  title: "The decoder's metric takes the shape of the posterior",
  question:
    "Does a β-VAE with a block-diagonal posterior learn a decoder whose metric JᵀJ is block-diagonal too, and are " +
    'its posterior variances those that the metric predicts? Slides "MNIST" and "Gaussian p(z) and q(z|x)".',
  prepare: async (options) => {
    const { data, limit, seed, seeds } = options;
    assertSeeds("metric", seed, seeds);
    const loaded = data === null ? await loadDigits() : await loadIdxFolder(data);
    const split = limit === null ? loaded : { ...loaded, train: take(loaded.train, limit) };
    const sizes = {
      data: split.train.height * split.train.width,
      batch: options.batch,
      images: split.heldOut.count,
    };
    for (const panel of PANELS) assertFits(modelOf(options, panel), sizes);
    return {
      data: { source: split.source, sha256: split.sha256 },
      parts: Array.from({ length: seeds }, (_, i) => seed + i).flatMap((at) =>
        PANELS.map((panel) => ({
          name: `${panel.label}-${at}`,
          weight: 1,
          run: (watch) => trainPanel(options, panel, at, split, watch),
        }))
      ),
    };
  },
  conclude: async (_options, models) => {
    const panels = summaries(models);
    return {
      results: { models },
      words: words(panels),
      figures: await figures(panels),
      tables: [ratioTable(panels), varianceTable(panels)],
    };
  },
};

/**
 * The study as a function of its options; the engine must be running.
 *
 * @throws (rejects) RangeError for seeds that are not different whole numbers; DataError for the data; NonFiniteLossError; the signal's reason if it is aborted
 */
export const metric = (options: MetricOptions, signal?: AbortSignal): Promise<Findings<MetricResults>> =>
  conduct(metricStudy, options, signal);

/**
 * The metric of trained decoders: slide "MNIST".
 *
 * @module
 */

import type { MetricResults, TrainedMetric } from "../../properties/laws/trained.ts";
import { conduct, type Findings, type Study } from "../study/study.ts";
import type { MetricOptions } from "./options.ts";

/** To come. */
export const metricStudy: Study<MetricOptions, TrainedMetric, MetricResults> = {
  name: "metric",
  title: "The decoder's metric",
  question: "",
  prepare: () => Promise.resolve({ data: null, parts: [] }),
  conclude: (_options, models) =>
    Promise.resolve({ results: { models }, words: [], figures: [], tables: [] }),
};

/** The study as a function of its options. */
export const metric = (options: MetricOptions, signal?: AbortSignal): Promise<Findings<MetricResults>> =>
  conduct(metricStudy, options, signal);

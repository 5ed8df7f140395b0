/**
 * Trainings of the experiments short enough for every run of the gate: sizes that show what the laws state, and no more.
 *
 * @module
 */

import { DEFAULTS as METRIC } from "../experiments/metric/options.ts";
import { metric } from "../experiments/metric/study.ts";
import { QUICK as SAMPLES } from "../experiments/samples/options.ts";
import { samples } from "../experiments/samples/study.ts";
import type { ShortTraining } from "./trained_subject.ts";

/** Short trainings, on the engine that is current. */
export const shortTraining: ShortTraining = {
  metric: async () => (await metric({ ...METRIC, seeds: 2, epochs: 6, limit: 3000, hidden: [64] })).results,
  samples: async () => (await samples({ ...SAMPLES, seeds: 2 })).results,
};

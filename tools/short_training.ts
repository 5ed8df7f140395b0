/**
 * Trainings of the experiments short enough for every run of the gate: sizes that show what the laws state, and no more.
 *
 * @module
 */

import { compareStudy } from "../experiments/compare/study.ts";
import { metricStudy } from "../experiments/metric/study.ts";
import { standardOf } from "../experiments/runner/options.ts";
import { conduct } from "../experiments/runner/study.ts";
import { samplesStudy } from "../experiments/samples/study.ts";
import { uniquenessStudy } from "../experiments/uniqueness/study.ts";
import { shortRuns, shortStudies } from "./short_runs.ts";
import type { ShortTraining } from "../properties/trained_subject.ts";

/** What all trainings on digits share: small networks, few digits seen often, large steps. */
const DIGITS = { seeds: 2, batch: 50, hidden: [48], learningRate: 4e-3 };

/** Short trainings with seeds from this one on, on the engine that is current. */
export const shortTraining = (seed: number): ShortTraining => ({
  metric: async () => {
    const standard = { ...standardOf(metricStudy.options), quick: false, seed };
    return (await conduct(metricStudy, { ...standard, ...DIGITS, limit: 2000, epochs: 10 })).results;
  },
  compare: async () =>
    (await conduct(compareStudy, {
      ...standardOf(compareStudy.options),
      ...DIGITS,
      quick: false,
      seed,
      betas: [0.2, 2],
      hidden: [32],
      batch: 25,
      learningRate: 5e-3,
      limit: 1000,
      epochs: 4,
      judged: 100,
      tracked: 30,
      pairs: 8,
      // The contraction of the posterior is no law's.
      contracted: 1,
      contractedPairs: 2,
      halvings: 3,
    })).results,
  samples: async () =>
    (await conduct(samplesStudy, {
      ...standardOf(samplesStudy.options),
      ...DIGITS,
      quick: false,
      seed,
      hidden: [64],
      limit: 2000,
      epochs: 8,
      classifierHidden: [128, 64],
      classifierEpochs: 4,
    })).results,
  // What a turn costs is no law's either.
  uniqueness: async () =>
    (await conduct(uniquenessStudy, {
      ...standardOf(uniquenessStudy.options, true),
      quick: false,
      seed,
      seeds: 10,
      orientations: 20,
      stepsPerLatent: 1500,
      learningRate: 0.001,
      turned: 1,
      angles: 2,
      turnedSteps: 1,
    })).results,
  runs: () => shortRuns(seed),
  studies: () => shortStudies(seed),
});

/**
 * Trained models as a subject of the laws: from runs of the studies where there are any, else from a short training.
 *
 * @module
 */

import type { DigitsRun } from "./contract/digits_run.ts";
import type { StudyRun } from "./contract/study_run.ts";
import { type StudyResults, TRAINED_STUDIES, type TrainedStudy } from "./contract/results.ts";
import type { FoundRuns } from "./gate/runs_folder.ts";
import type { Subject } from "./contract/subject.ts";
import type { Measured, TrainedModels } from "./contract/trained.ts";

/** Short trainings of the studies, and short runs of `mnist`; the engine must be running. */
export type ShortTraining = { readonly [Study in TrainedStudy]?: () => Promise<StudyResults[Study]> } & {
  readonly runs?: () => Promise<readonly Measured<DigitsRun>[]>;
  readonly studies?: () => Promise<readonly Measured<StudyRun>[]>;
};

const SHORT = "short training";

/** A subject that offers trained models alone: from runs or, without any, from a training, once, when it is asked for. */
export function trainedSubject(runs: FoundRuns, training: ShortTraining): Subject {
  const offered = TRAINED_STUDIES.filter((study) => runs[study].length > 0 || training[study]);
  const trained = offered.map((study) => {
    let measured: Promise<readonly Measured<unknown>[]> | undefined;
    const train = async (): Promise<readonly Measured<unknown>[]> => [
      { source: SHORT, short: true, results: await training[study]!() },
    ];
    return [study, () => runs[study].length > 0 ? runs[study] : measured ??= train()] as const;
  });
  let made: Promise<readonly Measured<DigitsRun>[]> | undefined;
  let conducted: Promise<readonly Measured<StudyRun>[]> | undefined;
  const short = {
    ...training.runs && { runs: () => made ??= training.runs!() },
    ...training.studies && { studies: () => conducted ??= training.studies!() },
  };
  return {
    name: "trained models",
    epsilon: 2 ** -24,
    trained: { ...Object.fromEntries(trained) as TrainedModels, ...short },
  };
}

/** Whether something has to be trained. */
export function needsTraining(runs: FoundRuns): boolean {
  return TRAINED_STUDIES.some((name) => runs[name].length === 0);
}

/** Where the results of each study come from, and what was left out. */
export function sourcesOf(runs: FoundRuns): string {
  return [
    ...TRAINED_STUDIES.map((name) =>
      `${name}: ${runs[name].map(({ source }) => source).join(", ") || SHORT}`
    ),
    ...(runs.leftOut.length === 0 ? [] : [`left out: ${runs.leftOut.join("; ")}`]),
  ].join("; ");
}

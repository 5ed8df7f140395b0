/**
 * Trained models as a subject of the laws: from runs of the studies where there are any, else from a short training.
 *
 * @module
 */

import { TRAINED_STUDIES, type TrainedStudy } from "./contract/results.ts";
import type { FoundRuns } from "./gate/runs_folder.ts";
import type { Subject } from "./contract/subject.ts";
import type {
  CompareResults,
  Measured,
  MetricResults,
  SamplesResults,
  UniquenessResults,
} from "./contract/trained.ts";

/** Short trainings of the studies; the engine must be running. */
export interface ShortTraining {
  readonly metric?: () => Promise<MetricResults>;
  readonly compare?: () => Promise<CompareResults>;
  readonly samples?: () => Promise<SamplesResults>;
  readonly uniqueness?: () => Promise<UniquenessResults>;
}

const SHORT = "short training";

/** A subject that offers trained models alone. Without runs it trains, once, when it is asked. */
export function trainedSubject(runs: FoundRuns, training: ShortTraining): Subject {
  return {
    name: "trained models",
    epsilon: 2 ** -24,
    trained: {
      ...offer("metric", runs.metric, training.metric),
      ...offer("compare", runs.compare, training.compare),
      ...offer("samples", runs.samples, training.samples),
      ...offer("uniqueness", runs.uniqueness, training.uniqueness),
    },
  };
}

/** The capability, where there are runs or a training. */
function offer<Name extends TrainedStudy, Results>(
  name: Name,
  runs: readonly Measured<Results>[],
  train: (() => Promise<Results>) | undefined,
): { readonly [K in Name]?: () => Promise<readonly Measured<Results>[]> } {
  if (runs.length === 0 && train === undefined) return {};
  let trained: Promise<readonly Measured<Results>[]> | undefined;
  const ask = (): Promise<readonly Measured<Results>[]> =>
    trained ??= runs.length > 0 || train === undefined
      ? Promise.resolve(runs)
      : train().then((results) => [{ source: SHORT, short: true, results }]);
  return { [name]: ask } as { readonly [K in Name]: typeof ask };
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

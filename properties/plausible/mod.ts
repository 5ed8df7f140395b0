/**
 * A subject with made-up results such as an honest measurement might leave, for tests of the laws on trained models, and to
 * plant faults in.
 *
 * @module
 */

import type { Subject } from "../contract/subject.ts";
import type { StudyResults } from "../contract/results.ts";
import type { TrainedModels } from "../contract/trained.ts";
import { compareResults } from "./compare.ts";
import { metricResults } from "./metric.ts";
import { plausibleRun } from "./run.ts";
import { samplesResults } from "./samples.ts";
import { plausibleStudies } from "./studies.ts";
import { uniquenessResults } from "./uniqueness.ts";

const right: StudyResults = {
  metric: metricResults(),
  compare: compareResults(),
  samples: samplesResults(),
  uniqueness: uniquenessResults(),
};

/** A run of mnist, the same for all. */
const run = plausibleRun();
/** A run of each study, the same for all. */
const studies = plausibleStudies();

/** A subject that offers trained models alone: plausible results, some of them replaced, of runs or of short trainings. */
export function plausible(faulty: Partial<StudyResults> = {}, short = false): Subject {
  const trained = Object.entries({ ...right, ...faulty }).map(([study, results]) =>
    [study, () => [{ source: "made up", short, results }]] as const
  );
  return {
    name: "plausible results",
    epsilon: 2 ** -53,
    trained: { ...Object.fromEntries(trained) as TrainedModels, ...run.trained, ...studies.trained },
  };
}

/**
 * A subject with made-up results such as an honest measurement might leave, for tests of the laws on trained models, and to
 * plant faults in.
 *
 * @module
 */

import type { Subject } from "../contract/subject.ts";
import type {
  CompareResults,
  Measured,
  MetricResults,
  SamplesResults,
  UniquenessResults,
} from "../contract/trained.ts";
import { compareResults } from "./compare.ts";
import { metricResults } from "./metric.ts";
import { samplesResults } from "./samples.ts";
import { uniquenessResults } from "./uniqueness.ts";

/** Results of each experiment. */
export interface Results {
  readonly metric: MetricResults;
  readonly compare: CompareResults;
  readonly samples: SamplesResults;
  readonly uniqueness: UniquenessResults;
}

const right: Results = {
  metric: metricResults(),
  compare: compareResults(),
  samples: samplesResults(),
  uniqueness: uniquenessResults(),
};

/** A subject that offers trained models alone: plausible results, some of them replaced, of runs or of short trainings. */
export function plausible(faulty: Partial<Results> = {}, short = false): Subject {
  const { metric, compare, samples, uniqueness } = { ...right, ...faulty };
  const once = <T>(results: T) => (): readonly Measured<T>[] => [{ source: "made up", short, results }];
  return {
    name: "plausible results",
    epsilon: 2 ** -53,
    trained: {
      metric: once(metric),
      compare: once(compare),
      samples: once(samples),
      uniqueness: once(uniqueness),
    },
  };
}

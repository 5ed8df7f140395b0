/**
 * Clauses about trained models. What was trained is not drawn: there is one case, in which all of it is looked at, run by
 * run.
 *
 * @module
 */

import fc from "fast-check";
import type { Able, Capability } from "../../contract/capability.ts";
import { type Clause, clause } from "../../contract/clause.ts";
import type {
  CompareResults,
  Measured,
  MetricResults,
  SamplesResults,
  UniquenessResults,
} from "../../contract/trained.ts";
import type { Eventually } from "../../contract/subject.ts";
import { exact } from "../../contract/tolerance.ts";
import { Scale } from "./threshold.ts";

/** Makes a clause of an experiment: what it says, and how it looks at the results of one run. */
type OfEveryRun<Results> = (says: string, examine: (results: Results, scale: Scale) => void) => Clause;

function everyRun<const N extends Capability, Results>(
  need: N,
  ask: (subject: Able<N>) => Eventually<readonly Measured<Results>[]>,
): OfEveryRun<Results> {
  return (says, examine) =>
    clause({
      says,
      needs: [need],
      given: fc.constant("everything that was trained"),
      atMost: 1,
      examine: async (subject, _, expect) => {
        const measured = await ask(subject);
        expect.atLeast("runs", measured.length, 1, exact("a count"));
        for (const one of measured) examine(one.results, new Scale(expect, one));
      },
    });
}

/** A clause about decoders' metrics. */
export const ofMetric: OfEveryRun<MetricResults> = everyRun(
  "trained.metric",
  (subject) => subject.trained.metric(),
);
/** A clause about compared objectives. */
export const ofCompare: OfEveryRun<CompareResults> = everyRun(
  "trained.compare",
  (subject) => subject.trained.compare(),
);
/** A clause about samples. */
export const ofSamples: OfEveryRun<SamplesResults> = everyRun(
  "trained.samples",
  (subject) => subject.trained.samples(),
);
/** A clause about fitted decoders. */
export const ofUniqueness: OfEveryRun<UniquenessResults> = everyRun(
  "trained.uniqueness",
  (subject) => subject.trained.uniqueness(),
);

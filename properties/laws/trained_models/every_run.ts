/**
 * Clauses about trained models. What was trained is not drawn: there is one case, in which all of it is looked at, run by
 * run.
 *
 * @module
 */

import fc from "fast-check";
import { type Able, type Capability, type Clause, clause, exact } from "../../contract/mod.ts";
import type { StudyResults, TrainedStudy } from "../../contract/results.ts";
import { Scale } from "./threshold.ts";

/** Makes clauses of a study: what one says, and how it looks at the results of one run. */
function everyRun<Study extends TrainedStudy>(study: Study) {
  return (says: string, examine: (results: StudyResults[Study], scale: Scale) => void): Clause =>
    clause({
      says,
      needs: [`trained.${study}` as Capability],
      given: fc.constant("everything that was trained"),
      atMost: 1,
      examine: async ({ trained }: Able<Capability>, _, expect) => {
        const measured = await trained[study]();
        expect.atLeast("runs", measured.length, 1, exact("a count"));
        for (const one of measured) examine(one.results as StudyResults[Study], new Scale(expect, one));
      },
    });
}

/** A clause about decoders' metrics. */
export const ofMetric: ReturnType<typeof everyRun<"metric">> = everyRun("metric");
/** A clause about compared objectives. */
export const ofCompare: ReturnType<typeof everyRun<"compare">> = everyRun("compare");
/** A clause about samples. */
export const ofSamples: ReturnType<typeof everyRun<"samples">> = everyRun("samples");
/** A clause about fitted decoders. */
export const ofUniqueness: ReturnType<typeof everyRun<"uniqueness">> = everyRun("uniqueness");

/** The seeds of trained models, in increasing order, one by one. */
export function seedsOf(models: readonly { readonly seed: number }[]): readonly number[] {
  return [...new Set(models.map(({ seed }) => seed))].toSorted((a, b) => a - b);
}

/** The first name that more than one value has, or "none". */
export function firstTwice<T>(values: readonly T[], name: (value: T) => string): string {
  return [...Map.groupBy(values, name)].find(([, same]) => same.length > 1)?.[0] ?? "none";
}

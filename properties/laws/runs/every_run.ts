/**
 * Clauses about runs: what each reports is held to what the oracle computes from its options, its images and its states.
 *
 * @module
 */

import fc from "fast-check";
import { type Clause, clause, exact, type Ledger } from "../../contract/mod.ts";
import type { DigitsRun } from "../../contract/digits_run.ts";
import { DigitsOracle } from "../../oracle/digits_run.ts";
import { oracle } from "../../oracle/mod.ts";

/** A run, and the oracle of its options and images. */
export interface Held {
  /** Where it comes from, and a colon: what names of comparisons begin with. */
  readonly name: string;
  readonly run: DigitsRun;
  readonly must: DigitsOracle;
}

/** What is looked at in a run, as a sentence, and how. */
export interface RunAudit {
  readonly says: string;
  readonly examine: (held: Held, expect: Ledger) => void;
}

/** A run with its oracle. */
export const held = (source: string, run: DigitsRun): Held => ({
  ...{ name: `${source}: `, run },
  must: new DigitsOracle(run.options, run.images, oracle.objectives),
});

/** The clauses that look so at each run. */
export function ofRuns(audits: readonly RunAudit[]): readonly Clause[] {
  return audits.map(({ says, examine }) =>
    clause({
      says,
      needs: ["trained.runs"],
      given: fc.constant("every run"),
      atMost: 1,
      examine: async ({ trained }, _, expect) => {
        const runs = await trained.runs();
        expect.atLeast("runs", runs.length, 1, exact("a count"));
        for (const { source, results } of runs) examine(held(source, results), expect);
      },
    })
  );
}

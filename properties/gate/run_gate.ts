/**
 * The gate without its command line: laws, candidates and faults in, evidence out.
 *
 * @module
 */

import { pooledMap } from "@std/async/pool";
import { versions } from "../../tools/versions.ts";
import type { Evidence } from "../contract/evidence.ts";
import type { Law } from "../contract/law.ts";
import { defaultCases } from "../contract/replay.ts";
import type { Mutant } from "../mutants/mutant.ts";
import {
  type Ending,
  type FaultRunner,
  firstLine,
  type LawResult,
  type LawRunner,
  type Plan,
} from "./candidates.ts";
import type { Catalogue } from "./catalogue.ts";
import type { EngineEvidence, FaultEvidence, GateEvidence, LawEvidence } from "./evidence.ts";
import { findProblems } from "./problems.ts";

/** The laws, candidates and faults, and how to run them. */
export interface RunGateOptions {
  /** The laws to run. */
  readonly laws: readonly Law[];
  /** The laws that there should be, with the verdict that each should have. */
  readonly catalogue: Catalogue;
  /** The oracle, the library on each engine, and trained models. */
  readonly runners: readonly LawRunner[];
  /** Every planted fault. */
  readonly mutants: readonly Mutant[];
  /** Runs them. */
  readonly faults: FaultRunner;
  /** False where only some laws or engines were asked for. */
  readonly complete: boolean;
  readonly plan: Plan;
  /** How many candidates run at the same time; 1 when absent. */
  readonly atOnce?: number;
  /** Called for each law on each candidate as soon as it is done. */
  readonly onResult?: (result: LawResult) => void;
}

/** Runs every law on every candidate and on every fault that names it, and judges the results. */
export async function runGate(options: RunGateOptions): Promise<GateEvidence> {
  const { laws, runners, plan, complete, atOnce = 1, onResult = () => {} } = options;
  const start = performance.now();
  const ids = laws.map(({ id }) => id);
  const results: LawResult[] = [], engines: EngineEvidence[] = [];
  let faults: readonly FaultEvidence[] = [];
  const runOne = async (runner: LawRunner, index: number): Promise<void> => {
    const began = performance.now();
    // A candidate that stops early does not take the others with it.
    const ending = await runner.run(ids, plan, (result) => {
      results.push(result);
      onResult(result);
    }).catch((error: unknown): Ending => ({ stopped: firstLine(error) }));
    engines[index] = { name: runner.name, ...ending, seconds: (performance.now() - began) / 1000 };
  };
  await allOf([
    ...runners.map((runner, index) => () => runOne(runner, index)),
    async () => {
      // Fewer cases would let a rare fault pass, which says nothing about the law.
      faults = await options.faults(ids, { ...plan, cases: Math.max(plan.cases, defaultCases) });
    },
  ], atOnce);
  const order = Object.keys(options.catalogue);
  const record = laws.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
    .map((law) => lawEvidence(law, results, faults));
  const evidence = results.flatMap((one) => "evidence" in one ? [one.evidence] : []);
  const problems = findProblems({ ...options, engines, evidence, record, faults });
  return {
    ok: problems.length === 0,
    problems,
    complete,
    seed: plan.seed,
    cases: plan.cases,
    seconds: (performance.now() - start) / 1000,
    ended: new Date().toISOString(),
    versions: versions(),
    falseAlarm: laws.reduce((sum, { chance }) => sum + (chance?.falseAlarm ?? 0), 0),
    engines,
    laws: record,
    faults,
  };
}

/** Does jobs, at most `atOnce` of them at the same time. @throws (rejects) the error of the first job that fails */
async function allOf(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  try {
    await Array.fromAsync(pooledMap(Math.max(1, atOnce), jobs, (job: () => Promise<void>) => job()));
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

/** The record of a law from the results of each engine and each fault. */
export function lawEvidence(
  law: Law,
  results: readonly LawResult[],
  faults: readonly FaultEvidence[],
): LawEvidence {
  const { check: _, clauses: __, needs: ___, ...description } = law;
  const runs: Evidence[] = [], doesNotApply: LawEvidence["doesNotApply"][number][] = [];
  for (const one of results) {
    if ("evidence" in one && one.evidence.law === law.id) runs.push(one.evidence);
    if ("because" in one && one.law === law.id) {
      doesNotApply.push({ engine: one.engine, because: one.because });
    }
  }
  const holds = runs.length > 0 && runs.every(({ verdict }) => verdict === law.expected);
  return {
    ...description,
    verdict: holds ? law.expected : "failed",
    cases: runs.reduce((sum, { cases }) => sum + cases, 0),
    worst: Math.max(0, ...runs.map(({ worst }) => worst)),
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
    runs: runs.map(({ law: _, subject: __, ...run }) => run),
    doesNotApply,
    faults: faults.flatMap(({ id, laws: { [law.id]: outcome } }) =>
      outcome === undefined ? [] : [{ id, outcome }]
    ),
  };
}

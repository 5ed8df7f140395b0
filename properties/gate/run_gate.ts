/**
 * The gate without its command line: laws, contestants and faults in, evidence out.
 *
 * @module
 */

import { pooledMap } from "@std/async/pool";
import { versions } from "../../tools/versions.ts";
import type { Law } from "../contract/law.ts";
import { defaultCases } from "../contract/replay.ts";
import type { Mutant } from "../mutants/mutant.ts";
import type { Catalogue } from "./catalogue.ts";
import { type Attendance, type Contestant, firstLine, type Plan, type Seen } from "./contestant.ts";
import type { Faults } from "./fault.ts";
import type { EngineEvidence, FaultEvidence, GateEvidence } from "./gate_evidence.ts";
import { lawEvidence } from "./law_evidence.ts";
import { findProblems } from "./problems.ts";

/** What to run, and how. */
export interface RunGateOptions {
  /** The laws to run. */
  readonly laws: readonly Law[];
  /** The laws that there should be, with the verdict that each should have. */
  readonly catalogue: Catalogue;
  /** The oracle, and the library on each engine. */
  readonly contestants: readonly Contestant[];
  /** Every planted fault. */
  readonly mutants: readonly Mutant[];
  /** Runs them. */
  readonly faults: Faults;
  /** False where only some laws or engines were asked for. */
  readonly complete: boolean;
  readonly plan: Plan;
  /** How many contestants run at the same time; 1 when absent. */
  readonly atOnce?: number;
  /** Hears of each law on each contestant as soon as it is done. */
  readonly hear?: (seen: Seen) => void;
}

/** Runs every law on every contestant and on every fault that names it, and judges what was seen. */
export async function runGate(options: RunGateOptions): Promise<GateEvidence> {
  const { laws, contestants, plan, complete, atOnce = 1, hear = () => {} } = options;
  const start = performance.now();
  const ids = laws.map(({ id }) => id);
  const seen: Seen[] = [], engines: EngineEvidence[] = [];
  let faults: readonly FaultEvidence[] = [];
  await allOf([
    ...contestants.map((contestant, index) => async () => {
      const began = performance.now();
      const attendance = await attend(contestant, ids, plan, (one) => {
        seen.push(one);
        hear(one);
      });
      engines[index] = { name: contestant.name, ...attendance, seconds: (performance.now() - began) / 1000 };
    }),
    async () => {
      // Fewer cases would let a rare fault pass, which says nothing about the law.
      faults = await options.faults(ids, { ...plan, cases: Math.max(plan.cases, defaultCases) });
    },
  ], atOnce);
  const order = Object.keys(options.catalogue);
  const record = laws.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
    .map((law) => lawEvidence(law, seen, faults));
  const evidence = seen.flatMap((one) => "evidence" in one ? [one.evidence] : []);
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

/** Does jobs, at most `atOnce` of them at the same time. @throws (rejects) what the first job threw that did */
async function allOf(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  try {
    await Array.fromAsync(pooledMap(Math.max(1, atOnce), jobs, (job: () => Promise<void>) => job()));
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

/** A contestant that breaks off does not take the others with it. */
async function attend(
  contestant: Contestant,
  ids: readonly string[],
  plan: Plan,
  tell: (seen: Seen) => void,
): Promise<Attendance> {
  try {
    return await contestant.run(ids, plan, tell);
  } catch (error) {
    return { broke: firstLine(error) };
  }
}

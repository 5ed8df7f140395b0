/**
 * Why the gate rejects: one line for each problem.
 *
 * @module
 */

import type { Evidence } from "../contract/evidence.ts";
import type { Law } from "../contract/law.ts";
import type { Mutant } from "../mutants/mutant.ts";
import type { Candidate } from "./candidates.ts";
import type { Catalogue } from "./catalogue.ts";
import type { EngineEvidence, FaultEvidence, LawEvidence } from "./evidence.ts";
import { mathematicsProblem } from "./mathematics.ts";

/** The input of the judgement. */
export interface Judged {
  /** The laws that were to run. */
  readonly laws: readonly Law[];
  readonly catalogue: Catalogue;
  /** Whether the laws are all that there are. */
  readonly complete: boolean;
  readonly runners: readonly Pick<Candidate, "name" | "required">[];
  readonly mutants: readonly Mutant[];
  /** The results. */
  readonly engines: readonly EngineEvidence[];
  readonly evidence: readonly Evidence[];
  readonly record: readonly LawEvidence[];
  readonly faults: readonly FaultEvidence[];
}

/** The probability that some statistical law fails in one run of all, though it holds, must be below this. */
const LARGEST_FALSE_ALARM = 1e-6;

/** Every problem as one line; none where the gate accepts. */
export function findProblems(judged: Judged): string[] {
  return [
    ...engineProblems(judged),
    ...catalogueProblems(judged),
    ...evidenceProblems(judged),
    ...judged.record.flatMap((law) => verdictProblems(law, judged)),
    ...chanceProblems(judged),
    ...formulaProblems(judged),
    ...faultProblems(judged),
  ];
}

function engineProblems({ runners, engines }: Judged): string[] {
  return runners.flatMap(({ name, required }) => {
    const engine = engines.find((engine) => engine.name === name);
    if (!engine) return [`nothing is known of ${name}`];
    if (engine.stopped !== undefined) return [`${name} stopped early: ${engine.stopped}`];
    if (required && engine.skipped !== undefined) return [`${name} is required, but: ${engine.skipped}`];
    return [];
  });
}

function catalogueProblems({ laws, catalogue, complete }: Judged): string[] {
  const ids = laws.map(({ id }) => id);
  return [
    ...[...new Set(ids)].filter((id) => ids.indexOf(id) !== ids.lastIndexOf(id))
      .map((id) => `${id} is the id of more than one law`),
    ...ids.filter((id) => !Object.hasOwn(catalogue, id))
      .map((id) => `${id} is a law, but the catalogue does not list it`),
    ...Object.keys(catalogue).filter((id) => complete && !ids.includes(id))
      .map((id) => `${id} is in the catalogue, but there is no such law`),
  ];
}

function evidenceProblems({ laws, evidence }: Judged): string[] {
  const ids = laws.map(({ id }) => id);
  return [...new Set(evidence.map(({ law }) => law))].filter((id) => !ids.includes(id))
    .map((id) => `there is evidence of ${id}, which is not a law`);
}

function verdictProblems(law: LawEvidence, judged: Judged): string[] {
  const { laws, catalogue } = judged;
  const { id, runs } = law;
  if (runs.length === 0) {
    const why = law.doesNotApply.map(({ engine, because }) => `${engine}: ${because}`).join("; ");
    return [`${id} has no evidence${why && ` (${why})`}`];
  }
  const problems = runs.filter(({ cases, failure }) => cases === 0 && !failure?.token)
    .map(({ engine }) => `${id} ran no case on ${engine}`);
  const library = judged.complete &&
    judged.engines.some(({ name, description }) => name !== "oracle" && description);
  laws.find((known) => known.id === id)!.clauses.forEach(({ says }, index) => {
    const on = runs.filter(({ clauses }) =>
      clauses[index] && (clauses[index].cases > 0 || clauses[index].failure)
    );
    if (on.length === 0) problems.push(`${id} ran no case of one of its clauses: ${says}`);
    else if (library && on.every(({ engine }) => engine === "oracle")) {
      problems.push(`${id} ran one of its clauses on the oracle alone, not on the library: ${says}`);
    }
  });
  if (law.verdict === "refuted as printed" && !(law.printed && law.counterexample)) {
    problems.push(`${id} is refuted as printed, but does not show what was printed and the counterexample`);
  }
  const expected = catalogue[id];
  if (expected === undefined || law.verdict === expected) return problems;
  const failed = runs.filter(({ verdict }) => verdict === "failed" || verdict === "unverified")
    .map(({ engine }) => engine);
  const where = failed.length > 0 ? ` on ${failed.join(", ")}` : "";
  const verdict = law.verdict === "failed" ? "failed" : `has the verdict "${law.verdict}"`;
  return [...problems, `${id} ${verdict}${where}; the catalogue says: ${expected}`];
}

function formulaProblems({ laws }: Judged): string[] {
  return laws.flatMap(({ id, tex }) => {
    const problem = mathematicsProblem(tex);
    return problem === undefined ? [] : [`the formula of ${id} cannot be typeset: ${problem}`];
  });
}

function chanceProblems({ laws }: Judged): string[] {
  const rate = laws.reduce((sum, { chance }) => sum + (chance?.falseAlarm ?? 0), 0);
  if (rate < LARGEST_FALSE_ALARM) return [];
  return [
    `statistical laws raise a false alarm in ${rate} of all runs; less than ${LARGEST_FALSE_ALARM} is required`,
  ];
}

function faultProblems({ laws, catalogue, mutants, faults }: Judged): string[] {
  const problems: string[] = [];
  const ids = laws.map(({ id }) => id);
  for (const id of ids) {
    const count = mutants.filter(({ rejectedBy }) => rejectedBy.includes(id)).length;
    if (count < 2) {
      problems.push(
        `${id} is held to ${count} planted fault${count === 1 ? "" : "s"}; at least 2 are required`,
      );
    }
  }
  for (const { id, rejectedBy } of mutants) {
    if (rejectedBy.length === 0) problems.push(`the fault ${id} is rejected by no law: a law is missing`);
    for (const law of rejectedBy.filter((law) => !Object.hasOwn(catalogue, law))) {
      problems.push(`the fault ${id} names ${law}, which is not in the catalogue`);
    }
    const outcomes = faults.find((fault) => fault.id === id)?.laws ?? {};
    for (const law of rejectedBy.filter((law) => ids.includes(law))) {
      const outcome = outcomes[law] ?? "not run";
      if (outcome !== "rejected") {
        problems.push(`the fault ${id} and ${law}, which must reject it: ${outcome}`);
      }
    }
  }
  return problems;
}

/**
 * Evidence for a terminal, and the words and numbers that every form of the evidence shares.
 *
 * @module
 */

import type { Verdict } from "../contract/evidence.ts";
import type { LawResult } from "./candidates.ts";
import { type EngineEvidence, type GateEvidence, type LawEvidence, rejected } from "./evidence.ts";
import { taskCommand } from "../../tools/shell.ts";

/** `1 case`, `12,000 cases` */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
}

/** `3.2 s` */
export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

/** The largest error in units of its tolerance: `0.27`, or `none` where there was none at all. */
export function largestError({ worst }: Pick<LawEvidence, "worst">): string {
  return worst === 0 ? "none" : worst < 0.005 ? "<.01" : worst.toFixed(2);
}

/** `wasm: tfjs wasm, SIMD, one thread (61.0 s)` */
export function engineLine({ name, description, skipped, stopped, seconds: time }: EngineEvidence): string {
  if (stopped !== undefined) return `${name}: stopped early: ${stopped}`;
  if (skipped !== undefined) return `${name}: skipped: ${skipped}`;
  return `${name}: ${description} (${seconds(time)})`;
}

/** The meaning of each verdict. */
export const MEANINGS: Readonly<Record<Verdict, string>> = {
  "holds": "every comparison with every subject is within its tolerance",
  "holds under stated assumptions":
    "the same, where the law's assumptions are met; laws on trained models state their numbers",
  "refuted as printed":
    "the slide's sentence is false; the law verifies a counterexample, and what holds instead",
  "failed": "a comparison with some subject failed, or nothing ran",
  "unverified":
    "nothing was compared, or nothing that the subject's precision resolves, or it gave no answer",
};

/** `3 laws: 2 hold, 1 refuted as printed. Accepted.` */
export function verdictLine({ laws, problems, complete, subjects }: GateEvidence): string {
  const counts = Object.keys(MEANINGS).flatMap((verdict) => {
    const n = laws.filter((law) => law.verdict === verdict).length;
    return n === 0 ? [] : [`${n} ${n === 1 ? verdict : verdict.replace(/^holds/, "hold")}`];
  });
  return [
    `${count(laws.length, "law")}: ${counts.join(", ")}.`,
    problems.length === 0 ? "Accepted." : `Rejected: ${count(problems.length, "problem")}.`,
    ...(complete ? [] : [`(Only the laws${subjects ? "" : " and engines"} that were asked for.)`]),
  ].join(" ");
}

/** `900 cases on oracle, wasm; 547 planted faults, 1054 of 1054 rejections; seed 20200, 100 cases a clause, 63.2 s.` */
export function summary({ laws, faults, engines, seed, subjects, ...evidence }: GateEvidence): string {
  const outcomes = faults.flatMap((fault) => Object.values(fault.laws));
  const ran = engines.filter(({ description }) => description !== undefined).map(({ name }) => name);
  const cases = laws.reduce((sum, law) => sum + law.cases, 0);
  return [
    `${count(cases, "case")} on ${ran.join(", ") || "no engine"}; `,
    ...(subjects ? [] : [
      `${count(faults.length, "planted fault")}, `,
      `${outcomes.filter((outcome) => outcome === "rejected").length} of ${outcomes.length} rejections; `,
    ]),
    `seed ${seed}, ${count(evidence.cases, "case")} a clause, ${seconds(evidence.seconds)}.`,
  ].join("");
}

/** One line for a law on an engine, as soon as it is done. */
export function progress(result: LawResult): string {
  if ("because" in result) return `${result.engine} ${result.law} does not apply: ${result.because}`;
  const { law, engine, verdict, cases, seconds: time } = result.evidence;
  return `${engine} ${law} ${verdict}, ${count(cases, "case")}, ${seconds(time)}`;
}

/** All of the evidence: engines, a line for each law, failures, problems, and whether the gate accepts. */
export function evidenceText(evidence: GateEvidence): string {
  const failures = evidence.laws.flatMap(({ runs }) =>
    runs.flatMap(({ failure }) => failure ? [failure.message, ""] : [])
  );
  return [
    ...evidence.engines.map(engineLine),
    "",
    ...evidence.laws.map(lawLine),
    "",
    ...failures,
    ...evidence.problems.map((problem) => `problem: ${problem}`),
    summary(evidence),
    verdictLine(evidence),
  ].join("\n");
}

function lawLine(law: LawEvidence): string {
  return [
    law.id.padEnd(4),
    law.verdict.padEnd(30),
    count(law.cases, "case").padStart(12),
    `  ${largestError(law)} of tolerance`,
    `  ${rejected(law)} faults`.padEnd(18),
    `  ${seconds(law.seconds).padStart(7)}`,
    `  ${law.runs.map(({ engine }) => engine).join(" ")}`,
  ].join("");
}

/** The command of the gate that replays a case, with npm alone. */
export const gateCommand = (law: string, token: string): string =>
  `${taskCommand("gate")} --law ${law} --replay ${token}`;

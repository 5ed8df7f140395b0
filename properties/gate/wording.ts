/**
 * Words and numbers that every form of the evidence shares.
 *
 * @module
 */

import type { Verdict } from "../contract/evidence.ts";
import type { EngineEvidence, GateEvidence, LawEvidence } from "./gate_evidence.ts";

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
export function engineLine({ name, description, skipped, broke, seconds: time }: EngineEvidence): string {
  if (broke !== undefined) return `${name}: broke off: ${broke}`;
  if (skipped !== undefined) return `${name}: skipped: ${skipped}`;
  return `${name}: ${description} (${seconds(time)})`;
}

/** `2 hold, 1 refuted as printed` */
function verdicts(laws: readonly LawEvidence[]): string {
  return Object.entries(PLURAL).flatMap(([verdict, words]) => {
    const of = laws.filter((law) => law.verdict === verdict).length;
    return of === 0 ? [] : [`${of} ${words}`];
  }).join(", ");
}

const PLURAL: Readonly<Record<Verdict, string>> = {
  "holds": "hold",
  "holds under stated assumptions": "hold under stated assumptions",
  "refuted as printed": "refuted as printed",
  "failed": "failed",
  "unverified": "unverified",
};

/** One sentence on all of it. */
export function summary(evidence: GateEvidence): string {
  const { laws, faults, engines, problems, seed } = evidence;
  const pairs = faults.flatMap((fault) => Object.values(fault.laws));
  const caught = pairs.filter((outcome) => outcome === "rejected").length;
  const cases = laws.reduce((sum, law) => sum + law.cases, 0);
  const ran = engines.filter(({ description }) => description !== undefined).map(({ name }) => name);
  return [
    `${count(laws.length, "law")}: ${verdicts(laws)}; `,
    `${count(cases, "case")} on ${ran.join(", ") || "no engine"}; `,
    `${count(faults.length, "planted fault")}, ${caught} of ${pairs.length} rejections; `,
    `seed ${seed}, ${count(evidence.cases, "case")} a clause, ${seconds(evidence.seconds)}. `,
    problems.length === 0 ? "The gate is open." : `${count(problems.length, "problem")}: the gate is shut.`,
    evidence.complete ? "" : " (Only the laws and engines that were asked for.)",
  ].join("");
}

/**
 * Evidence for a terminal.
 *
 * @module
 */

import type { Seen } from "./contestant.ts";
import { type GateEvidence, type LawEvidence, rejected } from "./gate_evidence.ts";
import { count, engineLine, largestError, seconds, summary } from "./wording.ts";

/** One line for a law on an engine, as soon as it is done. */
export function progress(seen: Seen): string {
  if ("because" in seen) return `${seen.engine} ${seen.law} does not apply: ${seen.because}`;
  const { law, engine, verdict, cases, seconds: time } = seen.evidence;
  return `${engine} ${law} ${verdict}, ${count(cases, "case")}, ${seconds(time)}`;
}

/** All of the evidence: engines, a line for each law, failures, problems. */
export function evidenceText(evidence: GateEvidence): string {
  const failures = evidence.laws.flatMap(({ runs }) =>
    runs.flatMap(({ failure }) => failure ? [failure.message] : [])
  );
  return [
    ...evidence.engines.map(engineLine),
    "",
    ...evidence.laws.map(lawLine),
    "",
    ...failures.flatMap((message) => [message, ""]),
    summary(evidence),
    ...evidence.problems.map((problem) => `problem: ${problem}`),
  ].join("\n");
}

function lawLine(law: LawEvidence): string {
  const { rejected: caught, of } = rejected(law);
  const engines = law.runs.map(({ engine }) => engine).join(" ");
  return [
    law.id.padEnd(4),
    law.verdict.padEnd(30),
    count(law.cases, "case").padStart(12),
    `  ${largestError(law)} of tolerance`,
    `  ${caught}/${of} faults`.padEnd(14),
    `  ${seconds(law.seconds).padStart(7)}`,
    `  ${engines}`,
  ].join("");
}

/**
 * Evidence on somebody's own subjects, in the shape of the gate's, so that the same table, page, XML and badge show it.
 *
 * @module
 */

import { versions } from "../../tools/versions.ts";
import { failedOtherwise, knownProblem } from "../contract/known_failures.ts";
import type { Law } from "../contract/law.ts";
import type { Report } from "../laws/mod.ts";
import type { GateEvidence } from "./evidence.ts";
import { lawEvidence } from "./run_gate.ts";
import { count } from "./text.ts";

/** How the subjects were held to the laws. */
interface Held extends Pick<GateEvidence, "seed" | "cases" | "complete" | "seconds"> {
  /** The laws, in their order. */
  readonly laws: readonly Law[];
}

/** The evidence of reports, one a subject; their names differ. */
export function subjectsEvidence(reports: readonly Report[], { laws, ...held }: Held): GateEvidence {
  const results = reports.flatMap(({ subject, evidence, doesNotApply }) => [
    ...evidence.map((found) => ({ evidence: { ...found, engine: subject } })),
    ...doesNotApply.map((one) => ({ ...one, engine: subject })),
  ]);
  const record = laws.map((law) => lawEvidence(law, results, [])).filter(({ runs }) => runs.length > 0)
    .map((law) =>
      law.runs.some(({ verdict }) => verdict === "failed") || law.verdict !== "failed"
        ? law
        : { ...law, verdict: "unverified" as const }
    );
  const problems = reports.flatMap(problemsOf);
  return {
    ...held,
    ok: problems.length === 0,
    problems,
    ended: new Date().toISOString(),
    versions: versions(),
    falseAlarm: record.reduce((sum, { chance }) => sum + (chance?.falseAlarm ?? 0), 0),
    engines: reports.map(({ subject, verdict, evidence, doesNotApply }) => ({
      name: subject,
      description: `${verdict}; ${count(doesNotApply.length, "law")} without a clause for it`,
      seconds: evidence.reduce((sum, { seconds }) => sum + seconds, 0),
    })),
    laws: record,
    faults: [],
    subjects: {
      known: reports.flatMap(({ subject, known }) =>
        known.map(({ law, clause, reason, until, outcome }) => ({
          subject,
          law,
          clause,
          reason,
          until,
          outcome,
        }))
      ),
    },
  };
}

/** Why a subject is not verified, a line each. */
function problemsOf({ subject, evidence, unverified, known }: Report): string[] {
  return [
    ...evidence.flatMap((found) =>
      failedOtherwise(found, known).map((clause) => `${subject}: ${found.law} failed: ${clause}`)
    ),
    ...unverified.map(({ what, because }) => `${subject}: ${what} is unverified: ${because}`),
    ...known.flatMap((one) => knownProblem(one) ?? []).map((line) => `${subject}: ${line}`),
  ];
}

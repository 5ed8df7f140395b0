/**
 * All that was seen of one law, put together.
 *
 * @module
 */

import type { Verdict } from "../contract/evidence.ts";
import type { Law } from "../contract/law.ts";
import type { Seen } from "./contestant.ts";
import type { FaultEvidence, LawEvidence } from "./gate_evidence.ts";

/** The record of a law from what each engine and each fault gave. */
export function lawEvidence(law: Law, seen: readonly Seen[], faults: readonly FaultEvidence[]): LawEvidence {
  const { check: _, clauses: __, needs: ___, ...description } = law;
  const runs = seen.flatMap((one) => "evidence" in one && one.evidence.law === law.id ? [one.evidence] : []);
  return {
    ...description,
    verdict: overall(law, runs.map(({ verdict }) => verdict)),
    cases: runs.reduce((sum, { cases }) => sum + cases, 0),
    worst: Math.max(0, ...runs.map(({ worst }) => worst)),
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
    runs,
    doesNotApply: seen.flatMap((one) =>
      "because" in one && one.law === law.id ? [{ engine: one.engine, because: one.because }] : []
    ),
    faults: faults.flatMap(({ id, laws }) => {
      const outcome = laws[law.id];
      return outcome === undefined ? [] : [{ id, outcome }];
    }),
  };
}

/** Failed where any engine fails or shows nothing, and where none ran. */
function overall(law: Law, verdicts: readonly Verdict[]): Verdict {
  const held = verdicts.length > 0 && verdicts.every((verdict) => verdict === law.expected);
  return held ? law.expected : "failed";
}

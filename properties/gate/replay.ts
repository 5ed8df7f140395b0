/**
 * One failing case, run again.
 *
 * @module
 */

import type { Law } from "../contract/law.ts";
import type { Replay } from "../contract/replay.ts";
import { type Contestant, firstLine, type Plan, type Seen } from "./contestant.ts";

/**
 * Runs exactly the case that a token stands for.
 *
 * @returns whether it holds; the law's sentence, the counterexample, both numbers and the tolerance where it does not
 * @throws RangeError if there is no such case, or it cannot run here
 */
export async function replayCase(
  law: Law,
  contestant: Contestant,
  plan: Plan & { readonly replay: Replay },
): Promise<{ readonly holds: boolean; readonly text: string }> {
  const says = law.clauses[plan.replay.clause]?.says;
  if (says === undefined) {
    const last = law.clauses.length - 1;
    throw new RangeError(
      `${law.id} has clauses 0 to ${last}, but the token names clause ${plan.replay.clause}`,
    );
  }
  const seen: Seen[] = [];
  const attendance = await contestant.run([law.id], plan, (one) => seen.push(one)).catch((error: unknown) => {
    throw new RangeError(`the token leads to no case: ${firstLine(error)}`);
  });
  if ("skipped" in attendance) {
    throw new RangeError(`${contestant.name} does not run here: ${attendance.skipped}`);
  }
  const [one] = seen;
  if (one === undefined || "because" in one) {
    throw new RangeError(`${law.id} does not apply to ${contestant.name}${one ? `: ${one.because}` : ""}`);
  }
  const { failure, clauses } = one.evidence;
  if (failure) return { holds: false, text: failure.message };
  const [found] = clauses;
  if (found?.skipped !== undefined) throw new RangeError(`the case does not run: ${found.skipped}`);
  return { holds: true, text: `[${law.id}] ${law.statement}\nholds in this case: ${says}` };
}

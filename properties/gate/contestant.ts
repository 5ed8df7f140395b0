/**
 * Whom the gate holds to the laws: the oracle, the library on each engine, and trained models.
 *
 * @module
 */

import { missing } from "../contract/capability.ts";
import { type Evidence, examine, inapplicable } from "../contract/evidence.ts";
import type { Law } from "../contract/law.ts";
import type { Run } from "../contract/replay.ts";
import type { Subject } from "../contract/subject.ts";
import type { FoundRuns } from "./runs_folder.ts";

/** How to run: what of {@link Run} the gate decides. */
export interface Plan extends Pick<Run, "seed" | "cases" | "replay"> {
  /** What laws on trained models are held to, if a folder of runs was named. */
  readonly runs?: FoundRuns;
  /** How many threads an engine has; by default as many as it takes. */
  readonly threads?: number;
}

/** A law on a contestant: evidence, or why there is none. */
export type Seen =
  | { readonly evidence: Evidence }
  | { readonly law: string; readonly engine: string; readonly because: string };

/** What became of a contestant: what it computes with, why it did not run, or what broke it off. */
export type Attendance =
  | { readonly description: string }
  | { readonly skipped: string }
  | { readonly broke: string };

/** Something that can be held to laws. */
export interface Contestant {
  /** Its name on the command line: an engine's, or `oracle`. */
  readonly name: string;
  /** It is a problem if it does not start. */
  readonly required: boolean;
  /** Runs laws, by id, and tells of each as soon as it is done. */
  readonly run: (laws: readonly string[], plan: Plan, tell: (seen: Seen) => void) => Promise<Attendance>;
}

/** A contestant before it has started. */
export interface Entry {
  readonly name: string;
  readonly required: boolean;
  /** Starts it; what it throws is the reason why it is skipped. */
  readonly start: (plan: Plan) => Promise<Started>;
}

/** A contestant that has started. */
export interface Started {
  readonly subject: Subject;
  readonly description: string;
  /** At most this many cases a clause, where each is slow; more where these show nothing. */
  readonly atMost?: number;
  /** The command that replays a case, where it takes more than the law and the token. */
  readonly command?: (law: string, token: string) => string;
}

/** A contestant that runs here. */
export function here(entry: Entry, laws: readonly Law[]): Contestant {
  const { name, required } = entry;
  return {
    name,
    required,
    run: async (ids, plan, tell) => {
      const started = await entry.start(plan).catch((error: unknown) => firstLine(error));
      if (typeof started === "string") return { skipped: started };
      const { subject, description, atMost = plan.cases, command } = started;
      const run: Run = {
        seed: plan.seed,
        cases: plan.cases,
        engine: name,
        ...(plan.replay && { replay: plan.replay }),
        ...(command && { command }),
      };
      for (const law of laws.filter(({ id }) => ids.includes(id))) {
        const because = inapplicable(law, (clause) => missing(subject, clause));
        if (because !== undefined) tell({ law: law.id, engine: name, because });
        else tell({ evidence: await shown(law, subject, run, atMost) });
      }
      return {
        description: atMost < plan.cases ? `${description}; at most ${atMost} cases a clause` : description,
      };
    },
  };
}

/** Evidence from few cases, and from more where those are all beyond the subject's precision. */
async function shown(law: Law, subject: Subject, run: Run, atMost: number): Promise<Evidence> {
  for (let cases = Math.min(run.cases, atMost);; cases = Math.min(run.cases, cases * 4)) {
    const evidence = await examine(law, subject, { ...run, cases });
    if (evidence.failure?.token !== "" || cases === run.cases) return evidence;
  }
}

/** The first line of what was thrown. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}

/**
 * `deno task planted`: audits random logs of planted losses, and counts the verdicts that are false.
 *
 * @module
 */

import { exitStatus } from "../../experiments/runner/command.ts";
import { option, parseCommand, whole } from "../../experiments/runner/options.ts";
import { writeOut } from "../../experiments/runner/progress.ts";
import { judge, type Judged, PLANTED } from "../../fixtures/losses/judge.ts";
import { drawFrom } from "../../fixtures/losses/log.ts";
import { taskCommand } from "../shell.ts";

/** `deno task planted`. */
export const COMMAND = {
  task: "planted",
  about: "Audits random logs of planted losses, and counts the verdicts that are false.",
  options: {
    logs: option("Logs", whole(1), 10_000, "how many"),
    seed: option("Logs", whole(0, 2 ** 31), 0, "seed of the first; each has one more"),
  },
  examples: [["", "ten minutes on one core"], ["--logs 1 --seed 4711", "one log again"]],
  notes: [["Status", "0 if no verdict is false; otherwise 1."]],
} as const;

/** What is said of each kind of outcome. */
const SAID: Readonly<Record<Judged["outcome"], string>> = {
  right: "verdicts are right",
  undecided: "say that the rows do not tell, where noise hides a coefficient",
  unnamed: "are right, but do not name the mistake",
  hidden: "call a loss a β-VAE's that departs from one by less than they call unexplained",
  false: "are false",
};

/** Audits logs one after the other. */
export function countOutcomes(
  logs: number,
  seed: number,
  onFalse: (line: string) => void,
): Record<Judged["outcome"], number> {
  const counts = { right: 0, undecided: 0, unnamed: 0, hidden: 0, false: 0 };
  for (let i = seed; i < seed + logs; i++) {
    const planted = PLANTED[i % PLANTED.length]!, { outcome, verdict } = judge(planted, drawFrom(i));
    counts[outcome]++;
    if (outcome === "false") {
      onFalse(
        `false: ${planted.name}: ${verdict.words}\n  again: ${taskCommand("planted")} --logs 1 --seed ${i}\n`,
      );
    }
  }
  return counts;
}

if (import.meta.main) {
  const status = await exitStatus("planted", () => {
    const asked = parseCommand(COMMAND, Deno.args);
    if (asked.help !== null) return writeOut(asked.help), Promise.resolve(0);
    const { logs, seed } = asked.values, counts = countOutcomes(logs, seed, writeOut);
    for (const [outcome, count] of Object.entries(counts)) {
      writeOut(`${String(count).padStart(6)} ${SAID[outcome as Judged["outcome"]]}\n`);
    }
    return Promise.resolve(counts.false === 0 ? 0 : 1);
  });
  Deno.exit(status);
}

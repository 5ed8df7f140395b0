/**
 * Every check, each once: `deno task ok`.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import { childCommand } from "./process.ts";

/** It needs /dev/full and /proc. */
const ABUSE = "task abuse --count 60";

/** The checks, in the order of how soon they answer. */
const CHECKS = [
  "fmt --check --quiet",
  "lint --quiet",
  "check --quiet",
  "run --allow-run=deno --allow-env tools/doc_lint.ts",
  "task coverage",
  ABUSE,
  "task gate",
] as const;

const COMMAND = {
  task: "ok",
  about:
    "Every check: format, lint, types, documentation, tests with their coverage, damaged and killed runs, and the gate. The " +
    "first that fails ends it.",
  options: {},
  examples: [["", "before a change lands"]],
  notes: [["The checks", CHECKS.map((check) => `deno ${check}`).join("; ")]],
} as const;

if (import.meta.main) {
  const status = await exitStatus("ok", async () => {
    const { help } = parseCommand(COMMAND, Deno.args);
    if (help !== null) return writeOut(help), 0;
    for (const check of CHECKS) {
      if (check === ABUSE && Deno.build.os !== "linux") {
        writeErr(`ok: deno ${check} is left out: it needs Linux\n`);
        continue;
      }
      const { code } = await childCommand("deno", { args: check.split(" ") }).spawn().status;
      if (code === 0) continue;
      writeErr(`ok: deno ${check} failed\n`);
      return code;
    }
    return 0;
  });
  Deno.exit(status);
}

/**
 * Every check, each once: `deno task ok`.
 *
 * Where the tests have run without a permission before, only those run again that may mean something else with all of them.
 * These are the files of which a test was ignored: a test that needs a permission, a program or an engine is ignored without
 * it, and one that goes over engines stands in a file whose engines are those of `promisedEngines`, which has an ignored test
 * for each that did not start. Every other test names its engine.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import project from "../deno.json" with { type: "json" };
import { exitStatus } from "../experiments/runner/command.ts";
import { optional, parseCommand, path, UsageError } from "../experiments/runner/options.ts";
import { ask } from "../experiments/runner/permissions.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import { COUNTED } from "./coverage.ts";
import { childCommand } from "./process.ts";

/** It needs /dev/full and /proc. */
const ABUSE = "task abuse --count 60";

/** What runs the tests that `coverage` leaves, but for those of what the gate does with more cases and on every engine. */
const TESTS = "task -q test";
const LEFT = [...COUNTED, ...["laws", "library_laws", "mutants"].map((name) => `properties/${name}_test.ts`)];

/** The checks, in the order of how soon they answer. */
const CHECKS = [
  "fmt --check --quiet",
  "lint --quiet",
  "check --quiet",
  "run --allow-run=deno --allow-env tools/doc_lint.ts",
  "task coverage",
  TESTS,
  ABUSE,
  "task gate",
] as const;

/**
 * The test files of which every test passed.
 *
 * @param printed by `deno test --parallel`: `./FILE => TEST ... ok (1ms)`, and at the end how many passed, failed and were
 * ignored
 * @throws UsageError if that run did not pass, or if these numbers are not those of the lines
 */
export function passedFiles(printed: string): string[] {
  const passed = new Map<string, boolean>();
  const counts = { ok: 0, ignored: 0 };
  const lines = stripVTControlCharacters(printed);
  const test = /^\.\/(.+?_test\.tsx?) => .* \.\.\. (ok|ignored) \([^()]*\)$/gm;
  for (const [, file, how] of lines.matchAll(test)) {
    counts[how as keyof typeof counts]++;
    passed.set(file!, how === "ok" && passed.get(file!) !== false);
  }
  const end =
    /^ok \| (\d+) passed(?: \((\d+) steps?\))? \| 0 failed(?: \| (\d+) ignored(?: \(\d+ steps?\))?)? /m.exec(
      lines,
    );
  const [, tests, steps = "0", ignored = "0"] = end ?? [];
  const ok = Number(tests) + Number(steps);
  if (ok !== counts.ok || ignored !== `${counts.ignored}`) {
    const said = end === null
      ? "does not say how many passed"
      : `has ${counts.ok} that passed and ${counts.ignored} that were ignored, and counts ${ok} and ${ignored}`;
    throw new UsageError(
      `--passed must be what deno test --parallel printed of a run that passed, but it ${said}`,
    );
  }
  return [...passed.keys()].filter((file) => passed.get(file));
}

const COMMAND = {
  task: "ok",
  about:
    "Every check: format, lint, types, documentation, tests with their coverage, damaged and killed runs, and the gate. The " +
    "first that fails ends it.",
  options: {
    passed: optional(
      "Tests",
      path("a file"),
      `what a run of deno test --parallel printed: files of which every test passed are left out, but in ${
        COUNTED.join(", ")
      }`,
    ),
  },
  examples: [
    ["", "before a change lands"],
    ["--passed printed.txt", "after deno test --parallel >printed.txt"],
  ],
  notes: [["The checks", CHECKS.map((check) => `deno ${check}`).join("; ")]],
} as const;

if (import.meta.main) {
  const status = await exitStatus("ok", async () => {
    const parsed = parseCommand(COMMAND, Deno.args);
    if (parsed.help !== null) return writeOut(parsed.help), 0;
    const { passed } = parsed.values;
    if (passed !== null) await ask("ok", ["read"], passed, "--passed");
    const done = passed === null ? [] : passedFiles(await Deno.readTextFile(passed));
    for (const check of CHECKS) {
      if (check === ABUSE && Deno.build.os !== "linux") {
        writeErr(`ok: deno ${check} is left out: it needs Linux\n`);
        continue;
      }
      // The flag takes the place of what deno.json excludes.
      const more = check === TESTS ? [`--ignore=${[...project.exclude, ...LEFT, ...done].join(",")}`] : [];
      const { code } = await childCommand("deno", { args: [...check.split(" "), ...more] }).spawn().status;
      if (code === 0) continue;
      writeErr(`ok: deno ${check} failed\n`);
      return code;
    }
    return 0;
  });
  Deno.exit(status);
}

/**
 * Requires that the tests reach enough of lib/ and figure/: `deno task coverage`.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import { childCommand } from "./process.ts";

/** The least share of lines, in percent. */
const REQUIRED = 95;

/** Lines found and hit, file by file, in what `deno coverage --lcov` prints. */
export function linesByFile(lcov: string): { file: string; found: number; hit: number }[] {
  return lcov.split("end_of_record").flatMap((record) => {
    const file = /^SF:(.*)$/m.exec(record)?.[1];
    if (file === undefined) return [];
    const [found, hit] = ["LF", "LH"].map((field) =>
      Number(new RegExp(`^${field}:(\\d+)$`, "m").exec(record)![1])
    );
    return [{ file, found: found!, hit: hit! }];
  });
}

const COMMAND = {
  task: "coverage",
  about:
    `Runs all tests but those of laws that the gate repeats, and requires that they reach ${REQUIRED} percent of the lines of lib/ and figure/.`,
  options: {},
  examples: [["", "the tests, and the files that they reach too little of"]],
} as const;
const FOLDER = ".test/coverage";
/** Tests of what `deno task gate` does with more cases and on every engine. */
const OF_THE_GATE = ["laws", "library_laws", "mutants"].map((name) => `properties/${name}_test.ts`);

if (import.meta.main) {
  const status = await exitStatus("coverage", async () => {
    const { help } = parseCommand(COMMAND, Deno.args);
    if (help !== null) return writeOut(help), 0;
    const coverage = [`--coverage=${FOLDER}`, "--coverage-raw-data-only"];
    const tests = ["task", "-q", "test", ...coverage, `--ignore=${OF_THE_GATE.join(",")}`];
    const { code } = await childCommand("deno", { args: tests }).spawn().status;
    if (code !== 0) return code;
    const { stdout, success } = await childCommand("deno", {
      args: ["coverage", "--lcov", "--include=/(lib|figure)/", "--exclude=_test\\.ts", FOLDER],
      stderr: "inherit",
    }).output();
    if (!success) return 1;
    const files = linesByFile(new TextDecoder().decode(stdout));
    const total = (kind: "found" | "hit"): number => files.reduce((sum, file) => sum + file[kind], 0);
    const share = 100 * total("hit") / total("found");
    for (const { file, found, hit } of files.filter((f) => f.hit < REQUIRED / 100 * f.found)) {
      writeOut(`${file.replace(/^.*\/(lib|figure)\//, "$1/")}: ${hit} of ${found} lines\n`);
    }
    writeOut(
      `lib/ and figure/: ${share.toFixed(2)}% of ${
        total("found")
      } lines are reached, ${REQUIRED}% are required\n`,
    );
    return share >= REQUIRED ? 0 : 1;
  });
  Deno.exit(status);
}

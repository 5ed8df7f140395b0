/**
 * Requires that the tests of lib/ and figure/ reach enough of them: `deno task coverage`.
 *
 * Those of the other folders are not counted: they would run for half as long again, up to twice as long, and what is only
 * reached from there has no test beside it.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import { childCommand } from "./process.ts";

/** The folders whose tests run, and whose lines are counted. */
export const COUNTED = ["lib", "figure"] as const;
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
  about: `Runs the tests of ${
    COUNTED.join("/ and ")
  }/, and requires that they reach ${REQUIRED} percent of its lines.`,
  options: {},
  examples: [["", "the tests, and the files that they reach too little of"]],
} as const;
const FOLDER = ".test/coverage";

if (import.meta.main) {
  const status = await exitStatus("coverage", async () => {
    const { help } = parseCommand(COMMAND, Deno.args);
    if (help !== null) return writeOut(help), 0;
    // What was counted of other sources would count as well.
    const coverage = [`--coverage=${FOLDER}`, "--coverage-raw-data-only", "--clean"];
    const { code } = await childCommand("deno", { args: ["task", "-q", "test", ...coverage, ...COUNTED] })
      .spawn().status;
    if (code !== 0) return code;
    const { stdout, success } = await childCommand("deno", {
      args: ["coverage", "--lcov", `--include=/(${COUNTED.join("|")})/`, "--exclude=_test\\.ts", FOLDER],
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

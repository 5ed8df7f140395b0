/**
 * Requires that the tests reach enough of lib/: `deno task coverage`.
 *
 * @module
 */

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

if (import.meta.main) {
  const [folder] = Deno.args;
  const { stdout, success } = await childCommand("deno", {
    args: ["coverage", "--lcov", "--include=/lib/", "--exclude=_test\\.ts", folder!],
    stderr: "inherit",
  }).output();
  if (!success) Deno.exit(1);
  const files = linesByFile(new TextDecoder().decode(stdout));
  const total = (of: "found" | "hit"): number => files.reduce((sum, file) => sum + file[of], 0);
  const share = 100 * total("hit") / total("found");
  for (const { file, found, hit } of files.filter((f) => f.hit < REQUIRED / 100 * f.found)) {
    console.log(`${file.replace(/^.*\/lib\//, "lib/")}: ${hit} of ${found} lines`);
  }
  console.log(`lib/: ${share.toFixed(2)}% of ${total("found")} lines are reached, ${REQUIRED}% are required`);
  if (!(share >= REQUIRED)) Deno.exit(1);
}

/**
 * `deno task vectors`: writes the test vectors.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import { laws } from "../laws.ts";
import { writeAtomically } from "../lib/training/atomic_write.ts";
import { vectors } from "../properties/vectors/vectors.ts";

const FILE = "properties/vectors/vectors.json";

const COMMAND = {
  task: "vectors",
  about: `Writes ${FILE}: calls with what laws expect of their answers, for tests without Deno.`,
  options: {},
  examples: [["", "after a change of a law"]],
} as const;

if (import.meta.main) {
  const status = await exitStatus("vectors", async () => {
    const { help } = parseCommand(COMMAND, Deno.args);
    if (help !== null) return writeOut(help), 0;
    await writeAtomically(FILE, new TextEncoder().encode(await vectors(laws)));
    writeOut(`${FILE}\n`);
    return 0;
  });
  Deno.exit(status);
}

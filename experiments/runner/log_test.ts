import { assert, assertEquals, assertThrows } from "@std/assert";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/mod.ts";
import { mnistStudy } from "../mnist/study.ts";
import { askedOf } from "./command.ts";
import { openLog } from "./log.ts";
import { standardOf, UsageError } from "./options.ts";
import { start } from "./run.ts";
import { resolved } from "./study.ts";

const rowsOf = (file: string): Record<string, unknown>[] =>
  Deno.readTextFileSync(file).trimEnd().split("\n").map((line) => JSON.parse(line));

onDisk(
  "a log has a line for each step, keeps what is there, and numbers that are not finite by name",
  (folder) => {
    const file = `${folder}/log.jsonl`;
    for (const step of [1, 2]) {
      using log = openLog(file, assert);
      log.row("a", step, { loss: 2.5, kl: Infinity, x: NaN });
    }
    const rows = rowsOf(file);
    assertEquals(
      rows.map((
        { _timestamp: time, ...row },
      ) => (assert(Math.abs(Number(time) - Date.now() / 1000) < 60), row)),
      [
        { _step: 1, part: "a", loss: 2.5, kl: "Infinity", x: "NaN" },
        { _step: 2, part: "a", loss: 2.5, kl: "Infinity", x: "NaN" },
      ],
    );
    const { message } = assertThrows(() => openLog(folder, assert), DataError);
    assert(message.startsWith(`${folder}: the log cannot be opened: `), message);
    return Promise.resolve();
  },
);

onDisk("many lines are written as they come, and not only at the end", (folder) => {
  const file = `${folder}/log.jsonl`;
  using log = openLog(file, assert);
  for (let step = 1; step <= 2000; step++) log.row("a", step, { loss: step });
  assert(rowsOf(file).length > 500);
  return Promise.resolve();
});

Deno.test("a log that can no longer be written is said once, and the run goes on", () => {
  const warned: string[] = [];
  let closed = 0;
  const full = {
    writeSync: () => {
      throw new Error("No space left on device (os error 28)");
    },
    close: () => void closed++,
  };
  {
    using log = openLog("a.jsonl", (line) => warned.push(line), () => full);
    for (let step = 1; step <= 5000; step++) log.row("a", step, { loss: step });
  }
  assertEquals([closed, warned.length], [1, 1]);
  assert(warned[0]!.startsWith("a.jsonl: the log cannot be written, and goes no further: "), warned[0]);
});

Deno.test("a log is of what this process trains: beside a queue it is refused", () => {
  const args = ["--log", "steps.jsonl", "--queue", "redis://127.0.0.1:6379"];
  assertThrows(() => askedOf(mnistStudy, args), UsageError, "--log has no meaning with --queue");
  const asked = askedOf(mnistStudy, ["--resume", "r", "--log", "steps.jsonl"]);
  assertEquals(asked.help === null && asked.log, "steps.jsonl");
});

onDisk(
  "a training logs each of its steps with the loss and its terms, and its results are the same",
  async (folder) => {
    const small = { hidden: [8], latent: 2, limit: 256, posterior: "full", quick: true, seed: 0 };
    const values = { ...standardOf(mnistStudy.options, true), ...small };
    const options = resolved(mnistStudy, values as never, new Set(Object.keys(small)));
    const rows: unknown[][] = [];
    const log = (...row: unknown[]): void => void rows.push(row);
    const run = (out: string, more = {}) =>
      start(mnistStudy, options, { engine: "wasm", out: `${folder}/${out}` }, more);
    await run("logged", { log });
    await run("plain");
    assertEquals(rows.map(([part, step]) => [part, step]), [["training", 1], ["training", 2]]);
    const { loss, ...terms } = rows[0]![2] as Record<string, number>;
    const sum = Object.values(terms).reduce((a, b) => a + b, 0);
    // Each is a float32 mean over a batch: a few roundings of the largest.
    assert(Math.abs(loss! - sum) <= 8 * 2 ** -23 * loss!, `${loss} and ${sum}`);
    const [one, other] = ["logged", "plain"].map((out) =>
      Deno.readTextFileSync(`${folder}/${out}/results.json`)
    );
    assertEquals(one, other);
  },
);

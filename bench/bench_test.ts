import { assert, assertEquals } from "@std/assert";
import { childCommand } from "../tools/process.ts";
import { inFolder, mayUseDisk } from "../fixtures/temporary_folder.ts";
import { startEngine } from "../lib/engine/mod.ts";
import { bench } from "./bench.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import { SMALL } from "./shape.ts";
import { WORKLOADS } from "./workload.ts";
import { writeResults } from "./write_results.ts";

const mayRun = Deno.permissions.querySync({ name: "run", command: "deno" }).state === "granted";
const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
/** No time to be exact. */
const HASTY = { pause: 0, turn: 10, warm: 10 };
const JOB = new URL("./main.ts", import.meta.url).href;

Deno.test({
  name: `the library on wasm, stock tfjs and jax-js compute the same losses, and all are timed ${NEEDS}`,
  ignore: !mayUseDisk || !mayRun,
  fn: () =>
    inFolder(async (folder) => {
      await startEngine("cpu");
      const args = [
        "--quick",
        "--only",
        "steps",
        "--rounds",
        "3",
        "--implementations",
        "grae-wasm,stock,jax-js",
      ];
      const results = await bench(
        parseOptions(args, navigator.hardwareConcurrency) as BenchOptions,
        folder,
        SMALL,
        HASTY,
      );
      assertEquals(results.different, []);
      assertEquals(results.implementations.map(({ id }) => id), ["grae-wasm", "stock", "jax-js"]);
      assertEquals(
        results.steps!.map(({ workload, id }) => `${workload} ${id}`),
        WORKLOADS.flatMap((workload) => [`${workload} grae-wasm`, `${workload} stock`, `${workload} jax-js`]),
      );
      assert(results.implementations.every((one) => "rate" in one && one.rate > 0));
      for (const { milliseconds: { lower, median, upper, count } } of results.steps!) {
        assert(0 < lower && lower <= median && median <= upper && count >= 3);
      }
      const files = await writeResults(folder, results);
      assertEquals(files, [`${folder}/results.json`, `${folder}/results.md`]);
      assertEquals(JSON.parse(await Deno.readTextFile(files[0]!)), results);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
        "results.json",
        "results.md",
      ]);
    }),
});

Deno.test({
  name: `a command line that cannot be followed ends with one line and status 2 (needs --allow-run=deno)`,
  ignore: !mayRun,
  fn: async () => {
    const { code, stderr } = await childCommand("deno", {
      args: ["run", "--no-prompt", JOB, "--rounds", "none"],
    }).output();
    assertEquals(code, 2);
    assertEquals(
      new TextDecoder().decode(stderr),
      'bench: --rounds must be a whole number from 1, but it is "none"\n',
    );
  },
});

import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../lib/data/mod.ts";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { findRuns } from "../../properties/gate/runs_folder.ts";
import { folderOnDisk } from "../report/disk_source.ts";
import { readRunFile } from "./disk.ts";
import { childCommand } from "./process.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test)";

/** Makes a file of this size that takes no room on the disk. */
async function sparse(path: string, size: number): Promise<void> {
  await Deno.writeFile(path, new Uint8Array(0));
  await Deno.truncate(path, size);
}

Deno.test({
  name: `files of gigabytes in a run are refused by their size, before they are read ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      const run = `${folder}/run`;
      await Deno.mkdir(run);
      const before = Deno.memoryUsage().rss;
      for (const file of ["manifest.json", "metrics.jsonl", "samples.png", "curves.svg"]) {
        await sparse(`${run}/${file}`, 3e9);
        const why = "must have at most 268435456 bytes, but has 3000000000";
        const resumed = await assertRejects(() => readRunFile(run, file), DataError);
        assertEquals(resumed.message, `${run}/${file}: ${why}`);
        const reported = await assertRejects(() => folderOnDisk(run, "run").read(file), DataError);
        assertEquals(reported.message, `run/${file}: ${why}`);
      }
      const { leftOut } = await findRuns(folder);
      assertEquals(leftOut, [`${run}/manifest.json: must have at most 268435456 bytes, but has 3000000000`]);
      const growth = (Deno.memoryUsage().rss - before) / 1e6;
      assertEquals(growth < 200, true, `${growth} MB`);
    }),
});

Deno.test({
  name: `a FIFO in the place of a run's file is refused, and nothing waits for it ${
    NEEDS.replace(")", " --allow-run=deno)")
  }`,
  ignore: !mayUseDisk || denoCommand === undefined || Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const run = `${folder}/run`;
      await Deno.mkdir(run);
      const fifo = `${run}/manifest.json`;
      await childCommand(denoCommand!, {
        args: ["eval", `await new Deno.Command("mkfifo", { args: [${JSON.stringify(fifo)}] }).output();`],
      }).output();
      const why = "must be a file, but is a FIFO";
      assertEquals((await assertRejects(() => readRunFile(run, "manifest.json"))).message, `${fifo}: ${why}`);
      assertEquals((await findRuns(folder)).leftOut, [`${fifo}: ${why}`]);
      await assertRejects(() => folderOnDisk(run, "run").read("manifest.json"), DataError, "must be a file");
    }),
});

import { assertEquals, assertRejects } from "@std/assert";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/error.ts";
import { RunFolder } from "./folder.ts";

onDisk("a file of a run has at most 256 MiB", async (folder) => {
  const run = new RunFolder(folder, "powers");
  const sized = async (bytes: number): Promise<void> => {
    using file = await Deno.open(`${folder}/a.csv`, { write: true, create: true });
    // Without blocks on the disk.
    await file.truncate(bytes);
  };
  await sized(2 ** 28);
  assertEquals((await run.read("a.csv"))?.length, 2 ** 28);
  await sized(2 ** 28 + 1);
  await assertRejects(
    () => run.read("a.csv"),
    DataError,
    `must have at most ${2 ** 28} bytes, but has ${2 ** 28 + 1}`,
  );
  assertEquals(await run.read("b.csv"), null);
});

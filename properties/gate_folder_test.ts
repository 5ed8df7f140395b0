import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { onDisk } from "../fixtures/temporary_folder.ts";
import { DataError } from "../lib/data/error.ts";
import type { Disk } from "../lib/training/write_together.ts";
import { openEvidenceFolder } from "./gate/files.ts";

const FILES = new Map([["evidence.json", "{}"], ["index.html", "<p>"]]);
const namesIn = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** The disk with so many free bytes, and how many were tried at the most at once. */
function withRoom(room: number): { disk: Disk; tried: number[] } {
  const tried: number[] = [];
  const disk: Disk = {
    open: async (path, options) => {
      const file = await Deno.open(path, options);
      return {
        write: (bytes) => {
          tried.push(bytes.length);
          return bytes.length > room
            ? Promise.reject(new Error("No space left on device (os error 28)"))
            : file.write(bytes);
        },
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
    rename: (from, to) => Deno.rename(from, to),
    copyFile: (from, to) => Deno.copyFile(from, to),
    remove: (path) => Deno.remove(path),
  };
  return { disk, tried };
}

onDisk("a folder for evidence is made, holds all files, and is free again afterwards", async (place) => {
  const folder = `${place}/not/yet there`;
  {
    await using evidence = await openEvidenceFolder(folder);
    await evidence.write(FILES);
    await assertRejects(() => openEvidenceFolder(folder), DataError, "is being written by process");
  }
  assertEquals(namesIn(folder), ["evidence.json", "index.html"]);
  await using again = await openEvidenceFolder(folder);
  await again.write(new Map([["evidence.json", "[]"]]));
  assertEquals(await Deno.readTextFile(`${folder}/evidence.json`), "[]");
});

onDisk(
  "a full disk is found before there is evidence: 1 MiB, or the last evidence twice, must fit",
  async (folder) => {
    const MIB = 2 ** 20;
    const refused = async (room: number): Promise<string> =>
      (await assertRejects(() => openEvidenceFolder(folder, withRoom(room).disk), DataError)).message;
    const message = await refused(MIB - 1);
    assertEquals(message, `${folder}: cannot be written: No space left on device (os error 28)`);
    // Refused, it is left as it was, and free.
    assertEquals(namesIn(folder), []);
    const { disk, tried } = withRoom(MIB);
    await (await openEvidenceFolder(folder, disk))[Symbol.asyncDispose]();
    assertEquals([tried, namesIn(folder)], [[MIB], []]);
    await Deno.writeFile(`${folder}/evidence.json`, new Uint8Array(MIB));
    await Deno.writeFile(`${folder}/index.html`, new Uint8Array(5));
    await Deno.writeFile(`${folder}/holiday.jpg`, new Uint8Array(MIB));
    await refused(2 * (MIB + 5) - 1);
    await (await openEvidenceFolder(folder, withRoom(2 * (MIB + 5)).disk))[Symbol.asyncDispose]();
    assertEquals(namesIn(folder), ["evidence.json", "holiday.jpg", "index.html"]);
  },
);

onDisk(
  "a disk that fills up while evidence is written leaves the old evidence, in one line",
  async (folder) => {
    {
      await using evidence = await openEvidenceFolder(folder);
      await evidence.write(FILES);
    }
    const { disk } = withRoom(2 ** 20);
    await using full = await openEvidenceFolder(folder, disk);
    const files = new Map([["evidence.json", "new"], ["index.html", "x".repeat(2 ** 20 + 1)]]);
    const { message } = await assertRejects(() => full.write(files), DataError);
    assertEquals(message, `${folder}: cannot be written: No space left on device (os error 28)`);
    assertEquals(await Deno.readTextFile(`${folder}/evidence.json`), "{}");
    assertEquals(namesIn(folder).filter((name) => name !== ".lock"), ["evidence.json", "index.html"]);
  },
);

onDisk(
  "what a killed gate left is swept, and a folder that cannot be is refused in one line",
  async (folder) => {
    const left = `evidence.json.${crypto.randomUUID()}.tmp`;
    await Deno.writeTextFile(`${folder}/${left}`, "half");
    await (await openEvidenceFolder(folder))[Symbol.asyncDispose]();
    assertEquals(namesIn(folder), []);
    await Deno.writeTextFile(`${folder}/file`, "");
    for (const path of [`${folder}/file`, `${folder}/file/in`, `${folder}/${"x".repeat(300)}`]) {
      const { message } = await assertRejects(() => openEvidenceFolder(path), DataError);
      assertStringIncludes(message, `${path}: cannot be written: `);
      assert(!message.includes("\n"), message);
    }
  },
);

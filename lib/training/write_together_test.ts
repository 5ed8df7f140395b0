import { assert, assertEquals, assertRejects } from "@std/assert";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { assertRoom, type Disk, writeTogether } from "./write_together.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test)";
const FULL = "No space left on device (os error 28)";

/** The disk with so many free bytes, whose step of a number from 0 fails; it counts its steps. */
function limited({ room = Infinity, failing = -1 }: { room?: number; failing?: number }) {
  const count = { steps: 0 };
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (count.steps++ === failing) throw new Error("Input/output error (os error 5)");
    return await work();
  };
  const disk: Disk = {
    open: (path, options) =>
      step(async () => {
        const file = await Deno.open(path, options);
        return {
          write: (bytes) =>
            step(() => {
              room -= bytes.length;
              return room < 0 ? Promise.reject(new Error(FULL)) : file.write(bytes);
            }),
          sync: () => step(() => file.sync()),
          close: () => file.close(),
        };
      }),
    rename: (from, to) => step(() => Deno.rename(from, to)),
    copyFile: (from, to) => step(() => Deno.copyFile(from, to)),
    // What is left over is removed even from a disk that fails.
    remove: (path) => Deno.remove(path),
  };
  return { disk, count };
}

/** The names in a folder with their texts. */
const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    [...Deno.readDirSync(folder)].map(({ name }) => [name, Deno.readTextFileSync(`${folder}/${name}`)]),
  );
const filesOf = (folder: string, content: Record<string, string>): Map<string, Uint8Array> =>
  new Map(
    Object.entries(content).map(([name, text]) => [`${folder}/${name}`, new TextEncoder().encode(text)]),
  );

const OLD = { "a": "old a", "c": "old c" };
const NEW = { "a": "new a", "b": "new b", "c": "new c" };

Deno.test({
  name:
    `files are written together: a failure of any step leaves the old ones whole and none of the new ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      await writeTogether(filesOf(folder, OLD));
      assertEquals(contentOf(folder), OLD);
      let failing = 0;
      for (;; failing++) {
        const { disk, count } = limited({ failing });
        const failed = await writeTogether(filesOf(folder, NEW), disk).then(() => false, () => true);
        if (!failed) {
          assert(count.steps <= failing);
          break;
        }
        assertEquals(contentOf(folder), OLD, `step ${failing}`);
      }
      // For each of three files: open, write, sync, copy, rename.
      assertEquals(failing, 15);
      assertEquals(contentOf(folder), NEW);
    }),
});

Deno.test({
  name: `a disk that fills up on the way leaves the old files, and says so ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      await writeTogether(filesOf(folder, OLD));
      const { disk } = limited({ room: 12 });
      await assertRejects(() => writeTogether(filesOf(folder, NEW), disk), Error, FULL);
      assertEquals(contentOf(folder), OLD);
    }),
});

Deno.test({
  name:
    `room is found by writing so many bytes and removing them, and its lack is the system's error ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      for (const bytes of [0, 1, 70_000, 1_000_000]) {
        await assertRoom(folder, bytes, limited({ room: bytes }).disk);
        if (bytes > 0) {
          await assertRejects(
            () => assertRoom(folder, bytes, limited({ room: bytes - 1 }).disk),
            Error,
            FULL,
          );
        }
        for (const failing of bytes > 0 ? [0, 1, 2] : [0, 1]) {
          await assertRejects(
            () => assertRoom(folder, bytes, limited({ failing }).disk),
            Error,
            "os error 5",
          );
        }
      }
      await assertRejects(() => assertRoom(`${folder}/nowhere`, 1), Deno.errors.NotFound);
      assertEquals(contentOf(folder), {});
    }),
});

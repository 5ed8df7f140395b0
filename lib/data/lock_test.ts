import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DataError } from "./error.ts";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { lock, tryLock } from "./lock.ts";
import { isOsError } from "./os_error.ts";
import { childCommand, permission } from "../../tools/process.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test)";
const NEEDS_DENO = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";

Deno.test({
  name:
    `a locked file is refused to a second, which is told the first one's process, until it is free ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      const file = `${folder}/.lock`;
      // Of a process that ended long ago, with a longer line than any of now.
      await Deno.writeTextFile(file, `${"9".repeat(80)} ${"x".repeat(80)}\n`);
      {
        await using _first = await lock(file, folder);
        const { message } = await assertRejects(() => lock(file, folder), DataError);
        assertMatch(
          message,
          new RegExp(
            `^${folder}: is being written by process ${Deno.pid} since [^ ]+Z: wait for the end, or stop it$`,
          ),
        );
      }
      assertEquals([...Deno.readDirSync(folder)], []);
      await using _second = await lock(file, folder);
      await Deno.writeTextFile(file, "");
      await assertRejects(() => lock(file, folder), DataError, "is being written by another process: ");
    }),
});

Deno.test({
  name: `of many that lock at once one wins, and what was left by others is taken over ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      const file = `${folder}/.lock`;
      await Deno.writeTextFile(file, "half of a pid");
      for (let round = 0; round < 20; round++) {
        let held = 0;
        let most = 0;
        const won = await Promise.allSettled(Array.from({ length: 8 }, async () => {
          await using _lock = await lock(file, folder);
          most = Math.max(most, ++held);
          await new Promise((resolve) => setTimeout(resolve, 2));
          held--;
        }));
        assertEquals(most, 1);
        assert(won.some(({ status }) => status === "fulfilled"));
      }
    }),
});

Deno.test({
  name: `processes that share a lock keep out one that would be alone, and the last removes it ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      const file = `${folder}/.lock`;
      const first = await tryLock(file, folder, "shared"), second = await tryLock(file, folder, "shared");
      assert(first !== null && second !== null);
      for (const one of [first, second]) {
        assertEquals(await tryLock(file, folder), null);
        const { message } = await assertRejects(() => lock(file, folder), DataError);
        assertEquals(
          message,
          `${folder}: is being written by processes that share it: wait for the end, or stop it`,
        );
        await one![Symbol.asyncDispose]();
      }
      assertEquals([...Deno.readDirSync(folder)], []);
      await using alone = await tryLock(file, folder);
      assert(alone !== null);
      assertEquals(await tryLock(file, folder, "shared"), null);
    }),
});

Deno.test({
  name: `a lock dies with its process, however that ends ${NEEDS_DENO}`,
  ignore: !mayUseDisk || denoCommand === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const file = `${folder}/.lock`;
      const program = `${folder}/hold.ts`;
      await Deno.writeTextFile(
        program,
        `import { lock } from "${new URL("./lock.ts", import.meta.url).href}";
        await lock(Deno.args[0]!, "here");
        console.log("held");
        setInterval(() => {}, 1000);`,
      );
      const child = childCommand(denoCommand!, {
        args: [
          "run",
          "--no-prompt",
          permission("read", [folder]),
          permission("write", [folder]),
          program,
          file,
        ],
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.getReader();
      await reader.read();
      await assertRejects(() => lock(file, folder), DataError, `by process ${child.pid} since `);
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
      await using _lock = await lock(file, folder);
    }),
});

Deno.test({
  name: `where no lock can be written, the caller hears why from the system ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      await assertRejects(() => lock(`${folder}/none/.lock`, folder), Deno.errors.NotFound);
      await Deno.mkdir(`${folder}/.lock`);
      assert(isOsError(await lock(`${folder}/.lock`, folder).catch((error) => error)));
    }),
});

Deno.test({
  name: `a link in the place of a lock is refused, and what it leads to stays as it is ${NEEDS_DENO}`,
  ignore: !mayUseDisk || denoCommand === undefined || Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/letter.txt`, "dear");
      // Deno lets no program make links that is granted folders alone.
      const script = `Deno.symlinkSync("letter.txt", ${JSON.stringify(`${folder}/.lock`)})`;
      await childCommand(denoCommand!, { args: ["eval", script] }).output();
      await assertRejects(() => lock(`${folder}/.lock`, folder), DataError, "must be a file, but is a link");
      assertEquals(await Deno.readTextFile(`${folder}/letter.txt`), "dear");
    }),
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import { childCommand, permission } from "../../tools/process.ts";
import { type Disk, isUnfinished, removeUnfinished, writeAtomically } from "./atomic_write.ts";
import { denoCommand, inFolder, mayUseDisk, onDisk } from "../../fixtures/temporary_folder.ts";

/** What a disk promises: the value, or the error, later. */
const attempt = <T>(work: () => T): Promise<T> => Promise.resolve().then(work);

const OLD = Uint8Array.of(1, 2, 3);
const NEW = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);

/** A disk in memory that takes at most 64 bytes at a write, and fails at step `failing`; it notes each step. */
function memory(content: Record<string, Uint8Array>, failing?: string) {
  const files = new Map(Object.entries(content));
  const steps: string[] = [];
  const step = (name: string): void => {
    steps.push(name);
    if (name === failing) throw new Error(`no ${name}`);
  };
  const disk: Disk = {
    open: (path, { createNew }) =>
      attempt(() => {
        step("open");
        assert(createNew && !files.has(path));
        files.set(path, new Uint8Array(0));
        return {
          write: (bytes: Uint8Array) =>
            attempt(() => {
              step("write");
              files.set(path, Uint8Array.of(...files.get(path)!, ...bytes.subarray(0, 64)));
              return Math.min(bytes.length, 64);
            }),
          sync: () => attempt(() => step("sync")),
          close: () => step("close"),
        };
      }),
    rename: (from, to) =>
      attempt(() => {
        step("rename");
        files.set(to, files.get(from)!);
        files.delete(from);
      }),
    remove: (path) =>
      attempt(() => {
        step("remove");
        files.delete(path);
      }),
  };
  return { files, steps, disk };
}

Deno.test("all bytes are written and on the disk before the name is given", async () => {
  for (const content of [{}, { "run/w": OLD }]) {
    const { files, steps, disk } = memory(content);
    await writeAtomically("run/w", NEW, disk);
    assertEquals(Object.fromEntries(files), { "run/w": NEW });
    assertEquals([...new Set(steps)], ["open", "write", "sync", "close", "rename"]);
  }
});

for (const failing of ["open", "write", "sync", "close", "rename"]) {
  Deno.test(`a failure to ${failing} leaves the old file and nothing else, and is what the caller sees`, async () => {
    const { files, disk } = memory({ "run/w": OLD }, failing);
    await assertRejects(() => writeAtomically("run/w", NEW, disk), Error, `no ${failing}`);
    assertEquals(Object.fromEntries(files), { "run/w": OLD });
  });
}

Deno.test("a failure is not hidden by one to remove what it left", async () => {
  const { disk } = memory({}, "remove");
  const broken = { ...disk, rename: () => Promise.reject(new Error("no rename")) };
  await assertRejects(() => writeAtomically("run/w", NEW, broken), Error, "no rename");
});

Deno.test("two writes at the same time use different temporary names in the file's own folder", async () => {
  const { disk } = memory({});
  const opened: string[] = [];
  const noting: Disk = { ...disk, open: (path, options) => (opened.push(path), disk.open(path, options)) };
  await Promise.all([1, 2].map((byte) => writeAtomically("run/w", Uint8Array.of(byte), noting)));
  assertEquals(new Set(opened).size, 2);
  for (const path of opened) assert(/^run\/w\.[0-9a-f-]{36}\.tmp$/.test(path), path);
});

/** The names in a folder. */
const names = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test({
  name:
    "on a real disk a file is made and replaced, and a failure leaves all as it was (needs --allow-read=. --allow-write=.test)",
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      await writeAtomically(`${folder}/w`, OLD);
      assertEquals(await Deno.readFile(`${folder}/w`), OLD);
      await writeAtomically(`${folder}/w`, NEW);
      assertEquals(await Deno.readFile(`${folder}/w`), NEW);
      await Deno.mkdir(`${folder}/taken/inner`, { recursive: true });
      await assertRejects(() => writeAtomically(`${folder}/taken`, NEW));
      await assertRejects(() => writeAtomically(`${folder}/missing/w`, NEW), Deno.errors.NotFound);
      assertEquals(names(folder), ["taken", "w"]);
    }),
});

Deno.test({
  name:
    "a process killed while it writes, with permission for that one folder alone, leaves a whole file (needs --allow-read=. --allow-write=.test --allow-run=deno)",
  ignore: !mayUseDisk || denoCommand === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const module = new URL("./atomic_write.ts", import.meta.url).href;
      const size = 4_000_000;
      await Deno.writeTextFile(
        `${folder}/write.ts`,
        `import { writeAtomically } from "${module}";
        for (let i = 0; ; i++) {
          await writeAtomically(Deno.args[0]!, new Uint8Array(${size}).fill(i % 251));
          if (i === 0) await Deno.stdout.write(Uint8Array.of(10));
        }`,
      );
      for (const wait of [0, 7, 16, 31, 54]) {
        const child = childCommand(denoCommand!, {
          args: [
            "run",
            "--no-config",
            permission("read", [folder]),
            permission("write", [folder]),
            `${folder}/write.ts`,
            `${folder}/w`,
          ],
          stdout: "piped",
          stderr: "inherit",
        }).spawn();
        const output = child.stdout.getReader();
        await output.read();
        await new Promise((resolve) => setTimeout(resolve, wait));
        child.kill("SIGKILL");
        await child.status;
        await output.cancel();
        const bytes = await Deno.readFile(`${folder}/w`);
        assertEquals(bytes.length, size);
        assert(bytes.every((byte) => byte === bytes[0]));
      }
    }),
});

onDisk("what a killed process left is removed from a folder, and nothing else", async (folder) => {
  const left = () => `w.${crypto.randomUUID()}.tmp`, directory = left();
  for (const name of [left(), left(), "w", "w.tmp"]) await Deno.writeFile(`${folder}/${name}`, OLD);
  await Deno.mkdir(`${folder}/${directory}`);
  await Deno.writeFile(`${folder}/${directory}/${left()}`, OLD);
  await removeUnfinished(folder);
  assertEquals(names(folder), ["w", "w.tmp", directory].sort());
  assertEquals(names(`${folder}/${directory}`).length, 1);
  await assertRejects(() => removeUnfinished(`${folder}/none`), Deno.errors.NotFound);
});

Deno.test("only the names that a write gives to its own temporary files are those of unfinished ones", () => {
  const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  assert(isUnfinished(`model.safetensors.${id}.tmp`));
  assert(isUnfinished(`x.${crypto.randomUUID()}.tmp`));
  for (
    const name of [
      "notes.tmp",
      `${id}.tmp`,
      `.${id}.tmp`,
      `x.${id}`,
      `x.${id}.tmp.gz`,
      `x.${id.slice(1)}.tmp`,
      "x.tmp",
    ]
  ) {
    assertEquals(isUnfinished(name), false, name);
  }
});

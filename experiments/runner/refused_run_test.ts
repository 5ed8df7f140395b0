import { assert, assertEquals, assertRejects } from "@std/assert";
import { again, begin, LEFT, names, read, stopAfter, study } from "../../fixtures/runs/powers_run.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/mod.ts";
import { integers } from "../../lib/engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { HOLE, sealed } from "../../lib/training/checksum.ts";
import { UsageError } from "./options.ts";
import { resumeCommand } from "./permissions.ts";
import type { RunOptions } from "./study.ts";

/** A file that was changed, with the checksum that it must state then. */
const resealed = (text: string): Promise<Uint8Array> =>
  sealed(new TextEncoder().encode(text.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${HOLE}"`)));
/** Writes a manifest that was changed. */
const writeManifest = async (folder: string, text: string): Promise<void> =>
  await Deno.writeFile(`${folder}/manifest.json`, await resealed(text));

onDisk("a run does not go on with other data, or options that are none", async (folder) => {
  const out = `${folder}/run`;
  await begin(out, study(), {}, stopAfter(2));
  const refusal = async (one = study(), more = {}): Promise<string> =>
    (await assertRejects(() => again(out, one, more), DataError)).message;
  assertEquals(
    await refusal(study({ sha256: "1" })),
    `${out}: the run was made from data with SHA-256 0, but the data now have 1`,
  );
  assertEquals(
    await refusal(study(), { data: "d" }),
    `${out}: the run was made from the data that come with the task: leave out --data`,
  );
  const manifest = await read(out, "manifest.json");
  for (
    const [from, to, why] of [
      ['"power": 2', '"power": -2', "its power "],
      ['"power": 2', '"power": "2"', "its power must be number, but it is "],
      ['"power": 2,', "", "its power is missing"],
      ['"power": 2', '"power": null', "power is null, where the others ask for 2"],
      ['"seed": 0', '"seed": -1', "quick is false and seed -1"],
      ['"quick"', '"quack"', "its quack has no meaning here"],
    ] as const
  ) {
    assert(manifest.includes(from), from);
    await writeManifest(out, manifest.replace(from, to));
    const message = await refusal();
    assert(
      message.startsWith(`${out}/manifest.json: its options must be those of a run of powers, but`),
      message,
    );
    assert(message.includes(why) && !message.includes("\n"), message);
  }
  await Deno.writeTextFile(`${out}/manifest.json`, manifest);
  assertEquals((await again(out)).status, "complete");
});

onDisk(
  "a manifest that is damaged, or of another study, version or engine, is refused in a line",
  async (folder) => {
    const out = `${folder}/run`;
    await begin(out, study(), {}, stopAfter(2));
    const manifest = await read(out, "manifest.json");
    const { grae } = JSON.parse(manifest).versions;
    const damages: Readonly<Record<string, string>> = {
      "an older format": manifest.replace("grae run 2", "grae powers run 1"),
      "another study": manifest.replace('"study": "powers"', '"study": "metric"'),
      "another version": manifest.replace(`"grae": "${grae}"`, '"grae": "0.0.1"'),
      "another engine": manifest.replace('"name": "wasm"', '"name": "cpu"'),
      "no engine": manifest.replace('"name": "wasm"', '"name": "abacus"'),
      "more parts": manifest.replace('"parts": 4', '"parts": 5'),
      "no time": manifest.replace(/"started": "[^"]*"/, '"started": "yesterday"'),
      "no sittings": manifest.replace(/"sittings": \[[^\]]*\]/, '"sittings": []'),
    };
    for (const [damage, text] of Object.entries(damages)) {
      assert(text !== manifest, damage);
      await writeManifest(out, text);
      const { message } = await assertRejects(() => again(out), DataError, undefined, damage);
      assert(message.startsWith(out) && !message.includes("\n"), `${damage}: ${message}`);
      assert(!message.includes("SHA-256"), `${damage}: ${message}`);
    }
    const whole = new TextEncoder().encode(manifest);
    const flipped = Array.from(integers(key(5), 40, 8 * whole.length), (bit): [string, Uint8Array] => {
      const bytes = whole.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      return [`bit ${bit} flipped`, bytes];
    });
    for (
      const [damage, bytes] of [
        ["cut short", whole.slice(0, -5)],
        ["empty", whole.slice(0, 0)],
        ...flipped,
      ] as const
    ) {
      await Deno.writeFile(`${out}/manifest.json`, bytes);
      const { message } = await assertRejects(() => again(out), DataError, undefined, damage);
      assert(
        message.startsWith(`${out}/manifest.json: `) && !message.includes("\n"),
        `${damage}: ${message}`,
      );
      assertEquals(await Deno.readFile(`${out}/manifest.json`), bytes, damage);
    }
  },
);

onDisk(
  "a part that is damaged, or not this part of this run, is refused with how to go on",
  async (folder) => {
    const [out, other] = [`${folder}/run`, `${folder}/other`];
    await begin(out);
    await begin(other, study(), { power: 3 });
    const file = `${out}/parts/n2.json`;
    const whole = await Deno.readFile(file);
    const text = new TextDecoder().decode(whole);
    const damages: Record<string, string | Uint8Array> = {
      "cut short": text.slice(0, -4),
      empty: "",
      "another format": text.replace("part 3", "part 2"),
      "the format alone": '{"format":"grae part 3"}',
      "an old part": '{"format":"grae powers part 2","result":4}',
      "a list": "[]",
      "another part": await read(out, "parts/n3.json"),
      "that part of another run": await read(other, "parts/n2.json"),
      "another result": text.replace(/"result":.*}/, '"result":5}'),
      ...Object.fromEntries(Array.from(integers(key(15), 60, 8 * whole.length), (bit) => {
        const damaged = whole.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        return [`bit ${bit}`, damaged];
      })),
    };
    // With the checksum that it must have.
    const changes: readonly (readonly [from: string | RegExp, to: string, why: string])[] = [
      ['"study":"powers"', '"study":"metric"', 'of study "powers", but is of "metric"'],
      ['"n2"', '"n3"', 'of name "n2", but is of "n3"'],
      ['"seed":0', '"seed":1', "of options {"],
      ['"grae":"0', '"grae":"1', "of versions {"],
      ['"engine":"wasm"', '"engine":"cpu"', 'of engine "wasm", but is of "cpu"'],
      ['"data":"0"', '"data":"1"', 'of data "0", but is of "1"'],
      ...["{}", '"text"', "null", "[]", "true"].map((result) =>
        [/"result":.*}/, `"result":${result}}`, "its result: it must be number, but it is "] as const
      ),
    ];
    for (const [from, to, why] of changes) {
      const changed = text.replace(from, to);
      assert(changed !== text, to);
      await Deno.writeFile(file, await resealed(changed));
      const { message } = await assertRejects(() => again(out), DataError, undefined, to);
      assert(message.includes(why), message);
    }
    const results = await read(out, "results.json");
    for (const [damage, content] of Object.entries(damages)) {
      assert(content !== text, damage);
      await Deno.writeFile(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
      const { message } = await assertRejects(() => again(out), DataError, undefined, damage);
      assert(message.startsWith(`${file}: `) && !message.includes("\n"), message);
      assert(
        message.endsWith("; delete it, and the part is made again by --resume"),
        `${damage}: ${message}`,
      );
    }
    await Deno.remove(file);
    const made: string[] = [];
    await again(out, study({ made }));
    assertEquals([made, await read(out, "results.json")], [["n2"], results]);
  },
);

onDisk("two parts of one name, and a part that leads out of the folder, are refused", async (folder) => {
  for (const name of ["n2", "../n9"]) {
    const twice = {
      ...study(),
      prepare: async (given: RunOptions) => {
        const prepared = await study().prepare(given);
        return { ...prepared, parts: [...prepared.parts, { ...prepared.parts[1]!, name }] };
      },
    };
    const { message } = await assertRejects(() => begin(`${folder}/twice`, twice), UsageError);
    assert(message.endsWith(`, but one is ${name}`), message);
  }
  assertEquals(names(folder), []);
});

onDisk("a folder that holds a run, or anything else, is left alone", async (folder) => {
  const out = `${folder}/run`;
  await begin(out);
  const { message } = await assertRejects(() => begin(out), DataError);
  assertEquals(
    message,
    `${out}: the output folder must be new or empty, but it holds a run; choose another --out, or go on with that run: ` +
      resumeCommand("powers", out),
  );
  await Deno.mkdir(`${folder}/other`);
  await Deno.writeTextFile(`${folder}/other/letter.txt`, "dear");
  await assertRejects(() => begin(`${folder}/other`), DataError, "but it holds letter.txt");
  await assertRejects(() => begin(`${folder}/other/letter.txt`), DataError, "is a file");
  await assertRejects(() => begin(`${folder}/other/letter.txt/run`), DataError, "is a file");
  await assertRejects(
    () => again(`${folder}/other`),
    DataError,
    "a run must hold manifest.json, but this holds none",
  );
  assertEquals(names(`${folder}/other`), ["letter.txt"]);
});

onDisk("a run that is at work is neither resumed nor started again beside itself", async (folder) => {
  const out = `${folder}/run`;
  const messages: string[] = [];
  const conclude = async (): Promise<void> => {
    for (const beside of [() => again(out), () => begin(out)]) {
      messages.push((await assertRejects(beside, DataError)).message);
    }
  };
  await begin(out, study({ conclude }));
  const expected = `${out}: is being written by process ${Deno.pid} since `;
  assertEquals(messages.map((text) => text.startsWith(expected)), [true, true]);
  assertEquals(names(out), LEFT);
});

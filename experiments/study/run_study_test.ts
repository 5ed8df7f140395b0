import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../lib/data/mod.ts";
import { integers, key } from "../../lib/engine/mod.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { resumeCommand } from "../command/shell.ts";
import { UsageError } from "../command/usage_error.ts";
import { parseStudy } from "./options.ts";
import { COMMAND, type Options, powers } from "./powers.ts";
import { resumeStudy, startStudy } from "./run_study.ts";
import { conduct } from "./study.ts";

/** Options of a run in a folder. */
function options(line: string, out: string): Options {
  const parsed = parseStudy(COMMAND, [...line.split(" ").filter(Boolean), "--out", out, "--engine", "wasm"]);
  if (parsed.kind !== "start") throw new Error("no options start a run");
  return parsed.options;
}

/** Aborts when so many parts are done. */
function stopAfter(parts: number): { signal: AbortSignal; onPart: () => void } {
  const abort = new AbortController();
  let seen = 0;
  return { signal: abort.signal, onPart: () => ++seen === parts && abort.abort() };
}

const read = (folder: string, file: string): Promise<string> => Deno.readTextFile(`${folder}/${file}`);
const names = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

function onDisk(name: string, fn: (folder: string) => Promise<void>): void {
  const ignore = !mayUseDisk;
  Deno.test({
    name: ignore ? `${name} (needs --allow-read=. --allow-write=.test)` : name,
    ignore,
    fn: () => inFolder(fn),
  });
}

onDisk("a run leaves its files, and they say what the study alone says", async (folder) => {
  const out = `${folder}/run`;
  const made: string[] = [];
  const result = await startStudy(powers(made), options("--power 3", out));
  const alone = await conduct(powers([]), options("--power 3", out));
  assertEquals(alone.results, [1, 8, 27, 64]);
  assertEquals(result.findings, alone);
  assertEquals(JSON.parse(await read(out, "results.json")), {
    format: "grae powers results 1",
    results: alone.results,
  });
  const findings = JSON.parse(await read(out, "findings.json"));
  assertEquals([findings.format, findings.title, findings.words], [
    "grae powers findings 1",
    "Powers",
    alone.words,
  ]);
  assertEquals(findings.figures, [{ file: "line.svg", title: "A line", theory: "a line", seen: "a line" }]);
  assertEquals(findings.tables, alone.tables);
  const manifest = JSON.parse(await read(out, "manifest.json"));
  assertEquals([manifest.status, manifest.parts, manifest.options.power, manifest.data.source], [
    "complete",
    4,
    3,
    "whole numbers",
  ]);
  assertEquals(names(out), [
    "findings.json",
    "line.svg",
    "manifest.json",
    "parts",
    "report.html",
    "results.json",
  ]);
  assertEquals(names(`${out}/parts`), ["n1.json", "n2.json", "n3.json", "n4.json"]);
  for (const file of result.files) assert((await Deno.stat(file)).isFile, file);
  assert((await read(out, "report.html")).includes("They add up to 100."));
});

onDisk(
  "a run that is stopped after any part goes on, does no part twice, and ends with the same bytes",
  async (folder) => {
    await startStudy(powers([]), options("", `${folder}/whole`));
    for (const parts of [1, 2, 3]) {
      const out = `${folder}/stopped${parts}`;
      const made: string[] = [];
      const stopped = await startStudy(powers(made), options("", out), stopAfter(parts));
      assertEquals([stopped.interrupted, stopped.done, made.length], [true, parts, parts]);
      assertEquals(JSON.parse(await read(out, "manifest.json")).status, "interrupted");
      const ended = await resumeStudy(powers(made), COMMAND, out, null);
      assertEquals([ended.interrupted, made], [false, ["n1", "n2", "n3", "n4"]]);
      for (const file of ["results.json", "findings.json", "line.svg"]) {
        assertEquals(await read(out, file), await read(`${folder}/whole`, file), file);
      }
      assertEquals(JSON.parse(await read(out, "manifest.json")).resumptions, 1);
    }
  },
);

onDisk("a run does not go on with other data, or options that are none", async (folder) => {
  const out = `${folder}/run`;
  await startStudy(powers([]), options("", out), stopAfter(2));
  const refusal = async (study = powers([])): Promise<string> =>
    (await assertRejects(() => resumeStudy(study, COMMAND, out, null), DataError)).message;
  assertEquals(
    await refusal(powers([], { sha256: "1" })),
    `${out}: the run was made from data with SHA-256 0, but the data now have 1`,
  );
  const whole = await read(out, "parts/n2.json");
  await Deno.writeTextFile(`${out}/parts/n2.json`, whole);
  const manifest = await read(out, "manifest.json");
  await Deno.writeTextFile(`${out}/manifest.json`, manifest.replace('"power": 2', '"power": -2'));
  assertEquals(
    await refusal(),
    `${out}/manifest.json: its options are of no use: --power must be a number above 0, but it is "-2"`,
  );
  await Deno.writeTextFile(`${out}/manifest.json`, manifest);
  assertEquals((await resumeStudy(powers([]), COMMAND, out, null)).interrupted, false);
});

onDisk(
  "a part that is damaged, or not this part of this run, is refused with how to go on",
  async (folder) => {
    const [out, other] = [`${folder}/run`, `${folder}/other`];
    await startStudy(powers([]), options("", out));
    await startStudy(powers([]), options("--power 3", other));
    const file = `${out}/parts/n2.json`;
    const whole = await Deno.readFile(file);
    const text = new TextDecoder().decode(whole);
    const damages: Record<string, string | Uint8Array> = {
      "cut short": text.slice(0, -4),
      empty: "",
      "another format": text.replace("powers part", "metric part"),
      "the format alone": '{"format":"grae powers part 2"}',
      "an old part": '{"format":"grae powers part 1","result":4}',
      "a list": "[]",
      "another part": await read(out, "parts/n3.json"),
      "that part of another run": await read(other, "parts/n2.json"),
      "another name": text.replace('"n2"', '"n3"'),
      "another seed": text.replace('"seed":0', '"seed":1'),
      "another version": text.replace('"grae":"0', '"grae":"1'),
      "another engine": text.replace('"engine":"wasm"', '"engine":"cpu"'),
      ...Object.fromEntries(["{}", "5", '"text"', "null", "[]", "true"].map((
        result,
      ) => [`the result ${result}`, text.replace(/"result":.*}/, `"result":${result}}`)])),
      ...Object.fromEntries(Array.from(integers(key(15), 60, 8 * whole.length), (bit) => {
        const damaged = whole.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        return [`bit ${bit}`, damaged];
      })),
    };
    const results = await read(out, "results.json");
    for (const [damage, content] of Object.entries(damages)) {
      assert(content !== text, damage);
      await Deno.writeFile(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
      const { message } = await assertRejects(
        () => resumeStudy(powers([]), COMMAND, out, null),
        DataError,
        undefined,
        damage,
      );
      assert(message.startsWith(`${file}: `) && !message.includes("\n"), message);
      assert(message.endsWith("; delete it, and the part is made again"), `${damage}: ${message}`);
    }
    await Deno.remove(file);
    const made: string[] = [];
    await resumeStudy(powers(made), COMMAND, out, null);
    assertEquals([made, await read(out, "results.json")], [["n2"], results]);
  },
);

onDisk(
  "a run does not go on with parts of another version or number, and two parts of one name are refused",
  async (folder) => {
    const out = `${folder}/run`;
    await startStudy(powers([]), options("", out), stopAfter(2));
    const manifest = await read(out, "manifest.json");
    const refusal = async (change: (text: string) => string): Promise<string> => {
      await Deno.writeTextFile(`${out}/manifest.json`, change(manifest));
      return (await assertRejects(() => resumeStudy(powers([]), COMMAND, out, null), DataError)).message;
    };
    assertEquals(
      await refusal((text) => text.replace('"parts": 4', '"parts": 5')),
      `${out}: the run has 5 parts, but with its options there are 4 now: it was made by another version`,
    );
    const { grae } = JSON.parse(manifest).versions;
    assertEquals(
      await refusal((text) => text.replace(`"grae": "${grae}"`, '"grae": "0.0.1"')),
      `${out}: the run was begun with grae 0.0.1, and this is ${grae}: what two versions compute is not mixed`,
    );
    const twice = powers([]);
    const study = {
      ...twice,
      prepare: async (given: Options) => {
        const { data, parts } = await twice.prepare(given);
        return { data, parts: [...parts, parts[1]!] };
      },
    };
    const again = await assertRejects(() => startStudy(study, options("", `${folder}/twice`)), UsageError);
    assertEquals(again.message, "powers: parts must have different names, but n2 is there twice");
    assertEquals(names(folder), ["run"]);
  },
);

onDisk("a folder that holds a run, or anything else, is left alone", async (folder) => {
  const out = `${folder}/run`;
  await startStudy(powers([]), options("", out));
  const again = await assertRejects(() => startStudy(powers([]), options("", out)), DataError);
  assertEquals(
    again.message,
    `${out}: the output folder must be new or empty, but it holds a run; choose another --out, or continue that run ` +
      `with ${resumeCommand("powers", out, null)}`,
  );
  await Deno.mkdir(`${folder}/other`);
  await Deno.writeTextFile(`${folder}/other/letter.txt`, "dear");
  await assertRejects(
    () => startStudy(powers([]), options("", `${folder}/other`)),
    DataError,
    "but it holds letter.txt",
  );
});

onDisk("a run that is at work is neither resumed nor started again beside itself", async (folder) => {
  const out = `${folder}/run`;
  let refused = 0;
  const onPart = (): void => void refused++;
  const messages: string[] = [];
  const study = powers([]);
  await startStudy(
    {
      ...study,
      conclude: async (...given) => {
        for (
          const again of [
            () => resumeStudy(study, COMMAND, out, null),
            () => startStudy(study, options("", out)),
          ]
        ) {
          messages.push((await assertRejects(again, DataError)).message);
        }
        return await study.conclude(...given);
      },
    },
    options("", out),
    { onPart },
  );
  assertEquals(
    messages.map((text) => text.startsWith(`${out}: is being written by process ${Deno.pid} since `)),
    [
      true,
      true,
    ],
  );
  assertEquals([refused, names(out).includes(".lock")], [4, false]);
});

onDisk(
  "a part that fails is kept as failed with its reason, the others go on, and what is left is concluded",
  async (folder) => {
    for (
      const [change, reason] of [
        [{ part: NaN }, "powers: part n3 must give finite numbers, but gave NaN"],
        [
          { throws: new NonFiniteLossError(7, NaN, "the first layer is one") },
          "training: the loss must be finite, but at step 7 it is NaN: the first layer is one",
        ],
        [
          { throws: new NotPositiveDefiniteError("cholesky", 0, 1, 0, -1) },
          "cholesky: every matrix must be symmetric",
        ],
      ] as const
    ) {
      const out = `${folder}/${reason.slice(0, 9)}`;
      const made: string[] = [];
      const first = await startStudy(powers(made, change), options("", out));
      assertEquals([first.interrupted, first.done, made], [false, 3, ["n1", "n2", "n3", "n4"]]);
      assertEquals(first.failed.map(({ name }) => name), ["n3"]);
      assert(first.failed[0]!.reason.startsWith(reason), first.failed[0]!.reason);
      assertEquals(first.findings?.results, [1, 4, 16]);
      assertEquals(JSON.parse(await read(out, "manifest.json")).status, "failed");
      const findings = JSON.parse(await read(out, "findings.json"));
      assertEquals(findings.words[0], "1 of 4 parts failed, and nothing below is of it: n3.");
      assertEquals(findings.tables.map(({ caption }: { caption: string }) => caption), [
        "No unit. Of 3 of 4 parts.",
        "1 of 4 parts failed; --retry-failed tries them again.",
      ]);
      assert((await read(out, "report.html")).includes("1 of 4 parts failed"));

      // Failed parts are skipped until they are asked for.
      const again = await resumeStudy(powers(made), COMMAND, out, null);
      assertEquals([again.failed.map(({ name }) => name), made.length], [["n3"], 4]);
      const retried = await resumeStudy(powers(made), COMMAND, out, null, {}, { retryFailed: true });
      assertEquals([retried.failed, made.length, made.at(-1)], [[], 5, "n3"]);
      assertEquals(retried.findings?.results, [1, 4, 9, 16]);
      assertEquals(JSON.parse(await read(out, "manifest.json")).status, "complete");
    }
  },
);

onDisk("where too few parts are left, a run ends without findings, and says why", async (folder) => {
  const out = `${folder}/run`;
  const throws = new NonFiniteLossError(7, NaN, "here");
  const study = powers([], { throws });
  const none = await startStudy({
    ...study,
    conclude: () => Promise.reject(new RangeError("spreadOf: at least one number is needed")),
  }, options("", out));
  assertEquals([none.findings, none.files], [null, [`${out}/manifest.json`]]);
  assertEquals(none.failed.map(({ name }) => name), ["n3", "conclusion"]);
  assertEquals(JSON.parse(await read(out, "manifest.json")).status, "failed");
});

onDisk("a mistake of the program in a part still ends the run", async (folder) => {
  const out = `${folder}/run`;
  const throws = new TypeError("no function");
  await assertRejects(() => startStudy(powers([], { throws }), options("", out)), TypeError, "no function");
  assertEquals(names(`${out}/parts`), ["n1.json", "n2.json"]);
});

Deno.test("a study's folder is named by what differs from its defaults, which --quick changes", () => {
  const out = (line: string): string => {
    const parsed = parseStudy(COMMAND, line.split(" ").filter(Boolean));
    return parsed.kind === "start" ? parsed.options.out : parsed.kind;
  };
  assertEquals(out(""), "runs/powers-seed0");
  assertEquals(out("--quick"), "runs/powers-quick-seed0");
  assertEquals(out("--quick --power 2 --seed 3"), "runs/powers-quick-seed3-power2");
  assertEquals(out("--quick --power 1.0"), "runs/powers-quick-seed0");
  assertEquals(out("--power 1 --data d --limit 9"), "runs/powers-seed0-power1-limit9-data");
});

Deno.test("the number of threads is of a sitting: it stands beside --resume, and is no option of a run", () => {
  const started = parseStudy(COMMAND, ["--threads", "1"]);
  assertEquals(started.kind === "start" && [started.threads, "threads" in started.options], [1, false]);
  const resumed = parseStudy(COMMAND, ["--resume", "r", "--threads", "1"]);
  assertEquals(resumed.kind === "resume" && resumed.threads, 1);
});

onDisk("a run has as many threads as it is told, and the same results", async (folder) => {
  const one = await startStudy(powers([]), options("", `${folder}/one`), { threads: 1 });
  const all = await startStudy(powers([]), options("", `${folder}/all`));
  assertEquals(one.findings, all.findings);
  const { engine } = JSON.parse(await read(`${folder}/one`, "manifest.json"));
  assertEquals(engine, { name: "wasm", description: "tfjs wasm, SIMD, 1 thread" });
});

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { powers } from "../../fixtures/runs/powers.ts";
import { again, begin, json, LEFT, names, read, stopAfter, study } from "../../fixtures/runs/powers_run.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import { DataError } from "../../lib/data/mod.ts";
import { checksumProblem } from "../../lib/training/checksum.ts";
import { decodeSafetensors } from "../../lib/training/safetensors.ts";
import type { RunManifest } from "../../properties/contract/run.ts";
import { askedOf } from "./command.ts";
import { RunFolder } from "./folder.ts";
import { type DoParts, inTurn } from "./parts.ts";
import type { RunEnd } from "./run.ts";
import { conduct, type Part, PartError, type RunOptions } from "./study.ts";

onDisk("a run leaves its files, and they say what the study alone says", async (folder) => {
  const out = `${folder}/run`;
  const end = await begin(out, study(), { power: 3 });
  const options = {
    power: 3,
    limit: null,
    numbers: 4,
    pause: 0,
    turns: 1,
    diverge: false,
    data: null,
    quick: false,
    seed: 0,
  };
  const alone = await conduct(powers(), options);
  assertEquals(alone.results, [1, 8, 27, 64]);
  assertEquals(end.conclusion, alone);
  const { results, numbers, page, sha256 } = await json(out, "results.json");
  assertEquals([results, numbers], [alone.results, { sum: 100 }]);
  assert(/^[0-9a-f]{64}$/.test(sha256));
  assertEquals([page.title, page.answer, page.failed], ["Powers", "They add up to 100.", []]);
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${out}/powers.csv`));
  assertEquals(page.tables[0].sha256, new Uint8Array(digest).toHex());
  assertEquals((await read(out, "powers.csv")).split(/\r?\n/).slice(0, 3), ["n,power", "n1,1", "n2,8"]);
  // The numbers of a figure are saved beside it, and the page shows them last.
  assertEquals(await read(out, "line.csv"), "x,y\r\n0,1\r\n");
  assertEquals(page.tables.map(({ file }: { file: string }) => file), ["powers.csv", "line.csv"]);
  assertEquals(Object.keys(page.figures[0]).toSorted(), ["caption", "file", "sha256", "title"]);
  const html = await read(out, "report.html");
  assert(html.indexOf("With all digits: line.csv") > html.indexOf("With all digits: powers.csv"));
  const manifest = await json(out, "manifest.json");
  assertEquals([manifest.status, manifest.parts, manifest.options.power, manifest.data.source], [
    "complete",
    4,
    3,
    "whole numbers",
  ]);
  assertEquals(manifest.sittings.map(({ from, to }: { from: number; to: number }) => [from, to]), [[0, 10]]);
  assertEquals(manifest.results, sha256);
  assertEquals(names(out), LEFT);
  assertEquals(names(`${out}/parts`), ["n1.json", "n2.json", "n3.json", "n4.json"]);
  for (const file of end.files) assert((await Deno.stat(file)).isFile, file);
});

onDisk(
  "a run that is stopped after any part goes on, does no part twice, and ends with the same bytes",
  async (folder) => {
    await begin(`${folder}/whole`);
    for (const parts of [1, 2, 3, 4]) {
      const out = `${folder}/stopped${parts}`;
      const made: string[] = [];
      const stopped = await begin(out, study({ made }), {}, stopAfter(parts));
      assertEquals([stopped.status, stopped.done, made.length], ["interrupted", parts, parts]);
      assertEquals((await json(out, "manifest.json")).status, "interrupted");
      const ended = await again(out, study({ made }));
      assertEquals([ended.status, made], ["complete", ["n1", "n2", "n3", "n4"]]);
      for (const file of ["results.json", "powers.csv", "line.svg"]) {
        assertEquals(await read(out, file), await read(`${folder}/whole`, file), file);
      }
      const { sittings } = await json(out, "manifest.json");
      const done = [0, 1, 3, 6, 10][parts]!;
      assertEquals(sittings.map(({ from, to }: { from: number; to: number }) => [from, to]), [[0, done], [
        done,
        10,
      ]]);
    }
  },
);

onDisk("a manifest adds up the time of all sittings, and has the most memory of any", async (folder) => {
  const out = `${folder}/run`;
  await begin(out, study(), {}, stopAfter(2));
  const kept = new RunFolder(out, "powers"), before = await kept.readManifest();
  await kept.writeManifest({ ...before, seconds: 1234.5, peakMemory: 2 ** 50 });
  const began = performance.now();
  assertEquals((await again(out)).status, "complete");
  const { seconds, peakMemory } = await kept.readManifest(), most = (performance.now() - began) / 1000;
  assert(seconds >= 1234.5 && seconds <= 1234.5 + most + 0.1, `${seconds} s`);
  assertEquals(peakMemory, 2 ** 50);
  assert(before.peakMemory > 2 ** 20, `${before.peakMemory} bytes`);
});

onDisk(
  "a run that is stopped while it concludes is interrupted, and draws when it goes on",
  async (folder) => {
    const out = `${folder}/run`;
    const abort = new AbortController();
    const never = study({
      conclude: () => {
        setTimeout(() => abort.abort(), 1);
        return new Promise(() => {});
      },
    });
    const { status } = await begin(out, never, {}, { signal: abort.signal });
    assertEquals([status, (await json(out, "manifest.json")).status], ["interrupted", "interrupted"]);
    assertEquals((await again(out)).status, "complete");
    assertEquals(names(out), LEFT);
  },
);

onDisk("options that may be extended let a complete run go on; parts see what they kept", async (folder) => {
  const out = `${folder}/run`;
  const made: string[] = [];
  await begin(out);
  await again(out, study({ made }));
  assertEquals(made, []);
  await again(out, study({ made }), { extended: { turns: 2 } });
  assertEquals(
    [made.length, await read(out, "turns4.txt"), (await json(out, "manifest.json")).options.turns],
    [4, "2", 2],
  );
});

onDisk("unfinished files of dead processes are swept when the run goes on", async (folder) => {
  const out = `${folder}/run`;
  await begin(out, study(), {}, stopAfter(2));
  const unfinished = [`results.json.${crypto.randomUUID()}.tmp`, `parts/n3.json.${crypto.randomUUID()}.tmp`];
  for (const name of unfinished) await Deno.writeTextFile(`${out}/${name}`, "half");
  await Deno.writeTextFile(`${out}/letter.tmp`, "mine");
  await again(out);
  assertEquals(names(out).filter((name) => name.endsWith(".tmp")), ["letter.tmp"]);
  assertEquals(names(`${out}/parts`).length, 4);
});

onDisk(
  "a part that fails is kept with its reason, the others go on, and what is left is concluded",
  async (folder) => {
    const throws = (error: Error) => () => {
      throw error;
    };
    for (
      const [third, reason] of [
        [() => NaN, "powers: part n3 must give finite numbers, but gave NaN"],
        [
          throws(new NonFiniteLossError(7, NaN, "the first layer is one")),
          "training: the loss must be finite, but at step 7 it is NaN: the first layer is one",
        ],
        [
          throws(new NotPositiveDefiniteError("cholesky", 0, 1, 0, -1)),
          "cholesky: every matrix must be symmetric",
        ],
        [
          throws(new PartError("the features of samples must be finite, but image 3 has NaN")),
          "the features of samples must be finite, but image 3 has NaN",
        ],
      ] as const
    ) {
      const out = `${folder}/${reason.slice(0, 9)}`;
      const made: string[] = [];
      const first = await begin(out, study({ made, third }));
      assertEquals([first.status, first.done, made], ["failed", 3, ["n1", "n2", "n3", "n4"]]);
      assertEquals(first.failed.map(({ name }) => name), ["n3"]);
      assert(first.failed[0]!.reason.startsWith(reason), first.failed[0]!.reason);
      assertEquals(first.conclusion?.results, [1, 4, 16]);
      assertEquals((await json(out, "manifest.json")).status, "failed");
      assertEquals((await json(out, "results.json")).page.failed, first.failed);
      assert((await read(out, "report.html")).includes("3 of 4 parts"));

      // Failed parts are skipped until they are asked for.
      const skipped = await again(out, study({ made }));
      assertEquals([skipped.failed.map(({ name }) => name), made.length], [["n3"], 4]);
      const retried = await again(out, study({ made }), { retryFailed: true });
      assertEquals([retried.failed, made.length, made.at(-1)], [[], 5, "n3"]);
      assertEquals(retried.conclusion?.results, [1, 4, 9, 16]);
      assertEquals((await json(out, "manifest.json")).status, "complete");
    }
  },
);

onDisk("where too few parts are left, a run ends without a conclusion, and says why", async (folder) => {
  const out = `${folder}/run`;
  const conclude = (): never => {
    throw new RangeError("at least 4 are required");
  };
  const none = await begin(out, study({ conclude }), { diverge: true });
  assertEquals([none.conclusion, none.files], [null, [`${out}/manifest.json`]]);
  assertEquals(none.failed.map(({ name }) => name), ["n3", "conclusion"]);
  assertEquals(none.failed[1]!.reason, "3 of 4 parts are too few: at least 4 are required");
  // Nothing of an earlier sitting is left that could be taken for its conclusion.
  const out2 = `${folder}/again`;
  await begin(out2);
  const later = { extended: { turns: 2 } };
  const third = (): never => {
    throw new PartError("no third");
  };
  assertEquals((await again(out2, study({ conclude, third }), later)).status, "failed");
  assertEquals(["results.json", "report.html"].map((name) => names(out2).includes(name)), [false, false]);
  assertEquals((await json(out, "manifest.json")).status, "failed");
});

onDisk("a mistake of the program in a part still ends the run", async (folder) => {
  const out = `${folder}/run`;
  const third = (): never => {
    throw new TypeError("no function");
  };
  await assertRejects(() => begin(out, study({ third }), { pause: 20 }), TypeError, "no function");
  assertEquals(names(`${out}/parts`), ["n1.json", "n2.json"]);
  // Results of an earlier sitting are no results of a run that was extended since.
  await again(out);
  await assertRejects(
    () => again(out, study({ third }), { extended: { turns: 2 } }),
    TypeError,
    "no function",
  );
  const { status, options, results } = await json(out, "manifest.json");
  assertEquals([status, options.turns, results], ["failed", 2, null]);
});

onDisk(
  "a run has as many threads as it is told, and the same results; another machine or library is warned of",
  async (folder) => {
    const out = `${folder}/one`;
    const one = await begin(out, study(), {}, { threads: 1, ...stopAfter(2) });
    const all = await begin(`${folder}/all`);
    const warnings: string[] = [];
    const on = (threads: number): Promise<RunEnd> =>
      again(out, study(), {}, { threads, onWarning: (line) => warnings.push(line) });
    const ended = await on(2);
    assertEquals([one.status, ended.conclusion, warnings], ["interrupted", all.conclusion, []]);
    const run = new RunFolder(out, "powers");
    const manifest = await run.readManifest();
    const sittings = manifest.sittings.map((one) => ({ ...one, host: "abacus, 1 core" }));
    await run.writeManifest({ ...manifest, sittings });
    // Where nobody hears of it, the run goes on as well.
    await again(out);
    await run.writeManifest({ ...manifest, sittings });
    await on(1);
    assertEquals(warnings.length, 1);
    assert(
      /^bits may differ .* on abacus, 1 core, this is by .* 1 thread on /.test(warnings[0]!),
      warnings[0],
    );
  },
);

Deno.test("a run's folder is named by what differs from its defaults, which --quick changes", () => {
  const out = (line: string): string => {
    const asked = askedOf(study(), line.split(" ").filter(Boolean));
    return asked.help === null ? asked.folder : asked.help;
  };
  assertEquals(out(""), "runs/powers-seed0");
  assertEquals(out("--quick"), "runs/powers-quick-seed0");
  assertEquals(out("--quick --power 2 --seed 3"), "runs/powers-quick-seed3-power-2");
  assertEquals(out("--quick --power 1.0"), "runs/powers-quick-seed0");
  assertEquals(
    out("--power 1 --data /d --limit 9 --engine cpu"),
    "runs/powers-seed0-power-1-limit-9-data-cpu",
  );
  assertEquals(out("--out here"), "here");
});

onDisk(
  "the tensors that a part keeps are in a file of its own, and a run with another or without it is refused",
  async (folder) => {
    const out = `${folder}/run`, keeping = study({ keeps: true });
    await begin(out, keeping, { diverge: true });
    const file = `${out}/parts/n2.safetensors`;
    const { tensors, metadata } = decodeSafetensors(await Deno.readFile(file), file);
    assertEquals(tensors, new Map([["base", { shape: [1], values: Float32Array.of(2) }]]));
    assertEquals([metadata["study"], metadata["part"]], ["powers", "n2"]);
    assertEquals(await checksumProblem(await Deno.readFile(file)), null);
    // The third failed.
    assertEquals(names(`${out}/parts`).filter((name) => name.endsWith("s")), [
      "n1.safetensors",
      "n2.safetensors",
      "n4.safetensors",
    ]);
    assertEquals((await again(out, keeping)).done, 3);
    const own = await Deno.readFile(file);
    await Deno.copyFile(`${out}/parts/n1.safetensors`, file);
    const other = await assertRejects(() => again(out, keeping), DataError);
    assertStringIncludes(other.message, "n2.json: the SHA-256 of parts/n2.safetensors must be ");
    await Deno.remove(file);
    const none = await assertRejects(() => again(out, keeping), DataError);
    assertStringIncludes(
      none.message,
      "n2.json: its tensors must be in parts/n2.safetensors, but there is no such file; delete it, and the part is made again",
    );
    await Deno.remove(`${out}/parts/n2.json`);
    assertEquals((await again(out, keeping)).done, 3);
    assertEquals(await Deno.readFile(file), own);
  },
);

onDisk("progress says what a part is at, and its name where it does not", async (folder) => {
  const heard: string[] = [];
  await begin(`${folder}/run`, study(), { pause: 20 }, { onProgress: (_, now) => void heard.push(now) });
  assertEquals(
    heard.filter((now) => now.startsWith("waiting for ")),
    [1, 2, 3, 4].map((n) => `waiting for ${n}`),
  );
});

onDisk(
  "a sitting begins where its first part goes on from, and where workers do the parts at what is done; each is counted",
  async (folder) => {
    const goesOn = {
      ...study(),
      prepare: async (given: RunOptions) => {
        const prepared = await study().prepare(given);
        const parts = prepared.parts.map((part): Part<unknown> => ({
          ...part,
          run: (context) => {
            context.progress(0.7);
            return part.run(context);
          },
        }));
        return { ...prepared, parts };
      },
    };
    const sittingsOf = async (out: string): Promise<RunManifest["sittings"]> =>
      (await new RunFolder(out, "powers").readManifest()).sittings;
    const alone = `${folder}/alone`, out = `${folder}/run`;
    await begin(alone, goesOn);
    assertEquals((await sittingsOf(alone)).map(({ from, to }) => [from, to]), [[1, 10]]);
    const by = { engine: "an abacus", host: "linux, 1 core" };
    const doParts: DoParts = (left) =>
      inTurn({ ...left, kept: (part, outcome) => left.kept(part, outcome, by) });
    const warnings: string[] = [];
    await begin(out, goesOn, {}, { doParts, onWarning: (line) => void warnings.push(line) });
    const [{ from, to, workers, engine, host }] = await sittingsOf(out) as [RunManifest["sittings"][number]];
    assertEquals([from, to, workers], [0, 10, [{ ...by, parts: 4 }]]);
    assertEquals(warnings, [
      "bits may differ from those of a run in one sitting: " +
      `this process is by ${engine} on ${host}, a worker is by an abacus on linux, 1 core`,
    ]);
    assertEquals((await begin(`${folder}/unheard`, goesOn, {}, { doParts })).status, "complete");
  },
);

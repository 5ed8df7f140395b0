import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { onDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { HOLE, sealed } from "../lib/training/checksum.ts";
import { metricStudy } from "../experiments/metric/study.ts";
import { mnistStudy } from "../experiments/mnist/study.ts";
import { standardOf } from "../experiments/runner/options.ts";
import { start } from "../experiments/runner/run.ts";
import { type AnyStudy, resolved } from "../experiments/runner/study.ts";
import { samplesStudy } from "../experiments/samples/study.ts";
import { uniquenessStudy } from "../experiments/uniqueness/study.ts";
import { UnreadableRun } from "../properties/runs/file.ts";
import { auditFolder } from "./audit_run.ts";

const DATA = `${ROOT}/fixtures/digits`;

/** A run of four steps on 300 digits. */
const MNIST = { latent: 4, hidden: [6], epochs: 2, batch: 5, limit: 8, data: DATA };

async function runIn(out: string, study: AnyStudy, given: Readonly<Record<string, unknown>>): Promise<void> {
  const values = { ...standardOf(study.options), ...given, quick: false, seed: 1 };
  const options = resolved(study, values as never, new Set(Object.keys(given)));
  assertEquals((await start(study, options, { engine: "wasm", out })).status, "complete");
}

/** A file of JSON with another text, whose checksum is right again. */
async function resealed(text: string): Promise<string> {
  const hollow = text.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${HOLE}"`);
  return new TextDecoder().decode(await sealed(new TextEncoder().encode(hollow)));
}

/** The audit of a folder: whether it holds, and what it prints. */
async function audited(
  folder: string,
  work: Parameters<typeof auditFolder>[3] = {},
): Promise<{ readonly holds: boolean; readonly text: string }> {
  let text = "";
  const holds = await auditFolder(folder, null, (more) => text += more, work);
  return { holds, text };
}

/** Changes a file of a run, and puts it back. */
async function changed(
  path: string,
  change: (text: string) => string | Promise<string>,
  test: () => Promise<void>,
): Promise<void> {
  const before = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, await change(before));
  await test();
  await Deno.writeTextFile(path, before);
}

onDisk(
  "a run as it was made holds; one whose reports were changed fails there, and one that is damaged is refused",
  async (folder) => {
    const run = `${folder}/run`;
    await runIn(run, mnistStudy, MNIST);
    const right = await audited(run);
    assertEquals(right.holds, true, right.text);
    for (const law of ["R1", "R2", "R3", "R4"]) assertStringIncludes(right.text, `${law}  holds in `);

    // Held-out scores a hundredth of a nat better.
    const better = (text: string): string =>
      text.replace(
        /("heldOut":\{"images":\d+,"loss":\{"value":)([\d.]+)/g,
        (_, head, value) => head + (value - 0.01),
      );
    await changed(`${run}/metrics.jsonl`, better, async () => {
      const { holds, text } = await audited(run);
      assertEquals(holds, false);
      assertStringIncludes(text, "R2  FAILS in 1 of ");
      // The difference of the two numbers, and the number that it may be.
      const told =
        /^ {4}heldOut: loss: reported ([\d.]+), computed ([\d.]+), off by ([\d.]+) where ([\d.]+) is allowed/m
          .exec(text);
      const [, reported, computed, off, allowed] = told?.map(Number) ?? [];
      assert(off! > allowed!, text);
      assertAlmostEquals(off!, Math.abs(reported! - computed!), 1e-3);
    });
    const left = "Scores of epoch 1 are not computed again";
    assertEquals(right.text.includes(left), false);
    // Of the first epoch alone, which its parameters tell, and nothing else does.
    const flattered = (text: string): string =>
      text.replace(
        /("evaluation":\{"beta-vae":\{"value":)([\d.]+)/,
        (_, head, value) => head + (value - 0.01),
      );
    await changed(`${run}/metrics.jsonl`, flattered, async () => {
      const { holds, text } = await audited(run);
      assertEquals(holds, false);
      assertMatch(text, /^R2 {2}FAILS in 1 of \d+ comparisons: the scores of every earlier epoch /m);
      assertStringIncludes(text, "    epoch 1, train: evaluation by beta-vae: reported ");
      const last = await audited(run, { epochs: "last" });
      assertEquals(last.holds, true);
      assertStringIncludes(last.text, `${left}, as --epochs last asks; their terms must add up.\n`);
    });
    const [kept, last] = [1, 2].map((epoch) => `${run}/epoch_${epoch}.safetensors`);
    const bytes = await Deno.readFile(kept!);
    const refused = async (why: string): Promise<void> => {
      const { message } = await assertRejects(() => audited(run), UnreadableRun);
      assertStringIncludes(message, `epoch_1.safetensors: ${why}`);
    };
    await Deno.copyFile(last!, kept!);
    await refused("its SHA-256 must be ");
    await Deno.remove(kept!);
    await refused("is required to compute the run again, but there is none");
    // As an older version left it.
    const [results, manifest] = [`${run}/results.json`, `${run}/manifest.json`];
    const older = (text: string): Promise<string> => resealed(text.replace(/"kept": "[0-9a-f]+",\s*/g, ""));
    await changed(results, older, async () => {
      const { sha256 } = JSON.parse(await Deno.readTextFile(results));
      const bound = (text: string): Promise<string> =>
        resealed(text.replace(/("results": ")[0-9a-f]+/, `$1${sha256}`));
      await changed(manifest, bound, async () => {
        const { holds, text } = await audited(run);
        assertEquals(holds, true, text);
        assertStringIncludes(
          text,
          `${left}: their parameters were not kept, as by an older version; their terms must add up.\n`,
        );
      });
    });
    await Deno.writeFile(kept!, bytes);
    const [first, before] = ["first_step.safetensors", "before_last_step.safetensors"].map((name) =>
      `${run}/${name}`
    );
    await Deno.rename(before!, `${before}.away`);
    await Deno.copyFile(first!, before!);
    assertStringIncludes((await audited(run)).text, "R1  FAILS in ");
    await Deno.rename(`${before}.away`, before!);

    // β in the manifest is not the one that was trained.
    const otherBeta = (text: string): string => text.replace('"beta": 0.2', '"beta": 0.4');
    await changed(`${run}/manifest.json`, (text) => resealed(otherBeta(text)), async () => {
      assertStringIncludes((await audited(run)).text, "R1  FAILS in ");
    });
    await changed(`${run}/manifest.json`, otherBeta, async () => {
      const error = await assertRejects(() => audited(run), UnreadableRun);
      assertMatch(error.message, /^manifest\.json: its SHA-256 must be .*: it is damaged$/);
    });
    const unfinished = (text: string): Promise<string> => resealed(text.replace('"complete"', '"running"'));
    await changed(`${run}/manifest.json`, unfinished, async () => {
      const error = await assertRejects(() => audited(run), UnreadableRun);
      assertEquals(
        error.message,
        "manifest.json: must be of a complete run of mnist or of another study that can be audited, but is of mnist, running",
      );
    });
    await changed(`${run}/metric.csv`, (text) => text.replace(/\d(?=\r?\n$)/, "x"), async () => {
      const error = await assertRejects(() => audited(run), UnreadableRun);
      assertMatch(error.message, /^metric\.csv: its SHA-256 must be .*, as results\.json says/);
    });
    await Deno.remove(`${run}/metric.csv`);
    const error = await assertRejects(() => audited(run), UnreadableRun);
    assertStringIncludes(
      error.message,
      "metric.csv: is required to compute the run again, but there is none",
    );
    const none = await assertRejects(() => audited(`${folder}/none`), UnreadableRun);
    assertEquals(none.message, "manifest.json: DIR must be the folder of a run, but there is none in it");
  },
);

onDisk(
  "runs with a learned σ and of the continuous Bernoulli hold; a σ that is told otherwise fails",
  async (folder) => {
    for (const likelihood of ["gaussian-learned", "continuous-bernoulli"] as const) {
      const run = `${folder}/${likelihood}`;
      await runIn(run, mnistStudy, { ...MNIST, likelihood, weightDecay: 0.1 });
      const right = await audited(run);
      assertEquals(right.holds, true, right.text);
      if (likelihood !== "gaussian-learned") continue;
      const [results, manifest] = [`${run}/results.json`, `${run}/manifest.json`];
      // With another digit put in.
      const other = (text: string): Promise<string> =>
        resealed(
          text.replace(/("sigma\.least": 0\.\d{8})\d/, (found) => found + (found.endsWith("7") ? 2 : 7)),
        );
      await changed(results, other, async () => {
        const { sha256 } = JSON.parse(await Deno.readTextFile(results));
        const bound = (text: string): Promise<string> =>
          resealed(text.replace(/("results": ")[0-9a-f]+/, `$1${sha256}`));
        await changed(manifest, bound, async () => {
          const { holds, text } = await audited(run);
          assertEquals([holds, text.split("FAILS in 1 of ").length], [false, 2], text);
          assertStringIncludes(text, "sigma.least: reported ");
        });
      });
    }
  },
);

/** What runs of studies on 300 digits have in common. */
const FIT = { seeds: 1, hidden: [5], epochs: 2, batch: 5, limit: 8, data: DATA };
/** Studies, the law on their runs, a part, and a number in its result that is changed. */
const STUDIES: readonly (readonly [AnyStudy, Readonly<Record<string, unknown>>, string, string, RegExp])[] = [
  [metricStudy, FIT, "R5", "a-1", /"ratio":\{"before":\d/],
  [
    samplesStudy,
    { ...FIT, latent: 3, classifierHidden: [6, 4], classifierEpochs: 1 },
    "R7",
    "reals",
    /"floor":\d/,
  ],
  [
    uniquenessStudy,
    {
      ...{ latents: [2], activations: ["identity"], seeds: 2, orientations: 2, examples: 16, batch: 8 },
      ...{ stepsPerLatent: 4, turned: 1, angles: 2, turnedSteps: 1 },
    },
    "R8",
    "fits-2-identity-full",
    /"loss":\d/,
  ],
];

onDisk(
  "runs of other studies hold; a number that was changed fails, in a part and in results; what is damaged or of an older version is refused",
  async (folder) => {
    for (const [study, given, law, part, number] of STUDIES) {
      const run = `${folder}/${study.name}`, file = `${run}/parts/${part}.json`;
      await runIn(run, study, given);
      const right = await audited(run);
      assertEquals(right.holds, true, right.text);
      assertEquals(right.text.split(`${law}  holds in `).length, 5, right.text);

      // Of one digit, as much as it takes to be another number.
      const raised = (text: string): string =>
        text.replace(number, (found) => found.slice(0, -1) + (found.endsWith("7") ? 2 : 7));
      await changed(file, (text) => resealed(raised(text)), async () => {
        const { holds, text } = await audited(run);
        // The part is not what its parameters give, and the results are not those of the part.
        assertEquals([holds, text.split("FAILS in ").length], [false, 3], text);
      });
      // What is refused is refused before any study is looked at.
      if (law !== "R5") continue;
      const kept = `${run}/parts/${part}.safetensors`, bytes = await Deno.readFile(kept);
      await Deno.writeFile(kept, bytes.with(-3, bytes.at(-3)! ^ 1));
      const damaged = await assertRejects(() => audited(run), UnreadableRun);
      assertStringIncludes(damaged.message, `parts/${part}.safetensors: its SHA-256 must be `);
      await Deno.writeFile(kept, bytes);
      const older = (text: string): Promise<string> => resealed(text.replace(/"kept":"[0-9a-f]{64}",/, ""));
      await changed(file, older, async () => {
        const { message } = await assertRejects(() => audited(run), UnreadableRun);
        assertEquals(
          message,
          `parts/${part}.json: must state the tensors that the part kept, but states none: a run of an older version cannot be computed ` +
            "again; make it anew",
        );
      });
      const otherSeed = (text: string): Promise<string> => resealed(text.replace('"seed":1', '"seed":2'));
      await changed(file, otherSeed, async () => {
        const { message } = await assertRejects(() => audited(run), UnreadableRun);
        assertEquals(message, `parts/${part}.json: must be of this run, of seed 1, but is of 2`);
      });
      // The key numbers, with the checksum that the manifest has of them.
      const [results, manifest] = [`${run}/results.json`, `${run}/manifest.json`];
      const better = (text: string): Promise<string> =>
        resealed(text.replace(/("numbers": \{\s*"[^"]+": )/, "$11"));
      await changed(results, better, async () => {
        const { message } = await assertRejects(() => audited(run), UnreadableRun);
        assertMatch(message, /^results\.json: its sha256 must be .*, as manifest\.json has it/);
        const { sha256 } = JSON.parse(await Deno.readTextFile(results));
        const bound = (text: string): Promise<string> =>
          resealed(text.replace(/("results": ")[0-9a-f]+/, `$1${sha256}`));
        await changed(manifest, bound, async () => {
          const { holds, text } = await audited(run);
          assertEquals([holds, text.split("FAILS in 1 of ").length], [false, 2], text);
        });
      });
    }
  },
);

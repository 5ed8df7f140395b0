import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { onDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { mnistStudy } from "../experiments/mnist/study.ts";
import { standardOf } from "../experiments/runner/options.ts";
import { start } from "../experiments/runner/run.ts";
import { resolved } from "../experiments/runner/study.ts";
import { UnreadableRun } from "../properties/runs/read_run.ts";
import { auditFolder } from "./audit_run.ts";

/** A run of four steps on 300 digits. */
async function runIn(out: string): Promise<void> {
  const given = { latent: 4, hidden: [6], epochs: 2, batch: 5, limit: 8, data: `${ROOT}/fixtures/digits` };
  const values = { ...standardOf(mnistStudy.options), ...given, quick: false, seed: 1 };
  const options = resolved(mnistStudy, values as never, new Set(Object.keys(given)));
  assertEquals((await start(mnistStudy, options, { engine: "wasm", out })).status, "complete");
}

/** The audit of a folder: whether it holds, and what it prints. */
async function audited(folder: string): Promise<{ readonly holds: boolean; readonly text: string }> {
  let text = "";
  const holds = await auditFolder(folder, null, (more) => text += more);
  return { holds, text };
}

/** Changes a file of a run, and puts it back. */
async function changed(
  path: string,
  change: (text: string) => string,
  test: () => Promise<void>,
): Promise<void> {
  const before = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, change(before));
  await test();
  await Deno.writeTextFile(path, before);
}

onDisk(
  "a run as it was made holds; one whose reports were changed fails there, and one that is damaged is refused",
  async (folder) => {
    const run = `${folder}/run`;
    await runIn(run);
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
    const [first, before] = ["first_step.safetensors", "before_last_step.safetensors"].map((name) =>
      `${run}/${name}`
    );
    await Deno.rename(before!, `${before}.away`);
    await Deno.copyFile(first!, before!);
    assertStringIncludes((await audited(run)).text, "R1  FAILS in ");
    await Deno.rename(`${before}.away`, before!);

    // β in the manifest is not the one that was trained.
    await changed(`${run}/manifest.json`, (text) => text.replace('"beta": 0.2', '"beta": 0.4'), async () => {
      assertStringIncludes((await audited(run)).text, "R1  FAILS in ");
    });
    await changed(`${run}/manifest.json`, (text) => text.replace('"complete"', '"running"'), async () => {
      const error = await assertRejects(() => audited(run), UnreadableRun);
      assertEquals(
        error.message,
        "manifest.json: must be of a complete run of mnist, but is of mnist, running",
      );
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

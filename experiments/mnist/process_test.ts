import { assert, assertEquals } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { childCommand, permission } from "../../tools/process.ts";
import { askedOf } from "../runner/command.ts";
import { mnistStudy } from "./study.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const ignore = !mayUseDisk || denoCommand === undefined;
const STUDY = new URL("./study.ts", import.meta.url).href;
/** A run of 4 epochs of 10 steps, in about a second. */
const SMALL = "--hidden 12 --latent 2 --limit 300 --batch 30 --epochs 4 --engine wasm --quiet".split(" ");

/** The task as a process that may write one folder. */
function start(out: string, args: readonly string[]) {
  const child = childCommand(denoCommand!, {
    args: [
      ...["run", "-q", "--no-prompt", permission("read", [ROOT]), permission("write", [out])],
      ...["--allow-env=GRAE_BLAS,GRAE_THREADS,OPENBLAS_CORETYPE,TERM,INIT_CWD", STUDY, ...args],
    ],
    env: { GRAE_BLAS: "" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  return { child, ended: (async () => ({ stderr: await stderr, code: (await child.status).code }))() };
}
/** Does in this process what the task does, to its end. */
async function go(args: readonly string[]): Promise<void> {
  const asked = askedOf(mnistStudy, args);
  if (asked.help !== null) throw new TypeError("the task is asked for help");
  const { status, failed } = await asked.go({});
  assertEquals([status, failed], ["complete", []]);
}
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
const exists = (path: string): Promise<boolean> => Deno.stat(path).then(() => true, () => false);
/** Waits for a file of a process; a process that ends without it is a fault. */
async function fileOf(path: string, { ended }: ReturnType<typeof start>): Promise<void> {
  let over: { code: number; stderr: string } | null = null;
  ended.then((end) => over = end);
  while (!await exists(path)) {
    assert(over === null, `no ${path}: ${JSON.stringify(over)}`);
    await pause(1);
  }
}
/** What a run came to: its results, which have the checksums of figures and tables, and its last state. */
const end = async (out: string): Promise<string[]> =>
  await Promise.all(
    ["results.json", "checkpoint.safetensors"].map(async (name) =>
      (await Deno.readFile(`${out}/${name}`)).toHex()
    ),
  );

Deno.test({
  name: `kill -9 at any moment leaves a run that goes on to the same bytes ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const whole = `${folder}/whole`;
      await go([...SMALL, "--out", whole]);
      const expected = await end(whole);
      // Moments spread over start, steps, scoring, writing and drawing.
      for (const [i, delay] of [0, 5, 40, 0, 90, 200].entries()) {
        const out = `${folder}/killed${i}`;
        const job = start(out, [...SMALL, "--out", out]);
        await fileOf(`${out}/${i < 3 ? "manifest.json" : "metrics.jsonl"}`, job);
        await pause(delay);
        job.child.kill("SIGKILL");
        await job.ended;
        await go(["--resume", out, "--quiet"]);
        assertEquals(await end(out), expected, `killed after ${delay} ms`);
      }
    }),
});

Deno.test({
  name: `a signal saves a run, which goes on to the same bytes, and to more epochs ${NEEDS}`,
  ignore: ignore || Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const [whole, out] = [`${folder}/whole`, `${folder}/stopped`];
      await go([...SMALL, "--out", whole]);
      const long = SMALL.map((word, i) => (SMALL[i - 1] === "--epochs" ? "4000" : word));
      const job = start(out, [...long, "--out", out]);
      await fileOf(`${out}/metrics.jsonl`, job);
      job.child.kill("SIGTERM");
      const { code, stderr } = await job.ended;
      assertEquals(code, 130, stderr);
      assert(stderr.includes("task mnist --resume"), stderr);
      const scored = (await Deno.readTextFile(`${out}/metrics.jsonl`)).split("\n").length - 1;
      // However far it came, both are taken to the same number of epochs.
      const epochs = String(Math.max(4, scored + 1) + 1);
      for (const run of [out, whole]) await go(["--resume", run, "--epochs", epochs, "--quiet"]);
      assertEquals(await end(out), await end(whole));
    }),
});

Deno.test({
  name: `a damaged checkpoint is refused in one line, and once it is put back the run goes on ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const out = `${folder}/run`;
      await go([...SMALL, "--out", out]);
      const file = `${out}/checkpoint.safetensors`;
      const bytes = await Deno.readFile(file);
      const damaged = bytes.slice();
      damaged[bytes.length - 100]! ^= 4;
      await Deno.writeFile(file, damaged);
      const { code, stderr } = await start(out, ["--resume", out, "--epochs", "5", "--quiet"]).ended;
      assertEquals([code, stderr.split("\n").length], [1, 2], stderr);
      assert(stderr.startsWith(`mnist: ${file}: `) && stderr.includes("it is damaged"), stderr);
      await Deno.writeFile(file, bytes);
      await go(["--resume", out, "--epochs", "5", "--quiet"]);
    }),
});

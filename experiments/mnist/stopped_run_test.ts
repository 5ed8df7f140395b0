import { assert, assertEquals } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { jobsBy, names } from "../command/running_job.ts";
import { FILES } from "./folder.ts";
import { resumeMnist, trainMnist } from "./mnist.ts";
import { parseOptions } from "./options.ts";
import type { Watch } from "./run.ts";
import { checkpoint, JOB, SMALL } from "./small_run.ts";
import type { TrainOptions } from "./train_options.ts";
import { childCommand, permission } from "../command/process.ts";
import { resumeCommand } from "../command/shell.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const ignore = !mayUseDisk || denoCommand === undefined;
const { run, start } = jobsBy(denoCommand ?? "deno", JOB);
const MAIN = new URL("./main.ts", import.meta.url).href;

function optionsFor(out: string): TrainOptions {
  const parsed = parseOptions([...SMALL, "--out", out]);
  if (parsed.kind !== "train") throw new Error("no options to train by");
  return parsed.options;
}

const status = async (out: string): Promise<string> =>
  JSON.parse(await Deno.readTextFile(`${out}/${FILES.manifest}`)).status;

/** Scores without the seconds that they took. */
const scores = async (out: string): Promise<unknown[]> =>
  (await Deno.readTextFile(`${out}/${FILES.metrics}`)).trim().split("\n").filter(Boolean).map((line) => {
    const { seconds: _, ...rest } = JSON.parse(line);
    return rest;
  });

Deno.test({
  name:
    `stopped while it scores or draws, a run has saved the epoch, and goes on to the same bits and scores ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (place) => {
      const whole = `${place}/whole`;
      await trainMnist(optionsFor(whole));
      const cases: Record<string, (stop: () => void) => Omit<Watch, "signal">> = {
        // The last step of an epoch: what follows is its scoring.
        scoring: (stop) => ({ onStep: ({ step }) => void (step === 20 && stop()) }),
        "scoring the last epoch": (stop) => ({ onStep: ({ step }) => void (step === 40 && stop()) }),
        drawing: (stop) => ({ onPictures: stop }),
      };
      const lines: Record<string, number> = { scoring: 1, "scoring the last epoch": 3, drawing: 4 };
      for (const [name, watch] of Object.entries(cases)) {
        const out = `${place}/${name.replaceAll(" ", "-")}`;
        const abort = new AbortController();
        const { interrupted, state } = await trainMnist(optionsFor(out), {
          ...watch(() => abort.abort()),
          signal: abort.signal,
        });
        const step = name === "scoring" ? 20 : 40;
        assertEquals([interrupted, state.step, await status(out)], [true, step, "interrupted"], name);
        assertEquals((await checkpoint(out)).step, String(step), name);
        assertEquals((await scores(out)).length, lines[name], name);
        assertEquals((await resumeMnist(out, null, null)).interrupted, false);
        assertEquals(await checkpoint(out), await checkpoint(whole), name);
        assertEquals(await scores(out), await scores(whole), name);
        assertEquals(names(out), names(whole));
        const { sittings } = JSON.parse(await Deno.readTextFile(`${out}/${FILES.manifest}`));
        const spans = sittings.map(({ from, to }: { from: number; to: number }) => [from, to]);
        assertEquals(spans, [[0, step], [step, 40]]);
      }
    }),
});

Deno.test({
  name:
    `SIGINT, SIGTERM and SIGHUP save a run and say how to go on; before it has begun they end it ${NEEDS}`,
  ignore: ignore || Deno.build.os === "windows",
  fn: () =>
    inFolder(async (place) => {
      const long = SMALL.map((word, i) => (SMALL[i - 1] === "--epochs" ? "4000" : word));
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        const out = `${place}/${signal}`;
        const job = start(out, [...long, "--out", out]);
        await job.seen("engine wasm");
        job.child.kill(signal);
        const { code, stderr } = await job.ended;
        assertEquals([code, await status(out)], [130, "interrupted"], stderr);
        assert(stderr.includes(`${resumeCommand("mnist", out, null)}\n`), stderr);
      }
      const out = `${place}/early`;
      const job = start(out, [...long, "--out", out]);
      job.child.kill("SIGTERM");
      assertEquals((await job.ended).code, 143);
    }),
});

Deno.test({
  name: `a run whose stdout and stderr are closed goes on silently, and leaves all of its files ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const child = childCommand(denoCommand!, {
        args: [
          "run",
          "--no-prompt",
          ...[
            permission("read", [out]),
            permission("write", [out]),
            "--allow-env=GRAE_BLAS,OPENBLAS_CORETYPE",
          ],
          ...[JOB.href, ...SMALL, "--out", out],
        ],
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      await child.stdout.cancel();
      // The first line, as `head -1` takes it.
      const reader = child.stderr.getReader();
      await reader.read();
      await reader.cancel();
      assertEquals([(await child.status).code, await status(out)], [0, "complete"]);
      assertEquals(names(out), Object.values(FILES).toSorted());
    }),
});

Deno.test({
  name: `a job whose launcher is killed saves its run and ends ${NEEDS}`,
  ignore: ignore || Deno.build.os === "windows",
  fn: () =>
    inFolder(async (place) => {
      const long = SMALL.map((word, i) => (SMALL[i - 1] === "--epochs" ? "4000" : word));
      for (const signal of ["SIGKILL", "SIGQUIT"] as const) {
        const out = `${place}/${signal}`;
        const launcher = childCommand(denoCommand!, {
          args: ["run", "--no-prompt", "--allow-run=deno", "--allow-env", MAIN, ...long, "--out", out],
          stderr: "piped",
          stdout: "null",
        }).spawn();
        // The job has this pipe as well: its end is the job's.
        let text = "";
        for await (const more of launcher.stderr.pipeThrough(new TextDecoderStream())) {
          const began = text.includes("epoch 1 (");
          text += more;
          if (!began && text.includes("epoch 1 (")) launcher.kill(signal);
        }
        await launcher.status;
        assertEquals(await status(out), "interrupted", text);
        const epochs = String(Math.ceil(Number((await checkpoint(out)).step) / 10));
        assertEquals((await run(out, ["--resume", out, "--epochs", epochs, "--quiet"])).code, 0);
        assertEquals(names(out).includes(".lock"), false);
      }
    }),
});

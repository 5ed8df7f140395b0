import { assert, assertEquals, assertMatch } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { FILES } from "./folder.ts";
import { childCommand } from "../command/process.ts";
import { jobsBy, names } from "../command/running_job.ts";
import { resumeCommand } from "../command/shell.ts";
import { checkpoint, JOB, SMALL } from "./small_run.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const MAIN = new URL("./main.ts", import.meta.url).href;
const ignore = !mayUseDisk || denoCommand === undefined;
const { run, start } = jobsBy(denoCommand ?? "deno", JOB);

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test({
  name: `a run leaves every file that it names, and they agree with each other ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const { code, stdout, stderr } = await run(out, [...SMALL, "--out", out]);
      assertEquals(code, 0, stderr);
      assertEquals(stdout.trim().split("\n"), Object.values(FILES).map((name) => `${out}/${name}`));
      assertEquals(names(out), Object.values(FILES).toSorted());
      const manifest = JSON.parse(await Deno.readTextFile(`${out}/${FILES.manifest}`));
      assertEquals([manifest.status, manifest.options.hidden, manifest.engine.name], [
        "complete",
        [12],
        "wasm",
      ]);
      assertMatch(manifest.data.sha256, /^[0-9a-f]{64}$/);
      const lines = (await Deno.readTextFile(`${out}/${FILES.metrics}`)).trim().split("\n").map((l) =>
        JSON.parse(l)
      );
      assertEquals(lines.map(({ epoch, step }) => [epoch, step]), [[1, 10], [2, 20], [3, 30], [4, 40]]);
      for (const { train, heldOut } of lines) {
        for (const scores of [train, heldOut]) {
          const { loss, terms, yardsticks } = scores;
          assert(Math.abs(terms.reconstruction + terms.kl - loss.value) < 1e-3);
          assert(yardsticks["beta-vae"].standardError > 0);
          assertEquals([yardsticks.grae.standardError, yardsticks["grae-star"].standardError], [null, null]);
          assert(yardsticks["grae-star"].value >= yardsticks.grae.value);
        }
      }
      const html = await Deno.readTextFile(`${out}/${FILES.report}`);
      for (const text of ["beta-vae", manifest.data.sha256, "<svg", "data:image/png;base64,"]) {
        assert(html.includes(text), text);
      }
    }),
});

Deno.test({
  name:
    `Ctrl-C writes a checkpoint and says how to resume; a resumed run ends with the same bits as one never stopped ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const [whole, stopped] = [`${place}/whole`, `${place}/stopped`];
      assertEquals((await run(whole, [...SMALL, "--quiet", "--out", whole])).code, 0);
      const long = SMALL.map((word, i) => (SMALL[i - 1] === "--epochs" ? "400" : word));
      const job = start(stopped, [...long, "--out", stopped]);
      await job.seen("epoch 2 (");
      job.child.kill("SIGINT");
      const { code, stderr } = await job.ended;
      assertEquals(code, 130, stderr);
      assert(
        stderr.includes("Interrupted after step") && stderr.includes(resumeCommand("mnist", stopped, null)),
        stderr,
      );
      assertEquals(JSON.parse(await Deno.readTextFile(`${stopped}/${FILES.manifest}`)).status, "interrupted");
      const at = Number((await checkpoint(stopped)).step);
      assert(at >= 20, `stopped at step ${at}`);
      // However far it came, both are taken to the same number of epochs.
      const epochs = String(Math.max(4, Math.ceil(at / 10)) + 1);
      assertEquals((await run(stopped, ["--resume", stopped, "--epochs", epochs, "--quiet"])).code, 0);
      assertEquals((await run(whole, ["--resume", whole, "--epochs", epochs, "--quiet"])).code, 0);
      assertEquals(await checkpoint(stopped), await checkpoint(whole));
      const scores = async (folder: string): Promise<unknown[]> =>
        (await Deno.readTextFile(`${folder}/${FILES.metrics}`)).trim().split("\n").map((line) => {
          const { seconds: _, ...rest } = JSON.parse(line);
          return rest;
        });
      assertEquals(await scores(stopped), await scores(whole));
    }),
});

Deno.test({
  name: `a run with schedules that is stopped goes on with them, and ends with the same bits ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const scheduled = [
        ...SMALL.map((word, i) => (SMALL[i - 1] === "--epochs" ? "12" : word)),
        ..."--beta-warmup 3.5 --learning-rate-schedule cosine --clip-gradient 5 --weight-decay 0.1".split(
          " ",
        ),
      ];
      const [whole, stopped] = [`${place}/whole`, `${place}/stopped`];
      assertEquals((await run(whole, [...scheduled, "--quiet", "--out", whole])).code, 0);
      const job = start(stopped, [...scheduled, "--out", stopped]);
      await job.seen("epoch 2 (");
      job.child.kill("SIGINT");
      assertEquals((await job.ended).code, 130);
      const { step } = await checkpoint(stopped);
      assert(Number(step) >= 20 && Number(step) < 120, step);
      // Another number of epochs would be another schedule.
      const refused = await run(stopped, ["--resume", stopped, "--epochs", "40", "--quiet"]);
      assertEquals([refused.code, refused.stderr], [
        1,
        `mnist: ${stopped}: --epochs must be 12 beside --resume, since the run's learning rate follows a cosine schedule over ` +
        "its 12 epochs, but it is 40; start a new run for more\n",
      ]);
      assertEquals((await run(stopped, ["--resume", stopped, "--quiet"])).code, 0);
      assertEquals(await checkpoint(stopped), await checkpoint(whole));
      // Each of the four matters.
      const four = ["--beta-warmup", "--learning-rate-schedule", "--clip-gradient", "--weight-decay"];
      await Promise.all(four.map(async (flag) => {
        const at = scheduled.indexOf(flag);
        const without = scheduled.toSpliced(at, 2), out = `${place}/${flag.slice(2)}`;
        assertEquals((await run(out, [...without, "--quiet", "--out", out])).code, 0);
        assert((await checkpoint(out)).digest !== (await checkpoint(whole)).digest, flag);
      }));
    }),
});

Deno.test({
  name:
    `kill -9 at any moment leaves a checkpoint that loads, from which the run ends with the same bits ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const whole = `${place}/whole`;
      assertEquals((await run(whole, [...SMALL, "--quiet", "--out", whole])).code, 0);
      const expected = await checkpoint(whole);
      // Moments spread over start, steps, scoring, writing and drawing.
      for (const [i, delay] of [0, 5, 15, 40, 90, 200].entries()) {
        const out = `${place}/killed${i}`;
        const job = start(out, [...SMALL, "--out", out]);
        await job.seen(i % 2 === 0 ? "engine wasm" : "epoch 1 (");
        await pause(delay);
        job.child.kill("SIGKILL");
        await job.ended;
        await checkpoint(out);
        const { code, stderr } = await run(out, ["--resume", out, "--quiet"]);
        assertEquals(code, 0, stderr);
        assertEquals(await checkpoint(out), expected, `killed after ${delay} ms`);
      }
    }),
});

Deno.test({
  name:
    `kill -9 during the start leaves a run that goes on, or none at all, and then the same command starts it ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const short = [...SMALL.map((word) => word === "4" ? "1" : word), "--quiet"];
      // Milliseconds after the process is there, then after its folder is, into which it writes at once.
      const moments = [
        ...[0, 75, 150].map((delay) => ({ afterFolder: false, delay })),
        ...[0, 1, 2, 4, 8].map((delay) => ({ afterFolder: true, delay })),
      ];
      for (const [i, { afterFolder, delay }] of moments.entries()) {
        const out = `${place}/killed${i}`;
        const job = start(out, [...short, "--out", out]);
        while (afterFolder && !names(place).includes(`killed${i}`)) await pause(1);
        await pause(delay);
        job.child.kill("SIGKILL");
        await job.ended;
        const isRun = names(place).includes(`killed${i}`) && names(out).includes(FILES.manifest);
        const again = isRun ? ["--resume", out, "--quiet"] : [...short, "--out", out];
        const { code, stderr } = await run(out, again);
        assertEquals(code, 0, stderr);
        assertEquals((await checkpoint(out)).step, "10");
      }
    }),
});

Deno.test({
  name:
    `a loss that turns non-finite ends the run with its step, term and layer, and keeps the last checkpoint ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const { code, stderr } = await run(out, [...SMALL, "--learning-rate", "1e30", "--quiet", "--out", out]);
      assertEquals(code, 1, stderr);
      assertMatch(
        stderr,
        /^mnist: training: the loss must be finite, but at step \d+ it is (NaN|Infinity|-Infinity): /,
      );
      assertMatch(stderr, /the first layer whose output is not finite is (encoder|decoder)\.\d/);
      assertMatch(stderr, /the first term that is not finite is "(reconstruction|kl)"/);
      assertEquals((await checkpoint(out)).step, "0");
      assertEquals(JSON.parse(await Deno.readTextFile(`${out}/${FILES.manifest}`)).status, "failed");
    }),
});

Deno.test({
  name: `usage errors end with status 2 before anything is made ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const { code, stdout, stderr } = await run(out, [...SMALL, "--beta", "0", "--out", out]);
      assertEquals([code, stdout], [2, ""]);
      assertMatch(stderr, /^mnist: --beta .*\n$/);
      assertEquals(names(place), []);
    }),
});

Deno.test({
  name: `where deno cannot be started, because it is not on PATH or not granted, one line says so ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      // Of a deno that is not on PATH, the grant to run it comes to nothing, as if it were not given.
      const { code, stderr } = await childCommand(denoCommand!, {
        args: ["run", "--no-prompt", "--allow-env=GRAE_BLAS", MAIN, "--out", `${place}/run`],
      }).output();
      assertEquals(code, 1);
      assertEquals(
        new TextDecoder().decode(stderr),
        "mnist: the job could not be started: deno must be on PATH, and granted with --allow-run=deno\n",
      );
      assertEquals(names(place), []);
    }),
});

Deno.test({
  name:
    `a GRAE_BLAS that could permit every library is refused before the job starts, with status 2 ${NEEDS}`,
  ignore,
  fn: async () => {
    const { code, stderr } = await childCommand(denoCommand!, {
      args: ["run", "--no-prompt", "--allow-run=deno", "--allow-env=GRAE_BLAS", MAIN, "--limit", "100"],
      env: { GRAE_BLAS: "/x,/" },
    }).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals([code, text.split("\n").length], [2, 2], text);
    assert(text.startsWith("mnist: GRAE_BLAS must be the absolute path of one library"), text);
  },
});

Deno.test({
  name: `a run that cannot fit into memory is refused in one line, and leaves no folder ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      for (const sizes of ["--hidden 20000,20000", "--latent 2000 --posterior full", "--hidden 1000000"]) {
        const args = [...sizes.split(" "), "--engine", "wasm", "--out", `${place}/run`];
        const { code, stderr } = await run(`${place}/run`, args);
        assertEquals(code, 2, stderr);
        assertMatch(stderr, /^mnist: a training of these sizes requires at least [^\n]*\n$/);
        assertEquals(names(place), []);
      }
    }),
});

Deno.test({
  name: `a run with --threads has so many, keeps no such option, and ends with the same bits ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const [one, all] = [`${place}/one`, `${place}/all`];
      assertEquals((await run(one, [...SMALL, "--quiet", "--threads", "1", "--out", one])).code, 0);
      assertEquals((await run(all, [...SMALL, "--quiet", "--out", all])).code, 0);
      const manifest = JSON.parse(await Deno.readTextFile(`${one}/${FILES.manifest}`));
      assertEquals(manifest.engine, { name: "wasm", description: "tfjs wasm, SIMD, 1 thread" });
      assertEquals(Object.keys(manifest.options).includes("threads"), false);
      assertEquals(await checkpoint(one), await checkpoint(all));
      const resumed = await run(one, ["--resume", one, "--epochs", "5", "--threads", "1"]);
      assertEquals(resumed.code, 0, resumed.stderr);
      assert(resumed.stderr.includes("engine wasm: tfjs wasm, SIMD, 1 thread\n"), resumed.stderr);
    }),
});

Deno.test({
  name: `a run by auto that finds no BLAS says once what to do, and keeps it out of the manifest ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (out) => {
      const auto = SMALL.map((word) => word === "wasm" ? "auto" : word);
      const { code, stderr } = await run(out, [...auto, "--out", `${out}`]);
      assertEquals(code, 0, stderr);
      assertEquals(
        stderr.split("no BLAS is in use, and one makes a step 3 to 4 times faster: ").length,
        2,
        stderr,
      );
      const { engine } = JSON.parse(await Deno.readTextFile(`${out}/${FILES.manifest}`));
      assertEquals(Object.keys(engine), ["name", "description"]);
    }),
});

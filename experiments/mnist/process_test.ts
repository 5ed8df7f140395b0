import { assert, assertEquals, assertMatch } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { decodeSafetensors } from "../../lib/training/safetensors.ts";
import { FILES } from "./folder.ts";
import { grants } from "./main.ts";

// Small enough for a second, with enough epochs to be stopped in between.
const SMALL = "--hidden 12 --latent 2 --limit 300 --batch 30 --epochs 4 --engine wasm".split(" ");
const JOB = new URL("./job.ts", import.meta.url).href;

/** A job that runs. */
interface Running {
  readonly child: Deno.ChildProcess;
  /** Settles when stderr has shown this text so many times. */
  seen(text: string, times?: number): Promise<void>;
  /** The exit status and all that was shown. */
  readonly ended: Promise<{ code: number; stdout: string; stderr: string }>;
}

function start(folder: string, args: readonly string[], data: string | null = null): Running {
  const child = new Deno.Command(denoCommand!, {
    args: ["run", "--no-prompt", ...grants(folder, data, []), JOB, ...args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let stderr = "";
  const waiting: [string, number, () => void][] = [];
  const look = (): void => {
    for (const [text, times, go] of waiting) if (stderr.split(text).length > times) go();
  };
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      stderr += text;
      look();
    }
  })();
  const stdout = new Response(child.stdout).text();
  return {
    child,
    seen: (text, times = 1) =>
      new Promise((go) => {
        waiting.push([text, times, go]);
        look();
      }),
    ended: (async () => {
      await reading;
      return { code: (await child.status).code, stdout: await stdout, stderr };
    })(),
  };
}

const run = (folder: string, args: readonly string[], data: string | null = null): Running["ended"] =>
  start(folder, args, data).ended;

const names = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** The step of a run's checkpoint, and a digest of the bits of every tensor in it. */
async function checkpoint(folder: string): Promise<{ step: string; digest: string }> {
  const { tensors, metadata } = decodeSafetensors(
    await Deno.readFile(`${folder}/${FILES.checkpoint}`),
    folder,
  );
  const names = new TextEncoder().encode([...tensors.keys()].join());
  const parts = [names, ...[...tensors.values()].map(({ values }) => new Uint8Array(values.slice().buffer))];
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
  return { step: metadata["step"]!, digest: [...digest].map((byte) => byte.toString(16)).join() };
}

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const ignore = !mayUseDisk || denoCommand === undefined;

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
        stderr.includes("Interrupted after step") && stderr.includes(`deno task mnist --resume ${stopped}`),
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
        await new Promise((resolve) => setTimeout(resolve, delay));
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
  name: `bad data and folders give one line on stderr, exit status 1, and leave files as they were ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const refused = async (
        args: readonly string[],
        expected: string,
        data: string | null = null,
      ): Promise<void> => {
        const { code, stdout, stderr } = await run(out, args, data);
        assertEquals([code, stdout], [1, ""], stderr);
        assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
        assert(
          stderr.startsWith("mnist: ") && stderr.includes(expected),
          `${stderr} does not say: ${expected}`,
        );
      };
      const quiet = [...SMALL, "--quiet", "--out", out];
      const none = `${place}/none`;
      await refused([...quiet, "--data", none], "but it does not exist", none);
      const empty = `${place}/empty`;
      await Deno.mkdir(empty);
      await refused([...quiet, "--data", empty], "but it holds no files", empty);
      await refused(["--resume", out], "must hold manifest.json, but does not");
      await Deno.mkdir(out);
      await Deno.writeTextFile(`${out}/mine.txt`, "mine");
      await refused(quiet, "the output folder must be new or empty, but it holds mine.txt");
      assertEquals(names(out), ["mine.txt"]);
      await Deno.remove(`${out}/mine.txt`);

      assertEquals((await run(out, quiet)).code, 0);
      const file = (name: keyof typeof FILES): string => `${out}/${FILES[name]}`;
      const kept = await checkpoint(out);
      await refused(quiet, "the output folder must be new or empty, but it holds");
      assertEquals(await checkpoint(out), kept);
      await refused(
        ["--resume", out, "--data", empty],
        "the run was trained on the embedded digits: leave out --data",
        empty,
      );

      const bytes = await Deno.readFile(file("checkpoint"));
      await Deno.writeFile(file("checkpoint"), bytes.subarray(0, bytes.length - 10));
      await refused(["--resume", out], FILES.checkpoint);
      await Deno.writeFile(file("checkpoint"), bytes);
      const manifest = await Deno.readTextFile(file("manifest"));
      const edited = (change: Record<string, unknown>): string => {
        const json = JSON.parse(manifest);
        return JSON.stringify({ ...json, options: { ...json.options, ...change } });
      };
      await Deno.writeTextFile(file("manifest"), edited({ hidden: [13] }));
      await refused(["--resume", out], "encoder.0.weight must be [784, 13], but it is [784, 12]");
      await Deno.writeTextFile(file("manifest"), edited({ beta: 0.3 }));
      await refused(
        ["--resume", out],
        "the run's manifest says beta = 0.3, but the checkpoint is of beta = 0.2",
      );
      await Deno.writeTextFile(file("manifest"), manifest.replace(/"sha256": "./, '"sha256": "x'));
      await refused(["--resume", out], "the run was trained on data with SHA-256 x");
      await Deno.writeTextFile(file("manifest"), "{");
      await refused(["--resume", out], "must be JSON, but is not");
      await Deno.writeTextFile(file("manifest"), manifest);
      await Deno.remove(file("checkpoint"));
      await refused(["--resume", out], "a checkpoint is required, but there is none");
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

import { assert, assertEquals, assertMatch } from "@std/assert";
import { POWERS, powersProcess, program, watched } from "../../fixtures/powers_process.ts";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { childCommand, permission } from "../../tools/process.ts";
import { RunFolder } from "./folder.ts";
import { resumeCommand } from "./permissions.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const ignore = !mayUseDisk || denoCommand === undefined;
const onUnix = ignore || Deno.build.os === "windows";
const INTERRUPTION = new URL("./interruption.ts", import.meta.url);

const run = (writes: string, ...args: string[]) => powersProcess(writes, ...args).ended;
const json = async (path: string) => JSON.parse(await Deno.readTextFile(path));
const names = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test({
  name: `a study's process names its files on stdout, and its answer and caveat on stderr ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/a run, ö`;
      const { code, stdout, stderr } = await run(place, "--engine", "wasm", "--out", out);
      assertEquals(code, 0, stderr);
      const files = stdout.trim().split("\n");
      assertEquals(files.length, 6);
      for (const file of files) assert((await Deno.stat(file)).isFile, file);
      assertEquals(stderr.replace(/^engine wasm: .*$/m, "engine wasm").split("\n"), [
        ...["powers: 4 parts, from whole numbers", "engine wasm", "powers have no unit", "n1 in 1 turns"],
        ...["n2 in 1 turns", "n3 in 1 turns", "n4 in 1 turns", "4 of 4 parts are done; drawing figures"],
        ...["They add up to 30.", "There are more numbers.", ""],
      ]);
      const quiet = await run(place, "--quick", "--quiet", "--threads", "1", "--out", `${place}/quiet`);
      assertEquals([quiet.code, quiet.stderr], [0, ""]);
      assertMatch((await json(`${place}/quiet/manifest.json`)).engine.description, /, 1 thread$/);
      assert((await run(place, "--quick", "--out", `${place}/quick`)).stderr.includes("a quick run: small"));
    }),
});

Deno.test({
  name: `help needs no permission, and does nothing else ${NEEDS}`,
  ignore,
  fn: async () => {
    const child = childCommand(denoCommand!, {
      args: ["run", "-q", "--no-prompt", POWERS.href, "--out", "x", "--help"],
    });
    const { code, stdout } = await child.output();
    assertEquals(code, 0);
    assert(new TextDecoder().decode(stdout).includes("--power <NUMBER>"));
  },
});

Deno.test({
  name: `SIGINT, SIGTERM and SIGHUP save a run, and it goes on to the same bytes; a killed one too ${NEEDS}`,
  ignore: onUnix,
  fn: () =>
    inFolder(async (place) => {
      const whole = `${place}/whole`;
      assertEquals((await run(place, "--pause", "100", "--out", whole)).code, 0);
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const) {
        const out = `${place}/${signal}`;
        const job = powersProcess(place, "--pause", "100", "--out", out);
        await job.seen("n2 in 1 turns");
        job.child.kill(signal);
        const { code, stderr } = await job.ended;
        const { status } = await json(`${out}/manifest.json`);
        if (signal === "SIGKILL") assertEquals(status, "running");
        else {
          assertEquals([code, status], [130, "interrupted"], stderr);
          assert(stderr.includes(`  ${resumeCommand("powers", out)}\n`), stderr);
        }
        const resumed = await run(place, "--resume", out, "--quiet");
        assertEquals([resumed.code, resumed.stderr], [0, ""]);
        for (const file of ["results.json", "powers.csv", "parts/n1.json"]) {
          assertEquals(
            await Deno.readTextFile(`${out}/${file}`),
            await Deno.readTextFile(`${whole}/${file}`),
          );
        }
        assertEquals(names(out), names(whole));
      }
    }),
});

Deno.test({
  name: `a run that goes on elsewhere warns that its bits may differ, even if it is to be quiet ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      assertEquals((await run(place, "--out", out, "--quiet")).code, 0);
      const folder = new RunFolder(out, "powers"), manifest = await folder.readManifest();
      const sittings = manifest.sittings.map((one) => ({ ...one, host: "abacus, 1 core" }));
      await folder.writeManifest({ ...manifest, sittings });
      const { code, stderr } = await run(place, "--resume", out, "--quiet");
      assertEquals([code, stderr.split("\n").length], [0, 2], stderr);
      assertMatch(stderr, /^powers: bits may differ from .* on abacus, 1 core, this is by /);
    }),
});

Deno.test({
  name: `a second signal ends a process at once, even while it computes ${NEEDS}`,
  ignore: onUnix,
  fn: () =>
    inFolder(async (place) => {
      const script = `${place}/busy.ts`;
      await Deno.writeTextFile(
        script,
        `import { interruption } from ${JSON.stringify(INTERRUPTION.href)};
        const stop = interruption();
        stop.listen();
        stop.signal.addEventListener("abort", () => setTimeout(() => {
          console.log("busy");
          for (;;);
        }, 600));
        setInterval(() => {}, 1000);
        console.log("ready");`,
      );
      const job = program(place, new URL(`file://${script}`), []);
      await job.seen("ready");
      job.child.kill("SIGINT");
      await job.seen("busy");
      job.child.kill("SIGINT");
      assertEquals((await job.ended).signal, "SIGINT");
    }),
});

Deno.test({
  name:
    `a run whose deno task is killed saves what it has and ends; one that was started otherwise goes on ${NEEDS}`,
  ignore: onUnix,
  fn: () =>
    inFolder(async (place) => {
      const read = "--allow-read --allow-env=INIT_CWD,GRAE_BLAS,GRAE_THREADS,OPENBLAS_CORETYPE,TERM";
      const command = `deno run -q ${read} --allow-write=. ${POWERS.href} --pause 400 --out run`;
      await Deno.writeTextFile(`${place}/deno.json`, JSON.stringify({ tasks: { powers: command } }));
      const task = childCommand(denoCommand!, {
        args: ["task", "-q", "--cwd", place, "powers"],
        env: { GRAE_BLAS: "" },
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const { seen, ended } = watched(task);
      await seen("n1 in 1 turns");
      task.kill("SIGKILL");
      // The run has these pipes as well: their end is its end.
      await ended;
      assertEquals((await json(`${place}/run/manifest.json`)).status, "interrupted");
      assertEquals(names(`${place}/run`).includes(".lock"), false);
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
          ...["run", "-q", "--no-prompt", permission("read", [ROOT]), permission("write", [place])],
          ...["--allow-env=GRAE_BLAS", POWERS.href, "--pause", "60", "--out", out],
        ],
        env: { GRAE_BLAS: "" },
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      await child.stdout.cancel();
      // The first line, as `head -1` takes it.
      const reader = child.stderr.getReader();
      await reader.read();
      await reader.cancel();
      assertEquals([(await child.status).code, (await json(`${out}/manifest.json`)).status], [0, "complete"]);
    }),
});

Deno.test({
  name: `of two runs that start in one folder at once, exactly one works, and the other is refused ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const both = [1, 2].map((seed) =>
        powersProcess(place, "--seed", `${seed}`, "--pause", "200", "--out", out)
      );
      const ends = await Promise.all(both.map(({ ended }) => ended));
      assertEquals(ends.map(({ code }) => code).sort(), [0, 1]);
      const refused = ends.find(({ code }) => code === 1)!.stderr;
      assert(/is being written by process \d+ since|but it holds a run/.test(refused), refused);
      const { options } = await json(`${out}/manifest.json`);
      assertEquals(ends[options.seed - 1]!.code, 0);
    }),
});

Deno.test({
  name:
    `parts that fail end a run with status 1, a line each, and the command that tries them again ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const { code, stderr } = await run(place, "--diverge", "--quiet", "--out", out, "--data", place);
      assertEquals(code, 1);
      assertEquals(stderr.split("\n").length, 3, stderr);
      assert(
        stderr.startsWith("powers: n3 failed: training: the loss must be finite, but at step 7"),
        stderr,
      );
      const again = resumeCommand("powers", out, "--data", place, "--retry-failed");
      assert(stderr.endsWith(`powers: 3 of 4 parts are done; to try the others again: ${again}\n`), stderr);
      assertEquals((await run(place, "--resume", out, "--data", place, "--retry-failed", "--quiet")).code, 1);
    }),
});

Deno.test({
  name: `what cannot be followed is refused in one line, with status 2 or 1 ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      await Deno.mkdir(`${place}/used`);
      await Deno.writeTextFile(`${place}/used/letter.txt`, "dear");
      for (
        const [args, status, message] of [
          [["--sed", "3"], 2, "powers: unknown option '--sed' (Did you mean --seed?)"],
          [["--seed", "-1"], 2, "powers: --seed must be a whole number from 0"],
          [
            ["--resume", "r", "--seed", "3"],
            2,
            "powers: --resume goes on with the options in the run's manifest",
          ],
          [["--resume", `${place}/none`], 1, `powers: ${place}/none: a run must hold manifest.json`],
          [
            ["--quick", "--out", `${place}/used`],
            1,
            `powers: ${place}/used: the output folder must be new or empty`,
          ],
        ] as const
      ) {
        const { code, stderr } = await run(place, ...args);
        assertEquals([code, stderr.split("\n").length], [status, 2], stderr);
        assert(stderr.startsWith(message), stderr);
      }
      const threads = await program(place, POWERS, ["--out", `${place}/t`], { GRAE_THREADS: "many" }).ended;
      assertEquals([threads.code, threads.stderr.split("\n").length], [2, 2], threads.stderr);
      assertEquals(names(place), ["used"]);
    }),
});

/** Requires that a refusal prints a command that grants all that a run in a folder needs. */
async function pasted(refusal: string, out: string): Promise<void> {
  assert(refusal.includes(`--allow-read=.,/etc/os-release,'${out}'`), refusal);
  assert(refusal.includes(`--allow-write=runs,'${out}'`), refusal);
  assert(refusal.includes(` --out '${out}'\n`), refusal);
  const flags = /--allow-read=(\S+?'[^']*') --allow-write=(\S+?'[^']*')/.exec(refusal)!.slice(1)
    .map((paths, i) => `--allow-${["read", "write"][i]}=${paths.replaceAll("'", "")}`);
  const { code, stderr } = await childCommand(denoCommand!, {
    args: ["run", "-q", "--no-prompt", ...flags, "--allow-env=GRAE_BLAS", POWERS.href, "--out", out],
    env: { GRAE_BLAS: "" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  await Deno.remove(out, { recursive: true });
}

Deno.test({
  name: `a path outside, and a link that leads out, is refused with the command that allows it ${NEEDS}`,
  ignore: onUnix,
  fn: () =>
    inFolder(async (place) => {
      await Deno.mkdir(`${place}/in`);
      await Deno.mkdir(`${place}/out side`);
      // Deno lets no program make links that is granted folders alone.
      const script = `Deno.symlinkSync("../out side", ${JSON.stringify(`${place}/in/link`)})`;
      await childCommand(denoCommand!, { args: ["eval", script] }).output();
      const refusal = async (...args: string[]): Promise<string> => {
        const { code, stderr } = await run(`${place}/in`, ...args);
        assertEquals([code, stderr.split("\n").length], [2, 2], stderr);
        return stderr;
      };
      const outside = await refusal("--out", `${place}/out side/run`);
      assert(
        outside.startsWith(`powers: --out ${place}/out side/run is outside of what the task may write`),
        outside,
      );
      if (place.includes(",")) assert(outside.includes("cannot name a path with a comma"), outside);
      else await pasted(outside, `${place}/out side/run`);
      const resumed = await refusal("--resume", `${place}/out side/run`);
      assert(
        resumed.startsWith(`powers: --resume ${place}/out side/run is outside of what the task`),
        resumed,
      );
      const library = await program(`${place}/in`, POWERS, ["--out", `${place}/in/x`], {
        GRAE_BLAS: "/no/library.so",
      }).ended;
      assertEquals(library.code, 2);
      assertMatch(
        library.stderr,
        /^powers: GRAE_BLAS \/no\/library\.so is outside of what the task may load; to /,
      );
      assertMatch(
        library.stderr,
        /: run {2}npx --yes deno@\S+ run --allow-ffi=\/no\/library\.so -q [^\n]*\n$/,
      );
      const link = await refusal("--out", `${place}/in/link/run`);
      assert(link.includes(`, which leads to ${place}/out side/run, is outside`), link);
      assert((await refusal("--data", "/etc", "--out", `${place}/in/x`)).includes("--data /etc is outside"));
      // A file of data is read with those beside it.
      const file = await refusal("--data", "/etc/train.csv", "--out", `${place}/in/x`);
      assert(file.includes("--data /etc is outside"), file);
      assertEquals(names(`${place}/out side`), []);
    }),
});

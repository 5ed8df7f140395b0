import { assert, assertEquals } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { jobsBy, names } from "../command/running_job.ts";
import { resumeCommand } from "../command/shell.ts";

/** Each study with options of a run that takes seconds. */
const STUDIES: Readonly<Record<string, string>> = {
  metric: "--seeds 1 --epochs 2 --limit 600 --hidden 16 --engine wasm",
  compare:
    "--betas .5 --seeds 1 --smooth tanh --epochs 1 --limit 200 --latent 2 --hidden 8 --judged 20 --tracked 5 " +
    "--pairs 2 --columns 2 --contracted 2 --contracted-pairs 2 --halvings 3 --engine wasm",
  samples:
    "--seeds 1 --epochs 1 --limit 300 --hidden 8 --classifier-hidden 16,4 --classifier-epochs 1 --engine wasm",
  uniqueness:
    "--latents 2 --activations identity --seeds 2 --landings 4 --examples 128 --steps-per-latent 40 --turned 1 " +
    "--angles 2 --turned-steps 5 --engine wasm",
};

const writtenAt = async (file: string): Promise<number> => (await Deno.stat(file)).mtime!.getTime();

/** The first part that a run in a folder keeps, as soon as it is there. */
async function firstPart(folder: string): Promise<{ file: string; at: number }> {
  for (;;) {
    const parts = await Array.fromAsync(Deno.readDir(`${folder}/parts`)).catch(() => []);
    const part = parts.find(({ name }) => name.endsWith(".json"));
    const file = `${folder}/parts/${part?.name}`;
    if (part) return { file, at: await writtenAt(file) };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const ignore = !mayUseDisk || denoCommand === undefined;

Deno.test({
  name: `uniqueness: losses that diverge fail their parts alone, with status 1 and a line each ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const { run } = jobsBy(denoCommand ?? "deno", new URL("../uniqueness/job.ts", import.meta.url));
      const line = [...STUDIES["uniqueness"]!.split(" "), "--learning-rate", "30", "--quiet", "--out", out];
      for (
        const args of [line, ["--resume", out, "--quiet"], ["--resume", out, "--quiet", "--retry-failed"]]
      ) {
        const { code, stderr } = await run(out, args);
        const lines = stderr.trimEnd().split("\n");
        assertEquals(code, 1, stderr);
        for (const failed of lines.slice(0, -1)) {
          assert(/^uniqueness: (part|what is left)/.test(failed), failed);
        }
        assert(/^uniqueness: \d+ of \d+ parts failed; .* --retry-failed$/.test(lines.at(-1)!), stderr);
        const kept = names(`${out}/parts`);
        assert(kept.length > lines.length - 1, `${kept}`);
      }
      const none = await run(out, ["--quick", "--retry-failed"]);
      assertEquals([none.code, none.stderr], [
        2,
        "uniqueness: --retry-failed has a meaning beside --resume alone\n",
      ]);
    }),
});

for (const [study, line] of Object.entries(STUDIES)) {
  const small = line.split(" ");
  const { run, start } = jobsBy(denoCommand ?? "deno", new URL(`../${study}/job.ts`, import.meta.url));
  const bytes = (folder: string): Promise<string[]> =>
    Promise.all(
      names(folder).filter((name) => name.endsWith(".json") && name !== "manifest.json")
        .map((name) => Deno.readTextFile(`${folder}/${name}`)),
    );

  Deno.test({
    name:
      `${study}: stopped by Ctrl-C or killed, a run goes on and leaves what one never stopped leaves, byte for byte ${NEEDS}`,
    ignore,
    fn: () =>
      inFolder(async (place) => {
        const whole = `${place}/whole`;
        const { code, stdout, stderr } = await run(whole, [...small, "--out", whole]);
        assertEquals(code, 0, stderr);
        for (const file of stdout.trim().split("\n")) assert((await Deno.stat(file)).isFile, file);
        const expected = await bytes(whole);
        assertEquals(expected.length, 2);

        for (const [signal, status] of [["SIGINT", 130], ["SIGKILL", 137]] as const) {
          const out = `${place}/${signal}`;
          const job = start(out, [...small, "--out", out]);
          const kept = await firstPart(out);
          job.child.kill(signal);
          const ended = await job.ended;
          assertEquals(ended.code, status, ended.stderr);
          if (signal === "SIGINT") {
            assert(ended.stderr.includes(`  ${resumeCommand(study, out, null)}\n`), ended.stderr);
          }
          const resumed = await run(out, ["--resume", out, "--quiet"]);
          assertEquals(resumed.code, 0, resumed.stderr);
          assertEquals(resumed.stderr, "");
          assertEquals(await bytes(out), expected, signal);
          assertEquals(await writtenAt(kept.file), kept.at, "a part that was done was done again");
          assertEquals(JSON.parse(await Deno.readTextFile(`${out}/manifest.json`)).resumptions, 1);
        }
      }),
  });

  Deno.test({
    name: `${study}: what cannot be followed is refused in one line, with status 2 or 1 ${NEEDS}`,
    ignore,
    fn: () =>
      inFolder(async (place) => {
        for (
          const [args, status, message] of [
            [["--sed", "3"], 2, `${study}: unknown option --sed; did you mean --seed?`],
            [["--seed", "-1"], 2, `${study}: --seed must be a whole number from 0`],
            [
              ["--resume", "r", "--seed", "3"],
              2,
              `${study}: --resume continues a run with the options in its manifest`,
            ],
            [
              ["--resume", `${place}/none`],
              1,
              `${study}: ${place}/none: a run to resume must hold manifest.json`,
            ],
            [
              ["--quick", "--out", `${place}/used`],
              1,
              `${study}: ${place}/used: the output folder must be new or empty`,
            ],
          ] as const
        ) {
          await Deno.mkdir(`${place}/used`, { recursive: true });
          await Deno.writeTextFile(`${place}/used/letter.txt`, "dear");
          const { code, stderr } = await run(place, args);
          assertEquals([code, stderr.split("\n").length], [status, 2], stderr);
          assert(stderr.startsWith(message), stderr);
        }
      }),
  });
}

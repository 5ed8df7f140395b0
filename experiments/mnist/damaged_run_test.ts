import { assert, assertEquals, assertRejects } from "@std/assert";
import { integers, key } from "../../lib/engine/mod.ts";
import { CheckpointError } from "../../lib/training/mod.ts";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { sealed } from "../../lib/training/checksum.ts";
import { FILES } from "./folder.ts";
import { jobsBy, names } from "../command/running_job.ts";
import { resumeMnist, trainMnist } from "./mnist.ts";
import { parseOptions } from "./options.ts";
import { checkpoint, JOB, SMALL } from "./small_run.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const ignore = !mayUseDisk || denoCommand === undefined;
const { run } = jobsBy(denoCommand ?? "deno", JOB);

/** Requires that a job ends with status 1 and one line that says this. */
async function refusedIn(
  out: string,
  args: readonly string[],
  expected: string,
  data: string | null = null,
): Promise<void> {
  const { code, stdout, stderr } = await run(out, args, data);
  assertEquals([code, stdout], [1, ""], stderr);
  assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  assert(stderr.startsWith("mnist: ") && stderr.includes(expected), `${stderr} does not say: ${expected}`);
}

Deno.test({
  name: `bad data and folders give one line on stderr, exit status 1, and leave files as they were ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const refused = (args: readonly string[], expected: string, data?: string): Promise<void> =>
        refusedIn(out, args, expected, data);
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

/** A small run in `place`, the options that made it and resume it, and how one of its files is changed for a while. */
async function smallRun(place: string) {
  const out = `${place}/run`;
  const options = [...SMALL, "--quiet", "--out", out];
  assertEquals((await run(out, options)).code, 0);
  const file = (name: keyof typeof FILES): string => `${out}/${FILES[name]}`;
  const refused = (expected: string, ...more: readonly string[]): Promise<void> =>
    refusedIn(out, ["--resume", out, ...more], expected);
  const withFile = async (
    name: keyof typeof FILES,
    change: (text: string) => string,
    then: () => Promise<void>,
    finish: (changed: Uint8Array) => Uint8Array | Promise<Uint8Array> = (changed) => changed,
  ): Promise<void> => {
    // The checkpoint's weights are not UTF-8, so bytes are taken for characters.
    const bytes = await Deno.readFile(file(name));
    const text = change(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    await Deno.writeFile(file(name), await finish(Uint8Array.from(text, (c) => c.charCodeAt(0))));
    await then();
    await Deno.writeFile(file(name), bytes);
  };
  return { out, options, file, refused, withFile };
}

Deno.test({
  name:
    `a damaged manifest, metrics or checkpoint is refused by the first thing that is wrong with it ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const { out, file, refused, withFile } = await smallRun(place);
      await withFile("manifest", () => "null", () => refused("must be the manifest of a run"));
      await withFile(
        "manifest",
        (text) => text.replace(/"sha256": "\w+"/, '"sha256": 7'),
        () => refused("manifest.json: its data.sha256 must be a text, but it is 7"),
      );
      const versions = ["grae", "tfjs"].map((name) => new RegExp(`"${name}": "\\d`));
      for (const version of versions) {
        await withFile(
          "manifest",
          (text) => text.replace(version, (at) => `${at}9`),
          () => refused("what two versions compute is not mixed"),
        );
      }
      await withFile(
        "metrics",
        (text) => text.replace("\n{", "\nx{"),
        () => refused("metrics.jsonl: line 2 must hold the scores of epoch 2, but does not"),
      );
      await withFile(
        "checkpoint",
        (text) => text.replace('"step":"40"', '"step":"41"'),
        () => refused("checkpoint.safetensors: its SHA-256 must be "),
      );
      await withFile(
        "checkpoint",
        (text) => text.replace('"key":"[0,0]"', '"key":"[0,1]"'),
        () => refused("it is damaged; put back a copy of it, or begin the run anew"),
      );
      await withFile(
        "manifest",
        (text) => text.replace('"name": "wasm"', '"name": "cpu"'),
        () => refused('the run\'s manifest says engine = "cpu", but the checkpoint is of engine = "wasm"'),
      );
      const before = await Deno.readTextFile(file("manifest"));
      await refused(
        "--epochs must be at least 4, since the run already has 4 epochs, but it is 3",
        "--epochs",
        "3",
      );
      await withFile(
        "manifest",
        (text) => text.replace('"betaWarmup": 0', '"betaWarmup": 3'),
        () =>
          withFile(
            "checkpoint",
            (text) =>
              text.replace('\\"betaWarmup\\":0', '\\"betaWarmup\\":3').replace('"step":"40"', '"step":"10"'),
            () =>
              refused(
                "--epochs must be at least 3, since β rises for so many epochs, but it is 2",
                "--epochs",
                "2",
              ),
            sealed,
          ),
      );
      assertEquals(await Deno.readTextFile(file("manifest")), before);
      await Deno.remove(file("samples"));
      await Deno.mkdir(`${file("samples")}/in the way`, { recursive: true });
      await refused("samples.png: cannot be written: ", "--quiet");
      assertEquals(JSON.parse(await Deno.readTextFile(file("manifest"))).status, "failed");
      await Deno.remove(file("manifest"));
      await Deno.mkdir(file("manifest"));
      await refused("manifest.json: cannot be read: Is a directory");
      const elsewhere = `${out}/${FILES.metrics}`;
      await refusedIn(elsewhere, ["--resume", elsewhere], "must be the folder of a run, but it is a file");
    }),
});

Deno.test({
  name: `a checkpoint with a flipped bit or a zeroed page is refused, and the run is left as it was ${NEEDS}`,
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const parsed = parseOptions(
        [...SMALL, "--epochs=1", "--out", out].filter((word) => word !== "--epochs" && word !== "4"),
      );
      if (parsed.kind !== "train") throw new Error("no options to train by");
      await trainMnist(parsed.options);
      const file = `${out}/${FILES.checkpoint}`;
      const [bytes, manifest] = [
        await Deno.readFile(file),
        await Deno.readTextFile(`${out}/${FILES.manifest}`),
      ];
      const drawn = integers(key(15), 40, 8 * bytes.length);
      const damages = [
        ...Array.from(drawn, (bit) => (to: Uint8Array) => void (to[bit >> 3]! ^= 1 << (bit & 7))),
        (to: Uint8Array) => void to.fill(0, 16_384, 20_480),
        (to: Uint8Array) => void to.fill(0, 0, 4096),
      ];
      for (const [i, damage] of damages.entries()) {
        const damaged = bytes.slice();
        damage(damaged);
        await Deno.writeFile(file, damaged);
        const { message } = await assertRejects(
          () => resumeMnist(out, null, 2),
          CheckpointError,
          file,
          `damage ${i} (bit ${drawn[i]})`,
        );
        assertEquals(message.split("\n").length, 1);
      }
      assertEquals(await Deno.readTextFile(`${out}/${FILES.manifest}`), manifest);
      await Deno.writeFile(file, bytes);
      assertEquals((await resumeMnist(out, null, 2)).interrupted, false);
    }),
});

Deno.test({
  name:
    `an output folder that cannot be one is refused in a line, and one where a start was killed is taken ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const refused = (out: string, expected: string): Promise<void> =>
        refusedIn(out, [...SMALL, "--quiet", "--out", out], expected);
      await Deno.writeTextFile(`${place}/file`, "");
      await refused(`${place}/file`, "the output folder must be a folder, but it is a file");
      await refused(`${place}/file/run`, "the output folder cannot be made: a part of its path is a file");
      // Deno asks for all permissions there, which is no advice to pass on.
      if (Deno.build.os === "linux") await refused("/proc/run", "is outside of what the task grants");

      const out = `${place}/run`;
      await Deno.mkdir(out);
      for (const name of [FILES.checkpoint, `${FILES.manifest}.${crypto.randomUUID()}.tmp`]) {
        await Deno.writeTextFile(`${out}/${name}`, "half");
      }
      await Deno.writeTextFile(`${out}/${FILES.report}`, "mine");
      await refused(
        out,
        "the output folder must be new or empty, but it holds report.html; choose another --out",
      );
      await Deno.remove(`${out}/${FILES.report}`);
      const { code, stderr } = await run(out, [...SMALL, "--quiet", "--out", out]);
      assertEquals(code, 0, stderr);
    }),
});

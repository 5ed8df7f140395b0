import { assert, assertEquals } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { jobsBy, names } from "../command/running_job.ts";
import { FILES } from "./folder.ts";
import { JOB, SMALL } from "./small_run.ts";

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno)";
const ignore = !mayUseDisk || denoCommand === undefined;
const { run, start } = jobsBy(denoCommand ?? "deno", JOB);

Deno.test({
  name: `of two runs that start in one folder at once, exactly one trains, and the other is refused ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      for (const wait of [0, 20, 50]) {
        const out = `${place}/${wait}`;
        const first = start(out, [...SMALL, "--seed", "1", "--out", out]);
        await new Promise((resolve) => setTimeout(resolve, wait));
        const second = start(out, [...SMALL, "--seed", "2", "--out", out]);
        const ended = [await first.ended, await second.ended];
        assertEquals(ended.map(({ code }) => code).sort(), [0, 1], ended.map(({ stderr }) => stderr).join());
        const refused = ended.find(({ code }) => code === 1)!.stderr;
        assert(
          refused.includes("is being written by process ") || refused.includes("but it holds a run"),
          refused,
        );
        assertEquals(names(out), Object.values(FILES).toSorted());
        const { options } = JSON.parse(await Deno.readTextFile(`${out}/${FILES.manifest}`));
        assertEquals(ended[options.seed - 1]!.code, 0);
        assertEquals((await run(out, ["--resume", out, "--quiet"])).code, 0);
      }
    }),
});

Deno.test({
  name:
    `a live run is not resumed beside itself, a killed one is, and its unfinished files are swept ${NEEDS}`,
  ignore,
  fn: () =>
    inFolder(async (place) => {
      const out = `${place}/run`;
      const long = SMALL.map((word, i) => (SMALL[i - 1] === "--epochs" ? "4000" : word));
      const job = start(out, [...long, "--out", out]);
      await job.seen("epoch 1 (");
      const { code, stderr } = await run(out, ["--resume", out]);
      assertEquals([code, stderr.split("\n").length], [1, 2], stderr);
      assert(stderr.startsWith(`mnist: ${out}: is being written by process ${job.child.pid} since `), stderr);
      job.child.kill("SIGKILL");
      await job.ended;
      await Deno.writeTextFile(`${out}/${FILES.checkpoint}.${crypto.randomUUID()}.tmp`, "half");
      await Deno.writeTextFile(`${out}/letter.tmp`, "mine");
      const again = start(out, ["--resume", out]);
      await again.seen("continuing after step");
      assertEquals(names(out).filter((name) => name.endsWith(".tmp")), ["letter.tmp"]);
      again.child.kill("SIGINT");
      assertEquals((await again.ended).code, 130);
      assertEquals(names(out).includes(".lock"), false);
    }),
});

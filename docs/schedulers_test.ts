import { assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import { POWERS } from "../fixtures/powers_process.ts";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { childCommand } from "../tools/process.ts";
import kubernetes from "./schedulers/kubernetes.yaml" with { type: "text" };

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=deno,sh)";
const ignore = !mayUseDisk || denoCommand === undefined || Deno.build.os === "windows" ||
  Deno.permissions.querySync({ name: "run", command: "sh" }).state !== "granted";

/** Runs commands at once where the task compare is the small study; they must conclude it in runs/compare. */
async function concludes(
  commands: readonly { args: readonly string[]; env?: Record<string, string> }[],
  out: string,
) {
  await inFolder(async (place) => {
    const command = `deno run -q --allow-read --allow-write=. --allow-env ${POWERS.href} --pause 100`;
    await Deno.writeTextFile(`${place}/deno.json`, JSON.stringify({ tasks: { compare: command } }));
    const ends = await Promise.all(
      commands.map(({ args, env }) =>
        childCommand("sh", { args: [...args], cwd: place, env: { GRAE_BLAS: "", ...env } }).output()
      ),
    );
    for (const { code, stderr } of ends) assertEquals(code, 0, new TextDecoder().decode(stderr));
    const { status, parts } = JSON.parse(await Deno.readTextFile(`${place}/${out}/manifest.json`));
    const { results } = JSON.parse(await Deno.readTextFile(`${place}/${out}/results.json`));
    assertEquals([status, parts, results], ["complete", 4, [1, 4, 9, 16]]);
  });
}

Deno.test({
  name: `the job array of SLURM concludes a study, with SLURM's variables but without SLURM ${NEEDS}`,
  ignore,
  fn: () =>
    concludes(
      ["1", "2"].map((id) => ({
        args: [`${ROOT}/docs/schedulers/slurm.sh`],
        env: { SLURM_ARRAY_TASK_ID: id, SLURM_ARRAY_TASK_COUNT: "2", SLURM_CPUS_PER_TASK: "1" },
      })),
      "runs/compare",
    ),
});

Deno.test({
  name: `the indexed job of Kubernetes concludes a study, with its variables but without Kubernetes ${NEEDS}`,
  ignore,
  fn: async () => {
    const { spec } = (parse as (text: string) => unknown)(kubernetes) as {
      spec: {
        completions: number;
        template: { spec: { containers: { command: string[]; args: string[] }[] } };
      };
    };
    const [{ command, args }] = spec.template.spec.containers as [{ command: string[]; args: string[] }];
    assertEquals(command, ["sh", "-c"]);
    const indices = Array.from({ length: spec.completions }, (_, index) => `${index}`);
    await concludes(
      indices.map((index) => ({
        args: ["-c", ...args],
        env: { JOB_COMPLETION_INDEX: index, GRAE_THREADS: "1" },
      })),
      "runs/compare",
    );
  },
});

Deno.test({
  name: `shares by xargs on this machine conclude a study ${NEEDS}`,
  ignore,
  fn: () =>
    concludes(
      [{ args: [`${ROOT}/docs/schedulers/parallel.sh`, "3", "compare", "--threads", "1", "--quiet"] }],
      "runs/powers-seed0-pause-100",
    ),
});

import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import deno from "../deno.json" with { type: "json" };
import { compareStudy } from "../experiments/compare/study.ts";
import { askedOf } from "../experiments/runner/command.ts";
import { inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { childCommand } from "../tools/process.ts";
import compose from "../compose.yml" with { type: "text" };
import dockerfile from "../Dockerfile" with { type: "text" };

const NEEDS = "(needs --allow-read=. --allow-write=.test --allow-run=sh)";
const mayRunSh = Deno.permissions.querySync({ name: "run", command: "sh" }).state === "granted";

interface Service {
  readonly command: readonly string[];
  readonly image: string;
  readonly depends_on: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
}
const { services, volumes } = (parse as (text: string) => unknown)(compose) as {
  services: Readonly<Record<string, Service>>;
  volumes: Readonly<Record<string, unknown>>;
};

/** What a service runs: the words that its shell gives to a `deno` that prints them. */
async function wordsOf(name: string, place: string): Promise<string[]> {
  const [shell, ...args] = services[name]!.command;
  await Deno.mkdir(`${place}/bin`, { recursive: true });
  await Deno.writeTextFile(`${place}/bin/deno`, '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  const { stdout, code } = await childCommand(shell!, {
    // Compose makes one dollar sign of two.
    args: args.map((arg) => arg.replaceAll("$$", "$")),
    cwd: place,
    env: { PATH: `${place}/bin:${Deno.env.get("PATH")}` },
  }).output();
  assertEquals(code, 0);
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

Deno.test({
  name:
    "the Dockerfile takes this Deno, libraries that tasks may open, and files that are there (needs --allow-read=.)",
  ignore: Deno.permissions.querySync({ name: "read", path: ROOT }).state !== "granted",
  fn: async () => {
    assert(dockerfile.includes(` deno@${deno.denoVersion} `));
    const libraries = deno.permissions.blas.ffi.join("\n");
    for (
      const [name, library] of [["libdnnl2", "x86_64-linux-gnu/libdnnl.so.2"], [
        "libopenblas0-pthread",
        "libopenblas.so.0",
      ]]
    ) {
      assert(dockerfile.includes(` ${name}`) && libraries.includes(library!), name);
    }
    const [, cached] = /^RUN deno cache (.*)$/m.exec(dockerfile)!;
    const studies = [...Deno.readDirSync(`${ROOT}/experiments`)].map(({ name }) =>
      `experiments/${name}/study.ts`
    );
    const files = cached!.split(" ").flatMap((word) =>
      word.includes("*") ? studies.filter((file) => exists(file)) : [word]
    );
    assert(files.length > 6);
    for (const file of files) assert((await Deno.stat(`${ROOT}/${file}`)).isFile, file);
    assertEquals(cached!.split(" ")[0], "experiments/*/study.ts");
    assert(dockerfile.includes("VOLUME /grae/runs"));
  },
});
const exists = (file: string): boolean => {
  try {
    return Deno.statSync(`${ROOT}/${file}`).isFile;
  } catch {
    return false;
  }
};

Deno.test({
  name:
    `compose.yml starts the tasks compare and worker with their grants and the queue's host, and goes on ${NEEDS}`,
  ignore: !mayUseDisk || !mayRunSh || Deno.build.os === "windows",
  fn: () =>
    inFolder(async (place) => {
      const withoutQueue = (words: readonly string[]) =>
        words.filter((word) => word !== "--allow-net=valkey:6379");
      const queue = ["--queue", "redis://valkey:6379"];
      const task = (name: "compare" | "worker") => deno.tasks[name].command.split(" ").slice(1);
      assertEquals(withoutQueue(await wordsOf("worker", place)), [...task("worker"), ...queue]);
      const first = await wordsOf("coordinator", place);
      assert(first.includes("--allow-net=valkey:6379"));
      const begins = [...queue, "--quick", "--out", "runs/compose"],
        goesOn = [...queue, "--resume", "runs/compose"];
      assertEquals(withoutQueue(first), [...task("compare"), ...begins]);
      await Deno.mkdir(`${place}/runs/compose`, { recursive: true });
      await Deno.writeTextFile(`${place}/runs/compose/manifest.json`, "{}");
      assertEquals(withoutQueue(await wordsOf("coordinator", place)), [...task("compare"), ...goesOn]);
      for (const args of [begins, goesOn]) {
        const asked = askedOf(compareStudy, args);
        assertEquals(asked.help === null && asked.folder, "runs/compose");
      }
    }),
});

Deno.test("compose.yml names only services and volumes that it has, and the image that it builds", () => {
  assertEquals(Object.keys(services).toSorted(), ["coordinator", "valkey", "worker"]);
  for (const { depends_on = {}, volumes: used = [] } of Object.values(services)) {
    for (const name of Object.keys(depends_on)) assert(name in services, name);
    for (const one of used) assert(one.split(":")[0]! in volumes, one);
  }
  assertEquals([services["worker"]!.image, services["coordinator"]!.image], ["grae", "grae"]);
});

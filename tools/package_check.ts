/**
 * `deno task package`: installs the tarball in empty projects on each platform, trains, and prints what worked.
 *
 * The losses must be those of this repository's wasm engine, to the last bit.
 *
 * @module
 */

import { equals } from "@std/bytes/equals";
import { join } from "@std/path/posix";
import { parse } from "@std/yaml";
import project from "../deno.json" with { type: "json" };
import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import workflow from "../fixtures/package/repository/.github/workflows/laws.yml" with { type: "text" };
import example from "../fixtures/package/repository/package.json" with { type: "json" };
import { trainBriefly } from "../fixtures/package/train.ts";
import { findObstacle, visit } from "../fixtures/visit.ts";
import { pack, TARBALL } from "./pack.ts";
import {
  type Check,
  type Context,
  copyExample,
  EXAMPLE,
  install,
  judged,
  newProject,
  run,
  withRegistry,
} from "./package_project.ts";

/** What projects install beside this package. */
const VITEST = `vitest@${example.devDependencies.vitest}`,
  ESBUILD = project.imports.esbuild.slice("npm:".length);

/**
 * TypeScript by the version of Node, with its options. Since 6.0 its types of the DOM contradict the WebGPU types on which tfjs
 * depends, so that there the types of packages are left out, as they are in the settings that `tsc --init` writes.
 */
const TYPESCRIPT = {
  22: ["typescript@5.9.3", ""],
  24: ["typescript@6.0.3", " --skipLibCheck"],
} as const;

/** The tarball of a clone: what git knows of, changes included, in another folder. */
const clone: Check = {
  async prepare({ folder }) {
    const files = await run(".", "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard");
    const at = `${folder}/clone`;
    for (const path of files.split("\0").filter((path) => path !== "")) {
      await Deno.mkdir(join(at, path, ".."), { recursive: true });
      await Deno.copyFile(path, `${at}/${path}`);
    }
    await run(at, ...commandOf("pack"));
  },
  async verify({ folder, tarball }) {
    const [own, cloned] = await Promise.all(
      [tarball, `${folder}/clone/package/${TARBALL}`].map((path) => Deno.readFile(path)),
    );
    if (!equals(own!, cloned!)) {
      throw new RangeError("a clone must make the same tarball, but it makes another");
    }
    return `the same tarball from another folder, ${(own!.length / 1e6).toFixed(2)} MB`;
  },
};

/** The words of a task's command. */
const commandOf = (task: keyof typeof project.tasks): [string, ...string[]] =>
  project.tasks[task].command.split(" ") as [string, ...string[]];

const jsr: Check = {
  prepare: async () => void await run(".", "deno", "publish", "--dry-run", "--allow-dirty", "--quiet"),
  verify: () => Promise.resolve("deno publish --dry-run"),
};

/** What deno says where it cannot download the runtime that a compiled program begins with. */
const NO_RUNTIME = /Setting up base binary|denort/;

/** Deno, without a permission, and compiled where that can be done. */
const deno: Check = {
  async prepare({ folder, tarball }) {
    const at = await newProject(folder, "deno");
    // A project of Deno's alone.
    await Deno.remove(`${at}/package.json`);
    await withRegistry(at, tarball, async () => {
      await run(at, "deno", "add", "--quiet", `npm:${project.name}`);
      await run(at, "deno", "check", "--quiet", "main.ts");
      await run(at, "deno", "cache", "--quiet", "main.ts");
    });
  },
  async verify({ folder, expected }) {
    const at = `${folder}/deno`;
    const said = judged(await run(at, "deno", "run", "--cached-only", "--no-prompt", "main.ts"), expected);
    const compiled = await run(
      at,
      "deno",
      "compile",
      "--quiet",
      "--cached-only",
      "--output=trained",
      "main.ts",
    )
      .then(() => run(at, "npm", "exec", "--offline", "-c", "./trained"))
      .then((text) => judged(text, expected))
      .catch((error: Error) => {
        if (!NO_RUNTIME.test(error.message)) throw error;
        return "left out: its runtime cannot be downloaded here";
      });
    return `${said}\n  deno compile: ${compiled}`;
  },
};

/** How many tests passed, as vitest says. @throws Error if it does not */
function passed(printed: string): string {
  const [, tests] = /Tests +(\d+) passed/.exec(printed) ?? [];
  if (tests === undefined) throw new Error("vitest must say how many tests passed");
  return `vitest with ${tests} passed`;
}

/** A Node, with TypeScript and vitest. */
function node(version: keyof typeof TYPESCRIPT): Check {
  const [typescript, options] = TYPESCRIPT[version];
  const at = ({ folder }: Context) => `${folder}/node${version}`;
  const execute = (context: Context, command: string) =>
    run(at(context), "npm", "exec", "--", ...command.split(" "));
  return {
    async prepare(context) {
      const project = await newProject(context.folder, `node${version}`);
      for (const file of ["loss.ts", "subject.ts", "laws.test.ts"]) {
        await Deno.copyFile(new URL(file, EXAMPLE), `${project}/${file}`);
      }
      await install(project, `node@${version}`, context.tarball, typescript, VITEST);
      await execute(context, `tsc --noEmit --strict --module nodenext --target es2022${options} train.ts`);
    },
    async verify(context) {
      const found = (await execute(context, "node --version")).trim();
      if (!found.startsWith(`v${version}.`)) {
        throw new Error(`Node ${version} must be run, but it is ${found}`);
      }
      const said = judged(await execute(context, "node main.ts"), context.expected);
      const tests = passed(await execute(context, "vitest run --no-color"));
      judged(await run(at(context), "deno", "run", "--no-prompt", "main.ts"), context.expected);
      return `${found}, and Deno from the same folder, ${typescript} nodenext, ${tests}: ${said}`;
    },
  };
}

/** What makes a page cross-origin isolated. */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const HERE = "http://localhost";

/** Pages in Chromium, and a worker, bundled by esbuild as it comes. */
const browser: Check = {
  async prepare({ folder, tarball }) {
    const at = await newProject(folder, "browser");
    await install(at, tarball, ESBUILD);
    await run(at, "npm", "exec", "--", "esbuild", "page.ts", "worker.ts", "--bundle", "--outdir=bundled");
  },
  async verify({ folder, expected }) {
    const obstacle = await findObstacle(true, "deno");
    if (obstacle !== "") return `bundled; the rest is left out: ${obstacle}`;
    const [page, worker] = await Promise.all(
      ["page", "worker"].map((name) => Deno.readTextFile(`${folder}/browser/bundled/${name}.js`)),
    ) as [string, string];
    const throughWorker =
      'new Worker("worker.js").onmessage = ({ data }) => { document.body.ariaBusy = "false"; ' +
      "document.body.textContent = JSON.stringify(data); };";
    const cases = [
      ["page", page, {}],
      ["isolated page", page, ISOLATED],
      ["worker", throughWorker, {}],
      ["isolated worker", throughWorker, ISOLATED],
    ] as const;
    const seen = await visit<string>(
      "deno",
      folder,
      cases.map(([, script, headers]) => ({
        url: `${HERE}/`,
        served: {
          [`${HERE}/`]: {
            contentType: "text/html",
            headers,
            body:
              '<!doctype html><link rel="icon" href="data:,"><body aria-busy="true"><script src="script.js"></script>',
          },
          [`${HERE}/script.js`]: { contentType: "text/javascript", body: script },
          [`${HERE}/worker.js`]: { contentType: "text/javascript", headers, body: worker },
        },
        ready: 'body[aria-busy="false"]',
        read: "document.body.textContent",
        steps: [],
      })),
    );
    return cases.map(([name], i) => {
      const { readings: [reading], heard } = seen[i]!;
      if (heard.length > 0) {
        throw new Error(`${name}: nothing must be on the console, but there is ${heard.join("; ")}`);
      }
      return `${name}: ${judged(reading!, expected)}`;
    }).join("\n  ");
  },
};

/** The example repository, by the commands of its workflow, as they are. */
const repository: Check = {
  async prepare({ folder, tarball }) {
    const at = `${folder}/repository`;
    await copyExample(at);
    await withRegistry(at, tarball, () => run(at, ...COMMANDS[0]!));
  },
  async verify({ folder }) {
    const printed: string[] = [];
    for (const command of COMMANDS.slice(1)) printed.push(await run(`${folder}/repository`, ...command));
    return `${COMMANDS.map((words) => words.join(" ")).join("; ")}: ${passed(printed.join(""))}`;
  },
};

/** The commands of the example's workflow, the first of which installs. */
const COMMANDS = (parse(workflow) as { jobs: { tests: { steps: readonly { run?: string }[] } } }).jobs.tests
  .steps
  .flatMap(({ run }) => run === undefined ? [] : [run.split(" ") as [string, ...string[]]]);

/** The checks, in their order. */
const CHECKS: Readonly<Record<string, Check>> = {
  "Clone": clone,
  "JSR": jsr,
  "Deno without a permission": deno,
  "Node 22": node(22),
  "Node 24": node(24),
  "Chromium": browser,
  "Example repository": repository,
};

const COMMAND = {
  task: "package",
  about:
    "Installs the package in empty projects on each platform, trains there, and prints what worked. The losses must be " +
    "those of this repository, to the last bit, and the tarball that of a clone.",
  options: {},
  examples: [["", "makes the package, and checks it"]],
} as const;

if (import.meta.main) {
  const status = await exitStatus("package", async () => {
    const { help } = parseCommand(COMMAND, Deno.args);
    if (help !== null) return writeOut(help), 0;
    // Outside of the repository, whose deno.json would be found otherwise.
    const folder = await Deno.makeTempDir({ prefix: "grae-" });
    let failed = 0;
    try {
      const context = { folder, tarball: await pack(folder), expected: await trainBriefly() };
      // Networks and disks are waited for together; what is timed has the machine for itself.
      const prepared = await Promise.allSettled(Object.values(CHECKS).map(({ prepare }) => prepare(context)));
      for (const [i, [name, { verify }]] of Object.entries(CHECKS).entries()) {
        try {
          const outcome = prepared[i]!;
          if (outcome.status === "rejected") throw outcome.reason;
          writeOut(`${name}: ${await verify(context)}\n`);
        } catch (error) {
          failed++;
          writeErr(`${name}: FAILED: ${(error as Error).message}\n`);
        }
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    return failed === 0 ? 0 : 1;
  });
  Deno.exit(status);
}

/**
 * `deno task package`: installs the tarball in empty projects on each platform, trains, and prints what worked.
 *
 * The losses must be those of this repository's wasm engine, to the last bit.
 *
 * @module
 */

import { equals } from "@std/bytes/equals";
import { join } from "@std/path/posix";
import project from "../deno.json" with { type: "json" };
import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import { trainBriefly, type Trained } from "../fixtures/package/train.ts";
import { findObstacle, visit } from "../fixtures/visit.ts";
import { pack, TARBALL } from "./pack.ts";
import { install, newProject, run, serveRegistry } from "./package_project.ts";

/** What projects install beside this package. */
const VITEST = "vitest@4.1.12", ESBUILD = project.imports.esbuild.slice("npm:".length);

/**
 * TypeScript by the version of Node, with its options. Since 6.0 its types of the DOM contradict the WebGPU types on which tfjs
 * depends, so that there the types of packages are left out, as they are in the settings that `tsc --init` writes.
 */
const TYPESCRIPT = {
  22: ["typescript@5.9.3", ""],
  24: ["typescript@6.0.3", " --skipLibCheck"],
} as const;

/** From the start of a program to its first step, in milliseconds: wanted, and the most, for machines that do other things too. */
const FIRST_STEP = { wanted: 1_000, most: 5_000 };

/**
 * Requires that a training's losses are right, to the last bit, that it began soon, and that what the platform lacks was said.
 *
 * @param text what the program printed
 * @returns what is said of it
 * @throws RangeError if not
 */
export function judged(text: string, { losses }: Pick<Trained, "losses">): string {
  // A number that is none is null in JSON.
  const trained = JSON.parse(text) as Omit<Trained, "firstStep"> & { firstStep: number | null };
  if (JSON.stringify(trained.losses) !== JSON.stringify(losses)) {
    throw new RangeError(`the losses must be ${losses.join(", ")}, but are ${trained.losses.join(", ")}`);
  }
  const { wanted, most } = FIRST_STEP;
  if (trained.firstStep === null || trained.firstStep >= most) {
    throw new RangeError(`the first step must be done after ${most} ms, but it took ${trained.firstStep} ms`);
  }
  const unclear = trained.missing.find((said) =>
    said === "" || /is not (?:defined|a function)|undefined/.test(said)
  );
  if (unclear !== undefined) {
    throw new RangeError(`what a platform lacks must be said, but this is: ${unclear || "nothing"}`);
  }
  const late = trained.firstStep > wanted ? `, later than the ${wanted} ms that are wanted` : "";
  return `${trained.engine}; first step ${trained.firstStep.toFixed(0)} ms after the start${late}`;
}

/** What checks share. */
interface Context {
  readonly folder: string;
  /** The tarball's path. */
  readonly tarball: string;
  readonly expected: Pick<Trained, "losses">;
}

/** A check: what may be done beside others, and then, alone, what is timed. */
interface Check {
  prepare(context: Context): Promise<void>;
  /** What worked. */
  verify(context: Context): Promise<string>;
}

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
    const registry = await serveRegistry(await Deno.readFile(tarball));
    try {
      await Deno.writeTextFile(`${at}/.npmrc`, `@grae:registry=http://127.0.0.1:${registry.addr.port}/\n`);
      await run(at, "deno", "add", "--quiet", `npm:${project.name}`);
      await run(at, "deno", "check", "--quiet", "main.ts");
      await run(at, "deno", "cache", "--quiet", "main.ts");
    } finally {
      await registry.shutdown();
    }
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

/** A Node, with TypeScript and vitest. */
function node(version: keyof typeof TYPESCRIPT): Check {
  const [typescript, options] = TYPESCRIPT[version];
  const at = ({ folder }: Context) => `${folder}/node${version}`;
  const execute = (context: Context, command: string) =>
    run(at(context), "npm", "exec", "--", ...command.split(" "));
  return {
    async prepare(context) {
      await install(
        await newProject(context.folder, `node${version}`),
        ...[`node@${version}`, context.tarball, typescript, VITEST],
      );
      await execute(context, `tsc --noEmit --strict --module nodenext --target es2022${options} train.ts`);
    },
    async verify(context) {
      const found = (await execute(context, "node --version")).trim();
      if (!found.startsWith(`v${version}.`)) {
        throw new Error(`Node ${version} must be run, but it is ${found}`);
      }
      const said = judged(await execute(context, "node main.ts"), context.expected);
      const tests = /Tests +(\d+ passed)/.exec(await execute(context, "vitest run --no-color"));
      if (tests === null) throw new Error("vitest must say how many tests passed");
      return `${found}, ${typescript} nodenext, vitest with ${tests[1]}: ${said}`;
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

/** The checks, in their order. */
const CHECKS: Readonly<Record<string, Check>> = {
  "Clone": clone,
  "JSR": jsr,
  "Deno without a permission": deno,
  "Node 22": node(22),
  "Node 24": node(24),
  "Chromium": browser,
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

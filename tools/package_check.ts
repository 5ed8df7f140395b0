/**
 * `deno task package`: installs the tarball in empty projects on each platform, trains, and prints what worked.
 *
 * The losses must be those of this repository's wasm engine, to the last bit.
 *
 * @module
 */

import { encodeBase64 } from "@std/encoding/base64";
import { parseTarGzip } from "nanotar";
import project from "../deno.json" with { type: "json" };
import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import main from "../fixtures/package/main.ts" with { type: "text" };
import train from "../fixtures/package/train.ts" with { type: "text" };
import { trainBriefly, type Trained } from "../fixtures/package/train.ts";
import { findObstacle, visit } from "../fixtures/visit.ts";
import { pack, TARBALL } from "./pack.ts";
import { childCommand } from "./process.ts";

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

/** What every project starts with: a program, and the same for vitest, a page and a worker. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "train.ts": train,
  "main.ts": main,
  "laws.test.ts": `import { verify } from "@grae/grae/laws";
import { test } from "vitest";

const graeStar = (jacobian: readonly (readonly number[])[], beta: number): number => {
  const squares = jacobian[0]!.map((_, i) => jacobian.reduce((sum, row) => sum + row[i]! ** 2, 0));
  return beta / 2 * squares.reduce((sum, square) => sum + Math.log1p(square / beta), 0);
};
await verify({ name: "my GRAE*", epsilon: 2 ** -53, volume: { graeStar } }, { register: test, cases: 20 });
`,
  "page.ts": `import { trainBriefly } from "./train.ts";

trainBriefly().then((trained) => {
  document.body.textContent = JSON.stringify(trained);
  document.body.ariaBusy = "false";
});
`,
  "worker.ts": `import { trainBriefly } from "./train.ts";

trainBriefly().then((trained) => postMessage(trained));
`,
};

/** Runs a program in a folder. @returns what it printed @throws (rejects) Error with all that it wrote, if it fails */
async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
  const output = await childCommand(program, { args, cwd, stdout: "piped", stderr: "piped" }).output();
  const [out, err] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes)) as [
    string,
    string,
  ];
  if (!output.success) {
    throw new Error(`${[program, ...args].join(" ")} failed:\n${(out + err).slice(0, 2_000)}`);
  }
  return out;
}

/** An empty project with the programs. */
async function newProject(folder: string, name: string): Promise<string> {
  const path = `${folder}/${name}`;
  await Deno.mkdir(path);
  for (const [file, text] of Object.entries(PROGRAMS)) await Deno.writeTextFile(`${path}/${file}`, text);
  return path;
}

/**
 * Requires a training's losses to be right, to the last bit.
 *
 * @param text what the program printed
 * @returns what is said of it
 * @throws RangeError if they are not
 */
export function judged(text: string, { losses }: Trained): string {
  const trained = JSON.parse(text) as Trained;
  if (JSON.stringify(trained.losses) !== JSON.stringify(losses)) {
    throw new RangeError(`the losses must be ${losses.join(", ")}, but are ${trained.losses.join(", ")}`);
  }
  return `${trained.engine}; first step after ${trained.firstStep.toFixed(0)} ms`;
}

/** Serves the tarball as a registry does, to this computer. */
async function serveRegistry(tarball: Uint8Array<ArrayBuffer>): Promise<Deno.HttpServer<Deno.NetAddr>> {
  const files = await parseTarGzip(tarball);
  const manifest = JSON.parse(files.find(({ name }) => name === "package/package.json")!.text);
  const integrity = `sha512-${encodeBase64(await crypto.subtle.digest("SHA-512", tarball))}`;
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
    const { origin, pathname } = new URL(url);
    if (pathname === `/${TARBALL}`) return new Response(tarball);
    if (decodeURIComponent(pathname) !== `/${project.name}`) return new Response(null, { status: 404 });
    const version = { ...manifest, dist: { tarball: `${origin}/${TARBALL}`, integrity } };
    return Response.json({
      name: project.name,
      "dist-tags": { latest: project.version },
      versions: { [project.version]: version },
    });
  });
}

/** What checks share. */
interface Context {
  readonly folder: string;
  /** The tarball's path. */
  readonly tarball: string;
  readonly expected: Trained;
}

/** Deno, without a permission. */
async function onDeno({ folder, tarball, expected }: Context): Promise<string> {
  const at = await newProject(folder, "deno");
  const registry = await serveRegistry(await Deno.readFile(tarball));
  try {
    await Deno.writeTextFile(`${at}/.npmrc`, `@grae:registry=http://127.0.0.1:${registry.addr.port}/\n`);
    await run(at, "deno", "add", "--quiet", `npm:${project.name}`);
    await run(at, "deno", "check", "--quiet", "main.ts");
    return judged(await run(at, "deno", "run", "--no-prompt", "main.ts"), expected);
  } finally {
    await registry.shutdown();
  }
}

/** A Node, with TypeScript and vitest. */
async function onNode({ folder, tarball, expected }: Context, version: 22 | 24): Promise<string> {
  const at = await newProject(folder, `node${version}`);
  await Deno.writeTextFile(`${at}/package.json`, '{ "private": true, "type": "module" }');
  const [typescript, options] = TYPESCRIPT[version];
  const install = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
  await run(at, "npm", ...install, `node@${version}`, tarball, typescript, VITEST, ESBUILD);
  const execute = (command: string) => run(at, "npm", "exec", "--", ...command.split(" "));
  const node = (await execute("node --version")).trim();
  if (!node.startsWith(`v${version}.`)) throw new Error(`Node ${version} must be run, but it is ${node}`);
  const said = judged(await execute("node main.ts"), expected);
  await execute(`tsc --noEmit --strict --module nodenext --target es2022${options} train.ts`);
  const tests = /Tests +(\d+ passed)/.exec(await execute("vitest run --no-color"));
  if (tests === null) throw new Error("vitest must say how many tests passed");
  return `${node}, ${typescript} nodenext, vitest with ${tests[1]}: ${said}`;
}

/** What makes a page cross-origin isolated. */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const HERE = "http://localhost";

/** Pages in Chromium, and a worker, bundled by esbuild as it comes, from the project for Node 22. */
async function inBrowser({ folder, expected }: Context): Promise<string> {
  const obstacle = await findObstacle(true, "deno");
  if (obstacle !== "") return `left out: ${obstacle}`;
  const at = `${folder}/node22`;
  await run(at, "npm", "exec", "--", "esbuild", "page.ts", "worker.ts", "--bundle", "--outdir=bundled");
  const [page, worker] = await Promise.all(
    ["page", "worker"].map((name) => Deno.readTextFile(`${at}/bundled/${name}.js`)),
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
}

/** The checks, in their order. */
const CHECKS: Readonly<Record<string, (context: Context) => Promise<string>>> = {
  "JSR": async () => {
    await run(".", "deno", "publish", "--dry-run", "--allow-dirty", "--quiet");
    return "deno publish --dry-run";
  },
  "Deno without a permission": onDeno,
  "Node 22": (context) => onNode(context, 22),
  "Node 24": (context) => onNode(context, 24),
  "Chromium": inBrowser,
};

const COMMAND = {
  task: "package",
  about:
    "Installs the package in empty projects on each platform, trains there, and prints what worked. The losses must be " +
    "those of this repository, to the last bit.",
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
      for (const [name, check] of Object.entries(CHECKS)) {
        try {
          writeOut(`${name}: ${await check(context)}\n`);
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

/**
 * Empty projects that install the package, for `deno task package`.
 *
 * @module
 */

import { encodeBase64 } from "@std/encoding/base64";
import { parseTarGzip } from "nanotar";
import project from "../deno.json" with { type: "json" };
import main from "../fixtures/package/main.ts" with { type: "text" };
import train from "../fixtures/package/train.ts" with { type: "text" };
import type { Trained } from "../fixtures/package/train.ts";
import { TARBALL } from "./pack.ts";
import { childCommand } from "./process.ts";

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
export interface Context {
  readonly folder: string;
  /** The tarball's path. */
  readonly tarball: string;
  readonly expected: Pick<Trained, "losses">;
}

/** A check: what may be done beside others, and then, alone, what is timed. */
export interface Check {
  prepare(context: Context): Promise<void>;
  /** What worked. */
  verify(context: Context): Promise<string>;
}

/** What every project starts with: a program, and the same for a page and a worker. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "train.ts": train,
  "main.ts": main,
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
export async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
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
export async function newProject(folder: string, name: string): Promise<string> {
  const path = `${folder}/${name}`;
  await Deno.mkdir(path);
  await Deno.writeTextFile(`${path}/package.json`, '{ "private": true, "type": "module" }');
  for (const [file, text] of Object.entries(PROGRAMS)) await Deno.writeTextFile(`${path}/${file}`, text);
  return path;
}

/** The example repository. */
export const EXAMPLE = new URL("../fixtures/package/repository/", import.meta.url);

/** Copies the example repository into a folder. */
export async function copyExample(at: string, from = EXAMPLE): Promise<void> {
  await Deno.mkdir(at, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyExample(`${at}/${name}`, new URL(`${name}/`, from));
    else await Deno.copyFile(new URL(name, from), `${at}/${name}`);
  }
}

/** Does work in a project while the package can be installed there by its name, as from a registry. */
export async function withRegistry<T>(at: string, tarball: string, work: () => Promise<T>): Promise<T> {
  const registry = serveRegistry(await Deno.readFile(tarball));
  try {
    await Deno.writeTextFile(
      `${at}/.npmrc`,
      `@grae:registry=http://127.0.0.1:${(await registry).addr.port}/\n`,
    );
    return await work();
  } finally {
    await (await registry).shutdown();
  }
}

/** Installs packages in a project by npm. */
export async function install(at: string, ...packages: string[]): Promise<void> {
  await Deno.writeTextFile(`${at}/package.json`, '{ "private": true, "type": "module" }');
  await run(
    at,
    "npm",
    "install",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--prefer-offline",
    ...packages,
  );
}

/** Serves the tarball as a registry does, to this computer. */
async function serveRegistry(
  tarball: Uint8Array<ArrayBuffer>,
): Promise<Deno.HttpServer<Deno.NetAddr>> {
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

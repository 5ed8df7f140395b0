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
import { TARBALL } from "./pack.ts";
import { childCommand } from "./process.ts";

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
  for (const [file, text] of Object.entries(PROGRAMS)) await Deno.writeTextFile(`${path}/${file}`, text);
  return path;
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
export async function serveRegistry(
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

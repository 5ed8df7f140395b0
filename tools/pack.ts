/**
 * `deno task pack`: the package as a tarball for npm clients.
 *
 * esbuild makes the JavaScript, for Node 22 too, where `deno bundle` would leave `using`; `deno pack` makes the types. Its
 * JavaScript would not do: it keeps `using` as well, has ranges where versions are pinned, and source maps with the paths of
 * the machine that made them.
 *
 * @module
 */

import { relative } from "@std/path";
import { join } from "@std/path/posix";
import { createTar, parseTarGzip } from "nanotar";
import project from "../deno.json" with { type: "json" };
import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import { gzip } from "../lib/data/gzip.ts";
import { childCommand } from "./process.ts";

/** The tarball's name. */
export const TARBALL = `grae-${project.version}.tgz`;
const FOLDER = "package";

/** Files that go into the package as they are. */
const COPIED = ["README.md", "CHANGELOG.md", "LICENSE"];
const NOTICES = ["NOTICES.md", "licences/Apache-2.0.txt", "licences/MPL-2.0.txt", "licences/DejaVu.txt"];

/** Texts by their paths in the package. */
type Files = Map<string, string>;

/** The npm packages in deno.json, with their versions. */
const PACKAGES: ReadonlyMap<string, string> = new Map(
  Object.values<string>(project.imports).map((specifier) => {
    const [, name, version] = /^npm:\/?((?:@[^/]+\/)?[^@/]+)@([^/]+)/.exec(specifier)!;
    return [name!, version!];
  }),
);

/** The name in npm of an import of ours: `@std/csv` ↦ `deno-std/csv/mod.js`, `vega` ↦ `vega`. */
function nameInNpm(specifier: string): string {
  const mapped = (project.imports as Readonly<Record<string, string>>)[specifier];
  return mapped === undefined ? specifier : mapped.replace(/^npm:\/?((?:@[^/]+\/)?[^@/]+)@[^/]+/, "$1");
}

/** A specifier in JavaScript or types as esbuild and deno write them, without its quotes. */
const SPECIFIER = /(?<=^(?: \*\/ )?(?:import |export |\} )(?:[^"'`;\n]*from )?"|\bimport\(")[^"\n]+(?=")/gm;

/** The specifiers that a text imports. */
export const importsIn = (text: string): string[] => text.match(SPECIFIER) ?? [];

/** The packages in deno.json that texts import. */
function packagesIn(texts: Iterable<string>): string[] {
  const names = [...texts].flatMap(importsIn).map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0]);
  return [...new Set(names)].filter((name) => PACKAGES.has(name)).sort();
}

/** Runs deno. @throws (rejects) Error with what it wrote, if it fails */
async function runDeno(deno: string, args: string[]): Promise<void> {
  const { success, stderr } = await childCommand(deno, { args, stdout: "null", stderr: "piped" }).output();
  if (!success) throw new Error(`deno ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}

/** All files of a folder, by their paths in it. */
async function filesIn(folder: string, prefix = ""): Promise<Files> {
  const files: Files = new Map();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) (await filesIn(path, `${prefix}${name}/`)).forEach((text, at) => files.set(at, text));
    else files.set(prefix + name, await Deno.readTextFile(path));
  }
  return files;
}

/**
 * Names for the modules that entries share, in the order in which they are reached: esbuild's have a hash, which the folder goes
 * into where it made them.
 *
 * @param entries the modules of the exports
 * @throws Error if two modules would have one name
 */
export function namesOfShared(
  files: ReadonlyMap<string, string>,
  entries: readonly string[],
): Map<string, string> {
  const names = new Map<string, string>(), reached = new Set<string>();
  const follow = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const [, name] = /^(\w+)-[A-Z0-9]{8}\.js$/.exec(path) ?? [];
    if (name !== undefined) names.set(path, name === "chunk" ? `shared-${names.size + 1}.js` : `${name}.js`);
    for (const specifier of importsIn(files.get(path)!)) {
      if (specifier.startsWith(".")) follow(join(path, "..", specifier));
    }
  };
  entries.forEach(follow);
  const all = [...names.values(), ...entries];
  const twice = all.find((name, i) => all.indexOf(name) < i);
  if (twice !== undefined) throw new Error(`modules must have names of their own, but two are ${twice}`);
  return names;
}

/** The modules and their source maps: one module an entry, and what entries share. */
async function javascript(deno: string, folder: string): Promise<Files> {
  await runDeno(deno, [
    "run",
    "--allow-all",
    `npm:esbuild@${PACKAGES.get("esbuild")}`,
    ...Object.values(project.exports),
    ..."--bundle --packages=external --splitting --format=esm --target=es2022 --charset=utf8 --sourcemap --log-level=warning"
      .split(" "),
    "--outbase=.",
    `--outdir=${folder}`,
  ]);
  const files = await filesIn(folder);
  for (const [path, text] of files) {
    if (path.endsWith(".map")) {
      const map = JSON.parse(text) as {
        sources: string[];
        sourcesContent: (string | null)[];
        mappings: string;
      };
      // From the repository, wherever the bundle was made.
      map.sources = map.sources.map((source) => relative(".", join(folder, path, "..", source)));
      // Data are in the JavaScript already. The laws' sources would be a tenth of the tarball: they are read in the repository.
      const leftOut = map.sources.map((source) =>
        /\.json$|^lib\/embedded\/(?!inflated|rasteriser)|^properties\//.test(source)
      );
      map.sourcesContent = map.sourcesContent.map((content, i) => leftOut[i] ? null : content);
      files.set(path, JSON.stringify(map));
    } else files.set(path, text.replace(SPECIFIER, nameInNpm));
  }
  const entries = Object.values(project.exports).map((module) => join(module).replace(/\.ts$/, ".js"));
  const names = namesOfShared(files, entries);
  const renamed = (text: string): string =>
    [...names].reduce((text, [hashed, name]) => text.replaceAll(hashed, name), text);
  return new Map(
    [...files].map(([path, text]) => [renamed(path), path.endsWith(".map") ? text : renamed(text)]),
  );
}

/** The types of all modules from which others are exported. */
async function types(deno: string, file: string): Promise<Files> {
  await runDeno(deno, ["pack", "--quiet", "--allow-dirty", "--no-source-maps", `--output=${file}`]);
  const packed = await parseTarGzip(await Deno.readFile(file));
  return new Map(
    packed.filter(({ name }) => name.endsWith(".d.ts")).map(({ name, text }) => [
      name.slice("package/".length),
      // Not among the types of ES2022.
      /\bDisposable\b/.test(text) ? `/// <reference lib="esnext.disposable" />\n${text}` : text,
    ]),
  );
}

/** package.json: every export, and the packages that are imported, in the versions that the lockfile has. */
function manifest(dependencies: readonly string[]): string {
  const at = (path: string, end: string): string => path.replace(/\.ts$/, end);
  return JSON.stringify(
    {
      name: project.name,
      version: project.version,
      description:
        "The theory of β-VAEs: objectives you can train, theorems you can run, losses you can audit",
      license: project.license,
      type: "module",
      engines: { node: ">=22.3" },
      exports: Object.fromEntries(
        Object.entries(project.exports).map((
          [name, path],
        ) => [name, { types: at(path, ".d.ts"), default: at(path, ".js") }]),
      ),
      dependencies: Object.fromEntries(dependencies.map((name) => [name, PACKAGES.get(name)])),
    },
    null,
    2,
  );
}

/**
 * Makes the tarball: the same bytes from the same files.
 *
 * @param folder where to make it; what is needed meanwhile is removed
 * @param deno a name or a path of deno, under which it may be run
 * @returns its path
 */
export async function pack(folder: string, deno = "deno"): Promise<string> {
  const made = `${folder}/made`;
  await Deno.mkdir(made, { recursive: true });
  try {
    const files = new Map([
      ...await javascript(deno, `${made}/bundle`),
      ...await types(deno, `${made}/types.tgz`),
    ]);
    files.set("package.json", manifest(packagesIn(files.values())));
    for (const name of COPIED) files.set(name, await Deno.readTextFile(name));
    for (const name of NOTICES) files.set(name, await Deno.readTextFile(`lib/embedded/${name}`));
    const entries = [...files].sort(([a], [b]) => a < b ? -1 : 1)
      .map(([name, data]) => ({ name: `package/${name}`, data }));
    // The time that npm gives every file.
    const tar = createTar(entries, {
      attrs: { mtime: Date.UTC(1985, 9, 26, 8, 15), mode: "644", uid: 0, gid: 0 },
    });
    await Deno.writeFile(`${folder}/${TARBALL}`, await gzip(tar));
  } finally {
    await Deno.remove(made, { recursive: true });
  }
  return `${folder}/${TARBALL}`;
}

const COMMAND = {
  task: "pack",
  about: `Makes ${FOLDER}/${TARBALL}, which npm, deno and bundlers install.`,
  options: {},
  examples: [["", `then, elsewhere: npm install …/${FOLDER}/${TARBALL}`]],
} as const;

if (import.meta.main) {
  const status = await exitStatus("pack", async () => {
    const { help } = parseCommand(COMMAND, Deno.args);
    if (help !== null) return writeOut(help), 0;
    const path = await pack(FOLDER);
    writeOut(`${path}: ${((await Deno.stat(path)).size / 1e6).toFixed(2)} MB\n`);
    return 0;
  });
  Deno.exit(status);
}

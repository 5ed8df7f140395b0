/**
 * Who imports whom in the repository, as `deno info` reads it.
 *
 * @module
 */

import { fromFileUrl, toFileUrl } from "@std/path";
import project from "../deno.json" with { type: "json" };
import { childCommand } from "./process.ts";

/** An import: a path from the root of the repository, or a package as `npm:…`; of types alone or of values too. */
export interface Import {
  readonly to: string;
  readonly types: boolean;
}
/** Imports by importer, a path from the root of the repository. */
export type Graph = ReadonlyMap<string, readonly Import[]>;

/** Tools that import nothing of ours, so that every room may use them. */
export const LEAVES: readonly string[] = [
  "tools/lines.ts",
  "tools/process.ts",
  "tools/shell.ts",
  "tools/versions.ts",
];

const ROOT = fromFileUrl(new URL("..", import.meta.url)).replace(/\/$/, "");

/**
 * `lib/engine/key.ts` ↦ `lib/engine`, `properties/library_subject.ts` ↦ `properties`, `experiments/runner/run.ts` ↦
 * `experiments`, `tools/shell.ts` ↦ `tools/shell.ts`, `tools/gate.ts` ↦ `tools`, `mod.ts` ↦ `mod.ts`.
 */
export function partOf(path: string): string {
  const [first, second, third] = path.split("/") as [string, string?, string?];
  if (LEAVES.includes(path)) return path;
  if (first === "fixtures" && ["runs", "laws", "package"].includes(second!)) return `${first}/${second}`;
  return first === "lib" || (first === "properties" && third !== undefined) ? `${first}/${second}` : first;
}

/**
 * All modules of the repository, by `deno info`, which reads them as deno does.
 *
 * @param deno a name or a path of deno, under which it may be run
 */
export async function importGraph(deno = "deno"): Promise<Graph> {
  const folders = ["lib", "audit", "figure", "properties", "experiments", "bench", "tools", "fixtures"];
  const entries = Object.values<string>(project.exports).map((path) => path.slice("./".length));
  const modules = [...new Set([...entries, ...folders.flatMap(modulesIn)])];
  const graph = new Map<string, readonly Import[]>();
  for (let i = 0; i < modules.length; i += AT_ONCE) {
    const roots = modules.slice(i, i + AT_ONCE);
    (await graphFrom(deno, roots)).forEach((imports, from) => graph.set(from, imports));
  }
  return graph;
}

/** Modules that one `deno info` is given: their names must fit into an argument, which has at most 128 KiB on Linux. */
const AT_ONCE = 200;

function modulesIn(folder: string): string[] {
  return [...Deno.readDirSync(`${ROOT}/${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? modulesIn(path) : /\.tsx?$/.test(path) ? [path] : [];
  });
}

/** The parts of `deno info --json` that are read here. */
interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/** The imports of some modules, and of all that they import. `deno info` takes one module: one that imports these. */
async function graphFrom(deno: string, roots: readonly string[]): Promise<Graph> {
  const here = toFileUrl(`${ROOT}/`).href;
  const importer = roots.map((root) => `import ${JSON.stringify(here + root)};`).join("");
  const { success, stdout, stderr } = await childCommand(deno, {
    args: ["info", "--json", `data:application/typescript,${encodeURIComponent(importer)}`],
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(`deno info: ${new TextDecoder().decode(stderr)}`);
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as Info;
  const path = (specifier: string): string =>
    specifier.startsWith(here) ? fromFileUrl(specifier).slice(ROOT.length + 1) : specifier;
  return new Map(
    modules.filter(({ specifier }) => specifier.startsWith(here)).map(({ specifier, dependencies = [] }) => [
      path(specifier),
      dependencies.flatMap(({ code, type }) => {
        const specifier = code?.specifier ?? type?.specifier;
        return specifier === undefined ? [] : [{ to: path(specifier), types: code === undefined }];
      }),
    ]),
  );
}

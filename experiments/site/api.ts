/**
 * The reference of the package's names, below `api/` of the site: the pages that `deno doc --html` makes of all entries, changed
 * so that formulas are typeset, links lead to files, so that they open from disk, and the site's pages are linked.
 *
 * @module
 */

import { resolve } from "@std/path";
import { unescape } from "@std/html";
import project from "../../deno.json" with { type: "json" };
import { DataError } from "../../lib/data/error.ts";
import { mathematicsStyle, typeset } from "../../properties/gate/mathematics.ts";
import { type DenoOptions, denoOutput } from "./deno.ts";
import { formulaToTex } from "./formula.ts";
import apiStyle from "./api.css" with { type: "text" };
import apiTheme from "./api_theme.js" with { type: "text" };
import { API } from "./site.tsx";
import { API_FRESH, API_MARK, API_OLD, asSite } from "./write_site.ts";

/** The entries: what is imported, the module, and the folder in which their pages are. */
const ENTRIES = Object.entries(project.exports).map(([entry, module]) => ({
  name: entry.replace(".", project.name),
  module,
  folder: entry.replace(/^\.\/?/, ""),
}));
const INDEX = "index.html";

/** Our own style sheet. */
const STYLE = "grae.css";

/** What `deno doc` makes the way to a result of the search from, which is wrong on the pages of entries; and ours. */
const SEARCH = [
  [
    /const pathToRoot = "\.\.\/"\.repeat\([^;]*;/,
    "const pathToRoot = document.documentElement.dataset.root;",
  ],
  ["${result.file}/~/${result.name}.html", "${result.url}"],
] as const;

/** The links from a page to the site and to the entries. @param root the way from the page to `api/` */
function navigation(root: string, path: string): string {
  const entries = ENTRIES.map(({ name, folder }) =>
    folder === "" ? [name, INDEX] : [folder, `${folder}/${INDEX}`]
  );
  const links = [["grae", `../${INDEX}`], ...entries, ["all names", "all_symbols.html"]].map(([name, href]) =>
    `<a href="${root}${href}"${href === path ? ' aria-current="page"' : ""}>${name}</a>`
  );
  return `<nav class="pages" aria-label="Site">${links.join("")}</nav>`;
}

/** Imports of entries by the package's name: in examples of an entry's own page, and where a name's use is shown. */
function namedImports(path: string, html: string): string {
  const own = ENTRIES.some(({ folder, module }) =>
    path === (folder === "" ? INDEX : `${folder}/${INDEX}`) && !/^\.\/.*\//.test(module)
  );
  const names = new Map<string, string>();
  for (const { name, folder, module } of ENTRIES) {
    names.set(folder || ".", name);
    if (own) names.set(module, name);
  }
  return html.replaceAll(
    /(?<=\bfrom &quot;)[^&]+(?=&quot;)/g,
    (specifier) => names.get(specifier) ?? specifier,
  );
}

/** A block of formulas, one a line. @throws DataError if one cannot be typeset */
function mathematics(path: string, block: string): string {
  return (unescape(block) as string).trim().split("\n").map((line) => {
    try {
      return typeset(formulaToTex(line));
    } catch (cause) {
      const why = `the formula ${line} cannot be typeset: ${(cause as Error).message}`;
      throw new DataError(`${API}/${path}`, why, { cause });
    }
  }).join("");
}

/**
 * A page of `deno doc` as the site has it.
 *
 * @param path below `api/`
 * @throws DataError if a formula cannot be typeset
 */
export function apiPage(path: string, html: string): string {
  const root = "../".repeat(path.split("/").length - 1);
  return namedImports(path, html.replaceAll("&#x2F;", "/"))
    .replace("<html>", `<html lang="en" data-root="${root}">`)
    .replace("</head>", `<link rel="stylesheet" href="${root}${STYLE}"></head>`)
    .replace("<body>", `<body>${navigation(root, path)}`)
    // It leads to the file on the machine that made the page.
    .replaceAll(/<a\s+class="sourceButton".*?<\/a>/gs, "")
    .replaceAll(/(?<=<a [^>]*>\s*)default(?=\s*<\/a>)/g, project.name)
    // A folder's address has no page where nothing serves it.
    .replaceAll(/ href="((?:[^":#]*\/)?)"/g, ` href="$1${INDEX}"`)
    .replaceAll(
      /<pre><code class="language-math"[^>]*>(.*?)<\/code><\/pre>/gs,
      (_, block: string) => mathematics(path, block),
    );
}

/** A text with a part replaced. @throws Error if deno doc of another version does not have that part */
function replaced(text: string, part: RegExp | string, ours: (found: string) => string): string {
  const changed = text.replace(part, ours);
  if (changed === text) throw new Error(`deno doc ${project.denoVersion} must write ${part}, but does not`);
  return changed;
}

/** The search, so that its results are found from every page. */
const search = (script: string): string =>
  SEARCH.reduce((text, [old, ours]) => replaced(text, old, () => ours), script);

/** The paths of all files below a folder. */
async function filesIn(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
    found.push(...isDirectory ? await filesIn(folder, `${prefix}${name}/`) : [prefix + name]);
  }
  return found;
}

/** What the search's index has of a name. */
interface Found {
  readonly name: string;
  readonly url: string;
}

/**
 * The index of the search with a page for each name: what is a part of a part has none, and is found on that of the whole.
 *
 * @param files all that there are
 * @throws DataError if a name has no page at all, as where a and A are one to the file system
 */
export function searchIndex(script: string, files: readonly string[]): string {
  const there = new Set(files);
  return replaced(script, /(?<=SEARCH_INDEX = )\{.*\}(?=;\s*\}\))/s, (text) => {
    const { nodes, ...rest } = JSON.parse(text) as { nodes: Found[] };
    const found = nodes.map((node) => {
      let page = node.url.replaceAll("/./", "/").replace(/^\.\//, "");
      while (!there.has(page)) {
        const whole = page.replace(/\.[^./]+\.html$/, ".html");
        if (whole === page) {
          throw new DataError(
            API,
            `every name must have its page, but ${node.name} has none: the file system must tell a from A`,
          );
        }
        page = whole;
      }
      return { ...node, url: page };
    });
    return JSON.stringify({ ...rest, nodes: found });
  });
}

/**
 * Writes the reference into a site, in place of the one that may be there.
 *
 * @returns how many pages it has
 * @throws (rejects) DataError if the folder holds something else, another process writes it, it cannot be written, or deno
 * fails; the signal's reason. Then the old one is as it was
 */
export function writeApi(site: string, how: DenoOptions = {}): Promise<number> {
  return asSite(site, async () => {
    const fresh = `${site}/${API_FRESH}`, old = `${site}/${API_OLD}`, place = `${site}/${API}`;
    for (const path of [fresh, old]) await removeAll(path);
    try {
      const modules = ENTRIES.map(({ module }) => module);
      const args = ["--html", "--quiet", `--name=${project.name}`, `--output=${resolve(fresh)}`, ...modules];
      await denoOutput(new URL("../..", import.meta.url), ["doc", ...args], how);
      const files = await filesIn(fresh);
      for (const path of files) {
        const at = `${fresh}/${path}`;
        const change = (made: (text: string) => string): Promise<void> =>
          Deno.readTextFile(at).then((text) => Deno.writeTextFile(at, made(text)));
        if (path.endsWith(".html")) await change((text) => apiPage(path, text));
        else if (path === "search.js") await change(search);
        else if (path === "darkmode_toggle.js") await change(() => apiTheme);
        else if (path === API_MARK) await change((text) => searchIndex(text, files));
      }
      await Deno.writeTextFile(`${fresh}/${STYLE}`, mathematicsStyle() + apiStyle);
      how.signal?.throwIfAborted();
      await Deno.rename(place, old).catch(unlessMissing);
      await Deno.rename(fresh, place);
      await removeAll(old);
      return files.filter((path) => path.endsWith(".html")).length;
    } catch (error) {
      await removeAll(fresh).catch(() => {});
      throw error;
    }
  });
}

function unlessMissing(error: Error): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

const removeAll = (path: string): Promise<void> =>
  Deno.remove(path, { recursive: true }).catch(unlessMissing);

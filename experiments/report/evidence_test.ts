import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../lib/data/mod.ts";
import { evidenceFiles } from "../../properties/gate/files.ts";
import { runGate } from "../../properties/gate/run_gate.ts";
import { standInEntry, standInGate } from "../../properties/gate/stand_in.ts";
import { gatherEvidence } from "./evidence.ts";
import { evidenceFolder, evidenceHtml, inMemory } from "./made_up.ts";

Deno.test("the gate's evidence comes with each law's verdict and the page", async () => {
  const problems = ["G1 failed on wasm"];
  const { html, ...evidence } = await gatherEvidence(evidenceFolder({ ok: false, problems }));
  assertEquals(html, evidenceHtml);
  assertEquals(evidence, {
    ok: false,
    complete: true,
    ended: "2026-03-01T12:00:00.000Z",
    versions: { grae: "0.1.0", deno: "2.9.5" },
    problems,
    laws: [
      { id: "G1", title: "GRAE* bounds GRAE", verdict: "holds" },
      { id: "X1", title: "A sign", verdict: "refuted as printed" },
    ],
  });
});

Deno.test("what the gate writes today is read", async () => {
  const gate = standInGate({ entries: [standInEntry("oracle")], laws: [], plan: { seed: 1, cases: 1 } });
  const files = Object.fromEntries(evidenceFiles(await runGate(gate)));
  const evidence = await gatherEvidence(inMemory("evidence", files));
  assertEquals([evidence.laws, evidence.html], [[], files["index.html"]]);
});

Deno.test("what the gate did not write is refused", async () => {
  const refused: [Parameters<typeof evidenceFolder>, string][] = [
    [
      [{ schema: "grae-evidence/2" }],
      'evidence/evidence.json: must be the gate\'s ("schema": "grae-evidence/3"), but is not',
    ],
    [[{ ended: "today" }], 'evidence/evidence.json: its ended must be a time, but it is "today"'],
    [[{ versions: undefined }], "its versions must be texts by name, but it is missing"],
    [[{ ok: "yes" }], 'evidence/evidence.json: its ok must be true or false, but it is "yes"'],
    [
      [{ laws: [{ id: "G1" }] }],
      "evidence/evidence.json: its laws.0.title must be a text, but it is missing",
    ],
    // Where the policy would come too late, or into a comment.
    ...[
      evidenceHtml.replace("<head>", "<head><script>alert(1)</script>"),
      evidenceHtml.replace('<meta charset="utf-8">', '<!--<meta charset="utf-8">-->'),
      evidenceHtml.replace("<html", "<script>alert(1)</script><html"),
    ].map((html): [Parameters<typeof evidenceFolder>, string] => [
      [{}, html],
      "evidence/index.html: must be the page that the gate writes, but is not",
    ]),
    [[{}, "<p>no page</p>"], "evidence/index.html: must be the page that the gate writes, but is not"],
  ];
  for (const [[more, html], why] of refused) {
    await assertRejects(() => gatherEvidence(evidenceFolder(more, html)), DataError, why);
  }
  await assertRejects(() => gatherEvidence(inMemory("evidence", {})), DataError, "must hold evidence.json");
});

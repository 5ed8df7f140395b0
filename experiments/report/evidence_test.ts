import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../lib/data/mod.ts";
import { gatherEvidence } from "./evidence.ts";
import { evidenceFolder, evidenceHtml, inMemory } from "./made_up.ts";

Deno.test("the gate's evidence comes with each law's verdict and the page", async () => {
  const problems = ["G1 failed on wasm"];
  const { html, ...evidence } = await gatherEvidence(evidenceFolder({ ok: false, problems }));
  assertEquals(html, evidenceHtml);
  assertEquals(evidence, {
    ok: false,
    complete: true,
    problems,
    laws: [
      { id: "G1", title: "GRAE* bounds GRAE", verdict: "holds" },
      { id: "X1", title: "A sign", verdict: "refuted as printed" },
    ],
  });
});

Deno.test("what the gate did not write is refused", async () => {
  const refused: [Parameters<typeof evidenceFolder>, string][] = [
    [
      [{ schema: "grae-evidence/2" }],
      'evidence/evidence.json: must be the gate\'s ("schema": "grae-evidence/1"), but is not',
    ],
    [[{ ok: "yes" }], 'evidence/evidence.json: its ok must be true or false, but it is "yes"'],
    [
      [{ laws: [{ id: "G1" }] }],
      "evidence/evidence.json: its laws.0.title must be a text, but it is missing",
    ],
    [[{}, "<p>no page</p>"], "evidence/index.html: must be the page that the gate writes, but is not"],
  ];
  for (const [[more, html], why] of refused) {
    await assertRejects(() => gatherEvidence(evidenceFolder(more, html)), DataError, why);
  }
  await assertRejects(() => gatherEvidence(inMemory("evidence", {})), DataError, "must hold evidence.json");
});

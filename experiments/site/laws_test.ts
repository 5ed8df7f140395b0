import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/error.ts";
import { evidenceFiles } from "../../properties/gate/files.ts";
import { runGate } from "../../properties/gate/run_gate.ts";
import { toyCandidate, toyGate } from "../../fixtures/laws/toy_gate.ts";
import { gatherEvidence, isNewer } from "./laws.tsx";
import { evidence, manifest } from "../../fixtures/runs/made_up.ts";

const diskTest = (sentence: string, test: (folder: string) => Promise<void>): void =>
  Deno.test({
    name: sentence + (mayUseDisk ? "" : " (ignored: needs --allow-read=. --allow-write=.test)"),
    ignore: !mayUseDisk,
    fn: () => inFolder(test),
  });

/** What is read of an evidence.json. */
async function read(folder: string, json: unknown) {
  await Deno.writeTextFile(`${folder}/evidence.json`, typeof json === "string" ? json : JSON.stringify(json));
  return await gatherEvidence(folder);
}

diskTest(
  "the gate's evidence comes with each law, and what the gate writes today is read",
  async (folder) => {
    assertEquals(await read(folder, evidence), evidence);
    const gate = toyGate({ candidates: [toyCandidate("oracle")], laws: [], plan: { seed: 1, cases: 1 } });
    const files = new Map(evidenceFiles(await runGate(gate)));
    assertEquals((await read(folder, files.get("evidence.json"))).laws, []);
  },
);

diskTest("what the gate did not write is refused", async (folder) => {
  const [law] = evidence.laws;
  const refused: [unknown, string][] = [
    ["<html>", "/evidence.json: must be JSON, but is not"],
    [
      { ...evidence, schema: "grae-evidence/3" },
      'its schema must be "grae-evidence/5", but it is "grae-evidence/3"',
    ],
    [{ ...evidence, ended: "today" }, "its ended must be a time"],
    [{ ...evidence, versions: undefined }, "its versions is missing"],
    [{ ...evidence, ok: "yes" }, 'its ok must be boolean, but it is "yes"'],
    [{ ...evidence, laws: [{ ...law, verdict: "fine" }] }, "its laws.0.verdict must be"],
    [{ ...evidence, laws: [{ ...law, id: '"><script>' }] }, "its laws.0.id must be"],
    [{ ...evidence, laws: [{ ...law, id: "<b>G1" }] }, "its laws.0.id must be letters and digits"],
    [{ ...evidence, laws: [{ ...law, title: 1 }] }, "its laws.0.title must be string, but it is 1"],
  ];
  for (const [json, why] of refused) {
    assertStringIncludes((await assertRejects(() => read(folder, json), DataError)).message, why);
  }
  await Deno.remove(`${folder}/evidence.json`);
  await assertRejects(
    () => gatherEvidence(folder),
    DataError,
    `${folder}: must hold evidence.json, but does not`,
  );
});

Deno.test("a run that ended after the gate is newer than its evidence", () => {
  assertEquals(isNewer({ manifest }, evidence), false);
  assertEquals(isNewer({ manifest: { ended: "2026-03-02T12:00:00.000Z" } }, evidence), true);
  assertEquals(isNewer({ manifest: { ended: "2026-03-02T12:00:00.000Z" } }, null), false);
});

import { assert, assertEquals } from "@std/assert";
import { defaultCases, examine, laws } from "./laws/mod.ts";
import { isOfTrainedModels } from "./laws/trained_models.ts";
import { oracle } from "./oracle/mod.ts";

// What is measured on trained models is not computed by an oracle: see trained_laws_test.ts.
for (const law of laws.filter((law) => !isOfTrainedModels(law))) {
  Deno.test(`[${law.id}] ${law.statement} (oracle)`, async () => {
    const evidence = await examine(law, oracle, { seed: 20200, cases: defaultCases, engine: "oracle" });
    assert(!evidence.failure, evidence.failure?.message);
    assertEquals(evidence.clauses.filter(({ skipped }) => skipped), [], "the oracle offers everything");
    assert(law.kind === "refutation" || evidence.cases >= 100, `only ${evidence.cases} cases`);
  });
}

Deno.test("laws have different ids, a source, mathematics, and rates where they are statistical", () => {
  assertEquals(new Set(laws.map(({ id }) => id)).size, laws.length);
  for (const law of laws) {
    assert(law.source && law.tex && law.statement && law.title, law.id);
    assertEquals(law.expected === "refuted as printed", law.kind === "refutation", law.id);
    assert(law.kind !== "refutation" || law.printed, `${law.id} does not say what was printed`);
    assertEquals(law.kind === "statistical", law.chance !== undefined, law.id);
  }
});

Deno.test("statistical laws together raise a false alarm less than once in a million runs", () => {
  assert(laws.reduce((sum, { chance }) => sum + (chance?.falseAlarm ?? 0), 0) < 1e-6);
});

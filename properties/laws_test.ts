import { assert, assertEquals } from "@std/assert";
import { defaultCases, examine, laws } from "./laws/mod.ts";
import { isOfTrainedModels } from "./laws/all.ts";
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

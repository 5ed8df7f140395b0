import { assert } from "@std/assert";
import { startEngine } from "../lib/engine/mod.ts";
import { examine, laws } from "./laws/mod.ts";
import { isOfTrainedModels } from "./laws/all.ts";
import { librarySubject } from "./library_subject.ts";

// The float32 cases are those of the oracle's run; the gate runs as many of every clause, on every engine.
const CASES = 100;

// The gate trains models for the laws on them; that takes too long for a test.
for (const law of laws.filter((law) => !isOfTrainedModels(law))) {
  Deno.test(`[${law.id}] ${law.statement} (library, wasm)`, async () => {
    await startEngine("wasm");
    const cases = Math.ceil(CASES / law.clauses.length);
    const evidence = await examine(law, librarySubject, { seed: 20200, cases, engine: "wasm" });
    assert(!evidence.failure, evidence.failure?.message);
  });
}

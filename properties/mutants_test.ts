import { assert, assertEquals } from "@std/assert";
import { defaultCases, examine, laws } from "./laws/mod.ts";
import { mutants } from "./mutants/mod.ts";

for (const { id, description, rejectedBy, subject } of mutants) {
  for (const law of laws.filter((law) => rejectedBy.includes(law.id))) {
    Deno.test(`[${law.id}] rejects ${id}: ${description}`, async () => {
      const run = { seed: 20200, cases: defaultCases, engine: "oracle", firstFailure: true };
      const { failure, verdict } = await examine(law, subject, run);
      if (!failure) throw new Error(`the law holds for a subject in which ${description}`);
      assertEquals(verdict, "failed", failure.message);
      assertEquals(failure.kind, "violation", `rejected for the wrong reason: ${failure.message}`);
    });
  }
}

Deno.test("faults have different ids and name laws that exist", () => {
  assertEquals(new Set(mutants.map(({ id }) => id)).size, mutants.length);
  const ids = laws.map(({ id }) => id);
  for (const { id, rejectedBy } of mutants) {
    assert(rejectedBy.length > 0, `${id} is rejected by no law: a law is missing`);
    for (const law of rejectedBy) assert(ids.includes(law), `${id} names ${law}, which does not exist`);
  }
});

Deno.test("every law has at least two faults that it must reject", () => {
  for (const { id } of laws) {
    const faults = mutants.filter(({ rejectedBy }) => rejectedBy.includes(id));
    assert(faults.length >= 2, `${id} is held to ${faults.length} faults`);
  }
});

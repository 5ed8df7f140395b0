import { assertEquals } from "@std/assert";
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

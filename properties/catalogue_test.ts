import { assert, assertEquals } from "@std/assert";
import { laws } from "./laws/mod.ts";
import { mutants } from "./mutants/mod.ts";

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

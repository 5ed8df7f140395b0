import { assertEquals } from "@std/assert";
import { standardOf } from "./options.ts";
import { powers } from "../../fixtures/runs/powers.ts";
import { type AnyStudy, resolved } from "./study.ts";

Deno.test("a run's options are its study's own, though a study hands on all values that it is given", () => {
  const study: AnyStudy = powers();
  const own = standardOf(study.options);
  const values = { ...own, quick: true, seed: 3, out: "runs/x", resume: null, engine: "auto", quiet: false };
  assertEquals(resolved(study, values, new Set()), { ...own, quick: true, seed: 3 });
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Fit } from "../../properties/laws/trained.ts";
import { tablesOf } from "./tables.ts";
import { median, shown, wordsOf } from "./words.ts";

const fit = (over: Partial<Fit>): Fit => ({
  weights: "distinct",
  activation: "identity",
  latent: 2,
  family: "mean-field",
  seed: 0,
  loss: -5,
  toTruth: 0.9995,
  toPrincipal: 0.9995,
  ...over,
});

Deno.test("words count the seeds that recover W and name the worst", () => {
  const [first] = wordsOf([fit({}), fit({ seed: 1, toTruth: 0.8 }), fit({ seed: 2 })], [], []);
  assertStringIncludes(
    first ?? "",
    "up to signed permutation in 2 of 3 seeds (alignment: worst 0.800, median 0.999)",
  );
});

Deno.test("words say nothing of what was not trained", () => {
  assertEquals(wordsOf([], [], []), []);
  const words = wordsOf([fit({ weights: "generic", toTruth: 0.7 })], [], []);
  assertEquals(words.length, 1);
  assertStringIncludes(words[0] ?? "", "lands on the principal axes, in 1 of 1 seeds");
});

Deno.test("a landing's words have its p, and how many angles are near a signed permutation, from either side", () => {
  const angles = [0.01, Math.PI / 2 - 0.01, 0.7];
  const [words] = wordsOf([], [{ family: "full", optimiser: "adam", angles, uniformP: 0.4 }], []);
  assertStringIncludes(words ?? "", "Adam, which does not turn with the latents");
  assertStringIncludes(
    words ?? "",
    "cannot be told from uniform ones (Kuiper's test, p = 0.40); 2 are within 5°",
  );
});

Deno.test("a turned model's words are of π/4, beside theory", () => {
  const [words] = wordsOf([], [], [{
    kind: "turn",
    activation: "identity",
    angles: [0, Math.PI / 4, Math.PI / 2],
    curves: [{ family: "mean-field", excess: [[0, 0.5, 0], [0.1, 0.7, 0]], theory: [0, 0.55, 0] }],
  }]);
  assertStringIncludes(words ?? "", "mean-field 0.500 to 0.600 nats (theory 0.550)");
});

Deno.test("an alignment is printed as 1 only where it is, and medians are the middle", () => {
  assertEquals([shown(0.9996), shown(1), shown(0.70710678)], ["0.999", "1.000", "0.707"]);
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3])], [2, 2.5]);
});

Deno.test("a table has a row for each case and family, with the worst and the median", () => {
  const tables = tablesOf([fit({}), fit({ seed: 1, toTruth: 0.8 }), fit({ family: "full", toTruth: 0.75 })]);
  assertEquals(tables.length, 1);
  assertEquals(tables[0]?.rows.map((row) => row.slice(2, 5)), [["mean-field", "0.800", "0.899"], [
    "full",
    "0.750",
    "0.750",
  ]]);
  assert(tables[0]?.caption.includes("over 2 seeds"));
});

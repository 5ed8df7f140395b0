import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fit } from "./made_up.ts";
import type { TurnResult } from "./parts.ts";
import { tablesOf } from "./tables.ts";
import { shown, wordsOf } from "./words.ts";

Deno.test("words count the fits that are W, and name the worst", () => {
  const [first] = wordsOf([fit({}), fit({ seed: 1, toTruth: 0.8 }), fit({ seed: 2 })], [], []);
  assertStringIncludes(
    first ?? "",
    "2 of 3 mean-field fits are W up to signed permutation (alignment: worst 0.800, median 0.999)",
  );
});

Deno.test("words say nothing of what was not trained", () => {
  assertEquals(wordsOf([], [], []), []);
  const words = wordsOf([fit({ weights: "generic", toTruth: 0.7 })], [], []);
  assertEquals(words.length, 1);
  assertStringIncludes(words[0] ?? "", "1 of 1 mean-field fits are its principal axes");
});

Deno.test("a bent decoder has a sentence of its own, before the landings", () => {
  const landing = { family: "full", optimiser: "adam", angles: [0.3], uniformP: 0.4 } as const;
  const words = wordsOf([fit({}), fit({ activation: "leaky-relu", toTruth: 0.98 })], [landing], []);
  assertEquals(words.length, 3);
  assertStringIncludes(
    words[1] ?? "",
    "Two latents, orthogonal columns of distinct norms, ν = leaky-relu: 0 of 1",
  );
  assertStringIncludes(words[1] ?? "", "no linear encoder inverts a bent decoder");
  assertStringIncludes(words[2] ?? "", "Kuiper");
});

Deno.test("more latents are counted in fits, of so many seeds and ν, for each number that occurs", () => {
  const fits = [3, 6].flatMap((latent) =>
    [0, 1, 2].flatMap((seed) =>
      (["identity", "tanh"] as const).map((activation) => fit({ latent, seed, activation }))
    )
  );
  const words = wordsOf(fits, [], []);
  assertEquals(words.length, 2);
  assertStringIncludes(
    words[0] ?? "",
    "3 latents, ν = identity, tanh: 6 of 6 mean-field fits (3 seeds, 2 ν) are W",
  );
  assertStringIncludes(words[1] ?? "", "6 latents,");
});

Deno.test("results against theory are not said to be for it", () => {
  const fits = (["generic", "equal", "distinct"] as const).flatMap((weights) =>
    (["mean-field", "full", "isotropic"] as const).map((family) =>
      fit({
        weights,
        family,
        toTruth: family === "mean-field" && weights === "distinct" ? 0.5 : 1,
        toPrincipal: 0.5,
      })
    )
  );
  const words = wordsOf([...fits, fit({ latent: 4, family: "block", toBlocks: 0.5 })], [], []);
  const all = words.join("\n");
  for (
    const claim of [
      "recovers",
      "lands on",
      "ends at any",
      "only",
      "tells the rotations apart,",
      "cost nothing",
    ]
  ) {
    assert(!all.includes(claim), `"${claim}" in: ${all}`);
  }
  assertStringIncludes(all, "0 of 1 mean-field fits are its principal axes");
  assertStringIncludes(all, "1 of 1 mean-field fits are W");
  assertStringIncludes(all, "0 of 1 block fits span pairs of principal axes");
});

Deno.test("blocks are measured by what they span, beside single columns", () => {
  const [words] = wordsOf([fit({ latent: 4, family: "block", toTruth: 0.8, toBlocks: 0.9996 })], [], []);
  assertStringIncludes(words ?? "", "1 of 1 block fits span pairs of principal axes");
  assertStringIncludes(words ?? "", "0 of 1 are W in their single columns");
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

Deno.test("Adam's landings are what was measured, and no reason is given", () => {
  const angles = Array.from({ length: 36 }, (_, i) => Math.PI / 2 * (i + 0.5) / 36);
  const [words] = wordsOf([], [{ family: "mean-field", optimiser: "adam", angles, uniformP: 1 }], []);
  assertStringIncludes(words ?? "", "4 are within 5° of a signed permutation, where uniform ones would be 4");
  assertStringIncludes(words ?? "", "its training need not have converged");
});

const turn = (angles: number[], over: Partial<TurnResult> = {}): TurnResult => ({
  kind: "turn",
  activation: "identity",
  latent: 2,
  angles,
  curves: [{
    family: "mean-field",
    plane: [0, 1],
    excess: [[0, 0.5, 0], [0.1, 0.7, 0]],
    theory: [[0, 0.55, 0], [0, 0.58, 0]],
  }],
  ...over,
});

Deno.test("a turned model's words are of the angle nearest to 45°, whichever was measured, each model beside its theory", () => {
  const [words] = wordsOf([], [], [turn([0, Math.PI / 4, Math.PI / 2])]);
  assertStringIncludes(words ?? "", "by 45°");
  assertStringIncludes(
    words ?? "",
    "mean-field 0.500 to 0.600 nats (at most 0.050 from theory, 0.550 to 0.580)",
  );
  assertStringIncludes(wordsOf([], [], [turn([0, Math.PI / 3, Math.PI / 2])])[0] ?? "", "by 60°");
});

Deno.test("of four latents turned, words tell a turn within a block from one across", () => {
  const excess = [[0, 0.1]];
  const [words] = wordsOf([], [], [turn([0, Math.PI / 2], {
    latent: 4,
    curves: [
      { family: "block", plane: [0, 1], excess, theory: null },
      { family: "block", plane: [0, 2], excess, theory: null },
    ],
  })]);
  assertStringIncludes(words ?? "", "with 4 latents");
  assertStringIncludes(words ?? "", "block, within a block 0.100");
  assertStringIncludes(words ?? "", "block, across blocks 0.100");
});

Deno.test("an alignment is printed as 1 only where it is", () => {
  assertEquals([shown(0.9996), shown(1), shown(0.70710678)], ["0.999", "1.000", "0.707"]);
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
  assertEquals(tables[0]?.head.includes("to blocks, worst"), false);
});

Deno.test("a table with blocks has how they lie to pairs of axes", () => {
  const block = [0.9, 0.7, 0.8].map((toBlocks, seed) => fit({ latent: 4, family: "block", seed, toBlocks }));
  const [found] = tablesOf(block);
  const at = found?.head.indexOf("to blocks, worst") ?? -1;
  assertEquals(found?.rows[0]?.slice(at, at + 2), ["0.700", "0.800"]);
  assert(found?.rows.every((row) => row.length === found.head.length));
  assert(found?.caption.includes("cos²"));
});

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import * as v from "valibot";
import {
  answerOf,
  figuresOf,
  type LandingResult,
  type MeasuredFit,
  numbersOf,
  partSchema,
  tablesOf,
  type TurnResult,
} from "./results.ts";

/** A mean-field fit that is W, but for what is given. */
const fit = (over: Partial<MeasuredFit>): MeasuredFit => ({
  weights: "distinct",
  activation: "identity",
  latent: 2,
  family: "mean-field",
  seed: 0,
  loss: -5,
  toTruth: 0.9995,
  toPrincipal: 0.9995,
  toBlocks: null,
  ...over,
});
const landed = (angles: number[], over: Partial<LandingResult["landing"]> = {}): LandingResult => ({
  kind: "landing",
  landing: { family: "full", optimiser: "adam", angles, uniformP: 0.4, ...over },
  plane: [[1.1, 0], [0, -1.2]],
});
const turned = (angles: number[], over: Partial<TurnResult> = {}): TurnResult => ({
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
const OPTIONS = { noise: 0.05, beta: 1 };

Deno.test("numbers count the fits that are W, and have the worst and the median", () => {
  const fits = [0.9995, 0.8, 0.99].map((toTruth, seed) => fit({ seed, toTruth }));
  assertEquals(numbersOf(fits, [], []), {
    "latents.2.all.count": 3,
    "latents.2.all.recovered": 2,
    "latents.2.all.worst": 0.8,
    "latents.2.all.median": 0.99,
    "latents.2.identity.count": 3,
    "latents.2.identity.recovered": 2,
    "latents.2.identity.worst": 0.8,
    "latents.2.identity.median": 0.99,
  });
});

Deno.test("more latents are counted for each ν and for all together", () => {
  const fits = [0, 1, 2].flatMap((seed) =>
    (["identity", "tanh"] as const).map((activation) =>
      fit({ latent: 3, seed, activation, toTruth: activation === "tanh" ? 0.9 : 1 })
    )
  );
  const numbers = numbersOf(fits, [], []);
  const names = ["latents.3.all", "latents.3.identity", "latents.3.tanh"];
  assertEquals(names.map((name) => [numbers[`${name}.recovered`], numbers[`${name}.count`]]), [
    [3, 6],
    [3, 3],
    [
      0,
      3,
    ],
  ]);
  assertAlmostEquals(numbers["latents.3.all.median"]!, 0.95, 1e-15);
});

Deno.test("generic W are counted by their axes and by their columns, and the other kinds and families apart", () => {
  const numbers = numbersOf(
    [
      fit({ weights: "generic", toTruth: 0.7 }),
      fit({ weights: "equal", toTruth: 0.6 }),
      fit({ family: "full", toTruth: 0.5 }),
      fit({ family: "isotropic", toTruth: 0.4 }),
      fit({ latent: 4, family: "block", toTruth: 0.3, toBlocks: 0.9996 }),
    ],
    [],
    [],
  );
  assertEquals(
    ["generic.axes", "generic.columns", "equal", "full", "isotropic", "blocks.spans", "blocks.columns"].map((
      name,
    ) => numbers[`${name}.worst`]),
    [0.9995, 0.7, 0.6, 0.5, 0.4, 0.9996, 0.3],
  );
});

Deno.test("a landing has its p, and how many angles are near a signed permutation, from either side", () => {
  assertEquals(numbersOf([], [landed([0.01, Math.PI / 2 - 0.01, 0.7])], []), {
    "landing.full.adam.count": 3,
    "landing.full.adam.near": 2,
    "landing.full.adam.p": 0.4,
  });
});

Deno.test("a turn's numbers are of the angle nearest to 45°, whichever was measured, each model beside its theory", () => {
  const numbers = numbersOf([], [], [turned([0, Math.PI / 4, Math.PI / 2])]);
  const at = (name: string): number => numbers[`turned.2.identity.${name}`]!;
  assertAlmostEquals(at("degrees"), 45, 1e-12);
  // .5 and .7 − .1, where theory has .55 and .58.
  assertAlmostEquals(at("mean-field.least"), 0.5, 1e-12);
  assertAlmostEquals(at("mean-field.most"), 0.6, 1e-12);
  assertAlmostEquals(at("mean-field.apart"), 0.05, 1e-12);
  const other = numbersOf([], [], [turned([0, Math.PI / 3, Math.PI / 2])]);
  assertAlmostEquals(other["turned.2.identity.degrees"]!, 60, 1e-12);
});

Deno.test("of four latents turned, numbers tell a turn within a block from one across", () => {
  const excess = [[0, 0.1]];
  const numbers = numbersOf([], [], [turned([0, Math.PI / 2], {
    latent: 4,
    curves: [
      { family: "block", plane: [0, 1], excess, theory: null },
      { family: "block", plane: [0, 2], excess: [[0, 0.2]], theory: null },
    ],
  })]);
  assertEquals(numbers["turned.4.identity.within-a-block.most"], 0.1);
  assertEquals(numbers["turned.4.identity.across-blocks.most"], 0.2);
});

Deno.test("the answer counts the mean-field fits of the first kind that are W, and the other families'", () => {
  const fits = [fit({ family: "isotropic", toTruth: 0.8 }), fit({}), fit({ seed: 1, toTruth: 0.9999 })];
  const answer = (of: MeasuredFit[]): string => answerOf(of, numbersOf(of, [], []));
  assertEquals(
    answer(fits),
    "With 2 latents, columns of distinct norms and ν = identity, W is found up to order and sign by 2 of 2 mean-field " +
      "fits (worst |cosine| 0.999), 0 of 1 isotropic fits (worst |cosine| 0.800).",
  );
  // The first kind of which there is a mean-field fit: others may have failed.
  assertStringIncludes(answer([fit({ family: "full" }), fit({ activation: "tanh" })]), "ν = tanh");
  assertThrows(() => answer([fit({ family: "full" })]), RangeError, "at least one part with mean-field fits");
});

Deno.test("the alignment figure has a panel for each ν that was trained, and counts its fits apart", async () => {
  const fits = [
    fit({ activation: "tanh", latent: 3 }),
    fit({ activation: "leaky-relu", latent: 3, toTruth: 0.97 }),
    fit({ activation: "leaky-relu", latent: 3, family: "full", weights: "equal", toTruth: 0.7 }),
  ];
  const [figure] = await figuresOf(fits, [], [], numbersOf(fits, [], []), OPTIONS);
  assertEquals(figure?.file, "alignment-3.svg");
  assertStringIncludes(
    figure!.caption,
    "1 of 1 with ν = tanh (worst |cosine| 0.999); 0 of 1 with ν = leaky-relu (worst |cosine| 0.970)",
  );
  for (const text of ["ν = tanh", "ν = leaky-relu"]) {
    assertStringIncludes(String(figure!.content), `>${text}<`);
  }
});

Deno.test("turned models are compared with their own theory, not the middle of one with the mean of the other", async () => {
  // Each is .2 off its theory, by turns above and below: medians agree.
  const excess = [[0, 0.1], [0, 0.3]], theory = [[0, 0.3], [0, 0.1]];
  const turn = turned([0, 0.5], { curves: [{ family: "full", plane: [0, 1], excess, theory }] });
  const [figure] = await figuresOf([], [], [turn], numbersOf([], [], [turn]), OPTIONS);
  assertStringIncludes(figure!.caption, "full 0.10 to 0.30, at most 0.20 off the same model's theory");
});

Deno.test("the plane's figure says how far out fits lie, and is of gradient descent alone", async () => {
  const landings = [landed([0.1]), landed([0.1], { optimiser: "gradient-descent" })];
  const figures = await figuresOf([], landings, [], numbersOf([], landings, []), OPTIONS);
  assertEquals(figures.map(({ file }) => file), ["angles.svg", "plane-full.svg"]);
  assertStringIncludes(
    figures[1]!.caption,
    "2 of 2 fits by gradient descent lie in the picture, 1.10 to 1.20 from",
  );
});

Deno.test("a table has a row for each case and family, with the worst and the median, and losses less (n/2) log 2π", () => {
  const tables = tablesOf([fit({}), fit({ seed: 1, toTruth: 0.8 }), fit({ family: "full", toTruth: 0.75 })]);
  assertEquals(tables.length, 1);
  assertEquals(tables[0]?.rows.map((row) => row.slice(2, 4)), [["mean-field", 0.8], ["full", 0.75]]);
  assertAlmostEquals(Number(tables[0]!.rows[0]![4]), 0.89975, 1e-12);
  assertAlmostEquals(Number(tables[0]!.rows[0]!.at(-1)), -5 - 3 * Math.log(2 * Math.PI), 1e-12);
  assertEquals(tables[0]?.head.includes("blocks to axes (worst)"), false);
});

Deno.test("a table with blocks has how they lie to pairs of axes", () => {
  const block = [0.9, 0.7, 0.8].map((toBlocks, seed) => fit({ latent: 4, family: "block", seed, toBlocks }));
  const [found] = tablesOf(block);
  const at = found!.head.indexOf("blocks to axes (worst)");
  assertEquals(found!.rows[0]!.slice(at, at + 2), [0.7, 0.8]);
  assert(found!.rows.every((row) => row.length === found!.head.length));
});

Deno.test("a part's result is what one of the three kinds leaves, whole and finite", () => {
  const fits = { kind: "fits", fits: [fit({})] };
  const right = [fits, landed([0.1]), turned([0, 0.5, 1])];
  for (const part of right) assert(v.is(partSchema, JSON.parse(JSON.stringify(part))));
  const wrong = [
    {},
    { kind: "fits" },
    { ...fits, kind: "landing" },
    { ...fits, fits: [{ ...fit({}), loss: null }] },
    { ...landed([0.1]), plane: [[1]] },
    { ...turned([0]), angles: ["0"] },
  ];
  for (const part of wrong) assert(!v.is(partSchema, part), JSON.stringify(part));
});

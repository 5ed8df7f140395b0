import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as v from "valibot";
import { planeMeanFieldGap } from "../../lib/symmetry/mod.ts";
import type { Fit } from "../../properties/contract/trained.ts";
import { smallestNorm } from "./parts.ts";
import { CELLS, conclude, planeOfLoss, REACH } from "./results.ts";
import { partSchema, type UniquenessPart } from "./study.ts";

type Oriented = Extract<UniquenessPart, { kind: "orientations" }>;
type Turned = Extract<UniquenessPart, { kind: "turn" }>;

/** A mean-field fit that is W, but for what is given. */
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
const oriented = (angles: number[], over: Partial<Oriented> = {}): Oriented => ({
  kind: "orientations",
  family: "full",
  optimiser: "adam",
  angles,
  uniformP: 0.4,
  plane: [[1.1, 0], [0, -1.2]],
  ...over,
});
const turned = (angles: number[], over: Partial<Turned> = {}): Turned => ({
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
/** The conclusion of some fits, beside one of a full q, and of other parts. */
const concluded = (fits: Fit[], ...others: UniquenessPart[]) =>
  conclude(OPTIONS, [{ kind: "fits", fits }, ...others]);

Deno.test("numbers count the fits that are W, and have the worst and the median, for each ν and for all together", async () => {
  const fits = [0.9995, 0.8, 0.99].flatMap((toTruth, seed) => [
    fit({ seed, toTruth }),
    fit({ latent: 3, seed, toTruth: 1 }),
    fit({ latent: 3, seed, activation: "tanh", toTruth: 0.9 }),
  ]);
  const two = { count: 3, recovered: 2, worst: 0.8, median: 0.99 };
  const wanted = {
    "latents.2.all": two,
    "latents.2.identity": two,
    "latents.3.all": { count: 6, recovered: 3, worst: 0.9, median: 0.95 },
    "latents.3.identity": { count: 3, recovered: 3, worst: 1, median: 1 },
    "latents.3.tanh": { count: 3, recovered: 0, worst: 0.9, median: 0.9 },
  };
  const flat = Object.entries(wanted).flatMap(([prefix, values]) =>
    Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value])
  );
  assertEquals((await concluded(fits)).numbers, Object.fromEntries(flat));
});

Deno.test("generic W are counted by their axes and by their columns, and the other kinds and families apart", async () => {
  const { numbers } = await concluded([
    fit({}),
    fit({ weights: "generic", toTruth: 0.7 }),
    fit({ weights: "equal", toTruth: 0.6 }),
    fit({ family: "full", toTruth: 0.5 }),
    fit({ family: "isotropic", toTruth: 0.4 }),
  ]);
  assertEquals(
    ["generic.axes", "generic.columns", "equal", "full", "isotropic"].map((name) => numbers[`${name}.worst`]),
    [0.9995, 0.7, 0.6, 0.5, 0.4],
  );
});

Deno.test("a turn's numbers are of the angle nearest to 45°, each model beside its own theory", async () => {
  const { numbers } = await concluded([fit({})], oriented([0.1, 0.2]), turned([0, Math.PI / 4, Math.PI / 2]));
  const at = (name: string): number => numbers[`turned.2.identity.${name}`]!;
  assertAlmostEquals(at("degrees"), 45, 1e-12);
  // .5 and .7 − .1, where theory has .55 and .58: the medians of both are closer.
  assertAlmostEquals(at("mean-field.least"), 0.5, 1e-12);
  assertAlmostEquals(at("mean-field.most"), 0.6, 1e-12);
  assertAlmostEquals(at("mean-field.apart"), 0.05, 1e-12);
  assertEquals([numbers["orientations.full.adam.count"], numbers["orientations.full.adam.p"]], [2, 0.4]);
  // Of four angles 60° is taken, which is as near to 45° as 30°.
  const four = turned([0, Math.PI / 6, Math.PI / 3, Math.PI / 2], {
    curves: [{ family: "full", plane: [0, 1], excess: [[0, 0.1, 0.2, 0.3]], theory: null }],
  });
  const other = (await concluded([fit({})], four)).numbers;
  assertAlmostEquals(other["turned.2.identity.degrees"]!, 60, 1e-12);
  assertEquals(other["turned.2.identity.full.most"], 0.2);
});

Deno.test("of four latents turned, numbers tell a turn within a block from one across", async () => {
  const { numbers } = await concluded(
    [fit({})],
    turned([0, Math.PI / 2], {
      latent: 4,
      curves: [
        { family: "block", plane: [0, 1], excess: [[0, 0.1]], theory: null },
        { family: "block", plane: [0, 2], excess: [[0, 0.2]], theory: null },
      ],
    }),
  );
  assertEquals(numbers["turned.4.identity.within-a-block.most"], 0.1);
  assertEquals(numbers["turned.4.identity.across-blocks.most"], 0.2);
});

Deno.test("the answer counts the mean-field fits of the first kind that are W, and the other families'", async () => {
  const fits = [fit({ family: "isotropic", toTruth: 0.8 }), fit({}), fit({ seed: 1, toTruth: 0.9999 })];
  assertEquals(
    (await concluded(fits)).answer,
    "With 2 latents, columns of distinct norms and ν = identity, W is found up to order and sign by 2 of 2 mean-field " +
      "fits (worst |cosine| 0.999), 0 of 1 isotropic fits (worst |cosine| 0.800).",
  );
  // From 0.99 on: 8 degrees.
  const around = [0.99 - 1e-12, 0.99, 0.99 + 1e-12].map((toTruth, seed) => fit({ seed, toTruth }));
  assertStringIncludes((await concluded(around)).answer, "by 2 of 3 mean-field fits (worst |cosine| 0.98");
  // The first kind of which there is a mean-field fit: others may have failed.
  const { answer } = await concluded([fit({ family: "full" }), fit({ activation: "tanh" })]);
  assertStringIncludes(answer, "ν = tanh");
  await assertRejects(
    () => concluded([fit({ family: "full" })]),
    RangeError,
    "at least one part with mean-field fits",
  );
});

Deno.test("the alignment figure has a panel for each ν that was trained, and counts its fits apart", async () => {
  const { figures } = await concluded([
    fit({ activation: "tanh", latent: 3 }),
    fit({ activation: "leaky-relu", latent: 3, toTruth: 0.97 }),
    fit({ activation: "leaky-relu", latent: 3, family: "full", weights: "equal", toTruth: 0.7 }),
  ]);
  assertEquals(figures.map(({ file, title }) => [file, title]), [
    ["alignment.svg", "Alignment with 3 latents"],
  ]);
  assertStringIncludes(
    figures[0]!.caption,
    "1 of 1 with ν = tanh (worst |cosine| 0.999); 0 of 1 with ν = leaky-relu (worst |cosine| 0.970)",
  );
  for (const text of ["ν = tanh", "ν = leaky-relu"]) {
    assertStringIncludes(String(figures[0]!.content), `>${text}<`);
  }
});

Deno.test("the figure of turned models has a panel for each kind, with theory where ν is the identity", async () => {
  const bent = turned([0, 0.8, 1.6], {
    activation: "tanh",
    curves: [{ family: "full", plane: [0, 1], excess: [[0, 0.1, 0], [0, 0.3, 0]], theory: null }],
  });
  const { figures } = await concluded([fit({})], turned([0, Math.PI / 4, Math.PI / 2]), bent);
  const figure = figures.find(({ file }) => file === "turned.svg")!;
  assertStringIncludes(
    figure.caption,
    "2 latents, ν = identity, at 45°: mean-field 0.50 to 0.60; 2 latents, ν = tanh, at 46°: full 0.10 to 0.30",
  );
  for (const text of ["ν = tanh", "mean-field: theory"]) assertStringIncludes(String(figure.content), text);
  assert(!String(figure.content).includes("full: theory"));
});

Deno.test("the plane's figure says how far out fits lie, and is of gradient descent alone", async () => {
  const { figures } = await concluded(
    [fit({})],
    oriented([0.1]),
    oriented([0.1], { optimiser: "gradient-descent" }),
  );
  assertEquals(figures.map(({ file }) => file), ["alignment.svg", "plane-full.svg"]);
  assertEquals(figures.map(({ data }) => data?.file), ["alignment-points.csv", "plane-full-points.csv"]);
  assertStringIncludes(
    figures[1]!.caption,
    "2 of 2 fits by gradient descent lie in the picture. Distances of fits from the origin: 1.10 to 1.20, median 1.15.",
  );
});

Deno.test("a table has a row for each case and family, with the worst and the median, and losses less (n/2) log 2π", async () => {
  const { tables } = await concluded([
    fit({}),
    fit({ seed: 1, toTruth: 0.8 }),
    fit({ family: "full", toTruth: 0.75 }),
    fit({ latent: 3 }),
  ]);
  assertEquals(tables.length, 1);
  const { head, rows } = tables[0]!;
  assertEquals(rows.map((row) => [row[0], row[2], row[4]]), [[2, "mean-field", 0.8], [2, "full", 0.75], [
    3,
    "mean-field",
    0.9995,
  ]]);
  assert(rows.every((row) => row.length === head.length));
  assertAlmostEquals(Number(rows[0]![5]), 0.89975, 1e-12);
  assertAlmostEquals(Number(rows[0]!.at(-1)), -5 - 3 * Math.log(2 * Math.PI), 1e-12);
});

Deno.test("fits of runs that also measured blocks are read, and leave the same results", async () => {
  const before = { kind: "fits" as const, fits: [{ ...fit({}), toBlocks: null }] };
  assert(v.is(partSchema, before));
  assertEquals((await conclude(OPTIONS, [before])).results, { fits: [fit({})], orientations: [] });
});

Deno.test("a part's result is what one of the three kinds leaves, whole and finite", () => {
  const fits = { kind: "fits", fits: [fit({})] };
  const right = [fits, oriented([0.1]), turned([0, 0.5, 1])];
  for (const part of right) assert(v.is(partSchema, JSON.parse(JSON.stringify(part))));
  const wrong = [
    {},
    { kind: "fits" },
    { ...fits, kind: "orientations" },
    { ...fits, fits: [{ ...fit({}), loss: null }] },
    { ...oriented([0.1]), plane: [[1]] },
    { ...turned([0]), angles: ["0"] },
  ];
  for (const part of wrong) assert(!v.is(partSchema, part), JSON.stringify(part));
});

const cell = (v: number): number => Math.floor((v / REACH + 1) / 2 * CELLS);
/** The least value along each of 16 rays from the origin. */
const alongRays = (plane: readonly (readonly number[])[]): number[] =>
  Array.from({ length: 16 }, (_, i) => {
    const angle = i * Math.PI / 8;
    const values = Array.from({ length: 60 }, (_, k) => {
      const radius = 0.4 + k / 60;
      return plane[cell(radius * Math.sin(angle))]![cell(radius * Math.cos(angle))]!;
    });
    return Math.min(...values);
  });

Deno.test("the full family has a ring of minima, the mean-field family four, at the signed permutations", () => {
  const [full, meanField] = [
    planeOfLoss("full", OPTIONS),
    planeOfLoss("mean-field", OPTIONS),
  ];
  // Minima at a distance of 1 lie well inside.
  assertEquals([REACH, 2 * REACH / CELLS], [1.5, 0.025]);
  // A cell of .025 off the ring costs ½ · E z²(= 2) · .0125² · 1/σ² = .06 nats at the most.
  alongRays(full).forEach((value) => assert(value < 0.1 && value > -1e-9, `${value}`));
  const rays = alongRays(meanField);
  rays.forEach((value, i) => {
    const precisions = [1, smallestNorm(2)].map((norm) => 1 + (norm / OPTIONS.noise) ** 2);
    // On the circle the loss is above its least by U5's mean-field gap; beside it, where a ray may find less, by a tenth less.
    const lost = planeMeanFieldGap(precisions, i * Math.PI / 8, 1);
    assert(value > 0.9 * lost - 1e-9 && value < lost + 0.1, `${i}: ${value} for ${lost}`);
  });
});

Deno.test("the planes are alike under a quarter turn where W only changes places with its signed permutation", () => {
  const plane = planeOfLoss("mean-field", OPTIONS);
  for (const [row, column] of [[10, 40], [70, 90]] as const) {
    const value = plane[row]![column]!;
    assertAlmostEquals(plane[CELLS - 1 - row]![CELLS - 1 - column]!, value, 1e-9);
    assertAlmostEquals(plane[row]![CELLS - 1 - column]!, value, 1e-9);
  }
});

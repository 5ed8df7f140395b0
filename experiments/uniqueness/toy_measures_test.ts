import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { foldIn, key, normal, uniform } from "../../lib/engine/mod.ts";
import { orthogonalMatrix } from "../../lib/linalg/mod.ts";
import { align, planeRotation } from "../../lib/symmetry/mod.ts";
import { blockAlignment, kuiperTest, planeFit } from "./toy.ts";

const [DATA, LATENT] = [10, 4];
const COLUMNS = orthogonalMatrix(key(1), DATA).slice(0, LATENT);
const AXES = Array.from({ length: DATA }, (_, i) => COLUMNS.map((column) => column[i]!));
/** The axes in another order, each times a number, mixed by a matrix. */
const mixed = (order: readonly number[], mix: readonly (readonly number[])[]): number[][] =>
  AXES.map((row) =>
    mix[0]!.map((_, k) => order.reduce((sum, from, j) => sum + row[from]! * (j + 1) * mix[j]![k]!, 0))
  );

Deno.test("blocks that span pairs of axes are at 1, whichever pairs, and however they are mixed within", () => {
  const mix = [[1, 2, 0, 0], [0.3, -1, 0, 0], [0, 0, 2, 1], [0, 0, -1, 0.1]];
  for (const order of [[0, 1, 2, 3], [0, 2, 1, 3], [3, 0, 2, 1]]) {
    assertAlmostEquals(blockAlignment(mixed(order, mix), AXES, 2), 1, 1e-12);
  }
});

Deno.test("a turn across blocks by θ takes sin²θ from one angle of each: the mean is (1 + cos²θ)/2", () => {
  for (const angle of [0.1, 0.5, Math.PI / 4]) {
    const r = planeRotation(LATENT, 0, 2, angle);
    const turned = AXES.map((row) => r[0]!.map((_, k) => row.reduce((sum, v, j) => sum + v * r[j]![k]!, 0)));
    assertAlmostEquals(blockAlignment(turned, AXES, 2), (1 + Math.cos(angle) ** 2) / 2, 1e-12);
  }
});

Deno.test("it is the best over all pairings, found by going through them", () => {
  for (let i = 0; i < 5; i++) {
    const estimate = Array.from({ length: DATA }, (_, row) => [...normal(key(10 + 100 * i + row), LATENT)]);
    // cos² of the angles between span B and axis u: |u|² less the least squares that no combination of B takes away.
    const share = (block: number, axis: number): number => {
      let residual = AXES.map((row) => row[axis]!);
      // Projections onto each column in turn converge to that onto both.
      for (let sweep = 0; sweep < 3000; sweep++) {
        for (const k of [2 * block, 2 * block + 1]) {
          const column = estimate.map((row) => row[k]!);
          const square = column.reduce((sum, v) => sum + v * v, 0);
          const along = column.reduce((sum, v, row) => sum + v * residual[row]!, 0) / square;
          residual = residual.map((v, row) => v - along * column[row]!);
        }
      }
      return 1 - residual.reduce((sum, v) => sum + v * v, 0);
    };
    const pairings = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]].map((first) =>
      [0, 1, 2, 3].reduce((sum, axis) => sum + share(first.includes(axis) ? 0 : 1, axis), 0) / LATENT
    );
    const found = blockAlignment(estimate, AXES, 2);
    assertAlmostEquals(found, Math.max(...pairings), 1e-9);
    assert(found < 0.9, "random columns lie anywhere");
  }
});

const W = [[2, 1], [0, 1], [1, -2], [0, 0]];
const times = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));
const SIGNED_PERMUTATIONS = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]].flatMap((p) =>
  [[1, 1], [1, -1], [-1, 1], [-1, -1]].map((signs) => p.map((row) => row.map((v, j) => v * signs[j]!)))
);

Deno.test("a decoder that is W turned has that angle, whatever the order and signs of its columns", () => {
  for (const u of uniform(key(1), 20)) {
    const angle = u * Math.PI / 2;
    for (const p of SIGNED_PERMUTATIONS) {
      const found = planeFit(times(times(W, planeRotation(2, 0, 1, angle)), p), W);
      // Angles are on a circle of π/2, so that 0 and just below π/2 are close.
      assertAlmostEquals(Math.sin(2 * (found.angle - angle)), 0, 1e-12);
      assert(found.angle >= 0 && found.angle < Math.PI / 2, `${found.angle}`);
      assertAlmostEquals(Math.hypot(found.along, found.across), 1, 1e-12);
    }
  }
});

Deno.test("the point of a decoder in the plane is the nearest: no other is closer", () => {
  const estimate = [[1, 2], [0.3, -1], [2, 2], [0.5, 0.1]];
  const distance = (a: number, b: number): number =>
    Math.hypot(...times(W, [[a, -b], [b, a]]).flatMap((row, i) => row.map((v, j) => v - estimate[i]![j]!)));
  const { along, across } = planeFit(estimate, W);
  const least = distance(along, across);
  for (let i = 0; i < 8; i++) {
    const [da, db] = [1e-3 * Math.cos(i * Math.PI / 4), 1e-3 * Math.sin(i * Math.PI / 4)];
    assert(distance(along + da, across + db) > least, `${i}`);
  }
});

Deno.test("an angle of 0 is an alignment of 1, and of π/4 one of √½ where the norms are equal", () => {
  const unit = [[1, 0], [0, 1]];
  for (const angle of [0, 0.2, Math.PI / 4]) {
    const turned = planeRotation(2, 0, 1, angle);
    assertAlmostEquals(align(turned, unit).mean, Math.cos(planeFit(turned, unit).angle), 1e-12);
  }
});

Deno.test("planeFit refuses anything but two latents", () => {
  assertThrows(() => planeFit([[1]], [[1]]), TypeError, "planeFit: truth must be [data, 2]");
  assertThrows(() => planeFit([[1, 2]], W), TypeError, "planeFit: estimate must be");
});

/** Numbers whose statistic is exactly V: the steps of their distribution all lie below the line by less than V. */
const withStatistic = (v: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i + 0.5) / count * (1 - v) / (1 - 1 / count));

Deno.test("Kuiper's statistic is the largest excess plus the largest lack of the empirical distribution", () => {
  // Steps at .1, .2, .8: 2/3 − .2 above, and .8 − 2/3 below.
  assertAlmostEquals(kuiperTest([0.8, 0.1, 0.2]).statistic, (2 / 3 - 0.2) + (0.8 - 2 / 3), 1e-15);
  // Evenly spread numbers come as close to uniform as n steps can.
  assertAlmostEquals(kuiperTest([0.125, 0.375, 0.625, 0.875]).statistic, 0.25, 1e-15);
});

Deno.test("the origin of the circle does not matter", () => {
  const u = [...uniform(key(1), 50)].map((v) => v ** 2);
  const turned = u.map((v) => (v + 0.37) % 1);
  assertAlmostEquals(kuiperTest(u).statistic, kuiperTest(turned).statistic, 1e-12);
  assertAlmostEquals(kuiperTest(u).p, kuiperTest(turned).p, 1e-12);
});

Deno.test("p is that of Stephens's table at its critical values", () => {
  // V (√n + .155 + .24/√n) at 15, 10, 5, 2.5 and 1 %, to the three decimals that are printed.
  const table = [[1.537, 0.15], [1.62, 0.1], [1.747, 0.05], [1.862, 0.025], [2.001, 0.01]] as const;
  for (const [critical, level] of table) {
    const count = 400;
    const v = critical / (20 + 0.155 + 0.24 / 20);
    const found = kuiperTest(withStatistic(v, count));
    assertAlmostEquals(found.statistic, v, 1e-12);
    // Half a unit of the third decimal moves p by less than 1.2 % of itself, here as in the tails.
    assert(Math.abs(found.p / level - 1) < 0.012, `${critical}: ${found.p} for ${level}`);
  }
});

Deno.test("uniform numbers are called non-uniform as often as p says, and clustered ones always", () => {
  const trials = 2000;
  let rejected = 0;
  for (let i = 0; i < trials; i++) {
    if (kuiperTest(uniform(foldIn(key(2), i), 60)).p < 0.05) rejected++;
  }
  // Binomial(2000, .05): mean 100, standard deviation 9.7; a miss by 4 of them has a chance of 6e-5.
  assert(Math.abs(rejected - 100) < 39, `${rejected} of ${trials}`);
  assert(kuiperTest([...uniform(key(3), 60)].map((v) => 0.4 + 0.2 * v)).p < 1e-12);
});

Deno.test("the smallest deviations have p = 1, and p stays within [0, 1]", () => {
  assertAlmostEquals(kuiperTest(Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100)).p, 1, 1e-12);
  assert(kuiperTest(new Array<number>(100).fill(0.5)).p >= 0);
});

Deno.test("kuiperTest refuses no numbers and numbers off the circle", () => {
  assertThrows(() => kuiperTest([]), RangeError, "kuiperTest: at least one number is required");
  assertThrows(
    () => kuiperTest([0.2, 1]),
    RangeError,
    "kuiperTest: numbers must be in [0, 1), but number 1 is 1",
  );
});

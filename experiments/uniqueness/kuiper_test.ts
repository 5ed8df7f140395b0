import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { foldIn, key, uniform } from "../../lib/engine/mod.ts";
import { kuiperTest } from "./kuiper.ts";

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

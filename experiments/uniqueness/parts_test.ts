import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { foldIn, startEngine, uniform } from "../../lib/engine/mod.ts";
import { falseAlarm, suiteKey as key } from "../../fixtures/suite_seed.ts";
import { align, planeRotation } from "../../lib/symmetry/mod.ts";
import { standardOf } from "../runner/options.ts";
import { uniquenessStudy } from "./study.ts";
import {
  byLength,
  kuiperTest,
  observe,
  partsOf,
  planeFit,
  smallestNorm,
  stepsFor,
  trueModel,
} from "./parts.ts";

await startEngine("wasm");

Deno.test("parts weigh as many models as they fit: three kinds of W, or one", () => {
  const options = { ...standardOf(uniquenessStudy.options), quick: false, seed: 0, latents: [2] };
  const parts = partsOf({ ...options, seeds: 20, orientations: 60, turned: 60, angles: 2, turnedSteps: 1 });
  const weight = (name: string): number => parts.find((part) => part.name === name)!.weight;
  assertEquals(weight("fits-2-identity-full"), weight("orientations-full-adam"));
  assert(weight("turned-identity") > weight("orientations-full-adam"));
});

Deno.test("columns are ordered by their length, whatever their signs and their sum", () => {
  assertEquals(byLength([[1, -4, 2], [1, 1, 2]]), [1, 2, 0]);
});

const gram = (a: readonly (readonly number[])[]): number[][] =>
  a[0]!.map((_, i) => a[0]!.map((_, j) => a.reduce((sum, row) => sum + row[i]! * row[j]!, 0)));
/** AᵀB */
const across = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] =>
  a[0]!.map((_, i) => b[0]!.map((_, j) => a.reduce((sum, row, k) => sum + row[i]! * b[k]![j]!, 0)));

Deno.test("distinct: orthogonal columns whose norms fall from 1 in equal ratios; equal: orthonormal columns", () => {
  for (const latent of [2, 3, 5]) {
    const norms = (kind: "distinct" | "equal"): number[] => {
      const square = gram(trueModel(kind, 2 * latent + 2, latent, key(1)).weights);
      square.forEach((row, i) => row.forEach((v, j) => i === j || assertAlmostEquals(v, 0, 1e-12)));
      return square.map((row, i) => Math.sqrt(row[i]!));
    };
    const distinct = norms("distinct");
    assertAlmostEquals(distinct[0]!, 1, 1e-12);
    assertAlmostEquals(distinct.at(-1)!, 0.6 / latent, 1e-12);
    distinct.slice(2).forEach((v, i) =>
      assertAlmostEquals(v / distinct[i + 1]!, distinct[1]! / distinct[0]!, 1e-12)
    );
    norms("equal").forEach((v) => assertAlmostEquals(v, 1, 1e-12));
  }
});

Deno.test("generic: the singular values of the distinct case, but columns that are not orthogonal", () => {
  // One rotation in 230 leaves a sum below 0.1; a mean of 50 below it takes 25 below 0.2, of which one in 50 is.
  const sums = Array.from({ length: 50 }, (_, i) => {
    const square = gram(trueModel("generic", 8, 3, foldIn(key(2), i)).weights);
    return Math.abs(square[0]![1]!) + Math.abs(square[0]![2]!) + Math.abs(square[1]![2]!);
  });
  assert(sums.reduce((sum, v) => sum + v / sums.length, 0) > 0.1, `${sums}`);
  const { weights, axes } = trueModel("generic", 8, 3, key(2));
  // UᵀW WᵀU = diag(s²): the axes are left singular vectors.
  const rows = across(axes, weights);
  const spectrum = rows.map((u) => rows.map((v) => u.reduce((sum, x, k) => sum + x * v[k]!, 0)));
  spectrum.forEach((row, i) =>
    row.forEach((v, j) => assertAlmostEquals(v, i === j ? smallestNorm(3) ** i : 0, 1e-12))
  );
});

Deno.test("principal axes are orthonormal, and the columns of W but in the generic case", () => {
  for (const kind of ["distinct", "equal", "generic"] as const) {
    const { weights, axes } = trueModel(kind, 6, 2, key(3));
    gram(axes).forEach((row, i) => row.forEach((v, j) => assertAlmostEquals(v, i === j ? 1 : 0, 1e-12)));
    if (kind !== "generic") assertAlmostEquals(align(weights, axes).mean, 1, 1e-12);
  }
  // One rotation may leave the columns near the axes: one in 13 above 0.99. The mean of 100 is 0.80, and Hoeffding has it above
  // 0.99 with a chance of exp(−2 · 100 · (0.19/0.5)²) = 3e-13, as each is above 1/2.
  falseAlarm(3e-13);
  const aligned = Array.from({ length: 100 }, (_, i) => {
    const { weights, axes } = trueModel("generic", 6, 2, foldIn(key(3), i));
    return align(weights, axes).mean;
  });
  const mean = aligned.reduce((sum, v) => sum + v / aligned.length, 0);
  assert(mean < 0.99, `${mean}`);
});

Deno.test("another key is another orientation of the same norms, and the same key the same W", () => {
  const [a, b] = [trueModel("distinct", 6, 2, key(4)), trueModel("distinct", 6, 2, key(5))];
  assertEquals(a, trueModel("distinct", 6, 2, key(4)));
  // Both columns must be within 0.2 of others in six dimensions.
  falseAlarm(1e-7);
  assert(align(a.weights, b.weights).mean < 0.99);
});

const W = [[1, 0.5], [-1, 0.25], [0, 2]];

Deno.test("without noise x is ν(Wz): of the span of W, or that bent", () => {
  const linear = observe(W, "identity", 0, 50, key(1));
  const bent = observe(W, "tanh", 0, 50, key(1));
  const leaky = observe(W, "leaky-relu", 0, 50, key(1));
  for (let i = 0; i < 50; i++) {
    const [a, b, c] = linear.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    // (3, -1, …) x: rows of W are tied by 4 r₁ + 4 r₂ = 1.5 r₃.
    assertAlmostEquals(4 * a + 4 * b - 1.5 * c, 0, 1e-5);
    for (let j = 3 * i; j < 3 * i + 3; j++) {
      assertAlmostEquals(bent[j]!, Math.tanh(linear[j]!), 1e-6);
      assertAlmostEquals(leaky[j]!, linear[j]! * (linear[j]! < 0 ? 0.2 : 1), 1e-6);
    }
  }
});

Deno.test("the covariance of x is WWᵀ + σ²I where ν is the identity", () => {
  const count = 40_000;
  const x = observe(W, "identity", 0.5, count, key(2));
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += x[3 * k + i]! * x[3 * k + j]!;
      const wanted = W[i]![0]! * W[j]![0]! + W[i]![1]! * W[j]![1]! + (i === j ? 0.25 : 0);
      // Its standard error is at most √2 · 4.25/√40 000 = .03.
      assertAlmostEquals(sum / count, wanted, 0.12);
    }
  }
});

Deno.test("the same key gives the same examples, and noise of its own does not move z", () => {
  assertEquals(observe(W, "tanh", 0.05, 5, key(3)), observe(W, "tanh", 0.05, 5, key(3)));
  const [still, moved] = [0, 0.05].map((noise) => observe(W, "identity", noise, 200, key(3)));
  const away = Math.hypot(...moved!.map((v, i) => v - still![i]!)) / Math.sqrt(600);
  // 600 deviations of .05 have a root mean square within .05 (1 ± 4/√1200).
  assert(Math.abs(away / 0.05 - 1) < 4 / Math.sqrt(1200), `${away}`);
});

const PLANE = [[2, 1], [0, 1], [1, -2], [0, 0]];
const times = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));
const SIGNED_PERMUTATIONS = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]].flatMap((p) =>
  [[1, 1], [1, -1], [-1, 1], [-1, -1]].map((signs) => p.map((row) => row.map((v, j) => v * signs[j]!)))
);

Deno.test("a decoder that is W turned has that angle, whatever the order and signs of its columns", () => {
  for (const u of uniform(key(1), 20)) {
    const angle = u * Math.PI / 2;
    for (const p of SIGNED_PERMUTATIONS) {
      const found = planeFit(times(times(PLANE, planeRotation(2, 0, 1, angle)), p), PLANE);
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
    Math.hypot(
      ...times(PLANE, [[a, -b], [b, a]]).flatMap((row, i) => row.map((v, j) => v - estimate[i]![j]!)),
    );
  const { along, across } = planeFit(estimate, PLANE);
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
  const trials = 5000;
  let rejected = 0;
  for (let i = 0; i < trials; i++) {
    if (kuiperTest(uniform(foldIn(key(2), i), 60)).p < 0.05) rejected++;
  }
  // Binomial(5000, .05): mean 250, standard deviation 15.4; a miss by 6.4 of them has a chance of 1e-9.
  falseAlarm(1e-9);
  assert(Math.abs(rejected - 250) < 98, `${rejected} of ${trials}`);
  assert(kuiperTest([...uniform(key(3), 60)].map((v) => 0.4 + 0.2 * v)).p < 1e-12);
});

Deno.test("the smallest deviations have p = 1, and p stays within [0, 1]", () => {
  assertAlmostEquals(kuiperTest(Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100)).p, 1, 1e-12);
  assert(kuiperTest(new Array<number>(100).fill(0.5)).p >= 0);
});

Deno.test("steps grow with the square of the latents, from twice those for each of two", () => {
  assertEquals([2, 3, 4, 5].map((d) => stepsFor(d, { stepsPerLatent: 100 })), [200, 450, 800, 1250]);
  assertEquals(stepsFor(3, { stepsPerLatent: 1 }), 5);
});

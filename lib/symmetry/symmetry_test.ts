import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { permutation, uniform } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { orthogonalMatrix } from "../linalg/mod.ts";
import {
  align,
  characteristicFunction,
  factorisationGap,
  fourthCumulant,
  meanFieldGap,
  mixedComponents,
  planeMeanFieldGap,
  planeRotation,
  preservesMeanField,
  signedPermutation,
  transformFirstLayer,
} from "./mod.ts";

Deno.test("latents estimated up to order, sign and length are found again, whatever the permutation", () => {
  for (let seed = 0; seed < 50; seed++) {
    const d = 1 + seed % 6;
    const truth = orthogonalMatrix(key(seed), d + 2).map((row) => row.slice(0, d));
    const order = [...permutation(key(seed + 100), d)];
    const lengths = [...uniform(key(seed + 200), d)].map((u) => (u < 0.5 ? -1 : 1) * (u + 0.1));
    const estimate = truth.map((row) => order.map((from, i) => lengths[i]! * row[from]!));
    const found = align(estimate, truth);
    assertEquals(found.order.map((match) => order[match]), order.map((_, latent) => latent));
    assertEquals(found.signs, found.order.map((match) => Math.sign(lengths[match]!)));
    assertAlmostEquals(found.mean, 1, 1e-14);
  }
});

Deno.test("the alignment is the best of all permutations, not the greedy one", () => {
  const permutations = (items: number[]): number[][] =>
    items.length === 0
      ? [[]]
      : items.flatMap((item) => permutations(items.filter((i) => i !== item)).map((rest) => [item, ...rest]));
  for (let seed = 0; seed < 30; seed++) {
    const matrix = (k: number): number[][] =>
      Array.from({ length: 4 }, (_, i) => [...uniform(key(1000 * seed + 10 * k + i), 4)].map((u) => u - 0.5));
    const [estimate, truth] = [matrix(0), matrix(1)];
    const column = (m: number[][], i: number): number[] => m.map((row) => row[i]!);
    const cosine = (u: number[], v: number[]): number =>
      u.reduce((sum, x, k) => sum + x * v[k]!, 0) / (Math.hypot(...u) * Math.hypot(...v));
    const best = Math.max(
      ...permutations([0, 1, 2, 3]).map((order) =>
        order.reduce((sum, m, i) => sum + Math.abs(cosine(column(estimate, m), column(truth, i))), 0)
      ),
    );
    assertAlmostEquals(4 * align(estimate, truth).mean, best, 1e-13);
  }
});

Deno.test("a dead latent matches what is left over, with similarity 0", () => {
  const { order, signs, similarities } = align([[0, -1], [0, 0]], [[1, 0], [0, 1]]);
  assertEquals([order, signs, similarities], [[1, 0], [-1, 1], [1, 0]]);
});

Deno.test("a signed permutation puts latents where it says, and mixes none", () => {
  const p = signedPermutation([2, 0, 1], [1, -1, 1]);
  assertEquals(p, [[0, 0, 1], [-1, 0, 0], [0, 1, 0]]);
  assertEquals(mixedComponents(p), [[0], [1], [2]]);
  assertEquals(transformFirstLayer(p, [[1], [2], [3]]), [[3], [-1], [2]]);
  assertEquals(mixedComponents(planeRotation(4, 1, 3, Math.PI / 2)), [[0], [1], [2], [3]]);
});

Deno.test("Student-t tends to the Gaussian and stays a characteristic function for many degrees and far out", () => {
  const student = (degrees: number, s: number): number =>
    characteristicFunction({ kind: "student-t", variance: 1, degrees }, s);
  for (const s of [0.1, 1, 3]) assertAlmostEquals(student(1e6, s), Math.exp(-s * s / 2), 1e-6);
  assertAlmostEquals(student(5, 1e-9), 1, 1e-12);
  assert(student(5, 30) > 0 && student(5, 30) < 1e-19);
  assertEquals(student(4.5, 1e4), 0);
});

Deno.test("the fourth cumulant is that of the characteristic function: log φ(s) = −v s²/2 + κ₄ s⁴/24 + …", () => {
  const laws = ["gaussian", "laplace", "logistic", "uniform", "mixture"] as const;
  for (const variance of [0.5, 1, 3]) {
    const factors = [
      ...laws.map((kind) => ({ kind, variance })),
      ...[12, 30].map((degrees) => ({ kind: "student-t", variance, degrees }) as const),
    ];
    for (const factor of factors) {
      const rest = (s: number): number =>
        24 * (Math.log(characteristicFunction(factor, s)) + variance * s ** 2 / 2) / s ** 4;
      // Of an expansion in s² the next term is taken away.
      const h = 0.1 / Math.sqrt(variance);
      assertAlmostEquals(
        fourthCumulant(factor) / variance ** 2,
        (4 * rest(h / 2) - rest(h)) / 3 / variance ** 2,
        1e-3,
        `${factor.kind} ${variance}`,
      );
    }
  }
});

Deno.test("a rotation is orthogonal to within 1e-6 in RᵀR, and refused just beyond, as documented", () => {
  // A row of length 1 + δ has RᵀR − I = 2δ + δ².
  const stretched = (error: number): number[][] =>
    planeRotation(3, 0, 2, 0.4).map((row, i) => row.map((v) => (i === 1 ? v * (1 + error / 2) : v)));
  for (const error of [0.99e-6, -0.99e-6]) mixedComponents(stretched(error));
  for (const error of [1.01e-6, -1.01e-6]) {
    assertThrows(() => mixedComponents(stretched(error)), RangeError, "the rotation must be orthogonal");
  }
});

Deno.test("rounding ends at 1e-12, as documented: of entries as they are, and of variances relative to each other", () => {
  assertEquals(mixedComponents(planeRotation(2, 0, 1, 0.5e-12)), [[0], [1]]);
  for (const angle of [2e-12, 1e-9, 1e-7, 1e-6, 1]) {
    assertEquals(mixedComponents(planeRotation(2, 0, 1, angle)), [[0, 1]], `${angle}`);
  }
  const turned = planeRotation(2, 0, 1, 0.5);
  for (const size of [1e-300, 1e-13, 1, 1e6, 1e300]) {
    assert(preservesMeanField(turned, [size, size * (1 + 0.5e-12)]), `equal at ${size}`);
    for (const factor of [1 + 2e-12, 1 + 1e-6, 5]) {
      assert(!preservesMeanField(turned, [size, size * factor]), `${size} and its ${factor}-fold`);
    }
  }
  // At the bound itself; and equal ones whose 1e-12-fold is 0 are equal.
  assertEquals(1e-12 * 1e12, 1);
  assert(preservesMeanField(turned, [1e12, 1e12 - 1]));
  assert(!preservesMeanField(turned, [1e12, 1e12 - 1.125]));
  assert(preservesMeanField(turned, [Number.MIN_VALUE, Number.MIN_VALUE]));
});

Deno.test("Student-t has the closed forms of odd degrees, relative to themselves", () => {
  const closed: Record<number, (u: number) => number> = {
    5: (u) => Math.exp(-u) * (1 + u + u ** 2 / 3),
    7: (u) => Math.exp(-u) * (1 + u + 2 * u ** 2 / 5 + u ** 3 / 15),
  };
  for (const degrees of [5, 7]) {
    for (const t of [1e-3, 0.1, 0.5, 1, 2, 5, 10]) {
      const found = characteristicFunction({ kind: "student-t", variance: 1, degrees }, t);
      const exact = closed[degrees]!(Math.sqrt(degrees - 2) * t);
      assertAlmostEquals(found / exact, 1, 1e-12, `ν = ${degrees}, t = ${t}`);
    }
  }
});

Deno.test("the gap is that of RᵀPR and not of RPRᵀ, and a small one keeps its digits", () => {
  const p = [[2, 0.5, 0], [0.5, 3, -0.25], [0, -0.25, 1]];
  const r = orthogonalMatrix(key(1), 3);
  const rotated = r.map((_, i) =>
    p.reduce((sum, row, a) => sum + row.reduce((inner, v, b) => inner + r[a]![i]! * v * r[b]![i]!, 0), 0)
  );
  const determinant = 2 * (3 - 0.0625) - 0.5 * 0.5;
  const expected = rotated.reduce((sum, v) => sum + Math.log(v), 0) - Math.log(determinant);
  assertAlmostEquals(meanFieldGap(p, r, 2), expected, 1e-13);
  for (const excess of [1e-5, 1e-8, 1e-12]) {
    const above = 1 + excess, square = (above - 1) ** 2 / (4 * above);
    assertAlmostEquals(planeMeanFieldGap([above, 1], Math.PI / 4, 2) / square, 1, 1e-9);
  }
});

Deno.test("components come by their first latent, in whatever order the rows join them", () => {
  // Latents 0, 2, 3 and 4: the first row leaves out 2, and the second 0. Latent 1 is alone.
  const rows = [[1, 0, 0, 1, 1], [0, 0, Math.SQRT2, 1, -1]].map((row) => {
    const length = Math.hypot(...row);
    return row.map((v) => v / length);
  });
  for (const start of [[0, 0, 0, 1, 0], [0, 0, 0, 0, 1], [1, 0, 0, 0, 0]]) {
    if (rows.length === 4) break;
    const row = [...start];
    for (const other of [...rows, ...rows]) {
      const along = row.reduce((sum, v, j) => sum + v * other[j]!, 0);
      row.forEach((v, j) => row[j] = v - along * other[j]!);
    }
    const length = Math.hypot(...row);
    if (length > 1e-6) rows.push(row.map((v) => v / length));
  }
  const alone = [0, 1, 0, 0, 0];
  for (const order of [[0, 1, 2, 3], [1, 0, 3, 2], [3, 2, 1, 0], [2, 3, 0, 1]]) {
    for (const at of [0, 2, 4]) {
      const r = order.map((i) => rows[i]!).toSpliced(at, 0, alone);
      assertEquals(mixedComponents(r), [[0, 2, 3, 4], [1]], `${order} ${at}`);
    }
  }
});

Deno.test("the gap of φ is that of the formula, for latents of different laws and more outputs than latents", () => {
  const factors = [{ kind: "laplace", variance: 1.5 }, { kind: "gaussian", variance: 0.5 }] as const;
  const r = [[0.8, -0.6], [0.6, 0.8], [0.3, 2]], s = [1.5, -0.7, 0.4];
  const phi = (at: readonly number[]): number =>
    1 / (1 + 1.5 * at[0]! ** 2 / 2) * Math.exp(-0.5 * at[1]! ** 2 / 2);
  const joint = phi([0, 1].map((k) => r.reduce((sum, row, i) => sum + row[k]! * s[i]!, 0)));
  const apart = r.map((row, i) => phi(row.map((entry) => entry * s[i]!))).reduce((a, b) => a * b);
  assert(Math.abs(joint - apart) > 0.01);
  assertAlmostEquals(factorisationGap(r, factors, s), joint - apart, 1e-15);
  assertEquals(factorisationGap(r, factors, [0, 0, 0]), 0);
});

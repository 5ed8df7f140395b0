import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { key } from "../../lib/engine/mod.ts";
import { align } from "../../lib/symmetry/mod.ts";
import { smallestNorm, trueModel } from "./true_model.ts";

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
  const { weights, axes } = trueModel("generic", 8, 3, key(2));
  const square = gram(weights);
  assert(Math.abs(square[0]![1]!) + Math.abs(square[0]![2]!) + Math.abs(square[1]![2]!) > 0.1, `${square}`);
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
    const same = align(weights, axes).mean;
    if (kind === "generic") assert(same < 0.99, `${same}`);
    else assertAlmostEquals(same, 1, 1e-12);
  }
});

Deno.test("another key is another orientation of the same norms, and the same key the same W", () => {
  const [a, b] = [trueModel("distinct", 6, 2, key(4)), trueModel("distinct", 6, 2, key(5))];
  assertEquals(a, trueModel("distinct", 6, 2, key(4)));
  assert(align(a.weights, b.weights).mean < 0.99);
});

Deno.test("trueModel refuses fewer than two latents, and no room for orthogonal columns", () => {
  assertThrows(() => trueModel("distinct", 6, 1, key(1)), RangeError, "at least 2 latents");
  assertThrows(() => trueModel("distinct", 2, 3, key(1)), RangeError, "3 orthogonal columns");
});

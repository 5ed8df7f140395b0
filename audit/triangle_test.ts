import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { addRow, type Combination, emptyTriangle, fit, spreadOf } from "./triangle.ts";
import "../fixtures/suite_seed.ts";

const number = fc.double({ min: -1, max: 1, noNaN: true });

/** A triangle of the rows of given columns. */
function triangleOf(columns: readonly (readonly number[])[]) {
  const triangle = emptyTriangle(columns.length);
  columns[0]!.forEach((_, row) => addRow(triangle, columns.map((column) => column[row]!)));
  return triangle;
}

const alone = (...columns: readonly number[]): Combination[] => columns.map((column) => [[column, 1]]);

/** Numbers without a pattern, the same each time: a fixed linear congruential generator. */
function drawn(seed: number, count: number): number[] {
  let state = (seed * 2654435761 + 12345) % 2 ** 32;
  return Array.from(
    { length: count },
    () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 31 - 1,
  );
}

Deno.test("planted coefficients come back from columns of any scale, whatever their mean", () => {
  fc.assert(fc.property(
    fc.nat(),
    fc.tuple(number, number, number),
    fc.tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: -6, max: 6 })),
    (seed, [a, b, c], [p, q]) => {
      const [u, v] = [drawn(seed, 40), drawn(seed + 1, 40)];
      const one = u.map((value) => 10 ** p * (value + 30)), two = v.map((value) => 10 ** q * (value - 5));
      const y = one.map((value, i) => a * value / 10 ** p + b * two[i]! / 10 ** q + c);
      const found = fit(triangleOf([one, two, y]), alone(0, 1), 2);
      assertEquals([found.rank, found.freedom, found.entangled], [2, 37, []]);
      // Rounding of the columns, 35 times their spread, over the condition number of two columns without a pattern.
      assertAlmostEquals(found.coefficients[0]! * 10 ** p, a, 1e-12);
      assertAlmostEquals(found.coefficients[1]! * 10 ** q, b, 1e-12);
      assertAlmostEquals(found.constant, c, 1e-10);
      assert(found.left <= 1e-22, `${found.left}`);
    },
  ));
});

Deno.test("standard errors are those of the normal equations, from noise that the columns do not explain", () => {
  const one = drawn(1, 50), two = drawn(2, 50), noise = drawn(3, 50);
  const y = one.map((value, i) => 2 * value - two[i]! + 0.1 * noise[i]!);
  const { coefficients, constant, deviation, left, leverage } = fit(
    triangleOf([one, two, y]),
    alone(0, 1),
    2,
  );
  const residual = y.map((value, i) =>
    value - coefficients[0]! * one[i]! - coefficients[1]! * two[i]! - constant
  );
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const centre = (a: readonly number[]) =>
    a.map((value) => value - a.reduce((sum, x) => sum + x, 0) / a.length);
  for (const column of [one, two, one.map(() => 1)]) assertAlmostEquals(dot(residual, column), 0, 1e-12);
  assertAlmostEquals(left, dot(residual, residual), 1e-12);
  assertAlmostEquals(deviation, Math.sqrt(dot(residual, residual) / 47), 1e-12);
  const [u, v] = [centre(one), centre(two)];
  const determinant = dot(u, u) * dot(v, v) - dot(u, v) ** 2;
  assertAlmostEquals(leverage[0]!, Math.sqrt(dot(v, v) / determinant), 1e-12);
  assertAlmostEquals(leverage[1]!, Math.sqrt(dot(u, u) / determinant), 1e-12);
});

Deno.test("a column that is constant, zero, or made of others is entangled; float32 does not hide it", () => {
  const one = drawn(4, 30), two = drawn(5, 30), three = drawn(6, 30);
  const sum = one.map((value, i) => Math.fround(value + 3 * two[i]!));
  const columns = [
    one,
    two,
    sum,
    three,
    one.map(() => 0),
    one.map((_, i) => Math.fround(7 + 3e-8 * i)),
    three,
  ];
  const triangle = triangleOf(columns);
  const all = fit(triangle, alone(0, 1, 2, 3, 4, 5), 6);
  assertEquals([all.rank, [...all.entangled].sort()], [3, [0, 1, 2, 4, 5]]);
  assertAlmostEquals(all.coefficients[3]!, 1, 1e-6);
  assertEquals(fit(triangle, alone(0, 1, 3), 6).entangled, []);
});

Deno.test("a combination of columns is one column; what cancels in it is constant", () => {
  const one = drawn(1, 20), two = drawn(2, 20), three = drawn(3, 20);
  const triangle = triangleOf([
    one,
    two,
    three,
    one.map((value, i) => 3 * (value - 2 * two[i]!) + three[i]!),
  ]);
  const { coefficients, rank, left } = fit(triangle, [[[0, 1], [1, -2]], [[2, 1]]], 3);
  assertEquals(rank, 2);
  coefficients.forEach((value, i) => assertAlmostEquals(value, [3, 1][i]!, 1e-12));
  assert(left < 1e-24);
  assertEquals(fit(triangle, [[[0, 1], [0, -1]]], 3).entangled, [0]);
});

Deno.test("as many rows as coefficients leave nothing to judge by; one row more does", () => {
  const rows = (count: number) =>
    fit(triangleOf([drawn(7, count), drawn(8, count), drawn(9, count)]), alone(0, 1), 2);
  assertEquals([rows(3).freedom, rows(3).deviation, rows(3).rank], [0, Infinity, 2]);
  assertEquals([rows(2).freedom, rows(2).rank], [-1, 1]);
  assert(rows(4).deviation > 0 && rows(4).deviation < Infinity);
});

Deno.test("the spread of a column is its mean and deviation; no number may be missing", () => {
  const { mean, deviation, size } = spreadOf(triangleOf([[1, 2, 3, 6]]), [[0, 1]]);
  assertAlmostEquals(mean, 3, 1e-15);
  assertAlmostEquals(deviation, Math.sqrt(3.5), 1e-15);
  assertAlmostEquals(size, Math.sqrt(12.5), 1e-15);
  assertThrows(
    () => addRow(emptyTriangle(1), [NaN]),
    RangeError,
    "addRow: column 0 must be finite, but it is NaN",
  );
  assertEquals(spreadOf(emptyTriangle(1), [[0, 1]]), { mean: 0, size: 0, deviation: 0 });
});

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { key, normal } from "../../lib/engine/mod.ts";
import { momentsOf } from "./moments.ts";

Deno.test("mean and covariance of three rows are those by hand", () => {
  const { mean, covariance } = momentsOf(Float32Array.of(0, 0, 2, 4, 4, 2), 2);
  assertEquals(mean, [2, 2]);
  assertEquals(covariance, [[4, 2], [2, 4]]);
});

Deno.test("they are E[x], and E[xxᵀ] − E[x]E[x]ᵀ with n − 1 for n", () => {
  const [count, size] = [500, 3];
  const rows = normal(key(4), count * size);
  const { mean, covariance } = momentsOf(rows, size);
  const average = (f: (row: Float32Array) => number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += f(rows.subarray(i * size, (i + 1) * size));
    return sum / count;
  };
  for (let i = 0; i < size; i++) {
    assertAlmostEquals(mean[i]!, average((row) => row[i]!), 1e-12);
    for (let j = 0; j < size; j++) {
      const raw = average((row) => row[i]! * row[j]!) - mean[i]! * mean[j]!;
      assertAlmostEquals(covariance[i]![j]!, raw * count / (count - 1), 1e-12);
    }
  }
});

Deno.test("a mean far from 0 costs no precision", () => {
  // 2²⁰ + k is a float32 number; the sum of squares would lose the spread of k.
  const rows = Float32Array.from({ length: 100 }, (_, i) => 2 ** 20 + i % 2);
  assertAlmostEquals(momentsOf(rows, 1).covariance[0]![0]!, 25 / 99, 1e-12);
});

Deno.test("fewer than two rows, or parts of rows, are refused", () => {
  assertThrows(
    () => momentsOf(new Float32Array(3), 3),
    RangeError,
    "momentsOf: a covariance needs at least 2 rows of 3 features, but 3 numbers were given",
  );
  assertThrows(
    () => momentsOf(new Float32Array(7), 3),
    RangeError,
    "momentsOf: rows of 3 features are needed, but 7 numbers were given",
  );
});

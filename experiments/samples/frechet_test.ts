import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { foldIn, key, normal } from "../../lib/engine/mod.ts";
import { orthogonalMatrix } from "../../lib/linalg/mod.ts";
import { frechetDistance } from "./frechet.ts";
import type { Moments } from "./moments.ts";

const moments = (mean: readonly number[], covariance: readonly (readonly number[])[]): Moments => ({
  mean,
  covariance,
});

/** A Gaussian matrix of `rows` × `columns`. */
function gaussianMatrix(seed: number, rows: number, columns: number): Matrix {
  return Matrix.from1DArray(rows, columns, [...normal(foldIn(key(11), seed), rows * columns)]);
}

/** N(0, L Lᵀ). */
const ofFactor = (factor: Matrix): Moments =>
  moments(new Array<number>(factor.rows).fill(0), factor.mmul(factor.transpose()).to2DArray());

/**
 * The distance between N(0, A Aᵀ) and N(0, B Bᵀ) by another route: ‖A‖² + ‖B‖² − 2 ‖AᵀB‖_*, as the covariances' term
 * is the nuclear norm of AᵀB, a sum of singular values.
 */
function bySingularValues(a: Matrix, b: Matrix): number {
  const nuclear = new SingularValueDecomposition(a.transpose().mmul(b)).diagonal.reduce((x, y) => x + y, 0);
  return a.norm("frobenius") ** 2 + b.norm("frobenius") ** 2 - 2 * nuclear;
}

Deno.test("between diagonal covariances it is ‖μ₁ − μ₂‖² + Σ(√a − √b)²", () => {
  const a = moments([1, -2, 0.5], [[4, 0, 0], [0, 0.25, 0], [0, 0, 9]]);
  const b = moments([0, 1, 0.5], [[1, 0, 0], [0, 1, 0], [0, 0, 4]]);
  assertAlmostEquals(frechetDistance(a, b), (1 + 9) + (1 + 0.25 + 1), 1e-13);
});

Deno.test("between 2 × 2 covariances it is the closed form by trace and determinant", () => {
  const [a, b] = [[[2, 0.7], [0.7, 1]], [[0.5, -0.4], [-0.4, 3]]] as const;
  // The square root of a 2 × 2 matrix with eigenvalues of one sign has the trace √(tr M + 2 √|M|).
  const trace = a[0][0] * b[0][0] + a[0][1] * b[1][0] + a[1][0] * b[0][1] + a[1][1] * b[1][1];
  const determinant = (2 * 1 - 0.49) * (0.5 * 3 - 0.16);
  const root = Math.sqrt(trace + 2 * Math.sqrt(determinant));
  assertAlmostEquals(
    frechetDistance(moments([0, 0], a), moments([0, 0], b)),
    2 + 1 + 0.5 + 3 - 2 * root,
    1e-13,
  );
});

Deno.test("between any covariances it is what singular values give, in both orders", () => {
  for (let seed = 0; seed < 20; seed++) {
    const size = 2 + seed % 6;
    const [a, b] = [gaussianMatrix(2 * seed, size, size), gaussianMatrix(2 * seed + 1, size, size)];
    const expected = bySingularValues(a, b);
    // Rounding of eigenvalues of about size² in double precision, √ of the smallest of which loses half the digits.
    const tolerance = size ** 2 * 1e-8;
    assertAlmostEquals(frechetDistance(ofFactor(a), ofFactor(b)), expected, tolerance);
    assertAlmostEquals(frechetDistance(ofFactor(b), ofFactor(a)), expected, tolerance);
  }
});

Deno.test("a shift of the mean adds its square, and of equal distributions it is 0", () => {
  const { covariance } = ofFactor(gaussianMatrix(77, 4, 4));
  const at = (mean: readonly number[]): Moments => moments(mean, covariance);
  const from = at([1, 2, 3, 4]);
  assertAlmostEquals(frechetDistance(from, at([1, 2, 3, 4])), 0, 1e-12);
  assertAlmostEquals(frechetDistance(from, at([4, 2, -1, 4])), 25, 1e-12);
});

Deno.test("covariances of low rank, or none, give no NaN: |u·v| between uuᵀ and vvᵀ", () => {
  const [u, v] = [[1, 2, 0, -1], [0, 1, 0, 3]];
  const outer = (w: readonly number[]): number[][] => w.map((x) => w.map((y) => x * y));
  const zero = [0, 0, 0, 0];
  // ‖u‖² = 6, ‖v‖² = 10, u·v = −1. Three eigenvalues that are 0 but for rounding, about 1e-15 · 60, enter by their root.
  const tolerance = 2 * 3 * Math.sqrt(60 * 1e-15);
  assertAlmostEquals(
    frechetDistance(moments(zero, outer(u)), moments(zero, outer(v))),
    6 + 10 - 2 * 1,
    tolerance,
  );
  for (let seed = 0; seed < 20; seed++) {
    const [a, b] = [gaussianMatrix(100 + seed, 6, 2), gaussianMatrix(200 + seed, 6, 3)];
    assertAlmostEquals(frechetDistance(ofFactor(a), ofFactor(b)), bySingularValues(a, b), 1e-6);
  }
  // Ranges that are orthogonal, though not along axes: the product is nothing but the rounding of its factors.
  for (let seed = 0; seed < 20; seed++) {
    const axes = orthogonalMatrix(foldIn(key(12), seed), 6);
    const [a, b] = [axes.slice(0, 3), axes.slice(3)].map((rows) => new Matrix(rows).transpose());
    assertAlmostEquals(frechetDistance(ofFactor(a!), ofFactor(b!)), 3 + 3, 1e-6);
  }
  const nothing = moments(zero, zero.map(() => zero));
  assertEquals(frechetDistance(nothing, nothing), 0);
  assertEquals(frechetDistance(moments(zero, outer(u)), nothing), 6);
});

Deno.test("what is no pair of moments is refused", () => {
  const unit = moments([0, 0], [[1, 0], [0, 1]]);
  const refused = (bad: Moments, text: string): void => {
    assertThrows(() => frechetDistance(unit, bad), RangeError, text);
  };
  refused(
    moments([0], [[1]]),
    "frechetDistance: both distributions must have as many features, but they have 2 and 1",
  );
  refused(
    moments([0, 0], [[1, 0]]),
    "frechetDistance: a covariance must be 2 × 2 like its mean's 2 features, but it has 1 rows of 2",
  );
  refused(
    moments([0, NaN], [[1, 0], [0, 1]]),
    "frechetDistance: moments must be finite numbers, but one is NaN",
  );
  refused(
    moments([0, 0], [[1, 0.5], [0, 1]]),
    "frechetDistance: a covariance must be symmetric, but its entries 0,1 and 1,0 are 0.5 and 0",
  );
  refused(
    moments([0, 0], [[1, 0], [0, -0.1]]),
    "frechetDistance: a covariance must have no eigenvalue below 0 beyond rounding, but it has -0.1",
  );
});

import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { foldIn, normal, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { falseAlarm, suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import {
  cholesky,
  logDeterminant,
  NotPositiveDefiniteError,
  orthogonalMatrix,
  requirePositiveDefinite,
  smallestEigenvalue,
  spdInverse,
  spdSolve,
} from "./mod.ts";
import { guardTests } from "../engine/guarded_tests.ts";

guardTests();

const ENGINES = await promisedEngines("wasm", "native", "cpu", "webgpu");

type Matrix = number[][];
const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((s, v, k) => s + v * b[k]![j]!, 0)));
const transpose = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));

/** Q diag(λ) Qᵀ with eigenvalues spread evenly in the exponent over [1/κ, 1]. */
function spd(seed: number, d: number, kappa: number): Matrix {
  const q = orthogonalMatrix(key(seed), d);
  const lambda = q.map((_, i) => kappa ** (d === 1 ? 0 : -i / (d - 1)));
  return multiply(q, transpose(q).map((row, i) => row.map((v) => v * lambda[i]!)));
}

async function close(actual: tf.Tensor, expected: Matrix[], tolerance: number, what: string): Promise<void> {
  const values = await actual.array() as Matrix[];
  expected.forEach((m, b) =>
    m.forEach((row, i) =>
      row.forEach((v, j) => assertAlmostEquals(values[b]![i]![j]!, v, tolerance, `${what} ${[b, i, j]}`))
    )
  );
}

Deno.test("an orthogonal matrix is orthogonal to rounding, for d = 1 to 12", () => {
  for (let d = 1; d <= 12; d++) {
    const q = orthogonalMatrix(key(d), d);
    multiply(transpose(q), q).forEach((row, i) =>
      row.forEach((v, j) => assertAlmostEquals(v, i === j ? 1 : 0, 1e-14))
    );
  }
});

Deno.test("L Lᵀ = A, A A⁻¹ = I, A X = B and log|A| = Σ log λ on every engine", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const d of engine === "webgpu" ? [3] : [1, 2, 3, 8, 20]) {
      const matrices = [spd(d, d, 10), spd(d + 50, d, 100)];
      const a = tf.tensor(matrices as unknown as number[], [2, d, d]);
      const b = tf.tensor(normal(key(d), 2 * d * 3), [2, d, 3]);
      const l = cholesky(a);
      await close(tf.matMul(l, l, false, true), matrices, 1e-6, `${engine} L Lᵀ`);
      const eye = spd(1, d, 1).map((_, i) => spd(1, d, 1).map((_, j) => (i === j ? 1 : 0)));
      await close(tf.matMul(a, spdInverse(a)), [eye, eye], 5e-5, `${engine} A A⁻¹`);
      await close(tf.matMul(a, spdSolve(a, b)), await b.array() as Matrix[], 5e-5, `${engine} A X`);
      const logs = await logDeterminant(a).data();
      const expected = [10, 100].map((kappa) => d === 1 ? 0 : -(d / 2) * Math.log(kappa));
      expected.forEach((v, i) => assertAlmostEquals(logs[i]!, v, 1e-4, `${engine} log|A|`));
    }
  }
});

Deno.test("gradients of log|A|, A⁻¹, A⁻¹B and the Cholesky factor equal finite differences", async () => {
  await startEngine("cpu");
  const d = 3;
  const [a0] = [spd(4, d, 5)];
  const weights = tf.tensor(normal(key(9), d * d), [1, d, d]);
  const b = tf.tensor(normal(key(10), d * d), [1, d, d]);
  const cases: Record<string, (a: tf.Tensor) => tf.Tensor> = {
    logDeterminant: (a) => tf.sum(logDeterminant(a)),
    spdInverse: (a) => tf.sum(tf.mul(weights, spdInverse(a))),
    spdSolve: (a) => tf.sum(tf.mul(weights, spdSolve(a, b))),
    cholesky: (a) => tf.sum(tf.mul(weights, cholesky(a))),
  };
  for (const [name, f] of Object.entries(cases)) {
    const at = (m: Matrix): tf.Tensor => tf.tensor([m] as unknown as number[], [1, d, d]);
    const { gradients } = valueAndGradients((xs) => ({ value: f(xs[0]!), info: {} }), [at(a0!)]);
    const [gradient] = await gradients[0]!.array() as Matrix[];
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) {
        // A symmetric direction, since only symmetric matrices are arguments.
        const h = 2 ** -7;
        const moved = (s: number): Matrix =>
          a0!.map((row, r) =>
            row.map((v, c) => v + ((r === i && c === j) || (r === j && c === i) ? s * h : 0))
          );
        const value = async (s: number): Promise<number> => (await f(at(moved(s))).data())[0]!;
        const difference = (8 * (await value(1) - await value(-1)) - (await value(2) - await value(-2))) /
          (12 * h);
        const analytic = gradient![i]![j]! + (i === j ? 0 : gradient![j]![i]!);
        assertAlmostEquals(
          analytic,
          difference,
          2e-3 * Math.max(1, Math.abs(difference)),
          `${name} ${[i, j]}`,
        );
      }
    }
  }
});

Deno.test("the gradient of log|A| is itself differentiable: −A⁻¹VA⁻¹ by one reverse pass over A⁻¹", async () => {
  await startEngine("cpu");
  const a = tf.tensor([spd(4, 3, 5)] as unknown as number[], [1, 3, 3]);
  const v = tf.tensor(normal(key(9), 9), [1, 3, 3]);
  const { gradients } = valueAndGradients(
    (xs) => ({ value: tf.sum(tf.mul(v, spdInverse(xs[0]!))), info: {} }),
    [a],
  );
  const inverse = spdInverse(a);
  const expected = tf.neg(tf.matMul(tf.matMul(inverse, v), inverse));
  await close(gradients[0]!, await expected.array() as Matrix[], 1e-4, "−A⁻¹VA⁻¹");
});

Deno.test("a matrix that is not positive definite is refused by batch index and pivot", async () => {
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    const a = tf.tensor([1, 0, 0, 1, 1, 2, 2, 1], [2, 2, 2]);
    for (const f of [cholesky, spdInverse, logDeterminant]) {
      const error = assertThrows(() => f(a), NotPositiveDefiniteError);
      assertEquals([error.batchIndex, error.pivotIndex, error.pivot], [1, 1, -3]);
      assert(error.message.includes("matrix 1 of 2 is not positive definite: pivot 1 is -3"), error.message);
    }
    assertThrows(() => cholesky(tf.zeros([2, 3, 4])), TypeError, 'axis "n" is 4');
    assertThrows(() => spdSolve(tf.zeros([2, 3, 3]), tf.zeros([1, 3, 1])), TypeError, 'axis "batch" is 1');
  }
});

Deno.test("requirePositiveDefinite names the matrix on engines that do not", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    await requirePositiveDefinite("test", tf.tensor([4, 1, 1, 4], [1, 2, 2]));
    await assertRejects(
      () => requirePositiveDefinite("test", tf.tensor([1, 0, 0, 1, 1, 2, 2, 1], [2, 2, 2])),
      NotPositiveDefiniteError,
      "test: every matrix must be symmetric positive definite, but matrix 1 of 2",
    );
  }
});

/** Every function of symmetric positive definite matrices `[batch, n, n]`, and the sum of what it gives for each of them. */
const FUNCTIONS: Readonly<Record<string, (a: tf.Tensor) => tf.Tensor>> = {
  cholesky,
  logDeterminant,
  spdInverse,
  spdSolve: (a) => spdSolve(a, a),
};

for (const engine of ENGINES) {
  // WebGPU reads nothing back, and promises neither NaN nor infinities: there, requirePositiveDefinite looks.
  const looking = engine === "webgpu" ? {} : FUNCTIONS;
  const by = engine === "webgpu" ? "requirePositiveDefinite alone" : "every function alike";
  Deno.test(`matrices that are not symmetric are refused by index and entries, by ${by} (${engine})`, async () => {
    await startEngine(engine);
    const a = tf.tensor([1, 0, 0, 1, 2, 0, 1, 2], [2, 2, 2]);
    const required = "every matrix must be symmetric, but matrix 1 of 2 has 1 at [1, 0] and 0 at [0, 1]; " +
      "take (A + Aᵀ)/2 if that is rounding";
    // What a rounded product leaves is symmetric: up to 2⁻¹⁴ of the diagonal, here of 4.
    const [within, beyond] = [1, 1.01].map((times) => tf.tensor([4, 1, 1 + times * 2 ** -12, 4], [1, 2, 2]));
    for (const [name, f] of Object.entries(FUNCTIONS)) {
      assert((await f(within!).data()).every(Number.isFinite), name);
    }
    for (const [name, f] of Object.entries(looking)) {
      assertThrows(() => f(a), RangeError, `${name}: ${required}`);
      assertThrows(() => f(beyond!), RangeError, `${name}: every matrix must be symmetric`);
    }
    await requirePositiveDefinite("test", within!);
    await assertRejects(() => requirePositiveDefinite("test", a), RangeError, `test: ${required}`);
    await assertRejects(() => requirePositiveDefinite("test", beyond!), RangeError, "must be symmetric");
  });

  Deno.test(`no matrix, none of no size and none of another rank: one answer of every function (${engine})`, async () => {
    await startEngine(engine);
    const refused = (shape: number[], axis: string): void => {
      for (const [name, f] of Object.entries(FUNCTIONS)) {
        assertThrows(() => f(tf.zeros(shape)), TypeError, `${name}: a must be [batch, n, n], but`);
        assertThrows(() => f(tf.zeros(shape)), TypeError, axis);
      }
    };
    refused([2, 0, 0], 'axis "n" is 0');
    refused([0, 2, 2], 'axis "batch" is 0');
    refused([2, 2], "2 axes instead of 3");
    refused([1, 1, 2, 2], "4 axes instead of 3");
    await assertRejects(
      () => requirePositiveDefinite("test", tf.zeros([2, 0, 0])),
      TypeError,
      "test: a must",
    );
  });

  Deno.test(`a number that is not finite is NaN in all of its matrix and in no other, to ${by} (${engine})`, async () => {
    await startEngine(engine);
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const place of [0, 1, 2, 3]) {
        const values = Float32Array.of(2, 1, 1, 2, 2, 0, 0, 2);
        values[place] = bad;
        const a = tf.tensor(values, [2, 2, 2]);
        for (const [name, f] of Object.entries(looking)) {
          const made = await f(a).data(), half = made.length / 2;
          const what = `${name} with ${bad} at ${place}`;
          made.forEach((v, i) => {
            const zero = name === "cholesky" && i % 4 === 1;
            assertEquals(Number.isNaN(v), i < half && !zero, `${what}: ${[...made]}`);
          });
        }
        await assertRejects(
          () => requirePositiveDefinite("test", a),
          RangeError,
          `test: every number must be finite, but matrix 0 of 2 has ${bad} at [${place >> 1}, ${place & 1}]`,
        );
      }
    }
  });
}

Deno.test("the smallest eigenvalue is that of a symmetric matrix of finite numbers", async () => {
  assertAlmostEquals(await smallestEigenvalue([2, 1, 1, 2], 2), 1, 1e-12);
  await assertRejects(() => smallestEigenvalue([2, 0, 1, 2], 2), RangeError, "must be symmetric");
  await assertRejects(() => smallestEigenvalue([2, NaN, NaN, 2], 2), RangeError, "must be finite");
  await assertRejects(
    () => smallestEigenvalue([2, 1, 1], 2),
    TypeError,
    "4 numbers are required, but 3 came",
  );
  await assertRejects(() => smallestEigenvalue([], 0), TypeError, "size must be a whole number from 1");
});

Deno.test("orthogonal matrices are Haar: entries have the moments of uniform directions, rows have any sign", () => {
  const count = 1 << 15;
  for (const n of [1, 2, 3, 5]) {
    const sums = new Map<string, number>();
    const add = (name: string, value: number): void => void sums.set(name, (sums.get(name) ?? 0) + value);
    for (let i = 0; i < count; i++) {
      const r = orthogonalMatrix(foldIn(key(17), i), n);
      for (let row = 0; row < n; row++) {
        for (let column = 0; column < n; column++) {
          const v = r[row]![column]!;
          add(`mean ${row},${column}`, v);
          add(`square ${row},${column}`, v ** 2 - 1 / n);
          add(`fourth ${row},${column}`, v ** 4 - 3 / (n * (n + 2)));
          // Signs of different rows, and of different columns, are independent.
          if (row > 0) add(`row ${row},${column}`, v * r[row - 1]![column]!);
          if (column > 0) add(`column ${row},${column}`, v * r[row]![column - 1]!);
        }
      }
    }
    for (const [name, sum] of sums) {
      // Hoeffding: terms within an interval of length 2 exceed t in the mean with a chance of at most 2 exp(−N t²/2).
      // t = 0.042 is 6e-13 a moment, 1e-10 for all of them.
      falseAlarm(6e-13);
      assert(Math.abs(sum / count) < 0.042, `n = ${n}: ${name} is off by ${sum / count}`);
    }
  }
});

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal, read, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { blockMask, identityPlusGram, logDeterminant, NotPositiveDefiniteError, spdInverse } from "./mod.ts";
import { guardTests } from "../engine/guarded_tests.ts";

guardTests();

const ENGINES = await promisedEngines("wasm", "cpu", "webgpu");

type Matrix = number[][];

async function close(actual: tf.Tensor, expected: Matrix[], tolerance: number, what: string): Promise<void> {
  const values = await actual.array() as Matrix[];
  expected.forEach((m, b) =>
    m.forEach((row, i) =>
      row.forEach((v, j) => assertAlmostEquals(values[b]![i]![j]!, v, tolerance, `${what} ${[b, i, j]}`))
    )
  );
}

Deno.test("I + JᵀJ/β: log-determinant and inverse, whole and by blocks, equal the explicit ones", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const tangents = tf.tensor(normal(key(3), 2 * 4 * 5), [2, 4, 5]);
    for (const block of [1, 2, 4]) {
      const { logDeterminant: actual, inverse } = identityPlusGram(tangents, 0.3, block);
      const gram = tf.matMul(tangents, tangents, false, true);
      const a = tf.add(tf.eye(4), tf.mul(tf.mul(gram, blockMask(4, block)), 1 / 0.3));
      const expected = await logDeterminant(a).data();
      (await actual.data()).forEach((v, i) =>
        assertAlmostEquals(v, expected[i]!, 1e-4, `${engine} block ${block}`)
      );
      await close(inverse, await spdInverse(a).array() as Matrix[], 1e-4, `${engine} block ${block}`);
    }
  }
});

Deno.test("I + JᵀJ/β: the gradient equals that of the composition, with and without a last linear map", async () => {
  await startEngine("cpu");
  const tangents = tf.tensor(normal(key(3), 2 * 4 * 3), [2, 4, 3]);
  const last = tf.tensor(normal(key(4), 3 * 6), [3, 6]);
  const [u, v] = [tf.tensor([0.7, -0.2]), tf.tensor(normal(key(5), 32), [2, 4, 4])];
  for (const withLast of [false, true]) {
    for (const block of [2, 4]) {
      const objective = (
        f: (t: tf.Tensor, w: tf.Tensor) => { logDeterminant: tf.Tensor; inverse: tf.Tensor },
      ) =>
        valueAndGradients(([t, w]) => {
          const { logDeterminant: l, inverse } = f(t!, w!);
          return { value: tf.add(tf.sum(tf.mul(u, l)), tf.sum(tf.mul(v, inverse))), info: {} };
        }, [tangents, last]);
      const actual = objective((t, w) => identityPlusGram(t, 0.4, block, withLast ? w : undefined));
      const expected = objective((t, w) => {
        const j = withLast ? tf.reshape(tf.matMul(tf.reshape(t, [8, 3]), w), [2, 4, 6]) : t;
        const gram = tf.mul(tf.matMul(j, j, false, true), blockMask(4, block));
        const a = tf.add(tf.eye(4), tf.mul(gram, 1 / 0.4));
        return { logDeterminant: logDeterminant(a), inverse: spdInverse(a) };
      });
      for (let i = 0; i < 2; i++) {
        const e = await expected.gradients[i]!.data();
        (await actual.gradients[i]!.data()).forEach((x, k) =>
          assertAlmostEquals(
            x,
            e[k]!,
            2e-4 * Math.max(1, Math.abs(e[k]!)),
            `last ${withLast} block ${block} input ${i}`,
          )
        );
      }
    }
  }
});

Deno.test("I + JᵀJ/β keeps its accuracy when float32 cannot hold the Gram matrix", async () => {
  // Columns (1, 0) and (1, δ): det(I + JᵀJ/β) = 1 + (2 + δ²)/β + δ²/β². With β = 1e-6 and δ = 1e-4 a float32
  // Gram matrix has lost δ² altogether.
  const [beta, delta] = [1e-6, 1e-4];
  const d32 = Math.fround(delta);
  const expected = Math.log(1 + (2 + d32 ** 2) / beta + d32 ** 2 / beta ** 2);
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    const tangents = tf.tensor([1, 0, 1, delta], [1, 2, 2]);
    const plain = await identityPlusGram(tangents, beta, 2).logDeterminant.data();
    assertAlmostEquals(plain[0]!, expected, 1e-5);
    const through = await identityPlusGram(tangents, beta, 2, tf.eye(2)).logDeterminant.data();
    assertAlmostEquals(through[0]!, expected, 1e-5);
  }
});

Deno.test("log|I + JᵀJ/β| is off by 1e-3 at most where G is trusted, up to 1e3 β, and by 1e-6 of itself beyond", async () => {
  // Columns (1, 0) and (1, δ) with δ² ‖G‖/β from 2 to 8, beside which float32 rounds 1 + δ².
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    for (const size of [1, 100, 990, 1001, 1e4, 1e6, 0.99e9, 1.01e9, 1e12]) {
      const beta = Math.fround(1 / size);
      const deltas = Array.from({ length: 64 }, (_, k) => Math.fround((1 + k / 64) * Math.sqrt(2 / size)));
      const tangents = tf.tensor(deltas.flatMap((delta) => [1, 0, 1, delta]), [64, 2, 2]);
      const found = await read(identityPlusGram(tangents, beta, 2).logDeterminant);
      deltas.forEach((delta, i) => {
        const expected = Math.log(1 + (2 + delta ** 2) / beta + (delta / beta) ** 2);
        const off = Math.abs(found[i]! - expected);
        assert(off <= (size < 1e3 ? 1e-3 : 1e-6 * expected), `${engine}: ${size}, ${delta}: off by ${off}`);
      });
    }
  }
});

Deno.test("I + JᵀJ/β: the root gives the inverse, also where a float32 inverse can no longer be factored", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const tangents = tf.tensor(normal(key(3), 2 * 4 * 5), [2, 4, 5]);
    for (const block of [1, 2, 4]) {
      const { inverse, root } = identityPlusGram(tangents, 0.3, block);
      await close(
        tf.matMul(root, root, true, false),
        await inverse.array() as Matrix[],
        1e-5,
        `${engine} ${block}`,
      );
    }
  }
  await startEngine("wasm");
  // Rank 1 in 3 latents at β = 1e-9: eigenvalues of the inverse are 1, 1 and about 1e-10.
  const flat = tf.tensor([1, 2, 2, 4, 3, 6], [1, 3, 2]);
  const { logDeterminant: l, root } = identityPlusGram(flat, 1e-9, 3);
  const [r] = await root.array() as Matrix[];
  assertAlmostEquals((await read(l))[0]!, Math.log(1 + 70e9), 1e-4);
  assertAlmostEquals(2 * r!.reduce((sum, row, i) => sum - Math.log(row[i]!), 0), Math.log(1 + 70e9), 1e-4);
});

Deno.test("I + JᵀJ/β through a last map whose rows cancel keeps the accuracy of J", async () => {
  // T = (1, −1) against two rows of W that differ by 1e-4: J is 1e-4 times what T and W are.
  const last = tf.tensor([1, 1, 1, 1, 1, 1, 1, 1.0001], [2, 4]);
  const tangents = tf.tensor([1, -1], [1, 1, 2]);
  const gram = (Math.fround(1.0001) - 1) ** 2;
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    for (const beta of [1e-8, 1e-5]) {
      const { logDeterminant: l } = identityPlusGram(tangents, beta, 1, last);
      const expected = Math.log1p(gram / beta);
      assertAlmostEquals(
        (await read(l))[0]!,
        expected,
        1e-3 * Math.max(1e-3, expected),
        `${engine} β = ${beta}`,
      );
    }
  }
});

/** `[batch, latent, 4]` of one number, and the identity that it may go through. */
const all = (value: number, batch: number, latent: number): tf.Tensor =>
  tf.mul(value, tf.onesLike(tf.zeros([batch, latent, 4])));
const unit = (): tf.Tensor => tf.eye(4);

for (const engine of await promisedEngines("native", ...ENGINES.filter((name) => name !== "webgpu"))) {
  const where = `(${engine})`;
  Deno.test({
    name:
      `J of rank one: log|I + JᵀJ/β| is log(1 + tr G/β) for tr G/β from 1e-3 to 1e24, through W too ${where}`,
    fn: async () => {
      await startEngine(engine);
      for (const size of [1e-2, 1, 1e3, 1e5, 1e8, 1e11]) {
        for (const beta of [1, 0.1]) {
          const trace = 12 * Math.fround(size) ** 2 / beta;
          // Pivots are known to √(tr G/β) of double precision's ε, and results rounded to float32.
          const slack = 2 ** -22 + 64 * Math.sqrt(trace) * 2 ** -53;
          for (const last of [undefined, unit()]) {
            const made = identityPlusGram(all(size, 2, 3), beta, 3, last);
            const what = `${size} ${beta} ${last ? "through W" : "J"}`;
            for (const value of await read(made.logDeterminant)) {
              assertAlmostEquals(value, Math.log1p(trace), slack * (1 + Math.log1p(trace)), what);
            }
            // A⁻¹ = I − 1 1ᵀ/(3 + 3/(tr G/β)).
            const inverse = await read(made.inverse), root = await read(made.root);
            inverse.forEach((value, i) =>
              assertAlmostEquals(value, (i % 9 % 4 === 0 ? 1 : 0) - 1 / (3 + 3 / trace), slack, what)
            );
            const logs = [0, 4, 8].reduce((sum, i) => sum - 2 * Math.log(root[i]!), 0);
            assertAlmostEquals(logs, Math.log1p(trace), slack * (1 + Math.log1p(trace)), what);
          }
        }
      }
    },
  });

  Deno.test({
    name:
      `where rounding hides the identity, or float32 overflows, there is an answer or an error and no NaN ${where}`,
    fn: async () => {
      await startEngine(engine);
      // The largest J of rank one whose squares float32 holds, and one beyond: with its gradient, 2 A⁻¹ Jᵀ/β.
      for (const [size, beta] of [[9e18, 1], [9e16, 1e-4]] as const) {
        const { value, gradients } = valueAndGradients(
          ([t]) => ({ value: tf.sum(identityPlusGram(t!, beta, 1).logDeterminant), info: {} }),
          [all(size, 1, 1)],
        );
        const expected = Math.log(4) + 2 * Math.log(Math.fround(size)) - Math.log(beta);
        assertAlmostEquals((await read(value))[0]!, expected, 1e-5);
        for (const slope of await read(gradients[0]!)) assertAlmostEquals(slope * size, 0.5, 1e-6);
      }
      for (const [size, beta, last] of [[1e19, 1], [1e18, 1e-4], [1e10, 1, tf.mul(1e10, unit())]] as const) {
        const error = assertThrows(
          () => identityPlusGram(all(size, 2, 1), beta, 1, last),
          NotPositiveDefiniteError,
          "identityPlusGram: every matrix must be symmetric positive definite, but matrix 0 of 2 is not positive definite: " +
            "pivot 0 is Infinity in float32; scale J down or raise β",
        );
        assertEquals([error.batchIndex, error.pivotIndex, error.pivot], [0, 0, Infinity]);
      }
      // At tr G/β = 7e27 a J of rank one may as well be one of rank two in double precision.
      assertThrows(
        () => identityPlusGram(all(3e13, 2, 2), 1, 2),
        NotPositiveDefiniteError,
        "is lost in double precision beside ‖J‖²/β; scale J down or raise β",
      );
      // Of full rank, every pivot is known at any size.
      const full = tf.tensor([1e15, 0, 0, 0, 0, 1e15, 0, 0], [1, 2, 4]);
      const [value] = await read(identityPlusGram(full, 1e-2, 2).logDeterminant);
      assertAlmostEquals(value!, 4 * Math.log(Math.fround(1e15)) - 2 * Math.log(1e-2), 1e-4);
      for (const bad of [NaN, Infinity]) {
        const j = tf.tensor([bad, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0], [2, 2, 4]);
        for (const last of [undefined, unit()]) {
          const [nan, two] = await read(identityPlusGram(j, 1, 2, last).logDeterminant);
          assert(Number.isNaN(nan), `${bad}: ${nan}`);
          assertAlmostEquals(two!, Math.log(4), 1e-6);
        }
      }
    },
  });
}

Deno.test("the volume of a small Jacobian keeps its digits on every engine with host memory", async () => {
  for (const engine of ENGINES.filter((name) => name !== "webgpu")) {
    await startEngine(engine);
    for (const size of [1e-2, 1e-4, 1e-6]) {
      // log|I + JᵀJ/β| of orthogonal columns of lengths s and 2s, β = 1/2.
      const s = Math.fround(size), t = tf.tensor([s, 0, 0, 0, 2 * s, 0], [1, 2, 3]);
      const exact = Math.log1p(2 * s * s) + Math.log1p(2 * Math.fround(2 * s) ** 2);
      const [found] = await read(identityPlusGram(t, 0.5, 2).logDeterminant);
      assertAlmostEquals(found! / exact, 1, 1e-6, `${engine} ${size}`);
    }
  }
});

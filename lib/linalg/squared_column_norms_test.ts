import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normalTensor, read, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { identityPlusGram, squaredColumnNorms } from "./mod.ts";
import { guardTests } from "../engine/guarded_tests.ts";

guardTests();

const ENGINES = await promisedEngines("wasm", "cpu", "native", "webgpu");

/** T W for each tangent. */
const form = (t: tf.Tensor, w: tf.Tensor): tf.Tensor =>
  tf.reshape(tf.matMul(tf.reshape(t, [-1, t.shape[2]!]), w), [t.shape[0]!, t.shape[1]!, w.shape[1]!]);

/** A function of T and W with its gradients, by either route. */
type Route = (t: tf.Tensor, w: tf.Tensor) => tf.Tensor;

async function agree(
  through: Route,
  formed: Route,
  shapes: readonly (readonly number[])[],
  tolerance = 1e-5,
): Promise<void> {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const scope = tf.openScope();
    const inputs = shapes.map((shape, i) => normalTensor(key(i), shape));
    const [a, b] = [through, formed].map((route) =>
      valueAndGradients(([t, w]) => {
        const value = route(t!, w!);
        return { value: tf.sum(tf.mul(value, normalTensor(key(9), value.shape))), info: { value } };
      }, inputs)
    );
    const pairs = [[a!.info.value, b!.info.value], ...a!.gradients.map((g, i) => [g, b!.gradients[i]!])];
    for (const [part, [x, y]] of pairs.entries()) {
      assertEquals(x!.shape, y!.shape, `${engine} part ${part}`);
      const [actual, expected] = [await read(x!), await read(y!)];
      const size = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      actual.forEach((v, i) =>
        assertAlmostEquals(v, expected[i]!, tolerance * size, `${engine} part ${part} ${i}`)
      );
    }
    scope.close();
  }
}

Deno.test("‖J_{:i}‖² through W, and its gradients, equal those of the J that is formed, on every engine", async () => {
  for (const [batch, latent, width, data] of [[1, 1, 1, 1], [3, 2, 5, 7], [4, 8, 70, 130]] as const) {
    await agree(
      (t, w) => squaredColumnNorms(t, w, 1),
      (t, w) => tf.sum(tf.square(form(t, w)), 2),
      [[batch, latent, width], [width, data]],
    );
  }
});

Deno.test("log|I + JᵀJ/β| through W, and its gradients, equal those of the J that is formed, on every engine", async () => {
  for (const block of [1, 4, 8]) {
    await agree(
      (t, w) => identityPlusGram(t, 30, block, w).logDeterminant,
      (t, w) => identityPlusGram(form(t, w), 30, block).logDeterminant,
      [[4, 8, 70], [70, 130]],
    );
  }
});

Deno.test("blocks around what a thread has room for, and around what a logarithm is taken of, are factored alike", async () => {
  for (const block of [7, 8, 9, 15, 16, 17, 63, 64, 65, 66, 68]) {
    await agree(
      (t) => identityPlusGram(t, 0.5, block).logDeterminant,
      (t) => {
        const gram = tf.matMul(t, t, true, false); // |I + TTᵀ/β| = |I + TᵀT/β|, three by three
        return identityPlusGramOfThree(tf.add(tf.eye(3), tf.mul(2, gram)));
      },
      [[2, block, 3], [1, 1]],
      1e-4, // In float32 the cofactors cancel.
    );
  }
});

/** log|A| of three by three matrices, spelled out. */
function identityPlusGramOfThree(a: tf.Tensor): tf.Tensor {
  const at = (i: number, j: number): tf.Tensor =>
    tf.reshape(tf.slice(a, [0, i, j], [a.shape[0]!, 1, 1]), [-1]);
  const minor = (i: number, j: number): tf.Tensor =>
    tf.sub(tf.mul(at(1, i), at(2, j)), tf.mul(at(1, j), at(2, i)));
  const cofactors = [minor(1, 2), minor(2, 0), minor(0, 1)].map((m, i) => tf.mul(at(0, i), m));
  return tf.log(tf.add(tf.add(cofactors[0]!, cofactors[1]!), cofactors[2]!));
}

Deno.test("where rows of W cancel, a norm that counts beside the scale is made again from J, and no other", async () => {
  // T = (1, −1) against rows that differ by 2⁻¹⁰ in one place: ‖J‖² = 2⁻²⁰ of numbers around 4.
  const last = tf.tensor([1, 1, 1, 1, 1, 1, 1, 1 + 2 ** -10], [2, 4]);
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    const tangents = tf.tensor([1, -1], [1, 1, 2]);
    const [exact] = await read(squaredColumnNorms(tangents, last, 1e-9));
    assertAlmostEquals(exact!, 2 ** -20, 2 ** -44, engine);
    const [rough] = await read(squaredColumnNorms(tangents, last, 1e3));
    assert(Math.abs(rough! - 2 ** -20) < 1e-5, engine);
  }
});

Deno.test("a norm that is off by 100 ε of itself and of the scale is made again, and one just less is not", async () => {
  // ‖J‖² = 2⁻²² is lost among sums of 4. ‖t‖² ‖M‖_F/√2 = 2 √32, to a hundredth of which the scale is compared.
  const last = tf.tensor([1, 1, 1, 1, 1, 1, 1, 1 + 2 ** -11], [2, 4]), bound = 2 * Math.sqrt(32) / 100;
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    const tangents = tf.tensor([1, -1], [1, 1, 2]);
    const off = async (scale: number): Promise<number> =>
      Math.abs((await read(squaredColumnNorms(tangents, last, scale)))[0]! - 2 ** -22);
    assert(await off(0.99 * bound) <= 2 ** -46, engine);
    const left = await off(1.01 * bound);
    assert(left > 2 ** -46 && left <= 100 * 2 ** -24 * bound, `${engine} ${left}`);
  }
});

Deno.test("shapes that do not fit are refused", async () => {
  await startEngine("wasm");
  assertThrows(
    () => squaredColumnNorms(tf.zeros([2, 3])),
    TypeError,
    "tangents must be [batch, latent, width]",
  );
  assertThrows(() => squaredColumnNorms(tf.zeros([1, 2, 3]), tf.zeros([4, 5])), TypeError, "width");
});

Deno.test("without a scale a norm is right relative to itself, however small and however far the rows of W cancel", async () => {
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    for (const bits of [4, 10, 16, 22]) {
      // J = (1 + ε) − 1 = ε, exact in float32.
      const small = 2 ** -bits;
      const t = tf.tensor([1, 1], [1, 1, 2]), w = tf.tensor([1 + small, -1], [2, 1]);
      const [norm] = await read(squaredColumnNorms(t, w));
      assertAlmostEquals(norm! / small ** 2, 1, 1e-5, `${engine}: ${small}`);
    }
  }
});

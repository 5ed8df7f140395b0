import { assert, assertEquals } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import { type EngineName, normalTensor, read, startEngine, tf, valueAndGradients } from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { promisedEngines } from "../promised_engines.ts";
import { guardTests } from "../guarded_tests.ts";

guardTests();

const EPSILON = 2 ** -24;
/** Half of the smallest positive float32: a result below the normal numbers is rounded to a multiple of it. */
const SUBNORMAL = 2 ** -149;
/** The smallest normal float32: WGSL lets an adapter replace a number below it by 0. */
const SMALLEST_NORMAL = 2 ** -126;
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

const ENGINES = await promisedEngines("cpu", "wasm", "native", "webgpu");

interface Elementary {
  readonly f: (x: tf.Tensor) => tf.Tensor;
  /** In float64. */
  readonly exact: (x: number) => number;
  /** Its derivative in float64; absent where tfjs's own is kept. */
  readonly slope?: (x: number) => number;
  /**
   * The accepted relative error in units of ε = 2⁻²⁴. A rounded operation is 1; eˣ takes 3 (the reduced argument, its
   * polynomial, 1 + p), eˣ − 1 and log(1 + x) 5 (the same and the sum with the exponent's part, which cancels by at most half).
   */
  readonly c: number;
}

const sigmoid = (x: number): number => x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));

const FUNCTIONS: Readonly<Record<string, Elementary>> = {
  exp: { f: tf.exp, exact: Math.exp, slope: Math.exp, c: 3 },
  expm1: { f: tfjs.expm1, exact: Math.expm1, slope: Math.exp, c: 5 },
  log1p: { f: tf.log1p, exact: Math.log1p, slope: (x) => 1 / (1 + x), c: 5 },
  // Its gradient in tfjs, dy/x, is one division.
  log: { f: tf.log, exact: Math.log, slope: (x) => 1 / x, c: 5 },
  // e = exp(−|x|), then 1/(1 + e) or e/(1 + e).
  sigmoid: { f: tf.sigmoid, exact: sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x), c: 6 },
  // max(x, 0) + log(1 + e).
  softplus: {
    f: tf.softplus,
    exact: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    slope: sigmoid,
    c: 9,
  },
  // (eˣ − 1)/(eˣ + 1) of 2|x|.
  tanh: { f: tf.tanh, exact: Math.tanh, slope: (x) => 4 * sigmoid(2 * x) * sigmoid(-2 * x), c: 8 },
  elu: { f: tf.elu, exact: (x) => x < 0 ? Math.expm1(x) : x, c: 5 },
};

/** Float32 numbers of both signs from the smallest to the largest, a fine grid where exponentials are finite, and near −1. */
function numbers(): Float32Array {
  const all = [0, 1, Infinity, LARGEST];
  for (let exponent = -149; exponent < 128; exponent++) {
    for (let part = 0; part < 8; part++) all.push((1 + part * 0.1237) * 2 ** exponent);
  }
  for (let i = 0; i < 6000; i++) all.push(i * 0.0183);
  for (let bits = 1; bits <= 24; bits++) all.push(1 - 2 ** -bits, 1 + 2 ** -Math.min(23, bits));
  return Float32Array.from([NaN, ...all.flatMap((x) => [x, -x])]);
}

/** Compares with float64, number by number. */
function compare(
  what: string,
  [xs, actual]: readonly [Float32Array, Float32Array],
  exact: (x: number) => number,
  c: number,
  subnormal: number,
): void {
  assertEquals(actual.length, xs.length);
  xs.forEach((x, i) => {
    // An adapter that replaces small numbers by 0 does so before a function, too.
    const flushed = subnormal >= SMALLEST_NORMAL && Math.abs(x) < SMALLEST_NORMAL;
    const [value, expected] = [actual[i]!, exact(x)];
    if (flushed && value === exact(0 * x)) return;
    const says = `${what} of ${x}: ${value}, expected ${expected}`;
    if (Number.isNaN(expected)) return assert(Number.isNaN(value), says);
    const margin = c * EPSILON * Math.abs(expected);
    // Within rounding of the largest number a result may be infinite.
    if (Math.abs(expected) + margin >= LARGEST && value === Math.sign(expected) * Infinity) return;
    assert(Math.abs(value - expected) <= margin + subnormal, says);
  });
}

const smallest = (engine: EngineName): number => engine === "webgpu" ? SMALLEST_NORMAL : SUBNORMAL;
// WGSL allows a division 2.5 ulp, which is 5ε, where IEEE 754 allows ε: the functions take at most two.
const allowed = (engine: EngineName, c: number): number => engine === "webgpu" ? c + 10 : c;

for (const [name, { f, exact, slope, c }] of Object.entries(FUNCTIONS)) {
  Deno.test(`${name} is accurate relative to itself over all of float32, on every engine`, async () => {
    const xs = numbers();
    for (const engine of ENGINES) {
      await startEngine(engine);
      const y = await read(f(tf.tensor(xs)));
      compare(`${name} on ${engine}`, [xs, y], exact, allowed(engine, c), smallest(engine));
    }
  });

  if (!slope) continue;
  Deno.test(`the gradient of ${name} is accurate relative to itself, on every engine`, async () => {
    const xs = numbers();
    for (const engine of ENGINES) {
      await startEngine(engine);
      const { gradients } = valueAndGradients(
        ([x]) => ({ value: tf.sum(f(x!)), info: {} }),
        [tf.tensor(xs)],
      );
      const dx = await read(gradients[0]!);
      // Two more roundings: the product with what comes from above, and that of two functions.
      const c = allowed(engine, 2 * FUNCTIONS[name]!.c + 2);
      // 4 σ(−2x) has four times what a sigmoid below the normal numbers is off.
      compare(`the gradient of ${name} on ${engine}`, [xs, dx], slope, c, 4 * smallest(engine));
    }
  });
}

Deno.test("small and large tensors, of any rank and of none, give the same numbers", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const [name, { f, exact, c }] of Object.entries(FUNCTIONS)) {
      for (const shape of [[], [1], [3], [7], [3, 5], [2, 3, 5], [0, 4], [129, 131]]) {
        const x = normalTensor(key(1), shape);
        const y = f(x);
        assertEquals(y.shape, shape);
        compare(
          `${name} of ${shape} on ${engine}`,
          [await read(x), await read(y)],
          exact,
          allowed(engine, c),
          SMALLEST_NORMAL,
        );
      }
    }
  }
});

Deno.test("numbers of other types go where they went", async () => {
  for (const engine of ["cpu", "wasm"] as const) {
    await startEngine(engine);
    const x = tfjs.tensor([-2, 0, 3], [3], "int32");
    assertEquals(tfjs.relu(x).dtype, "int32");
    const cast = await tfjs.softplus(tfjs.cast(x, "float32")).data();
    compare(engine, [Float32Array.of(-2, 0, 3), cast as Float32Array], FUNCTIONS.softplus!.exact, 9, 0);
  }
});

Deno.test({
  name: "on webgpu a whole number has the function of the same float32",
  ignore: !ENGINES.includes("webgpu"),
  fn: async () => {
    await startEngine("webgpu");
    const numbers = Float32Array.of(1, 5, 0, 3, 88, 7);
    for (const name of ["exp", "expm1", "log1p", "softplus"] as const) {
      const { exact, c } = FUNCTIONS[name]!;
      for (const dtype of ["float32", "int32", "float32"] as const) {
        const made = await read(tfjs[name](tfjs.tensor(numbers, [6], dtype)));
        compare(`${name} of ${dtype}`, [numbers, made], exact, allowed("webgpu", c), 0);
      }
    }
  },
});

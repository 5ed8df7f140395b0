import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import {
  EngineError,
  type EngineName,
  NestedGradientError,
  normalTensor,
  read,
  startEngine,
  tf,
  valueAndGradients,
} from "./mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { childCommand } from "../../tools/process.ts";
import { openBlas } from "./blas/blas.ts";
import { promisedEngines } from "./promised_engines.ts";
import { denoCommand } from "../../fixtures/temporary_folder.ts";

const ENGINES = await promisedEngines("wasm", "cpu", "native", "webgpu");

function naiveProduct(a: number[][], b: number[][]): number[][] {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((s, v, k) => s + v * b[k]![j]!, 0)));
}

Deno.test("matrix products equal a naive loop on every engine, in all four transpositions, batched and broadcast", async () => {
  for (const name of ENGINES) {
    await startEngine(name);
    for (const [batchA, batchB] of [[1, 1], [3, 3], [3, 1], [1, 3]] as const) {
      // A software adapter takes a second to compile each new shape: one is enough to see that it is right.
      const shapes = name === "webgpu" ? [[2, 3, 4]] : [[1, 1, 1], [2, 3, 4], [8, 50, 8], [7, 1, 5]];
      for (const [m, k, n] of shapes as [number, number, number][]) {
        for (const [ta, tb] of [[false, false], [true, false], [false, true], [true, true]] as const) {
          const a = normalTensor(key(1), [batchA, ...(ta ? [k, m] : [m, k])]);
          const b = normalTensor(key(2), [batchB, ...(tb ? [n, k] : [k, n])]);
          const out = tf.matMul(a, b, ta, tb);
          const batch = Math.max(batchA, batchB);
          assertEquals(out.shape, [batch, m, n]);
          const [av, bv, ov] = await Promise.all([a, b, out].map((t) => t.array())) as number[][][][];
          const t = (x: number[][], yes: boolean): number[][] =>
            yes ? x[0]!.map((_, j) => x.map((r) => r[j]!)) : x;
          for (let i = 0; i < batch; i++) {
            const expected = naiveProduct(t(av![i % batchA]!, ta), t(bv![i % batchB]!, tb));
            expected.forEach((row, r) =>
              row.forEach((v, c) =>
                assertAlmostEquals(ov![i]![r]![c]!, v, 1e-4, `${name} ${[m, k, n, ta, tb]}`)
              )
            );
          }
          tf.dispose([a, b, out]);
        }
      }
    }
  }
});

Deno.test("products stay right after the wasm heap has grown", async () => {
  for (const name of ENGINES.filter((n) => n === "wasm" || n === "native")) {
    await startEngine(name);
    const a = tf.tensor([1, 2, 3, 4], [2, 2]);
    const before = await tf.matMul(a, a, true, false).array();
    const large = Array.from({ length: 8 }, () => tf.zeros([4_000_000])); // 128 MB
    assertEquals(await tf.matMul(a, a, true, false).array(), before);
    tf.dispose(large);
  }
});

Deno.test("a gradient inside a gradient is refused, however it is written", async () => {
  await startEngine("wasm");
  const x = tf.tensor([0.3]);
  const second = (): unknown =>
    tfjs.grad((z: tfjs.Tensor) => tfjs.grad((y: tfjs.Tensor) => tf.square(tf.tanh(y)))(z))(x);
  const error = assertThrows(second, NestedGradientError);
  assert(error.message.includes("detaches the saved outputs"));
  // A single gradient works after a refusal.
  const { gradients } = valueAndGradients((xs) => ({ value: tf.sum(tf.square(xs[0]!)), info: {} }), [x]);
  assertAlmostEquals((await gradients[0]!.data())[0]!, 0.6, 1e-6);
});

Deno.test("valueAndGradients returns value, gradients and info, and leaves nothing else behind", async () => {
  await startEngine("wasm");
  const [x, y] = [tf.tensor([1, 2]), tf.tensor([3, 4])];
  const before = tf.memory().numTensors;
  const result = valueAndGradients((xs) => {
    const product = tf.mul(xs[0]!, xs[1]!);
    return { value: tf.sum(product), info: { product } };
  }, [x, y]);
  assertEquals(tf.memory().numTensors - before, 4);
  assertEquals([...await result.info.product.data()], [3, 8]);
  assertEquals([...await result.gradients[0]!.data()], [3, 4]);
  tf.dispose([result.value, ...result.gradients, result.info.product]);
  tf.tidy(() => {
    const inner = valueAndGradients(
      (xs) => ({ value: tf.sum(xs[0]!), info: { double: tf.mul(xs[0]!, 2) } }),
      [x, y],
    );
    assertEquals(inner.gradients[1]!.shape, [2]);
    return [];
  });
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("an unknown engine and an absent BLAS are refused with the choices and the reasons", async () => {
  await assertRejects(
    () => startEngine("gpu" as EngineName),
    RangeError,
    'one of auto, wasm, native, cpu, webgpu, but it is "gpu"',
  );
  assertThrows(() => openBlas(["/nowhere/libblas.so"]), EngineError, "Tried: /nowhere/libblas.so: ");
  assertThrows(() => openBlas([]), EngineError, "set GRAE_BLAS");
});

Deno.test({
  name: "a BLAS that GRAE_BLAS names must open, also for auto (needs --allow-run=deno)",
  ignore: denoCommand === undefined,
  fn: async () => {
    // A process of its own, since the variables of this one are those of all tests that run beside this one.
    const start = `import { startEngine } from "${new URL(
      "./mod.ts",
      import.meta.url,
    )}"; await startEngine("auto");`;
    const { success, stderr } = await childCommand(denoCommand!, {
      args: ["eval", start],
      cwd: new URL("../..", import.meta.url),
      env: { GRAE_BLAS: "/nowhere/libblas.so" },
    }).output();
    assert(!success);
    assertStringIncludes(new TextDecoder().decode(stderr), "Tried: /nowhere/libblas.so: ");
  },
});

Deno.test("products and sums over no numbers are 0, whatever was in memory before", async () => {
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    for (const [batch, m, n] of [[1, 3, 5], [4, 3, 5], [1, 1, 1], [2, 300, 301]] as const) {
      for (const [transposeA, transposeB] of [[false, false], [true, false], [false, true], [true, true]]) {
        const [a, b] = [
          tf.zeros(transposeA ? [batch, 0, m] : [batch, m, 0]),
          tf.zeros(transposeB ? [batch, n, 0] : [batch, 0, n]),
        ];
        // What is made next lies where this was.
        tf.tensor(new Float32Array(batch * m * n).fill(NaN)).dispose();
        const product = tf.matMul(a, b, transposeA, transposeB);
        assertEquals(product.shape, [batch, m, n]);
        assertEquals((await read(product)).every((v) => v === 0), true, `${engine} ${[batch, m, n]}`);
        tf.tensor(new Float32Array(batch * m).fill(NaN)).dispose();
        const sums = tf.sum(tf.zeros([batch, m, 0]), 2);
        assertEquals((await read(sums)).every((v) => v === 0), true, `${engine} sums ${[batch, m]}`);
        tf.dispose([a, b, product, sums]);
      }
    }
  }
});

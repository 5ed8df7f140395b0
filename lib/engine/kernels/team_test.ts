import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { EngineError, normal, normalTensor, startEngine, Team, tf } from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { multiply, multiplySymmetric } from "./product.ts";
import { promisedEngines } from "../promised_engines.ts";
import { type Arguments, KERNELS } from "./interface.ts";
import { wasmHeap } from "../backend/wasm.ts";
import { guardTests } from "../guarded_tests.ts";

guardTests();

const THREADS = navigator.hardwareConcurrency;
const HEAP_ENGINES = await promisedEngines("wasm", "native");

/** op(A) op(B) in double precision. */
function exact(
  a: Float32Array,
  b: Float32Array,
  [m, n, k]: readonly [number, number, number],
  [ta, tb]: readonly [boolean, boolean],
): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const x = a[ta ? l * m + i : i * k + l]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += x * b[tb ? j * k + l : l * n + j]!;
    }
  }
  return out;
}

const TRANSPOSITIONS = [[false, false], [true, false], [false, true], [true, true]] as const;
/** Whole tiles, edges of every kind, and a depth that is packed in two parts. */
const SIZES = [
  [240, 64, 96],
  [251, 83, 131],
  [7, 9, 2500],
  [1, 513, 300],
  [500, 3, 77],
  [239, 7, 1023],
  [240, 8, 1024],
  [241, 9, 1025],
  [63, 64, 65],
] as const;

Deno.test("a product has the same bits with one thread and with all, and is as near the exact one as float32 comes", async () => {
  for (const sizes of SIZES) {
    const [m, n, k] = sizes;
    for (const [ta, tb] of TRANSPOSITIONS) {
      const [av, bv] = [normal(key(1), m * k), normal(key(2), k * n)];
      const values: Float32Array[] = [];
      for (const threads of [1, THREADS]) {
        await startEngine("wasm", { threads });
        const a = tf.tensor(av, ta ? [k, m] : [m, k]), b = tf.tensor(bv, tb ? [n, k] : [k, n]);
        const c = tf.matMul(a, b, ta, tb);
        values.push(await c.data<"float32">());
        tf.dispose([a, b, c]);
      }
      const expected = exact(av, bv, sizes, [ta, tb]);
      assertEquals(values[0], values[1], `${sizes} ${ta} ${tb}`);
      const worst = values[0]!.reduce((most, v, i) => Math.max(most, Math.abs(v - expected[i]!)), 0);
      // Sums of k products of N(0, 1) numbers: their rounding is a random walk of k steps.
      assert(worst < 8 * 2 ** -24 * k, `${sizes} ${ta} ${tb}: ${worst}`);
    }
  }
});

/** Batches of products with few rows: m, n, k, and whether B is transposed. */
const FEW_ROWS = [
  [5, 7, 37, 9, false],
  [3, 16, 16, 16, false],
  [3, 17, 16, 16, false],
  [3, 16, 17, 16, false],
  [3, 16, 15, 17, false],
  [2, 4, 500, 3, false],
  [4, 1, 19, 1, false],
  [6, 13, 131, 15, false],
  [5, 7, 9, 37, true],
  [3, 16, 16, 500, true],
  [3, 16, 16, 16, true],
  [3, 17, 16, 16, true],
  [3, 16, 17, 16, true],
  [3, 16, 16, 15, true],
  [2, 4, 3, 19, true],
  [4, 1, 1, 21, true],
  [6, 13, 15, 131, true],
] as const;

Deno.test("products with few rows are near the exact ones example by example, with every edge, and share their bits", async () => {
  for (const [batch, m, n, k, transposed] of FEW_ROWS) {
    const [av, bv] = [normal(key(8), batch * m * k), normal(key(9), batch * k * n)];
    const values: Float32Array[] = [];
    for (const threads of [1, THREADS]) {
      await startEngine("wasm", { threads });
      const a = tf.tensor(av, [batch, m, k]), b = tf.tensor(bv, transposed ? [batch, n, k] : [batch, k, n]);
      const c = tf.matMul(a, b, false, transposed);
      values.push(await c.data<"float32">());
      tf.dispose([a, b, c]);
    }
    assertEquals(values[0], values[1], `${[batch, m, n, k]}`);
    for (let i = 0; i < batch; i++) {
      const [ai, bi] = [av.subarray(i * m * k, (i + 1) * m * k), bv.subarray(i * k * n, (i + 1) * k * n)];
      exact(ai, bi, [m, n, k], [false, transposed]).forEach((v, at) => {
        const found = values[0]![i * m * n + at]!;
        assert(Math.abs(found - v) <= 8 * 2 ** -24 * k, `${[batch, m, n, k]}: ${found} for ${v}`);
      });
    }
  }
});

/** n and k around what is mirrored and multiplied at a time: 32, 48 and 96, where a library is worth its call and not. */
const SYMMETRIC = [
  ...[[300, 90], [5, 40], [131, 1], [128, 200]],
  ...[31, 32, 33, 47, 48, 49, 95, 96, 97].flatMap((n) => [[n, 3], [n, Math.ceil(2 ** 17 / n ** 2)]]),
] as [number, number][];

Deno.test("a symmetric product equals the whole one on wasm and native, and is symmetric to the last bit", async () => {
  for (const name of HEAP_ENGINES) {
    await startEngine(name);
    const heap = wasmHeap();
    for (const [n, k] of SYMMETRIC) {
      for (const transposed of [false, true]) {
        const a = normalTensor(key(3), transposed ? [k, n] : [n, k]);
        const [whole, half] = [heap.allocate([n, n]), heap.allocate([n, n])];
        const at = heap.offset(a);
        const product = { transposeA: transposed, transposeB: !transposed, m: n, n, k, a: at, b: at };
        multiply(heap, { ...product, c: heap.offset(whole) });
        multiplySymmetric(heap, { ...product, c: heap.offset(half) });
        const [w, h] = [whole, half].map((t) => heap.view(heap.offset(t), n * n).slice());
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            assertEquals(h![i * n + j], h![j * n + i]);
            assert(Math.abs(h![i * n + j]! - w![i * n + j]!) <= 8 * 2 ** -24 * k, `${name} ${[n, k, i, j]}`);
          }
        }
        tf.dispose(a);
      }
    }
  }
});

Deno.test("no job is lost or done twice, however many follow each other", async () => {
  await startEngine("wasm");
  const a = normalTensor(key(4), [60, 64]), b = normalTensor(key(5), [64, 60]);
  const large = tf.zeros([300, 300]);
  tf.dispose(tf.matMul(large, large)); // Threads start with a job that is worth it.
  const first = await tf.matMul(a, b).data();
  for (let i = 0; i < 3000; i++) {
    const c = tf.matMul(a, b);
    if (i % 100 === 0) {
      assertEquals(await c.data(), first);
      await new Promise((resolve) => setTimeout(resolve, i % 300 === 0 ? 2 : 0)); // Threads fall asleep.
    }
    c.dispose();
  }
  tf.dispose([a, b, large]);
});

Deno.test("a number of threads that there cannot be is refused", async () => {
  for (const threads of [0, 1.5, THREADS + 1, NaN]) {
    await assertRejects(
      () => startEngine("wasm", { threads }),
      RangeError,
      `threads must be a whole number from 1 to ${THREADS}, but it is ${threads}`,
    );
  }
});

/** A team of two on a memory of its own, and what its jobs are given: a product by a library whose path is empty. */
async function teamOfTwo(product: () => void): Promise<{ team: Team; nothing: Arguments<"blas"> }> {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true });
  const nothing = Object.fromEntries(Object.keys(KERNELS.blas).map((name) => [name, 0]));
  return {
    team: await Team.on(memory, () => 1024, 2, product),
    nothing: nothing as unknown as Arguments<"blas">,
  };
}

Deno.test("a thread that fails ends the job that waits for it, with an error and not never", async () => {
  let done = 0;
  // The caller does its share, and the other thread cannot.
  const { team, nothing } = await teamOfTwo(() => {
    const until = performance.now() + 0.01;
    while (performance.now() < until);
    done++;
  });
  const job = (): void => team.run("blas", 20_000, nothing, 1 << 23);
  job();
  assertEquals(done, 20_000); // No other thread was there yet.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assertThrows(job, EngineError, "a thread of the engine has failed");
});

Deno.test("a team of one thread does every chunk by its caller, also where another has started", async () => {
  let done = 0;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const { team, nothing } = await teamOfTwo(() => {
    // Time for the other thread, which would fail, and the job with it.
    Atomics.wait(clock, 0, 0, 1);
    done++;
  });
  team.gather();
  team.threads = 1;
  const job = ["blas", 200, nothing, 1 << 23] as const;
  team.run(...job);
  assertEquals(done, 200);
  team.perform(team.write(2 ** 19, [job]));
  assertEquals(done, 400);
});

Deno.test("threads that do not start in 30 s are an error that says how many have", async () => {
  const { team } = await teamOfTwo(() => {});
  const { load, wait } = Atomics, { getBuiltinModule } = process;
  const waits: (number | undefined)[] = [];
  let looks = 0;
  Atomics.load = (() => {
    if (++looks > 2) throw new Error("it waits for ever");
    return 0;
  }) as unknown as typeof load;
  Atomics.wait = ((...given: readonly [unknown, number, number, number?]) => {
    waits.push(given[3]);
    return "timed-out";
  }) as typeof wait;
  process.getBuiltinModule = (() => ({
    Worker: class {
      unref(): void {}
    },
  })) as unknown as typeof getBuiltinModule;
  try {
    const { message } = assertThrows(() => team.gather(), EngineError);
    assertEquals(message, "of 2 threads of the engine 1 have started within 30 s");
    assertEquals(waits, [30_000]);
  } finally {
    Object.assign(Atomics, { load, wait });
    process.getBuiltinModule = getBuiltinModule;
  }
});

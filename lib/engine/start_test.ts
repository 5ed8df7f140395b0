import { assert, assertEquals, assertThrows } from "@std/assert";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { overwrite } from "./backend/overwrite.ts";
import { wasmHeap } from "./backend/wasm.ts";
import { refusals } from "./blas/advice.ts";
import { blasCandidates } from "./blas/blas.ts";
import {
  type Blas,
  type EngineName,
  normalTensor,
  replayable,
  startEngine,
  tf,
  valueAndGradients,
} from "./mod.ts";
import { ready } from "./program/replay_fixture.ts";
import { startsHere } from "./promised_engines.ts";
import { defaultThreads } from "./thread_count.ts";

/** A path that is looked at before that of the native engine's library, and may be opened. */
function pathBefore(taken: string): string | undefined {
  const paths = blasCandidates();
  return paths.slice(0, paths.indexOf(taken)).find((path) =>
    Deno.permissions.querySync({ name: "ffi", path }).state === "granted"
  );
}

const cores = navigator.hardwareConcurrency;

/** How often a library is put into use while an engine starts: once to use it, more where it is tried. */
async function usesOf(name: EngineName, threads: number): Promise<number> {
  const heap = wasmHeap(), { useBlas } = heap;
  let uses = 0;
  heap.useBlas = (blas) => (uses += Number(blas !== null), useBlas.call(heap, blas));
  try {
    await startEngine(name, { threads });
  } finally {
    heap.useBlas = useBlas;
  }
  return uses;
}

await startEngine("wasm", { threads: 1 });
// The first start with a library, before which this process has not tried it.
const NATIVE = await startsHere("native", { threads: 1 }) ? ["native"] as const : [];
const first = NATIVE.length > 0 ? await usesOf("native", 1) : null;
const before = NATIVE.length > 0 ? pathBefore(wasmHeap().blas!.path) : undefined;
const more = NATIVE.length > 0 ? await usesOf("native", cores) : null;

Deno.test({
  name: "a library is tried once for a number of threads, and again for more",
  ignore: first === null || cores < 2,
  fn: async () => {
    assertEquals(first, 1, "tried before with one thread");
    assert(more! > 1, "and not with all of them");
    assertEquals(await usesOf("native", cores), 1);
    assertEquals(await usesOf("native", 1), 1);
  },
});

Deno.test({
  name: "an engine says why installed libraries were passed over, and nothing where none was" +
    (before === undefined ? " (needs --allow-ffi for a path before that of a BLAS)" : ""),
  ignore: before === undefined,
  fn: async () => {
    const { dlopen } = Deno;
    const plain = await startEngine("native");
    assertEquals(plain.advice, refusals(wasmHeap().blas!.passedOver).join("; ") || undefined);
    assertEquals("advice" in plain, plain.advice !== undefined);
    Deno.dlopen = ((path: string, symbols: Deno.ForeignLibraryInterface) =>
      path === before ? { symbols: {}, close: () => {} } : dlopen(path, symbols)) as typeof dlopen;
    try {
      const { name, advice } = await startEngine("native");
      assertEquals(name, "native");
      const says = `${before} was not taken: it exports neither dnnl_sgemm nor cblas_sgemm`;
      assert(advice!.split("; ").includes(says), advice);
    } finally {
      Deno.dlopen = dlopen;
    }
  },
});

Deno.test("without a name the engine is that of auto, with the default number of threads", async () => {
  const engine = await startEngine(), { threads } = wasmHeap().team;
  assertEquals(threads, defaultThreads());
  assertEquals(await startEngine("auto"), engine);
});

Deno.test("a start has the threads and the library that it is told of, whatever ran before", async () => {
  const starts = (["wasm", ...NATIVE, "cpu", "wasm"] as const).flatMap((name) =>
    [cores, 1, cores].map((threads) => [name, threads] as const)
  );
  for (const [name, threads] of starts) {
    const engine = await startEngine(name, { threads });
    assertEquals(engine.name, name);
    if (name === "cpu") continue;
    const { team, blas } = wasmHeap();
    assertEquals([team.threads, blas !== null], [threads, name === "native"], `${name}, ${threads} threads`);
    const words = threads === 1 ? "1 thread" : `${threads} threads`;
    assertEquals(
      engine.description.endsWith(name === "wasm" ? `SIMD, ${words}` : words),
      true,
      engine.description,
    );
  }
});

Deno.test("a recording makes its products by the library that is in use, though it was made with another", async () => {
  await startEngine("wasm");
  const heap = wasmHeap();
  /** A library of which every product is this number. */
  const all = (number: number, path: string): Blas => ({
    path,
    core: null,
    version: null,
    passedOver: [],
    shared: false,
    single: false,
    sgemm: (_ta, _tb, _m, _n, _k, _a, _la, _b, _lb, c) => void c.fill(number),
  });
  const [a, b] = [normalTensor(key(1), [100, 90]), normalTensor(key(2), [90, 80])];
  using replay = ready(([a, b]) => [tf.matMul(a!, b!)], [a, b]);
  const [own] = replay([a, b], key(9));
  const expected = own!.dataSync().slice();
  try {
    for (const number of [7, null, 8, 9, null]) {
      heap.useBlas(number === null ? null : all(number, `/library/${number}`));
      const [found] = replay([a, b], key(9)), numbers = found!.dataSync();
      assert(numbers.every((x, i) => x === (number ?? expected[i])), `${number}: ${numbers[0]}`);
      found!.dispose();
    }
  } finally {
    heap.useBlas(null);
    tf.dispose([a, b, own!]);
  }
});

Deno.test("of recordings that are full, the one that was not used for the longest time is given up", async () => {
  await startEngine("wasm");
  let calls = 0;
  using replay = replayable(([x]) => (calls++, [tf.sum(x!)]));
  const use = (size: number): number => {
    const before = calls;
    tf.dispose(replay([tf.zeros([size])], key(1)));
    return calls - before;
  };
  // Past the calls that are compared.
  for (let i = 0; i < 5; i++) for (let size = 1; size <= 8; size++) use(size);
  assertEquals(use(1), 0, "the first that was recorded, and the last that was used");
  assertEquals(use(9), 1, "a ninth");
  assertEquals([use(1), use(3), use(4), use(8)], [0, 0, 0, 0]);
  assertEquals(use(2), 1, "the one that went");
});

Deno.test("a gradient that throws leaves no tensor behind, whatever its operations have saved", async () => {
  await startEngine("wasm");
  const x = normalTensor(key(3), [4, 5]);
  const before = tf.memory().numTensors;
  const stop = new Error("stop");
  const saving = [
    tf.tanh,
    tf.exp,
    tf.square,
    tf.relu,
    tf.softplus,
    (a: tf.Tensor) => tf.matMul(a, a, false, true),
  ];
  for (const save of saving) {
    const info = { made: tf.keep(tf.zeros([1])) };
    info.made.dispose();
    const error = assertThrows(() =>
      valueAndGradients(([a]) => {
        save(tf.mul(a!, 2));
        save(a!);
        throw stop;
      }, [x])
    );
    assertEquals(error, stop);
    assertEquals(tf.memory().numTensors, before);
    // The reverse pass throws when all is saved: the value is no scalar.
    assertThrows(
      () => valueAndGradients(([a]) => ({ value: save(tf.mul(a!, 2)), info: {} }), [x]),
      TypeError,
    );
    assertEquals(tf.memory().numTensors, before);
  }
});

Deno.test("a tensor that is named twice is not written over", async () => {
  await startEngine("wasm");
  const [x, y] = [tf.tensor([1]), tf.tensor([2])];
  let written = 0;
  assert(!overwrite([x, y, x], () => void written++));
  assert(overwrite([x, y], () => void written++));
  const shared = tf.reshape(x, [1, 1]);
  assert(!overwrite([x], () => void written++));
  shared.dispose();
  assert(overwrite([x], () => void written++));
  assertEquals(written, 2);
});

import { assert, assertEquals } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import { normalTensor, read, startEngine, tf } from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { promisedEngines } from "../promised_engines.ts";
import { wasmHeap } from "../backend/wasm.ts";
import { guardTests } from "../guarded_tests.ts";

guardTests();

const ENGINES = await promisedEngines("wasm", "native", "cpu");

const THREADS = navigator.hardwareConcurrency;

/** Shapes that broadcast: none, scalars, rows, columns, both, blocks; more axes than our kernel has; large ones. */
const SHAPES = [
  [[7], [7]],
  [[15], [15]],
  [[16], [16]],
  [[17], [17]],
  [[2, 31], [31]],
  [[2, 15], [2, 1]],
  [[2, 3, 5], [2, 3, 5]],
  [[], [9]],
  [[5, 3], []],
  [[1], [1]],
  [[6, 5], [5]],
  [[6, 1], [6, 5]],
  [[6, 1], [1, 5]],
  [[4, 1, 1], [4, 3, 8]],
  [[4, 3, 8], [3, 8]],
  [[4, 8, 1], [8, 8]],
  [[4, 1, 8], [4, 3, 8]],
  [[1, 3, 1], [4, 1, 8]],
  [[2, 1, 3, 1, 2], [1, 2, 1, 2, 2]],
  [[300, 301], [300, 301]],
  [[70_001], []],
  [[300, 301], [300, 1]],
] as const;

/** The four operations, as float32 arithmetic has them. */
const OPERATIONS = {
  add: (x: number, y: number) => x + y,
  sub: (x: number, y: number) => x - y,
  mul: (x: number, y: number) => x * y,
  div: (x: number, y: number) => x / y,
};

/** Numbers of a tensor at all places of another shape that it broadcasts to. */
function broadcast(values: Float32Array, shape: readonly number[], to: readonly number[]): Float32Array {
  const size = to.reduce((a, b) => a * b, 1);
  const own = [...Array(to.length - shape.length).fill(1), ...shape];
  return Float32Array.from({ length: size }, (_, flat) => {
    let [at, stride, rest] = [0, 1, flat];
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const index = rest % to[axis]!;
      rest = Math.floor(rest / to[axis]!);
      at += (own[axis] === 1 ? 0 : index) * stride;
      stride *= own[axis];
    }
    return values[at]!;
  });
}

/** Runs with all jobs counted. */
function jobsOf(f: () => void): number {
  const { team } = wasmHeap();
  let jobs = 0;
  const run = team.run.bind(team);
  team.run = (...job) => {
    jobs++;
    run(...job);
  };
  try {
    f();
  } finally {
    delete (team as { run?: unknown }).run;
  }
  return jobs;
}

for (const threads of new Set([1, THREADS])) {
  Deno.test(`sums, differences, products and quotients are those of float32 for all shapes (${threads} threads)`, async () => {
    await startEngine("wasm", { threads });
    for (const [i, shapes] of SHAPES.entries()) {
      const tensors = shapes.map((shape, j) => normalTensor(key(2 * i + j), [...shape]));
      const values = await Promise.all(tensors.map(read));
      [values[0]![0], values[1]![values[1]!.length - 1]] = [NaN, -0];
      const [a, b] = values.map((numbers, j) => tf.tensor(numbers, [...shapes[j]!]));
      for (const [name, operation] of Object.entries(OPERATIONS)) {
        for (const [x, y, order] of [[a!, b!, [0, 1]], [b!, a!, [1, 0]]] as const) {
          const out = tf[name as keyof typeof OPERATIONS](x, y);
          const [left, right] = order.map((j) => broadcast(values[j]!, shapes[j]!, out.shape));
          const expected = left!.map((v, at) => operation(v, right![at]!));
          assertEquals(await read(out), expected, `${name} ${x.shape} ${y.shape}`);
        }
      }
    }
  });
}

Deno.test("negatives and squares are those of float32", async () => {
  await startEngine("wasm");
  for (const shape of [[], [5], [300, 301]]) {
    const x = normalTensor(key(1), shape);
    const values = await read(x);
    assertEquals(await read(tf.neg(x)), values.map((v) => -v));
    assertEquals(await read(tf.square(x)), values.map((v) => v * v));
  }
});

Deno.test("sums and means over last axes, and over others, are near the exact ones, with any number of threads", async () => {
  for (
    const [shape, axes] of [
      [[7], undefined],
      [[3, 5], undefined],
      [[3, 5], 1],
      [[3, 5], 0],
      [[3, 5], -1],
      [[4, 3, 70], [1, 2]],
      [[4, 3, 70], [0, 2]],
      [[600, 301], 1],
      [[600, 301], undefined],
      [[600, 1], 1],
    ] as [number[], number | number[] | undefined][]
  ) {
    for (const keepDims of [false, true]) {
      const bits: Record<string, string[]> = { sum: [], mean: [] };
      for (const threads of [1, THREADS]) {
        await startEngine("wasm", { threads });
        const x = normalTensor(key(3), [...shape]);
        const values = await read(x);
        for (const name of ["sum", "mean"] as const) {
          const made = tf[name](x, axes, keepDims);
          bits[name]!.push(String(new Uint32Array((await read(made)).buffer)));
          // Made by the engine that uses none of this.
          await startEngine("cpu");
          const expected = tf[name](tf.tensor(values, [...shape]), axes, keepDims);
          assertEquals(made.shape, expected.shape);
          const [actual, exact] = [await read(made), await read(expected)];
          const count = values.length / exact.length;
          const bound = 8 * 2 ** -24 * Math.sqrt(count) * (name === "sum" ? Math.sqrt(count) : 1);
          actual.forEach((v, i) => assert(Math.abs(v - exact[i]!) <= bound, `${name} ${shape} ${axes} ${i}`));
          await startEngine("wasm", { threads });
        }
      }
      for (const [one, all] of Object.values(bits)) assertEquals(one, all);
    }
  }
});

Deno.test("sums of NaN and of infinite numbers show them", async () => {
  await startEngine("wasm");
  const x = tf.tensor([1, NaN, 2, 3, Infinity, 4, Infinity, -Infinity, 5], [3, 3]);
  assertEquals([...await read(tf.sum(x, 1))], [NaN, Infinity, NaN]);
  assertEquals([...await read(tf.mean(x, 1))], [NaN, Infinity, NaN]);
});

Deno.test("what replaces a kernel of tfjs leaves numbers of other types, and mixtures of types, to it", async () => {
  const values = { int32: [1, 2, 3, 4], bool: [1, 0, 1, 1], float32: [0.5, -2, 4, 1] };
  const kinds = Object.keys(values) as (keyof typeof values)[];
  const expected: Record<string, (a: number, b: number) => number> = {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
  };
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const one of kinds) {
      const a = tfjs.tensor(values[one], [2, 2], one);
      const where = `${engine} ${one}`;
      assertEquals(
        tf.unstack(a).map((part) => [part.dtype, ...part.dataSync()]),
        [[one, ...values[one].slice(0, 2)], [one, ...values[one].slice(2)]],
        where,
      );
      const sums = [values[one][0]! + values[one][1]!, values[one][2]! + values[one][3]!];
      assertEquals([...tf.sum(a, 1).dataSync()], sums, where);
      assertEquals([...tf.mean(a, 1).dataSync()], sums.map((sum) => sum / 2), where);
      if (one !== "bool") {
        assertEquals([...tf.neg(a).dataSync()], values[one].map((v) => -v), where);
        assertEquals([...tf.square(a).dataSync()], values[one].map((v) => v * v), where);
      }
      for (const other of kinds) {
        if (one === "bool" && other === "bool") continue;
        const b = tfjs.tensor(values[other], [2, 2], other);
        const kind = one === "float32" || other === "float32" ? "float32" : "int32";
        for (const [name, f] of Object.entries(expected)) {
          const made = tf[name as "add"](a, b);
          assertEquals(made.dtype, kind, `${where} ${name} ${other}`);
          assertEquals(
            [...made.dataSync()],
            values[one].map((v, i) => f(v, values[other][i]!)),
            `${where} ${name} ${other}`,
          );
        }
        if (kind === "float32") {
          const [[p, q, r, s], [t, u, v, w]] = [values[one], values[other]] as [number[], number[]];
          assertEquals(
            [...tf.matMul(a, b).dataSync()],
            [p! * t! + q! * v!, p! * u! + q! * w!, r! * t! + s! * v!, r! * u! + s! * w!],
            `${where} product with ${other}`,
          );
        }
      }
    }
  }
});

Deno.test("sums of no numbers are 0, and so many", async () => {
  await startEngine("wasm");
  assertEquals((await read(tf.add(tf.zeros([0, 3]), tf.zeros([1, 3])))).length, 0);
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    for (const [shape, axis] of [[[3, 0], 1], [[0, 3], 0], [[2, 0, 2], 1]] as [number[], number][]) {
      for (const reduced of [tf.sum(tf.zeros(shape), axis), tf.mean(tf.zeros(shape), axis)]) {
        assertEquals(reduced.shape, shape.toSpliced(axis, 1));
        assertEquals([...await read(reduced)], Array(reduced.size).fill(0), `${engine} ${shape} ${axis}`);
      }
    }
  }
});

Deno.test("all of these are jobs, and so are parts of a tensor along its first axis", async () => {
  await startEngine("wasm");
  const a = normalTensor(key(1), [2, 4, 3]), column = normalTensor(key(2), [2, 1, 1]);
  for (
    const [count, f] of [
      [1, () => tf.mul(a, column)],
      [1, () => tf.div(a, 2)],
      [1, () => tf.neg(a)],
      [1, () => tf.square(a)],
      [1, () => tf.sum(a, 2)],
      [1, () => tf.mean(a)],
      [2, () => tf.unstack(a)],
    ] as [number, () => void][]
  ) assertEquals(jobsOf(f), count, String(f));
  const parts = tf.unstack(a);
  assertEquals(parts.map(({ shape }) => shape), [[4, 3], [4, 3]]);
  assertEquals([...await read(parts[1]!)], [...(await read(a)).slice(12)]);
});

Deno.test("the parts of a tensor are those along the axis that is asked for, on every engine", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const shape = [2, 3, 4], numbers = Array.from({ length: 24 }, (_, i) => i);
    for (const axis of [0, 1, 2]) {
      const parts = tf.unstack(tf.tensor(numbers, shape), axis);
      assertEquals(parts.length, shape[axis]);
      const strides = [12, 4, 1], rest = [0, 1, 2].filter((other) => other !== axis);
      for (const [place, part] of parts.entries()) {
        const expected = Array.from({ length: 24 / shape[axis]! }, (_, i) => {
          const inner = shape[rest[1]!]!;
          return place * strides[axis]! + Math.floor(i / inner) * strides[rest[0]!]! +
            i % inner * strides[rest[1]!]!;
        });
        assertEquals([...await read(part)], expected, `${engine}, axis ${axis}, part ${place}`);
      }
    }
  }
});

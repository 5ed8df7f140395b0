import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import {
  normalTensor,
  read,
  splitColumns,
  squaredDistance,
  squaredNorm,
  startEngine,
  tf,
  valueAndGradients,
} from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { promisedEngines } from "../promised_engines.ts";
import { guardTests } from "../guarded_tests.ts";

guardTests();

const ENGINES = await promisedEngines("cpu", "wasm", "native", "webgpu");

/** Values and gradient of a function of one matrix, weighed so that every number counts differently. */
async function everything(a: tf.Tensor, f: (a: tf.Tensor) => tf.Tensor[]): Promise<number[][]> {
  const { info, gradients } = valueAndGradients(([given]) => {
    const made = f(given!);
    const weighed = made.map((t, i) => tf.sum(tf.mul(t, normalTensor(key(90 + i), t.shape))));
    return { value: weighed.reduce((x, y) => tf.add(x, y)), info: Object.fromEntries(made.entries()) };
  }, [a]);
  const all: number[][] = [];
  for (const tensor of [...Object.values(info), ...gradients]) all.push([...await read(tensor)]);
  return all;
}

async function agree(
  fused: (a: tf.Tensor) => tf.Tensor[],
  plain: (a: tf.Tensor) => tf.Tensor[],
  columns: readonly number[],
): Promise<void> {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const width of columns) {
      const a = normalTensor(key(width), [5, width]);
      const [actual, expected] = [await everything(a, fused), await everything(a, plain)];
      assertEquals(actual.map(({ length }) => length), expected.map(({ length }) => length));
      actual.forEach((part, i) =>
        part.forEach((v, j) => assertAlmostEquals(v, expected[i]![j]!, 1e-4, `${engine} ${width}`))
      );
    }
  }
}

Deno.test("squared norms of rows, and their gradient, are those of the operations on every engine", async () => {
  await agree((a) => [squaredNorm(a)], (a) => [tf.sum(tf.square(a), 1)], [
    1,
    2,
    3,
    4,
    5,
    8,
    15,
    16,
    17,
    63,
    64,
    65,
    70,
    128,
  ]);
});

Deno.test("squared distances of rows, and their gradients, are those of the operations on every engine", async () => {
  const halves = (a: tf.Tensor): [tf.Tensor, tf.Tensor] => {
    const columns = a.shape[1]! / 2;
    return [tf.slice(a, [0, 0], [5, columns]), tf.slice(a, [0, columns], [5, columns])];
  };
  await agree(
    (a) => [squaredDistance(...halves(a))],
    (a) => [tf.sum(tf.square(tf.sub(...halves(a))), 1)],
    [2, 4, 6, 8, 10, 30, 32, 34, 126, 128, 130],
  );
});

Deno.test("columns split in two, and their gradient, are the slices on every engine", async () => {
  for (const at of [1, 2]) {
    await agree(
      (a) => [...splitColumns(a, at)],
      (a) => [tf.slice(a, [0, 0], [5, at]), tf.slice(a, [0, at], [5, a.shape[1]! - at])],
      [3, 8],
    );
  }
});

Deno.test("on the wasm engine a copy of a tensor shares its numbers, until the last of them is gone", async () => {
  await startEngine("wasm");
  const before = tfjs.backend().numDataIds();
  const first = tf.tensor([1, 2, 3]);
  const second = first.clone(), third = tfjs.cast(first, "float32"), whole = tfjs.cast(first, "int32");
  assertEquals(tfjs.backend().numDataIds(), before + 2);
  assertEquals([second.dataId, third.dataId], [first.dataId, first.dataId]);
  first.dispose();
  second.dispose();
  assertEquals([...await read(third)], [1, 2, 3]);
  assertEquals([...await whole.data()], [1, 2, 3]);
  tf.dispose([third, whole]);
  assertEquals(tfjs.backend().numDataIds(), before);
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import { overwrite, type Recordable, replayable, ReplayError, startEngine, tf } from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { bits, ready } from "./replay_fixture.ts";
import { wasmHeap } from "../backend/wasm.ts";

const SIZE = 64;
const filled = (value: number): tf.Tensor => tf.tensor(new Float32Array(SIZE).fill(value));

/** Uses tensors on another engine, to which tfjs moves their numbers, and takes the memory that they leave. */
async function usedElsewhere(tensors: readonly tf.Tensor[]): Promise<tf.Tensor[]> {
  await startEngine("cpu");
  for (const tensor of tensors) tf.dispose(tf.add(tensor, 1));
  await startEngine("wasm");
  return Array.from({ length: 20 }, () => filled(-7));
}

Deno.test("a constant of a replay may be used on another engine", async () => {
  await startEngine("wasm");
  const constant = filled(3), x = filled(1);
  const f: Recordable = ([given]) => [tf.add(given!, constant)];
  using replay = ready(f, [x]);
  const others = await usedElsewhere([constant]);
  for (let i = 0; i < 3; i++) assertEquals(bits(replay([x], key(i))), bits([filled(4)]));
  assertEquals(bits(others), bits(others.map(() => filled(-7))));
});

Deno.test("what a replay returned may be used on another engine, and comes into nobody's way", async () => {
  await startEngine("wasm");
  const x = filled(1);
  {
    using replay = ready(([given]) => [tf.add(given!, 1)], [x]);
    const [made] = replay([x], key(1));
    const others = await usedElsewhere([made!]);
    tf.dispose(tf.neg(made!));
    tf.dispose(made!);
    assertEquals(bits(replay([filled(5)], key(1))), bits([filled(6)]));
    assertEquals(bits(others), bits(others.map(() => filled(-7))));
  }
  const held = async (): Promise<number[]> => {
    const counts = [tf.memory().numTensors];
    for (const engine of ["cpu", "wasm"] as const) {
      await startEngine(engine);
      counts.push(tfjs.backend().numDataIds());
    }
    return counts;
  };
  const before = await held();
  {
    using replay = ready(([given]) => [tf.add(given!, 1)], [x]);
    for (let i = 0; i < 5; i++) {
      const [made] = replay([x], key(i));
      await startEngine("cpu");
      tf.dispose(tf.add(made!, 1));
      tf.dispose(made!);
      await startEngine("wasm");
    }
  }
  assertEquals(await held(), before);
});

/** Kernels of tfjs that pack weights, and keep them by the weights' tensor. */
const PACKING: Record<string, Recordable> = {
  prelu: ([x, w]) => [tfjs.prelu(tf.reshape(x!, [2, 2]), tf.mul(w!, 2))],
  conv2d: ([x, w]) => [tfjs.conv2d(x as tfjs.Tensor4D, tf.reshape(tf.mul(w!, 2), [1, 1, 1, 2]), 1, "valid")],
  depthwiseConv2d: ([x, w]) => [
    tfjs.depthwiseConv2d(x as tfjs.Tensor4D, tf.reshape(tf.mul(w!, 2), [1, 1, 1, 2]), 1, "valid"),
  ],
};

Deno.test("kernels of tfjs that keep packed weights see those of each replay", async () => {
  await startEngine("wasm");
  for (const [name, f] of Object.entries(PACKING)) {
    const at = (i: number): tf.Tensor[] => [tf.tensor([-1, -2, -3, 4], [1, 2, 2, 1]), tf.tensor([i, i + 1])];
    using replay = replayable(f);
    for (let i = 1; i < 6; i++) {
      assertEquals(bits(replay(at(i), key(0))), bits(f(at(i), key(0))), `${name}, replay ${i}`);
    }
  }
});

Deno.test("a kernel that makes more than it did when it was recorded is refused, and writes nowhere", async () => {
  await startEngine("wasm");
  const f: Recordable = ([x]) => [tf.add(tfjs.unique(x as tfjs.Tensor1D).values, 1)];
  const few = filled(2);
  using replay = ready(f, [few]);
  const others = Array.from({ length: 20 }, () => filled(-7));
  const many = tf.tensor(Float32Array.from({ length: SIZE }, (_, i) => i));
  const before = tfjs.backend().numDataIds();
  assertThrows(
    () => replay([many], key(1)),
    ReplayError,
    "but operation 0, Unique float32[64] → float32[1], int32[64], made [64], [64] in a replay",
  );
  assert(tfjs.backend().numDataIds() <= before + 1);
  assertEquals(bits(others), bits(others.map(() => filled(-7))));
  assertEquals(bits(replay([few], key(1))), bits([tf.tensor([3])]));
});

Deno.test("kernels of tfjs that keep packed weights see what has been written over them", async () => {
  await startEngine("wasm");
  const x = tf.tensor([1], [1, 1, 1, 1]), w = tf.tensor([1], [1, 1, 1, 1]);
  const product = (): number =>
    tfjs.conv2d(x as tfjs.Tensor4D, w as tfjs.Tensor4D, 1, "valid").dataSync()[0]!;
  const heap = wasmHeap();
  for (const value of [1, 2, 3]) {
    assert(overwrite([w], () => void (heap.view(heap.offset(w), 1)[0] = value)));
    assertEquals(product(), value);
  }
});

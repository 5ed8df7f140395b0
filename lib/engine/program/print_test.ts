import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import {
  copyNumbers,
  defineKernel,
  EngineError,
  normalTensor,
  type Recordable,
  startEngine,
  tf,
} from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { programOf } from "./program.ts";

/** Has a draw, jobs of ours, a kernel of tfjs, memory that is used twice, and an input that is returned. */
const f: Recordable = ([x, w], k) =>
  tf.tidy(() => {
    const hidden = tf.tanh(tf.matMul(x!, w!));
    const noisy = tf.add(hidden, normalTensor(k, [4, 3]));
    return [tf.mean(tf.mul(tfjs.relu(noisy), 2)), w!];
  });

Deno.test("a program prints its operations with buffers, bytes, lifetimes and jobs", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const inputs = [normalTensor(key(1), [4, 5]), normalTensor(key(2), [5, 3])];
  assertEquals(programOf(f, inputs, key(3)).split("\n"), [
    "inputs",
    "  %0  float32[4,5]  80 B",
    "  %1  float32[5,3]  60 B",
    "constants",
    "  %7  float32[]  4 B",
    "operations",
    "  0  %2  float32[4,3]  BatchMatMul(%0, %1)  48 B  slot 0, 0 to 1  product",
    "  1  %3  float32[4,3]  Tanh(%2)             48 B  slot 1, 1 to 3  elementary",
    "  2  %4  float32[4,3]  drawn()              48 B  slot 0, 2 to 3  fill",
    "  3  %5  float32[4,3]  Add(%3, %4)          48 B  slot 2, 3 to 4  binary",
    "  4  %6  float32[4,3]  Relu(%5)             48 B  slot 0, 4 to 5  call",
    "  5  %8  float32[4,3]  Multiply(%6, %7)     48 B  slot 2, 5 to 6  binary",
    "  6  %9  float32[]     Mean(%8)             4 B   output, from 6  sums",
    "returns %9, %1",
    "memory: 288 B share 3 slots of 144 B together; outputs 4 B; loose 0 B; workspace of kernels 0 B; jobs 640 B",
    "steps: 3 calls do 5 jobs; kernels that run by themselves: 2",
  ]);
  tf.dispose(inputs);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("an output that a kernel of tfjs puts anywhere has no last operation", async () => {
  await startEngine("wasm");
  const x = normalTensor(key(1), [20_000]);
  const lines = programOf(([x]) => [tfjs.relu(x!)], [x], key(0)).split("\n");
  assertEquals(lines.slice(3), [
    "operations",
    "  0  %1  float32[20000]  Relu(%0)  80000 B  loose, from 0  call",
    "returns %1",
    "memory: 0 B share 0 slots of 0 B together; outputs 0 B; loose 80000 B; workspace of kernels 0 B; jobs 0 B",
    "steps: 0 calls do 0 jobs; kernels that run by themselves: 1",
  ]);
});

Deno.test("what a kernel of tfjs makes is copied to memory of the recording up to 16,384 numbers", async () => {
  await startEngine("wasm");
  for (
    const [size, is] of [[2 ** 14, "output, from 0  call"], [2 ** 14 + 1, "loose, from 0  call"]] as const
  ) {
    const x = normalTensor(key(1), [size]);
    assertStringIncludes(programOf(([x]) => [tfjs.relu(x!)], [x], key(0)), is, `${size}`);
  }
});

Deno.test("a program says how much memory its kernels work in", async () => {
  await startEngine("wasm");
  const working = defineKernel<Record<never, never>>({
    name: "TestTakesWorkspace",
    shapes: ([a]) => [[...a!]],
    onHeap: (heap, [a], [out]) => {
      const space = heap.allocate([30]);
      copyNumbers(heap, a!, heap.offset(space), 20);
      copyNumbers(heap, heap.offset(space), out!, 20);
      heap.release(space);
    },
    compose: ([a]) => [a!.clone()],
  });
  const twice: Recordable = ([x]) => working(working([x!], {}), {});
  const x = normalTensor(key(1), [20]);
  // The second takes the memory that the first has given back.
  assertStringIncludes(programOf(twice, [x], key(0)), "; workspace of kernels 120 B; jobs 512 B");
});

Deno.test("an engine that does not replay has no program", async () => {
  await startEngine("cpu");
  assertThrows(
    () => programOf(f, [tf.zeros([4, 5]), tf.zeros([5, 3])], key(0)),
    EngineError,
    "program: only the engines wasm and native replay, but cpu is running; start one of them",
  );
});

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import { EngineError, read, startEngine, tf } from "../mod.ts";
import { wasmHeap } from "./wasm.ts";

/** Takes all memory in pieces of so many numbers, which nobody writes to. */
function fill(numbers: number): tfjs.TensorInfo[] {
  const held: tfjs.TensorInfo[] = [];
  while (true) {
    try {
      held.push(wasmHeap().allocate([numbers]));
    } catch (error) {
      if (error instanceof EngineError) return held;
      throw error;
    }
  }
}

/** The whole message where memory is full; sizes have three digits. */
const full = (wanted: string): RegExp =>
  new RegExp(
    `^engine memory: ${wanted}, but [\\d.]+(e-\\d+)? of 4 GiB are held; ` +
      "lower the batch, the hidden widths or the latents, or dispose of tensors$",
  );

Deno.test("memory that a kernel of tfjs does not get for itself is an EngineError, and leaves nothing", async () => {
  await startEngine("wasm");
  const heap = wasmHeap();
  const ids = (): number => tfjs.engine().backend.numDataIds();
  // A convolution packs its weights, 16 MiB, into memory of its own.
  const image = tfjs.ones([1, 1, 1, 4096]) as tfjs.Tensor4D;
  const weights = tfjs.fill([1, 1, 4096, 1024], 2) as tfjs.Tensor4D;
  const convolved = (): tf.Tensor => tfjs.conv2d(image, weights, 1, "valid");
  const large = fill(2 ** 25), small = fill(2 ** 18), smallest = fill(2 ** 12);
  small.splice(0, 4).forEach(heap.release);
  const before = ids();
  for (let i = 0; i < 3; i++) {
    assertMatch(assertThrows(convolved, EngineError).message, full("a kernel of tfjs wants more"));
    assertEquals(ids(), before);
  }
  const square = tf.tidy(() => {
    const a = tf.tensor([1, 2, 3, 4], [2, 2]);
    return tf.matMul(a, a);
  });
  assertEquals([...await read(square)], [7, 10, 15, 22]);
  large.splice(0, 1).forEach(heap.release);
  const made = convolved();
  assertEquals([...new Set(await read(made))], [8192]);
  tf.dispose([image, weights, square, made]);
  [...large, ...small, ...smallest].forEach(heap.release);
});

Deno.test("a kernel of tfjs that returns though it got no memory is an EngineError all the same, and leaves nothing", async () => {
  await startEngine("wasm");
  const heap = wasmHeap();
  const ids = (): number => tfjs.engine().backend.numDataIds();
  // prelu copies its slopes, 4 MiB, beside its result: there is room for one of the two.
  const x = tfjs.fill([1, 2 ** 20], -1), slopes = tfjs.fill([2 ** 20], 2);
  const room = heap.allocate([6 * 2 ** 18]),
    large = fill(2 ** 25),
    small = fill(2 ** 18),
    smallest = fill(2 ** 12);
  heap.release(room);
  const before = ids();
  for (let i = 0; i < 3; i++) {
    const { message } = assertThrows(() => tfjs.prelu(x, slopes), EngineError);
    assertMatch(message, full("a kernel of tfjs wants more"));
    assertEquals(ids(), before);
  }
  large.splice(0, 1).forEach(heap.release);
  const made = tfjs.prelu(x, slopes);
  assertEquals([...new Set(await read(made))], [-2]);
  tf.dispose([x, slopes, made]);
  [...large, ...small, ...smallest].forEach(heap.release);
});

Deno.test("memory of 256 bytes is counted, and of 252 is not", async () => {
  await startEngine("wasm");
  const heap = wasmHeap();
  const before = heap.held;
  const small = heap.allocate([63]);
  assertEquals(heap.held, before);
  const large = heap.allocate([64]);
  assertEquals(heap.held, before + 256);
  [small, large].forEach(heap.release);
  assertEquals(heap.held, before);
});

Deno.test("a write behind a guarded tensor is found, while it lives and where it is given up", async () => {
  await startEngine("wasm");
  const heap = wasmHeap();
  heap.guard(true);
  for (
    const [numbers, behind, found] of [[3, 0, true], [3, 15, true], [64, 0, true], [3, -1, false]] as const
  ) {
    for (const released of [false, true]) {
      const tensor = heap.allocate([numbers]);
      heap.view(heap.offset(tensor) + 4 * numbers + 4 * behind, 1).fill(1);
      if (released) heap.release(tensor);
      const said = `byte ${4 * behind} behind ${4 * numbers} bytes was written`;
      // 1 as float32 is 00 00 80 3f.
      assertEquals(heap.overruns(), found ? [said] : []);
      assertEquals(heap.overruns(), []);
      if (!released) heap.release(tensor);
    }
  }
  heap.guard(false);
});

Deno.test("more than all addresses is refused like too much", async () => {
  await startEngine("wasm");
  for (const [numbers, wanted] of [[2 ** 30, 4], [2 ** 30 + 1, 4], [2 ** 40, 4100]] as const) {
    const { message } = assertThrows(() => wasmHeap().allocate([numbers]), EngineError);
    assertMatch(message, full(`${wanted} GiB are wanted in one piece`));
  }
  // Nobody writes to it.
  wasmHeap().release(wasmHeap().allocate([3 * 2 ** 28]));
});

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { startEngine, tf } from "../engine/mod.ts";
import { guardTests } from "../engine/guarded_tests.ts";
import { wasmHeap } from "../engine/backend/wasm.ts";
import { factorOnHeap, formed } from "./factor_on_heap.ts";

guardTests();

Deno.test("the threads of the heap factor the examples whose pivots all are positive, and say so of no other", async () => {
  await startEngine("wasm");
  const heap = wasmHeap(), beta = 0.5, latent = 2;
  // A = [[1 + p, q], [q, 1 + r]], with the pivots 1 + p and 1 + r − q²/(1 + p).
  const examples = [
    ...[[0, 0, 0], [0.5, 0, 0.25], [1, 1, 1], [3, 0.5, 0], [1000, 2, 0.001], [-0.5, 0.25, 0]],
    ...[[-1, 0, 0], [-1.5, 0, 0], [0, 0, -1], [0, 0, -2], [0, 1, 0], [0, 2, 0.5]],
  ] as [p: number, q: number, r: number][];
  const batch = examples.length, size = batch * latent * latent;
  const gram = tf.tensor(examples.flatMap(([p, q, r]) => [p, q, q, r].map((x) => beta * x)), [size]);
  const [inverse, root] = [heap.allocate([size]), heap.allocate([size])];
  const logs = new Float32Array(batch), places = [0, heap.offset(inverse), heap.offset(root), 0] as const;
  const factored = factorOnHeap(
    heap,
    heap.offset(gram),
    places,
    { beta, block: latent },
    [batch, latent],
    logs,
  );
  const found = heap.view(heap.offset(inverse), size);
  examples.forEach(([p, q, r], i) => {
    const determinant = (1 + p) * (1 + r) - q * q, holds = 1 + p > 0 && determinant > 0;
    assertEquals(factored(i), holds, `${[p, q, r]}`);
    if (!holds) return;
    assertAlmostEquals(logs[i]!, Math.log(determinant), 1e-6 * (1 + Math.abs(Math.log(determinant))));
    [1 + r, -q, -q, 1 + p].forEach((value, k) =>
      assertAlmostEquals(found[4 * i + k]!, value / determinant, 1e-6 * Math.abs(value / determinant) + 1e-12)
    );
  });
  [inverse, root].forEach(heap.release);
});

Deno.test("neither a factorisation nor a product on the heap keeps its scratch memory", async () => {
  await startEngine("wasm");
  const heap = wasmHeap(), batch = 200, latent = 3, size = batch * latent * latent;
  const [gram, inverse, root] = [0, 1, 2].map(() => heap.offset(tf.zeros([size])));
  const held = heap.held;
  const factored = factorOnHeap(
    heap,
    gram!,
    [0, inverse!, root!, 0],
    { beta: 1, block: latent },
    [batch, latent],
    new Float32Array(batch),
  );
  assert(factored(batch - 1));
  assertEquals(heap.held, held);
  assertEquals(formed(heap, gram!, inverse!, [20, 30, 3]).length, 600);
  assertEquals(heap.held, held);
});

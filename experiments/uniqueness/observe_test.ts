import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { key, startEngine, tf } from "../../lib/engine/mod.ts";
import { ACTIVATE } from "./activation.ts";
import { observe } from "./observe.ts";

await startEngine("wasm");
const W = [[1, 0.5], [-1, 0.25], [0, 2]];

Deno.test("without noise x is ν(Wz): of the span of W, or that bent", () => {
  const linear = observe(W, "identity", 0, 50, key(1));
  const bent = observe(W, "tanh", 0, 50, key(1));
  const leaky = observe(W, "leaky-relu", 0, 50, key(1));
  for (let i = 0; i < 50; i++) {
    const [a, b, c] = linear.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    // (3, -1, …) x: rows of W are tied by 4 r₁ + 4 r₂ = 1.5 r₃.
    assertAlmostEquals(4 * a + 4 * b - 1.5 * c, 0, 1e-5);
    for (let j = 3 * i; j < 3 * i + 3; j++) {
      assertAlmostEquals(bent[j]!, Math.tanh(linear[j]!), 1e-6);
      assertAlmostEquals(leaky[j]!, linear[j]! * (linear[j]! < 0 ? 0.2 : 1), 1e-6);
    }
  }
});

Deno.test("the covariance of x is WWᵀ + σ²I where ν is the identity", () => {
  const count = 40_000;
  const x = observe(W, "identity", 0.5, count, key(2));
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += x[3 * k + i]! * x[3 * k + j]!;
      const wanted = W[i]![0]! * W[j]![0]! + W[i]![1]! * W[j]![1]! + (i === j ? 0.25 : 0);
      // Its standard error is at most √2 · 4.25/√40 000 = .03.
      assertAlmostEquals(sum / count, wanted, 0.12);
    }
  }
});

Deno.test("the same key gives the same examples, and noise of its own does not move z", () => {
  assertEquals(observe(W, "tanh", 0.05, 5, key(3)), observe(W, "tanh", 0.05, 5, key(3)));
  const [still, moved] = [0, 0.05].map((noise) => observe(W, "identity", noise, 200, key(3)));
  const away = Math.hypot(...moved!.map((v, i) => v - still![i]!)) / Math.sqrt(600);
  // 600 deviations of .05 have a root mean square within .05 (1 ± 4/√1200).
  assert(Math.abs(away / 0.05 - 1) < 4 / Math.sqrt(1200), `${away}`);
});

Deno.test("ν is the same on tensors as on numbers", async () => {
  const u = [-2, -0.5, 0, 0.5, 2];
  for (const { ofNumber, ofTensor } of Object.values(ACTIVATE)) {
    const found = [...await ofTensor(tf.tensor(u)).data()];
    u.forEach((v, i) => assertAlmostEquals(found[i]!, ofNumber(v), 1e-6));
  }
});

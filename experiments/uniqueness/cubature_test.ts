import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { key, read, startEngine } from "../../lib/engine/mod.ts";
import { cubature, CUBATURE_POINTS } from "./cubature.ts";

await startEngine("wasm");

Deno.test("every example's points have the moments of N(0, I) up to the fifth, whichever way they are turned", async () => {
  const noise = cubature(key(1), 3);
  assertEquals(noise.shape, [CUBATURE_POINTS, 3, 2]);
  const values = await read(noise);
  const normalMoment = [1, 0, 1, 0, 3, 0];
  for (let example = 0; example < 3; example++) {
    for (let i = 0; i <= 5; i++) {
      for (let j = 0; i + j <= 5; j++) {
        let sum = 0;
        for (let s = 0; s < CUBATURE_POINTS; s++) {
          const at = (s * 3 + example) * 2;
          sum += values[at]! ** i * values[at + 1]! ** j;
        }
        assertAlmostEquals(sum / CUBATURE_POINTS, normalMoment[i]! * normalMoment[j]!, 1e-5, `${i} ${j}`);
      }
    }
  }
});

Deno.test("examples are turned differently", async () => {
  const values = await read(cubature(key(2), 2));
  assert(Math.abs(values[0]! - values[2]!) > 1e-3, `${values.subarray(0, 4)}`);
});

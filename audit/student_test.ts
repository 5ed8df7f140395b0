import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { standardErrors } from "./student.ts";

Deno.test("quantiles of Student's t are those of closed forms, and fall to the normal one", () => {
  // ν = 1: tan(π/2 (1 − p)); ν = 2: √2 (1 − p) / √(1 − (1 − p)²).
  assertAlmostEquals(standardErrors(1) / (1 / Math.tan(Math.PI / 2 * 1e-6)), 1, 1e-6);
  assertAlmostEquals(standardErrors(2) / (Math.SQRT2 * (1 - 1e-6) / Math.sqrt(2e-6 - 1e-12)), 1, 1e-6);
  assertEquals(standardErrors(0), Infinity);
  let last = Infinity;
  for (const freedom of [1, 2, 3, 4, 5, 8, 13, 30, 100, 299, 300, 301, 1000, 1e6]) {
    const found = standardErrors(freedom);
    assert(found < last, `${freedom}: ${found} after ${last}`);
    last = found;
  }
  assertAlmostEquals(standardErrors(299), standardErrors(300), 1e-3);
  assertAlmostEquals(last, 4.891638, 1e-4);
});

Deno.test("what the series says of t is what the density integrates to", () => {
  for (const freedom of [3, 4, 7, 12, 299, 300, 301, 1000]) {
    const q = standardErrors(freedom);
    const density = (t: number) => (1 + t * t / freedom) ** (-(freedom + 1) / 2);
    // ∫ from q over u = 1/t, by midpoints; and ∫ from 0 for the norm, over an angle.
    const steps = 20000, angle = (i: number) => (i + 0.5) / steps * Math.PI / 2;
    let norm = 0, tail = 0;
    for (let i = 0; i < steps; i++) {
      const a = angle(i), t = Math.sqrt(freedom) * Math.tan(a);
      norm += density(t) / Math.cos(a) ** 2 * Math.sqrt(freedom) * Math.PI / 2 / steps;
      const u = (i + 0.5) / steps / q;
      tail += density(1 / u) / u ** 2 / q / steps;
    }
    // The sums are off by 1e-7 of themselves; from 300 on the series is, by what is documented.
    assertAlmostEquals(1e6 * tail / norm, 1, freedom < 300 ? 1e-7 : 1.2e-4);
  }
});

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ellipse, roundUp } from "./drawing.ts";

Deno.test("every point of a covariance's ellipse is one standard deviation from the middle: zᵀΣ⁻¹z = 1", () => {
  for (const [a, b, c] of [[1, 0, 1], [0.1, 0, 0.8], [0.3, 0.2, 0.5], [0.5, -0.49, 0.5]] as const) {
    const determinant = a * c - b * b;
    const points = ellipse([[a, b], [b, c]]);
    assertEquals(points.length, 96);
    for (const [z1, z2] of points) {
      assertAlmostEquals((c * z1 * z1 - 2 * b * z1 * z2 + a * z2 * z2) / determinant, 1, 1e-12);
    }
    // It is as wide as the marginals say, up to the distance between points.
    assertAlmostEquals(Math.max(...points.map(([z1]) => z1)), Math.sqrt(a), 1e-3);
    assertAlmostEquals(Math.max(...points.map(([, z2]) => z2)), Math.sqrt(c), 1e-3);
  }
});

Deno.test("an axis ends at 1, 2 or 5 times a power of ten, at or above what it shows", () => {
  const ends = [0.013, 0.02, 0.021, 0.5, 0.7, 1, 1.01, 30, 99.5];
  assertEquals(ends.map(roundUp), [0.02, 0.02, 0.05, 0.5, 1, 1, 2, 50, 100]);
});

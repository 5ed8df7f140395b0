import { assertAlmostEquals, assertEquals } from "@std/assert";
import { normalised } from "./normalised.ts";

Deno.test("scaling latents changes nothing of the normalised metric, whose diagonal is 1", () => {
  const metric = [[4, 1, 0.5], [1, 1, 0.25], [0.5, 0.25, 9]];
  const scale = [10, 0.1, 3];
  const scaled = metric.map((row, i) => row.map((v, j) => scale[i]! * v * scale[j]!));
  const [found, same] = [normalised(metric), normalised(scaled)];
  assertEquals(found.map((row, i) => row[i]), [1, 1, 1]);
  assertEquals(found[0], [1, 0.5, 0.5 / 6]);
  // Products and a quotient of float64 numbers.
  found.flat().forEach((v, i) => assertAlmostEquals(same.flat()[i]!, v, 1e-14));
});

Deno.test("of |JᵀJ| for one J it is |cosine| between columns", () => {
  const columns = [[1, 2, 2], [0, 3, -4], [-2, 0, 1]];
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  const metric = columns.map((a) => columns.map((b) => Math.abs(dot(a, b))));
  const cosines = columns.map((a) =>
    columns.map((b) => Math.abs(dot(a, b)) / (Math.hypot(...a) * Math.hypot(...b)))
  );
  normalised(metric).flat().forEach((v, i) => assertAlmostEquals(v, cosines.flat()[i]!, 1e-14));
});

Deno.test("a latent of which the decoder knows nothing has zeros, and divides nothing by zero", () => {
  assertEquals(normalised([[4, 0], [0, 0]]), [[1, 0], [0, 0]]);
});

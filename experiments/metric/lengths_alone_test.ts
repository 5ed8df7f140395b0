import { assertAlmostEquals, assertEquals } from "@std/assert";
import { lengthsAlone } from "./lengths_alone.ts";
import { normalised } from "./normalised.ts";
import { offBlockRatio } from "./ratio.ts";

Deno.test("a metric is its normalised one times that of its lengths, entry by entry", () => {
  const metric = [[4, 1, 0.5], [1, 1, 0.25], [0.5, 0.25, 9]];
  const [directions, lengths] = [normalised(metric), lengthsAlone(metric)];
  // Square roots, products and a quotient of float64 numbers.
  metric.flat().forEach((v, i) => assertAlmostEquals(directions.flat()[i]! * lengths.flat()[i]!, v, 1e-14));
});

Deno.test("of collinear columns the lengths are all there is to say", () => {
  const lengths = [3, 0.5, 2, 1];
  const metric = lengths.map((a) => lengths.map((b) => a * b));
  lengthsAlone(metric).flat().forEach((v, i) => assertAlmostEquals(v, metric.flat()[i]!, 1e-14));
});

Deno.test("with k of B blocks left, and those of equal lengths, the ratio from lengths alone is (k − 1)/(B − 1)", () => {
  for (const [latent, block] of [[8, 2], [12, 2], [12, 3]] as const) {
    const blocks = latent / block;
    for (let left = 1; left <= blocks; left++) {
      // Whatever the columns' angles: entries off the diagonal do not matter.
      const metric = Array.from(
        { length: latent },
        (_, i) =>
          Array.from({ length: latent }, (_, j) => i === j && i < left * block ? 5 : i === j ? 0 : 0.1),
      );
      const ratio = offBlockRatio(lengthsAlone(metric), block);
      assertAlmostEquals(ratio, (left - 1) / (blocks - 1), 1e-14);
    }
  }
});

Deno.test("lengths all equal have the ratio 1", () => {
  const metric = Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => i === j ? 3 : 0.2));
  assertEquals(offBlockRatio(lengthsAlone(metric), 2), 1);
});

import { assert, assertAlmostEquals } from "@std/assert";
import { arbitraryAlignment, arbitraryAlignmentMean } from "./laws/trained_models/arbitrary_rotation.ts";
import { product, tabulate } from "./oracle/dense.ts";
import { falseAlarm, suiteSeed } from "../fixtures/suite_seed.ts";
import { uniform } from "./oracle/random.ts";
import { noise, orthonormal } from "./plausible/matrices.ts";
import { alignment } from "./plausible/uniqueness.ts";

const LEVEL = 1e-6;

/** Alignments of W R with W = diag(norms), R a random rotation each time. */
function alignments(norms: readonly number[], count: number, seed: number): number[] {
  const d = norms.length, w = tabulate(d, d, (i, j) => i === j ? norms[i]! : 0);
  return Array.from(
    { length: count },
    (_, i) => alignment(product(w, orthonormal(noise(d, d, 1000 * seed + i))), w),
  );
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

Deno.test("two axes turned by a uniform angle are aligned by 2√2/π in the mean, three by more than is drawn", () => {
  assertAlmostEquals(arbitraryAlignmentMean(2), 2 * Math.SQRT2 / Math.PI, 1e-6);
  // Five standard deviations of a mean over 2000 draws: the greatest is that of two axes, .088.
  falseAlarm(6e-7);
  const error = 5 * 0.088 / Math.sqrt(2000);
  assertAlmostEquals(meanOf(alignments([1, 1], 2000, suiteSeed(1))), arbitraryAlignmentMean(2), error);
  for (const d of [3, 4, 5]) {
    const drawn = meanOf(alignments(Array(d).fill(1), 2000, suiteSeed(d)));
    assert(drawn < arbitraryAlignmentMean(d) + error, `d ${d}: ${drawn}`);
  }
});

Deno.test("distinct norms of W's columns make what random rotations come to no greater", () => {
  for (const norms of [[1, 0.3], [1, 0.4, 0.2], [1, 0.6, 0.4, 0.15], [1, 0.6, 0.35, 0.2, 0.12]]) {
    const drawn = meanOf(alignments(norms, 2000, suiteSeed(10 + norms.length)));
    assert(drawn < arbitraryAlignmentMean(norms.length), `${norms}: ${drawn}`);
  }
});

Deno.test("the bound on a mean is between the mean and 1, and nearer to the mean for more seeds and more latents", () => {
  let before = 1;
  for (const seeds of [5, 10, 20, 200]) {
    const bound = arbitraryAlignment(seeds, 2, LEVEL);
    assert(bound < before && bound > arbitraryAlignmentMean(2), `${seeds}: ${bound}`);
    assert(arbitraryAlignment(seeds, 3, LEVEL) < bound);
    before = bound;
  }
  // Of many, what the normal law says: a standard deviation of √(½ + 1/π − 8/π²), and 4.753 of them at one in a million.
  const deviation = Math.sqrt(0.5 + 1 / Math.PI - 8 / Math.PI ** 2);
  const normal = arbitraryAlignmentMean(2) + 4.753 * deviation / Math.sqrt(2000);
  const ofMany = arbitraryAlignment(2000, 2, LEVEL);
  assert(
    ofMany > normal && ofMany - normal < 0.2 * (normal - arbitraryAlignmentMean(2)),
    `${ofMany}, ${normal}`,
  );
});

Deno.test("means of uniform angles exceed the bound less often than its level says", () => {
  const draw = uniform(suiteSeed(5)), level = 0.05, means = 12_000;
  for (const seeds of [2, 10]) {
    const bound = arbitraryAlignment(seeds, 2, level);
    const above = Array.from(
      { length: means },
      () => meanOf(Array.from({ length: seeds }, () => Math.cos(draw() * Math.PI / 4))),
    ).filter((mean) => mean > bound);
    // Binomial(12,000, .05), were the level reached: 750 are 6.3 standard deviations above 600; and not for nothing.
    falseAlarm(4e-10);
    assert(above.length < 750 && above.length > 30, `${seeds} seeds: ${above.length}`);
  }
});

Deno.test("columns that are found are not taken for columns at random", () => {
  for (const [seeds, latent] of [[10, 2], [5, 3]] as const) {
    assert(arbitraryAlignment(seeds, latent, LEVEL) < 0.997, `${seeds} seeds, ${latent} latents`);
  }
});

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { conclude } from "./conclude.ts";
import { OPTIONS, results } from "./example_results.ts";

Deno.test("results are what the laws read: trained models, and one activation's objectives along the training", async () => {
  const { results: found, words, figures } = await conclude(OPTIONS, results());
  assertEquals(found.trained.length, 6 * 2 * 2);
  assertEquals(found.trained[0], { objective: "beta-vae", beta: 1, seed: 0, yardstick: 40 });
  assertEquals(found.along.length, 6 * 2 * 2 * 2);
  for (const { loss, terms } of found.along) {
    assertAlmostEquals(Object.values(terms).reduce((a, b) => a + b), loss, 1e-12);
  }
  assertEquals(Object.keys(found.along[0]!), ["objective", "beta", "seed", "epoch", "loss", "terms"]);
  assertEquals(JSON.parse(JSON.stringify(found)), found);
  assertEquals(new Set(figures.map(({ file }) => file)).size, figures.length);
  assertEquals(words.length > 4, true);
});

import { assertEquals } from "@std/assert";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { COMPARED } from "../digits/compared.ts";
import { type CompareOptions, DEFAULTS, QUICK } from "./options.ts";
import { compare } from "./study.ts";

/** As little as there can be of everything. */
const TINY: CompareOptions = {
  ...QUICK,
  seeds: 1,
  betas: [0.4],
  latent: 2,
  hidden: [8],
  epochs: 1,
  limit: 200,
  judged: 20,
  tracked: 10,
  pairs: 2,
  columns: 2,
  contracted: 2,
  contractedPairs: 2,
};

Deno.test("the β and the number of seeds that are asked for are those of both presets", () => {
  for (const { betas, seeds } of [DEFAULTS, QUICK]) {
    assertEquals([betas, seeds], [[0.1, 0.2, 0.4, 0.6, 0.8, 1, 2], 3]);
  }
});

Deno.test("a whole comparison: every objective trained and tracked, figures, and [G1] GRAE never above GRAE*", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const { results, words, figures, tables } = await compare(TINY);
  assertEquals(tf.memory().numTensors, before);
  assertEquals(results.trained.map(({ objective }) => objective), COMPARED.map(({ objective }) => objective));
  assertEquals(results.along.length, 6 * 2);
  const lossOf = (objective: string, epoch: number): number =>
    results.along.find((at) => at.objective === objective && at.epoch === epoch)!.loss;
  // A loss of about 50 is known to the last place of float32, about 4e-6.
  for (const epoch of [0, 1]) assertEquals(lossOf("grae", epoch) <= lossOf("grae-star", epoch) + 1e-5, true);
  assertEquals(words.length > 0 && figures.length > 0 && tables.length > 0, true);
  assertEquals(figures.every(({ theory, seen }) => theory.length > 20 && seen.length > 20), true);
});

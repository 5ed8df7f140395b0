import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { loadDigits, type Split } from "../../lib/data/mod.ts";
import type { Part } from "../study/study.ts";
import { type CompareOptions, QUICK } from "./options.ts";
import type { PartResult } from "./part_result.ts";
import { partsOf } from "./parts.ts";

/** As little as there can be of everything. */
const TINY: CompareOptions = {
  ...QUICK,
  seeds: 2,
  betas: [0.2, 1],
  latent: 2,
  hidden: [8],
  epochs: 2,
  limit: 100,
  judged: 20,
  tracked: 10,
  pairs: 2,
  columns: 2,
  contracted: 2,
  contractedPairs: 2,
  halvings: 3,
};

let split: Split | undefined;
async function parts(options: CompareOptions = TINY): Promise<Part<PartResult>[]> {
  await startEngine("wasm");
  return partsOf(options, split ??= await loadDigits());
}

const quietly = { signal: new AbortController().signal, progress: () => {} };

Deno.test("there is a part for every objective, β and seed, and one for the smooth β-VAE; names are files' names", async () => {
  const all = await parts();
  assertEquals(all.length, (6 + 1) * 2 * 2);
  assertEquals(new Set(all.map(({ name }) => name)).size, all.length);
  assertEquals(all.every(({ name, weight }) => /^[\w.-]+$/.test(name) && weight > 0), true);
  assertEquals(all[0]!.name, "relu-beta-vae-0.2-seed0");
  const { name, run } = all.find(({ name }) => name.startsWith("tanh"))!;
  assertEquals(name, "tanh-beta-vae-0.2-seed0");
  assertEquals((await run(quietly)).activation, "tanh");
});

Deno.test("a β-VAE is judged, tracked before training and after each epoch, and contracted; others are judged", async () => {
  const all = await parts();
  const before = tf.memory().numTensors;
  const shares: number[] = [];
  const betaVae = await all[0]!.run({ ...quietly, progress: (share) => shares.push(share) });
  assertEquals(shares.at(-1), 1);
  assertEquals(betaVae.along.map(({ epoch }) => epoch), [0, 1, 2]);
  assertEquals(betaVae.contractions.map(({ t }) => t), [1, 0.5, 0.25, 0.125]);
  const star = await all.find(({ name }) => name === "relu-grae-star-1-seed1")!.run(quietly);
  assertEquals([star.objective, star.beta, star.seed], ["grae-star", 1, 1]);
  assertEquals([star.along, star.contractions, star.failure], [[], [], null]);
  for (const { judged } of [betaVae, star]) {
    assertEquals(Object.values(judged!).every((value) => value > 0), true);
  }
  assertEquals(tf.memory().numTensors, before);
  // What a part gives is kept as JSON, and the same each time.
  assertEquals(JSON.parse(JSON.stringify(betaVae)), betaVae);
  assertEquals(await all[0]!.run(quietly), betaVae);
});

Deno.test("a training that turns non-finite is a result that says so, and leaves no tensor", async () => {
  const all = await parts({ ...TINY, learningRate: 1e12 });
  const before = tf.memory().numTensors;
  for (const at of [0, 4]) {
    const { failure, judged, along, contractions } = await all[at]!.run(quietly);
    assertEquals(/must be finite|positive definite/.test(failure ?? ""), true, String(failure));
    assertEquals([judged, contractions], [null, []]);
    assertEquals(along.length, at === 0 ? 1 : 0);
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a part that is aborted throws the reason and leaves no tensor", async () => {
  const [first] = await parts();
  const before = tf.memory().numTensors;
  const abort = new AbortController();
  const watch = {
    signal: abort.signal,
    progress: () => abort.abort(new DOMException("enough", "AbortError")),
  };
  await assertRejects(() => first!.run(watch), DOMException, "enough");
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("options that make no comparison are refused by name", async () => {
  const digits = split ??= await loadDigits();
  const refused: readonly [Partial<CompareOptions>, string][] = [
    [{ betas: [] }, "betas must be"],
    [{ betas: [0.5, 0.5] }, "betas must be"],
    [{ betas: [0] }, "betas must be"],
    [{ seeds: 0 }, "seeds must be a whole number from 1, but it is 0"],
    [
      { seed: 2 ** 53 - 1, seeds: 3 },
      "all seeds must be whole numbers from 0 to 9007199254740991, but there are 3",
    ],
    [{ epochs: 1.5 }, "epochs must be a whole number from 1, but it is 1.5"],
    [{ pairs: 1 }, "pairs must be a whole number from 2, but it is 1"],
    [{ halvings: 2 }, "halvings must be a whole number from 3, but it is 2"],
    [{ limit: 0 }, "limit must be a whole number from 1, but it is 0"],
    [{ smooth: "relu" }, "smooth must be another activation than relu"],
  ];
  for (const [given, message] of refused) {
    assertThrows(() => partsOf({ ...TINY, ...given }, digits), RangeError, `compare: ${message}`);
  }
});

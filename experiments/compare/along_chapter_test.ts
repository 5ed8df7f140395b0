import { assertEquals, assertMatch } from "@std/assert";
import { alongChapter } from "./along_chapter.ts";
import { failed, OPTIONS, results, values } from "./example_results.ts";
import type { PartResult, Snapshot } from "./part_result.ts";

/** Gaps in the order of objectives, the first that of the β-VAE itself. */
const GAPS = [0, 0.3, 0.3, -0.2, -0.1, -0.1];

/** Parts with other snapshots. */
const snapped = (
  parts: readonly PartResult[],
  change: (part: PartResult, snapshot: Snapshot) => Snapshot["values"],
): PartResult[] =>
  parts.map((part) => ({
    ...part,
    along: part.along.map((snapshot) => ({ ...snapshot, values: change(part, snapshot) })),
  }));

/** All gaps so many times as large. */
const scaled = (beta: number, factor: number): Snapshot["values"] =>
  values(beta, GAPS.map((gap) => factor * gap));

/** What noise costs the β-VAE, instead of 4. */
function withNoise({ values }: Snapshot, noise: number): Snapshot["values"] {
  const { loss, terms, standardError } = values["beta-vae"];
  const moved = { ...terms, reconstruction: 20 + noise, kl: loss - 20 - noise };
  return { ...values, "beta-vae": { loss, terms: moved, standardError } };
}

const wordsOf = async (parts: readonly PartResult[]): Promise<readonly string[]> =>
  (await alongChapter(OPTIONS, parts, "relu")).words;

Deno.test("along a training a gap is split into truncation, the learned Σ and the price of mean-field", async () => {
  const { words, tables, figures } = await alongChapter(OPTIONS, results(), "relu");
  // 0.3 of 30; GRAE* is 0.4 below Taylor (Jacobian), GRAE 0.1 below GRAE*.
  assertEquals(tables[0]!.rows[0]!.slice(0, 4), ["0.5", "30.00", "+0.300 (+1.00 %)", "+0.300 (+1.00 %)"]);
  assertEquals(tables[1]!.rows[0]!.slice(1, 4), ["+0.300", "−0.400", "−0.100"]);
  assertEquals(figures.map(({ file }) => file), ["along-relu.svg", "gap-relu.svg", "terms-relu.svg"]);
  assertEquals(words.some((sentence) => sentence.includes("1.00 %")), true, words.join("\n"));
  assertEquals(words.some((sentence) => /GRAE ≤ GRAE\*.* all 8/.test(sentence)), true, words.join("\n"));
});

Deno.test("what is furthest is so relative to the loss, and not called the most in nats", async () => {
  // 0.6 of 330 at β = 1, 0.3 of 30 at β = 0.5.
  const parts = snapped(results(), ({ beta }, { values: of }) =>
    beta === 0.5 ? of : Object.fromEntries(
      Object.entries(scaled(beta, 2)).map(([name, value]) => [name, { ...value, loss: value.loss + 300 }]),
    ) as Snapshot["values"]);
  const [first] = await wordsOf(parts);
  assertMatch(first!, /relative to/);
  assertMatch(first!, /Taylor \(Hessian\) \+0\.300 nats \(\+1\.00 %\) at β = 0\.5/);
  assertEquals(first!.includes("by at most"), false);
});

Deno.test("the β at which approximations are 2 % off are listed, and those without a training are not", async () => {
  const at = async (parts: readonly PartResult[]): Promise<string> => (await wordsOf(parts))[0]!;
  assertMatch(await at(results()), /All are within 2 % at β = 0\.5, 1\.$/);
  // 1.5 of 30.
  const small = snapped(results(), ({ beta }) => scaled(beta, beta === 0.5 ? 5 : 1));
  assertMatch(await at(small), /At β = 0\.5 some are more than 2 % off; at β = 1 all are within\.$/);
  const both = snapped(results(), ({ beta }) => scaled(beta, 5));
  assertMatch(await at(both), /At β = 0\.5, 1 some are more than 2 % off\.$/);
  const gone = results().map((part) => part.beta === 0.5 ? failed(part) : part);
  assertMatch(await at(gone), /All are within 2 % at β = 1\.$/);
});

Deno.test("noise improves the reconstruction only where it does so by more than its draws err", async () => {
  const gain = async (noise: number): Promise<string> =>
    (await wordsOf(
      snapped(results(), ({ beta }, snapshot) => beta === 1 ? withNoise(snapshot, noise) : snapshot.values),
    ))[2]!;
  // Two errors of the mean over two seeds of 0.01 each are 0.0141.
  assertEquals((await gain(-0.013)).includes("improves"), false);
  assertMatch(await gain(-0.016), /improves the reconstruction \(−0\.016 nats at β = 1\)/);
  const lower = snapped(results(), (_, snapshot) => withNoise(snapshot, -0.016));
  assertEquals((await alongChapter(OPTIONS, lower, "relu")).tables[2]!.rows[1]![3], "−0.016");
});

Deno.test("a training that failed on its way is in no curve, and rows say how many ended", async () => {
  const parts = snapped(results(), ({ seed, beta }) => scaled(beta, seed === 0 ? 10 : 1))
    .map((part) => part.seed === 0 ? failed(part) : part);
  const { words, tables } = await alongChapter(OPTIONS, parts, "relu");
  assertMatch(words[1]!, /from 0\.30 nats before it/);
  for (const { rows, caption } of tables) {
    assertEquals(rows.map(([beta]) => beta), ["0.5 (1 of 2)", "1 (1 of 2)"]);
    assertMatch(caption, /those of 2 seeds that ended/);
  }
  assertEquals(await wordsOf(results().map(failed)), ["No β-VAE with relu ended its training."]);
});

Deno.test("the figure of one β is described at that β", async () => {
  const parts = snapped(results(), ({ beta }) => scaled(beta, beta === 1 ? 3 : 1));
  const { words, figures } = await alongChapter(OPTIONS, parts, "relu");
  // 0.3 and 0.9, and their mean.
  assertMatch(words[1]!, /over β and seeds goes from 0\.60 nats/);
  assertMatch(figures[0]!.seen, /at β = 0\.5 over seeds goes from 0\.30 nats/);
});

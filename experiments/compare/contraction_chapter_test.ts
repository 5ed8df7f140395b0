import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { contractionChapter } from "./contraction_chapter.ts";
import { failed, OPTIONS, results } from "./example_results.ts";
import type { Contraction, PartResult } from "./part_result.ts";

/** Parts with other contractions. */
const contracted = (
  parts: readonly PartResult[],
  change: (part: PartResult, at: Contraction) => Contraction,
): PartResult[] =>
  parts.map((part) => ({ ...part, contractions: part.contractions.map((at) => change(part, at)) }));

/** Errors so many times as large. */
const times = (at: Contraction, factor: number): Contraction => ({
  ...at,
  hessian: factor * at.hessian,
  jacobian: factor * at.jacobian,
});

/** The seeds and β for which draws hide the orders. */
const hidden = (is: (part: PartResult) => boolean): PartResult[] =>
  contracted(results(), (part, at) => is(part) ? { ...at, standardError: 100 } : at);

Deno.test("orders are fitted at the smallest t: 2 and 1 where the errors are t² and t", async () => {
  const { words, tables, figures } = await contractionChapter(OPTIONS, results());
  const [first] = tables[0]!.rows;
  assertEquals(first!.slice(0, 2), ["0.5", "2.00 ± 0.00"]);
  // 2t + t²/2 over t ≤ 1/8.
  assertAlmostEquals(parseFloat(first![2]!), 1.01, 0.011);
  assertEquals(first![3], "1.00 ± 0.00");
  assertEquals(figures.map(({ file }) => file), ["order.svg"]);
  assertMatch(words[0]!, /Taylor \(Hessian\) with tanh falls like t to the 2\.00 ± 0\.00,/);
});

Deno.test("orders that the draws hide are counted, and no power is named where all are", async () => {
  const { words: some, tables } = await contractionChapter(OPTIONS, hidden(({ seed }) => seed === 0));
  assertEquals(tables[0]!.rows[0]![1], "2.00 (1 of 2 resolved)");
  assertMatch(some[0]!, /t to the 2\.00 ± 0\.00 \(2 of 4 resolved\)/);
  const { words: none, tables: [table] } = await contractionChapter(
    OPTIONS,
    hidden(({ activation }) => activation === "tanh"),
  );
  assertEquals(table!.rows[0]!.slice(1, 4), ["0 of 2 resolved", "0 of 2 resolved", "1.00 ± 0.00"]);
  assertMatch(
    none[0]!,
    /Taylor \(Hessian\) with tanh falls like no power of t that the draws resolve \(0 of 4\)/,
  );
  assertEquals(/to the 0|unresolved/.test(none[0]!), false, none[0]);
  const one = results().map((part) => part.activation === "tanh" && part.seed === 0 ? failed(part) : part);
  assertEquals((await contractionChapter(OPTIONS, one)).tables[0]!.rows[0]![1], "2.00 (1 of 2)");
  const without = results().map((part) => part.activation === "tanh" ? failed(part) : part);
  assertMatch((await contractionChapter(OPTIONS, without)).words[0]!, /with tanh is unknown, as none ended/);
});

Deno.test("whether the error grows with β is read off the numbers, curve by curve", async () => {
  const says = async (parts: readonly PartResult[]): Promise<string> =>
    (await contractionChapter(OPTIONS, parts)).words[1]!;
  const grown = await says(contracted(results(), ({ beta }, at) => times(at, beta)));
  assertMatch(grown, /from β = 0\.5 to β = 1 .*0\.25 to 0\.50 nats \(tanh: Taylor \(Hessian\)\)/);
  assertMatch(grown, /It grows, as at a given decoder the optimal Σ does \(S3\)/);
  const fallen = await says(contracted(results(), ({ beta }, at) => times(at, 1 / beta)));
  assertEquals(fallen.includes("It grows"), false);
  assertMatch(
    fallen,
    /not grow for tanh: Taylor \(Hessian\), tanh: Taylor \(Jacobian\), relu: Taylor \(Jacobian\)/,
  );
  const mixed = await says(
    contracted(results(), ({ beta, activation }, at) => times(at, activation === "relu" ? 1 / beta : beta)),
  );
  assertMatch(mixed, /not grow for relu: Taylor \(Jacobian\):/);
  // One β with a training shows no change.
  const alone = await says(results().map((part) => part.beta === 1 ? failed(part) : part));
  assertEquals(/grow|from β/.test(alone), false, alone);
  assertMatch(alone, /at β = 0\.5/);
});

Deno.test("kinks explain the order of activations that have some", async () => {
  const says = async (activation: "relu" | "identity"): Promise<boolean> => {
    const parts = results().map((part) => part.activation === "relu" ? { ...part, activation } : part);
    return (await contractionChapter({ ...OPTIONS, activation }, parts)).words.some((w) =>
      w.includes("kinks")
    );
  };
  assertEquals([await says("relu"), await says("identity")], [true, false]);
});

import { assertEquals, assertMatch } from "@std/assert";
import { COMPARED } from "../digits/compared.ts";
import { failed, OPTIONS, results } from "./example_results.ts";
import type { CompareOptions } from "./options.ts";
import type { Judged, PartResult } from "./part_result.ts";
import { trainedChapter } from "./trained_chapter.ts";

/** Parts with another yardstick each. */
const judgedAs = (
  parts: readonly PartResult[],
  yardstick: (part: PartResult & { judged: Judged }) => number,
): PartResult[] =>
  parts.map((part) =>
    part.judged
      ? {
        ...part,
        judged: { ...part.judged, yardstick: yardstick({ ...part, judged: part.judged }) },
      }
      : part
  );

/** The one sentence of the chapter that matches, or nothing. */
async function sentence(
  options: CompareOptions,
  parts: readonly PartResult[],
  pattern: RegExp,
): Promise<string> {
  const found = (await trainedChapter(options, parts)).words.filter((words) => pattern.test(words));
  assertEquals(found.length <= 1, true, found.join("\n"));
  return found[0] ?? "";
}

Deno.test("trained models are compared seed by seed, in percent of the β-VAE's yardstick", async () => {
  const { words, tables, figures } = await trainedChapter(OPTIONS, results());
  const [byNats, byPercent] = tables;
  assertEquals(byNats!.head, ["β", ...COMPARED.map(({ name }) => name), "GRAE, mean-field Σ"]);
  assertEquals(byNats!.rows[0]!.slice(0, 3), ["0.5", "40.00 ± 0.00", "40.52 ± 0.03"]);
  // Stochastic GRAE* at β = 1: 5 and 5.4 of 40.
  assertEquals(byPercent!.rows[1]!.at(-1), "+13.00 (+12.50 to +13.50)");
  assertEquals(
    words[0]!.includes("part most at β = 1") && words[0]!.includes("GRAE*, stochastic"),
    true,
    words[0],
  );
  assertEquals(words[0]!.includes("+13.00 %"), true, words[0]);
  assertEquals(figures.map(({ file }) => file), ["yardstick.svg", "deviation.svg"]);
  assertEquals(figures.every(({ content }) => String(content).startsWith("<svg")), true);
});

Deno.test("a model below its β-VAE is said to be ahead in training, not better at the minimum", async () => {
  const ahead = results().map((part) =>
    part.objective === "grae" && part.judged ? { ...part, judged: { ...part.judged, yardstick: 38 } } : part
  );
  const says = async (parts: readonly PartResult[]): Promise<boolean> =>
    (await trainedChapter(OPTIONS, parts)).words.some((sentence) => sentence.includes("as many steps"));
  assertEquals([await says(results()), await says(ahead)], [false, true]);
});

Deno.test("a cell whose seeds all failed says so, and nothing at all is no error", async () => {
  const { tables } = await trainedChapter(
    OPTIONS,
    results().map((part) => part.objective === "taylor-hessian" && part.beta === 0.5 ? failed(part) : part),
  );
  assertEquals(tables[0]!.rows[0]![2], "failed");
  assertEquals(tables[1]!.rows[0]![1], "failed");
  const everything = await trainedChapter(OPTIONS, results().map(failed));
  assertEquals(everything.figures, []);
  assertMatch(everything.words[0]!, /nothing to compare/);
});

Deno.test("a cell with two of three seeds says so, and one with all of them does not", async () => {
  const options = { ...OPTIONS, seeds: 3 };
  const parts = results(3).map((part) =>
    part.objective === "grae" && part.beta === 1 && part.seed === 1 ? failed(part) : part
  );
  const { tables: [byNats, byPercent, byGrae] } = await trainedChapter(options, parts);
  // The yardsticks have GRAE twice.
  for (const [table, column, cells] of [[byNats, 4, 2], [byPercent, 3, 1], [byGrae, 4, 1]] as const) {
    assertMatch(table!.rows[1]![column]!, /\(2 of 3\)$/);
    assertEquals(table!.rows.flat().filter((cell) => cell.includes(" of 3)")).length, cells);
    assertMatch(table!.caption, /those of 3 seeds that ended/);
  }
  // Without its β-VAE a model has no deviation.
  const orphan = results(3).map((part) =>
    part.objective === "beta-vae" && part.beta === 1 && part.seed === 1 ? failed(part) : part
  );
  assertMatch((await trainedChapter(options, orphan)).tables[1]!.rows[1]![3]!, /\(2 of 3\)$/);
});

Deno.test("trainings that did not end are named with their activation, those of the smooth β-VAE too", async () => {
  const said = (parts: readonly PartResult[]): Promise<string> =>
    sentence(OPTIONS, parts, /^Every training ended|did not end/);
  assertEquals(await said(results()), "Every training ended.");
  const smooth = results().map((part) => part.activation === "tanh" && part.seed === 0 ? failed(part) : part);
  assertMatch(
    await said(smooth),
    /did not end.*: β-VAE with tanh at β = 0\.5 \(1 of 2 seeds\), .* at β = 1 \(/,
  );
  const hessian = results().map((part) =>
    part.objective === "taylor-hessian" && part.beta === 0.5 ? failed(part) : part
  );
  assertMatch(await said(hessian), /Taylor \(Hessian\) with relu at β = 0\.5 \(2 of 2 seeds\)/);
  // With ReLU βI − H_f is always positive definite: that was not why.
  assertEquals((await said(hessian)).includes("unbounded"), false);
  const bent = hessian.map((part) => ({ ...part, activation: "tanh" as const }));
  assertMatch(await sentence({ ...OPTIONS, activation: "tanh" }, bent, /did not end/), /unbounded below/);
});

Deno.test("the two Taylor losses are compared seed by seed, whichever seeds ended", async () => {
  const options = { ...OPTIONS, seeds: 3 };
  const of = (parts: readonly PartResult[]): Promise<string> =>
    sentence(options, parts, /yardsticks of Taylor \(Hessian\) and/);
  const parts = judgedAs(results(3), ({ seed }) => 40 + 3 * seed).map((part) =>
    part.objective === "taylor-hessian" && part.seed === 0 ||
      part.objective === "taylor-jacobian" && part.seed === 2
      ? failed(part)
      : part
  );
  assertMatch(await of(parts), /are the same bit for bit.*train the same model/);
  const moved = judgedAs(
    parts,
    ({ objective, seed, judged }) =>
      judged.yardstick + (objective === "taylor-hessian" && seed === 1 ? 0.5 : 0),
  );
  const differ = await of(moved);
  assertMatch(differ, /differ by at most 0\.50 nats/);
  assertMatch(differ, /rounding, which training amplifies/);
  assertEquals(differ.includes("the same model"), false);
  const neverBoth = parts.map((part) =>
    part.objective === "taylor-hessian" && part.seed === 1 ? failed(part) : part
  );
  assertEquals(await of(neverBoth), "");
});

Deno.test("why the Taylor losses agree is said of piecewise linear decoders alone", async () => {
  const smooth = results().filter(({ activation }) => activation === "relu")
    .map((part) => ({ ...part, activation: "tanh" as const }));
  const said = await sentence({ ...OPTIONS, activation: "tanh" }, smooth, /yardsticks of Taylor/);
  // 40 + β(1 + 0.08 seed) and 40 + 2β(1 + 0.08 seed): at most 1.08.
  assertEquals(said, "The yardsticks of Taylor (Hessian) and Taylor (Jacobian) differ by at most 1.1 nats.");
  const linear = smooth.map((part) => ({ ...part, activation: "identity" as const }));
  const flat = await sentence({ ...OPTIONS, activation: "identity" }, linear, /yardsticks of Taylor/);
  assertMatch(flat, /H_f = JᵀH_pJ/);
  assertEquals(flat.includes("kinks"), false);
});

Deno.test("the error of the draws and the price of mean-field are beside the yardsticks", async () => {
  const { words, tables: [byNats] } = await trainedChapter(OPTIONS, results());
  // 0.01 β.
  assertMatch(byNats!.caption, /standard error of the draws is at most 0\.010 nats/);
  // 0.01 of 40.
  assertMatch(words[0]!, /draws err by at most 0\.025 %/);
  assertMatch(byNats!.caption, /full for GRAE, mean-field for all others/);
  // GRAE: 40 + 3 (1 + 0.08 seed) at β = 1, and 0.25 more.
  assertEquals(byNats!.rows[1]!.slice(4, 5).concat(byNats!.rows[1]!.at(-1)!), [
    "43.12 ± 0.17",
    "43.37 ± 0.17",
  ]);
  assertMatch(words.join("\n"), /mean-field Σ.* by \+0\.250 to \+0\.250 nats/);
});

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { contractionChapter } from "./contraction_chapter.ts";
import { OPTIONS, results } from "./example_results.ts";

Deno.test("orders are fitted at the smallest t: 2 and 1 where the errors are t² and t", async () => {
  const { words, tables, figures } = await contractionChapter(OPTIONS, results());
  const [first] = tables[0]!.rows;
  assertEquals(first!.slice(0, 2), ["0.5", "2.00 ± 0.00"]);
  // 2t + t²/2 over t ≤ 1/8.
  assertAlmostEquals(parseFloat(first![2]!), 1.01, 0.011);
  assertEquals(first![3], "1.00 ± 0.00");
  assertEquals(figures.map(({ file }) => file), ["order.svg"]);
  assertEquals(words[0]!.includes("2.00"), true, words[0]);
});

import { assertEquals } from "@std/assert";
import { alongChapter } from "./along_chapter.ts";
import { OPTIONS, results } from "./example_results.ts";

Deno.test("along a training a gap is split into truncation, the learned Σ and the price of mean-field", async () => {
  const { words, tables, figures } = await alongChapter(OPTIONS, results(), "relu");
  // 0.3 of 30; GRAE* is 0.4 below Taylor (Jacobian), GRAE 0.1 below GRAE*.
  assertEquals(tables[0]!.rows[0]!.slice(0, 4), ["0.5", "30.00", "+0.300 (+1.00 %)", "+0.300 (+1.00 %)"]);
  assertEquals(tables[1]!.rows[0]!.slice(1, 4), ["+0.300", "−0.400", "−0.100"]);
  assertEquals(figures.map(({ file }) => file), ["along-relu.svg", "gap-relu.svg", "terms-relu.svg"]);
  assertEquals(words.some((sentence) => sentence.includes("1.00 %")), true, words.join("\n"));
  assertEquals(words.some((sentence) => /GRAE ≤ GRAE\*.* all 8/.test(sentence)), true, words.join("\n"));
});

import { assertEquals } from "@std/assert";
import { quoted } from "./shell.ts";

Deno.test("a word can be copied into a shell, whatever it holds", () => {
  for (
    const [word, expected] of [
      ["runs/a-1.5_b", "runs/a-1.5_b"],
      ["my runs/$a", "'my runs/$a'"],
      ["~", "'~'"],
      ["it's", "'it'\\''s'"],
      ["ä", "'ä'"],
      ["", "''"],
    ] as const
  ) {
    assertEquals(quoted(word), expected);
  }
});

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { quoted, words } from "./shell.ts";
import "../fixtures/suite_seed.ts";

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

Deno.test("a line has the words that a shell sees in it", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "binary" })), (all) => {
    assertEquals(words(all.map(quoted).join("  ")), all);
  }));
  assertEquals(words(`python3  -c "print(\\"a b\\")" it\\'s a"b"'c'`), [
    "python3",
    "-c",
    'print("a b")',
    "it's",
    "abc",
  ]);
  assertEquals(words(""), []);
  for (const open of ["it's", 'a "b', "a\\"]) assertEquals(words(open), undefined);
});

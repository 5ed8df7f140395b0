import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { mathematicsStyle, typeset } from "./gate/mathematics.ts";
import { laws } from "./laws/mod.ts";

for (const { id, tex } of laws) {
  Deno.test(`[${id}] is typeset as mathematics`, () => {
    const html = typeset(tex);
    assertStringIncludes(html, "<math");
    assertStringIncludes(html, "katex-display");
  });
}

Deno.test("mistakes in TeX are refused: unknown commands, and a backslash lost to an escape", () => {
  assertThrows(() => typeset(String.raw`\nothing`), Error, "Undefined control sequence: \\nothing");
  assertThrows(() => typeset("J^\top"), Error, 'the TeX "J^\\top" holds a control character: use String.raw');
});

Deno.test("the style sheet of formulas has its fonts inside and asks for no file", () => {
  const style = mathematicsStyle();
  const sources = [...style.matchAll(/url\(([^)]{0,40})/g)].map(([, source]) => source!);
  assertEquals(sources.length, 20);
  for (const source of sources) assert(source.startsWith("data:font/woff2;base64,d09GMg"), source);
});

import { assertEquals } from "@std/assert";
import plugin from "./lint_names.ts";

Deno.test("a variable or parameter called of is refused wherever it is declared; a property may be called so", () => {
  const found = (code: string): boolean => Deno.lint.runPlugin(plugin, "a.ts", code).length > 0;
  for (
    const code of [
      "const of = 1;",
      "const f = (of: number) => 1;",
      "const f = (a: number, of = 2) => 1;",
      "function f({ of }: { of: number }) {}",
      "const { a: of } = { a: 1 };",
      "const [of] = [1];",
      "function f(...of: number[]) {}",
      "for (const of of [1]) {}",
      "function of() {}",
    ]
  ) assertEquals(found(code), true, code);
  for (
    const code of [
      "for (const one of [1]) {}",
      "Array.of(1);",
      "const a = { of: 1 };",
      "interface A { of: 1 }",
    ]
  ) {
    assertEquals(found(code), false, code);
  }
});

import { assertEquals } from "@std/assert";
import { BINARIES } from "./embed.ts";

for (const [name, [source, expected]] of Object.entries(BINARIES)) {
  Deno.test(`lib/embedded/${name}.ts holds ${source}`, async () => {
    const { bytes } = await import(`../lib/embedded/${name}.ts`);
    assertEquals(await bytes(), expected);
  });
}

import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path/posix";
import { parseTarGzip } from "nanotar";
import project from "../deno.json" with { type: "json" };
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import notices from "../lib/embedded/NOTICES.md" with { type: "text" };
import { BINARIES } from "./embed.ts";
import { importsIn, namesOfShared, pack } from "./pack.ts";

/** The most bytes that a tarball may have. */
const MOST = 3e6;

Deno.test("imports are read from all forms that esbuild and deno pack write", () => {
  const text = `import {
  a,
  b
} from "one";
import "two";
import * as c from "./three.js";
export * from "four/part.js";
export { type D } from "five";
const { e } = await import("six");
 */ import { f } from "seven";
 */ export type { G } from "eight";
const text = 'from "nine"';
`;
  assertEquals(importsIn(text), "one two ./three.js four/part.js five six seven eight".split(" "));
});

Deno.test("what entries share is named by the order in which it is reached, and nothing has two names", () => {
  const files = new Map([
    ["mod.js", 'import { a } from "./chunk-AAAAAAA1.js";\nawait import("./font-BBBBBBB2.js");\n'],
    ["figure/mod.js", 'import { b } from "../chunk-ZZZZZZZ9.js";\n'],
    ["chunk-AAAAAAA1.js", 'import "./chunk-ZZZZZZZ9.js";\nimport "npm-package";\n'],
    ["chunk-ZZZZZZZ9.js", ""],
    ["font-BBBBBBB2.js", ""],
    ["font-CCCCCCC3.js", ""],
  ]);
  assertEquals([...namesOfShared(files, ["mod.js", "figure/mod.js"])], [
    ["chunk-AAAAAAA1.js", "shared-1.js"],
    ["chunk-ZZZZZZZ9.js", "shared-2.js"],
    ["font-BBBBBBB2.js", "font.js"],
  ]);
  files.set("chunk-ZZZZZZZ9.js", 'import "./font-CCCCCCC3.js";\n');
  assertThrows(
    () => namesOfShared(files, ["mod.js"]),
    Error,
    "modules must have names of their own, but two are font.js",
  );
});

Deno.test("NOTICES.md names every binary file of others", () => {
  for (const name of Object.keys(BINARIES)) assert(notices.includes(`\`${name}\``), name);
});

Deno.test({
  name:
    "the tarball is the same each time, whole, and has nothing of this machine (needs --allow-read=. --allow-write=.test --allow-run=deno)",
  ignore: !mayUseDisk || denoCommand === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const [first, second] = [
        await Deno.readFile(await pack(`${folder}/a`, denoCommand!)),
        // Deeper, so that ways from there are others.
        await Deno.readFile(await pack(`${folder}/an/other`, denoCommand!)),
      ];
      assertEquals(first, second);
      assert(first.length < MOST, `${first.length} bytes`);
      const files = new Map(
        (await parseTarGzip(first)).map(({ name, text }) => [name.slice("package/".length), text] as const),
      );
      const manifest = JSON.parse(files.get("package.json")!);
      assertEquals(Object.keys(manifest.exports), Object.keys(project.exports));
      const reached = new Set<string>(), packages = new Set<string>();
      const follow = (path: string): void => {
        if (reached.has(path)) return;
        reached.add(path);
        const text = files.get(path);
        if (text === undefined) throw new Error(`${path} is not in the tarball`);
        for (const specifier of importsIn(text)) {
          if (!specifier.startsWith(".")) packages.add(specifier);
          else {
            const target = join(path, "..", specifier);
            follow(path.endsWith(".d.ts") ? target.replace(/\.js$/, ".d.ts") : target);
          }
        }
      };
      for (const entry of Object.values(manifest.exports) as { types: string; default: string }[]) {
        follow(join(entry.types)), follow(join(entry.default));
      }
      for (const name of packages) {
        // Node's own would keep it from browsers.
        const known = Object.keys(manifest.dependencies).some((known) =>
          name === known || name.startsWith(`${known}/`)
        );
        assert(known, `${name} is no dependency`);
      }
      for (const [path, text] of files) {
        if (!/\.(?:js|d\.ts|map)$/.test(path)) continue;
        assert(!/^(?:bench|docs|experiments|tools)\/|_test\./.test(path), path);
        assert(!/file:\/\//.test(text) && !text.includes(ROOT), `${path} names this machine`);
        if (path.endsWith(".js")) {
          assert(reached.has(path), `${path} is reached from no export`);
          assert(text.includes(`//# sourceMappingURL=${path.split("/").at(-1)}.map`), path);
          assert(files.has(`${path}.map`), `${path}.map`);
        }
      }
      for (const path of ["README.md", "LICENSE", "NOTICES.md"]) assert(files.has(path), path);
    }),
});

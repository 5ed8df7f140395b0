import { assertEquals } from "@std/assert";
import { standardOf } from "./options.ts";
import { powers } from "../../fixtures/runs/powers.ts";
import { type AnyStudy, conduct, type PartContext, resolved, tablesOf } from "./study.ts";

Deno.test("a run's options are its study's own, though a study hands on all values that it is given", () => {
  const study: AnyStudy = powers();
  const own = standardOf(study.options);
  const values = { ...own, quick: true, seed: 3, out: "runs/x", resume: null, engine: "auto", quiet: false };
  assertEquals(resolved(study, values, new Set()), { ...own, quick: true, seed: 3 });
});

Deno.test("the tables of a conclusion are its own, then those of its figures, of which some have none", () => {
  const table = (file: string) => ({ file, title: "", caption: "", head: [], rows: [] });
  const figure = (file: string) => ({ file, title: "", caption: "", content: "" });
  const [own, data] = [table("own.csv"), table("data.csv")];
  const figures = [figure("a.png"), { ...figure("b.svg"), data }, figure("c.png")];
  assertEquals(tablesOf({ figures, tables: [own] }), [own, data]);
});

Deno.test("a study that is conducted keeps the files of its parts as bytes, texts as UTF-8", async () => {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const bytes = Uint8Array.of(1, 2);
  const writing = {
    prepare: () =>
      Promise.resolve({
        data: null,
        parts: [{
          ...{ name: "one", weight: 1 },
          run: async ({ files }: PartContext) => {
            await files.write("text", "ε");
            await files.write("bytes", bytes);
            // What is kept is what was written then.
            bytes[0] = 9;
            return [await files.read("text"), await files.read("bytes"), await files.read("none")];
          },
        }],
        conclude: (results: readonly unknown[]) =>
          Promise.resolve({ results, numbers: {}, answer: "", caveat: "", figures: [], tables: [] }),
      }),
  };
  const { results } = await conduct(writing, { quick: false, seed: 0 }, undefined, "wasm", kept);
  const found = [Uint8Array.of(0xce, 0xb5), Uint8Array.of(1, 2)];
  assertEquals(results, [[...found, null]]);
  assertEquals([...kept], [["text", found[0]!], ["bytes", found[1]!]]);
});

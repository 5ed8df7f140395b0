import { assert, assertEquals } from "@std/assert";
import { inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { examine, type Law, laws } from "../laws.ts";
import { oracle } from "../properties/oracle/mod.ts";
import { type Mutant, mutants } from "../properties/mutants/mod.ts";
import { toFileUrl } from "@std/path";
import page from "./new-law.md" with { type: "text" };

/** A module of the page as it would be at its place in the repository. */
async function moduleAt<T>(folder: string, place: string, text: string): Promise<T> {
  const from = new URL(place, toFileUrl(`${ROOT}/`));
  const moved = text.replaceAll(/from "(\.[^"]+)"/g, (_, path) => `from "${new URL(path, from).href}"`);
  const file = `${folder}/${place.replaceAll("/", "_")}`;
  await Deno.writeTextFile(file, moved);
  return await import(toFileUrl(file).href);
}

Deno.test({
  name:
    "the law of new-law.md holds on the oracle and rejects the faults of the page (needs --allow-read=. --allow-write=.test)",
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      const [stated, planted] = [...page.matchAll(/^```ts ignore\n(.*?)^```$/gms)].map(([, text]) => text!);
      const { G10 } = await moduleAt<{ G10: Law }>(folder, "properties/laws/grae/scale.ts", stated!);
      const run = { seed: 20200, cases: 100, engine: "oracle" };
      const { verdict, cases, failure } = await examine(G10, oracle, run);
      assertEquals([verdict, cases], ["holds", 100 * G10.clauses.length], failure?.message);

      const place = "properties/mutants/volume.ts";
      const around = await Deno.readTextFile(`${ROOT}/${place}`);
      const text = `${around}\nexport const faults = planted({ ${planted} });`;
      const { faults } = await moduleAt<{ faults: readonly Mutant[] }>(folder, place, text);
      for (const { id, subject, rejectedBy } of faults) {
        assert(!mutants.some((mutant) => mutant.id === id), `there is a fault ${id} already`);
        for (const law of [G10, ...laws].filter((law) => rejectedBy.includes(law.id))) {
          assertEquals((await examine(law, subject, run)).verdict, "failed", `${law.id} must reject ${id}`);
        }
      }
      assertEquals(faults.length, 2);
    }),
});

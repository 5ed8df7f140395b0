import { assert, assertEquals } from "@std/assert";
import { inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { examine, type Law } from "../laws.ts";
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

      const faultText = `import { mutant } from "../mutant.ts";
        import { overColumns, withVolume } from "./with_volume.ts";
        export const fault = ${planted}`;
      const place = "properties/mutants/volume/grae_star.ts";
      const { fault } = await moduleAt<{ fault: Mutant }>(folder, place, faultText);
      const known = mutants.find(({ id }) => id === "star-norm-not-squared")!;
      for (const { id, subject } of [fault, known]) {
        assert((await examine(G10, subject, run)).verdict === "failed", `G10 must reject ${id}`);
      }
      assert(!mutants.some(({ id }) => id === fault.id), "the page plants a fault that there is already");
    }),
});

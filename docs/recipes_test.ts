import { assert, assertEquals, assertMatch } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { commandsOf, filesOf, printedBy } from "./page_files.ts";
import page from "./recipes.md" with { type: "text" };

/** From and to of a loss, after a name. */
const lossesOf = (printed: string, name: string): number[] =>
  new RegExp(`^${name}: (-?[\\d.]+) to (-?[\\d.]+)`, "m").exec(printed)!.slice(1).map(Number);

Deno.test({
  name:
    "the recipes' files and commands do what the page says (needs --allow-read=. --allow-write=.test --allow-run=deno)",
  ignore: !mayUseDisk || denoCommand === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const files = filesOf(page), commands = commandsOf(page);
      assertEquals(commands.map((args) => args.at(-1)), [...files.keys()]);
      await Deno.copyFile(`${ROOT}/fixtures/foreign/torch_vae.safetensors`, `${folder}/vae.safetensors`);
      const printed = await printedBy(page, folder);
      assertMatch(
        printed.get("csv.ts")!,
        /^held-out loss -?[\d.]+ after epoch \d+; stopped early: (true|false)$/m,
      );
      const [, from, to] = /^went on from step (\d+) to (\d+)$/m.exec(printed.get("go_on.ts")!)!.map(Number);
      assert(to! > from!, "a saved training goes on");
      assertMatch(printed.get("go_on.ts")!, /^variances Float32Array\(4\)/m);
      const foreign = printed.get("foreign.ts")!;
      assertMatch(foreign, /^betaVaeLoss [\d.]+\ngraeLoss [\d.]+\nmean \|JᵀJ\| Float32Array\(4\)/);
      assertMatch(foreign, /^variances Float32Array\(2\).*\npredicted Float32Array\(2\)/m);
      const models = printed.get("likelihood.ts")!;
      for (const name of ["student-t", "one sigma", "six sigmas", "laplace prior"]) {
        const [first, last] = lossesOf(models, name);
        assert(last! < first!, `${name}: ${first} to ${last}`);
      }
      const [first, last] = lossesOf(printed.get("optimiser.ts")!, "sign descent");
      assert(last! < first!);
      // The data spread by 0.1, of which a model of two latents may explain a part.
      const sigma = Number(/^one sigma: .* ([\d.]+)$/m.exec(models)![1]);
      assert(sigma > 0.05 && sigma < 0.12, `the learned σ is ${sigma}`);
      const [, own, derived] = /^losses ([\d.]+) and ([\d.]+)$/m.exec(printed.get("decoder.ts")!)!.map(
        Number,
      );
      assert(Math.abs(own! - derived!) < 0.01 * own!, `the same decoder: ${own} and ${derived}`);
      assertMatch(printed.get("laws_of_mine.ts")!, /^mine: verified by [A-Z]\d/);
    }),
});

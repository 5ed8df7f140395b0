import { assert, assertEquals, assertMatch } from "@std/assert";
import { denoCommand, inFolder, mayUseDisk, ROOT } from "../fixtures/temporary_folder.ts";
import { childCommand } from "../tools/process.ts";
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
      assertMatch(
        printed.get("layers.ts")!,
        /^as predict: true\ngraeLoss [\d.]+\nvariances Float32Array\(2\)/,
      );
      const models = printed.get("likelihood.ts")!;
      for (const name of ["student-t", "one sigma", "six sigmas", "laplace prior"]) {
        const [first, last] = lossesOf(models, name);
        assert(last! < first!, `${name}: ${first} to ${last}`);
      }
      assertEquals(
        printed.get("likelihood_check.ts"),
        ["student-t", "one sigma", "two sigmas", "laplace"].map((name) => `${name}: as by the other route\n`)
          .join(""),
      );
      const [first, last] = lossesOf(printed.get("optimiser.ts")!, "sign descent");
      assert(last! < first!);
      // The data spread by 0.1, of which a model of two latents may explain a part.
      const sigma = Number(/^one sigma: .* ([\d.]+)$/m.exec(models)![1]);
      assert(sigma > 0.05 && sigma < 0.12, `the learned σ is ${sigma}`);
      const [, own, derived] = /^losses ([\d.]+) and ([\d.]+)$/m.exec(printed.get("decoder.ts")!)!.map(
        Number,
      );
      assert(Math.abs(own! - derived!) < 0.01 * own!, `the same decoder: ${own} and ${derived}`);
      const images = printed.get("images.ts")!, [before, after] = lossesOf(images, "images");
      assert(after! < before!, `images: ${before} to ${after}`);
      assertMatch(images, /^JᵀJ 1 × 4 × 4$/m);
      assertMatch(printed.get("laws_of_mine.ts")!, /^mine: verified by [A-Z]\d/);
    }),
});

/** Mistakes in the page's likelihoods and prior: what is written, and what somebody might write. */
const MISTAKES: readonly (readonly [right: string, wrong: string, named: string])[] = [
  ["0.75 * Math.sqrt(Math.PI)", "0.5 * Math.sqrt(Math.PI)", "log p of student-t"],
  ["const weight = 6 /", "const weight = 5 /", "the curvature of student-t"],
  ["(6 / (5 * s * s), tf.sub(x, g))", "(5 / (5 * s * s), tf.sub(x, g))", "the gradient of student-t"],
  ["tf.sub(tf.square(u), 1)", "tf.square(u)", "the gradient of one sigma"],
  ["Math.sqrt(2 * data / scales)", "Math.sqrt(2 / scales)", "the curvature of one sigma"],
  ["latents * Math.LN2", "Math.LN2", "the divergence to laplace"],
];

Deno.test({
  name:
    "the page's other route rejects mistakes in a likelihood and a prior (needs --allow-read=. --allow-write=.test --allow-run=deno)",
  ignore: !mayUseDisk || denoCommand === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const files = filesOf(page);
      const right = files.get("likelihood.ts")!;
      await Deno.writeTextFile(`${folder}/likelihood_check.ts`, files.get("likelihood_check.ts")!);
      for (const [written, wrong, named] of MISTAKES) {
        assertEquals(right.split(written).length, 2, written);
        await Deno.writeTextFile(`${folder}/likelihood.ts`, right.replace(written, wrong));
        const command = childCommand(denoCommand!, {
          args: ["run", "-q", "--no-prompt", "likelihood_check.ts"],
          cwd: folder,
        });
        const { code, stderr } = await command.output();
        const said = new TextDecoder().decode(stderr);
        assertEquals(code, 1, wrong);
        assertMatch(said, new RegExp(`Error: ${named} is .* by the other route`), wrong);
      }
    }),
});

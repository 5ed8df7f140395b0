import { assert, assertEquals } from "@std/assert";
import { inFolder, mayUseDisk } from "../fixtures/temporary_folder.ts";
import { read, startEngine, tf } from "../lib/engine/mod.ts";
import { bindModel } from "../lib/model/mod.ts";
import { betaVaeLossAt } from "../lib/objective/mod.ts";
import type { Child } from "./child.ts";
import { descriptionOf } from "./description.ts";
import { difference } from "./equality.ts";
import type { ImplementationId } from "./implementation.ts";
import { statusOf } from "./main.ts";
import { makeProblem } from "./make_problem.ts";
import { prepareAll } from "./prepared.ts";
import type { Values } from "./problem.ts";
import { SMALL } from "./shape.ts";

/** The β-VAE loss of the small problem, and the same with two mistakes that people make. */
async function losses(): Promise<{ right: number; overPixels: number; wrongSign: number }> {
  await startEngine("wasm");
  const problem = await makeProblem(SMALL, "beta-vae");
  const tensor = ({ values, shape }: Values): tf.Tensor => tf.tensor(values, [...shape]);
  const model = bindModel(descriptionOf(SMALL, "beta-vae"), problem.parameters.map(tensor));
  const noise = tf.reshape(tensor(problem.noise), [1, SMALL.batch, SMALL.latent]);
  const { terms: { reconstruction, kl } } = betaVaeLossAt(model, tensor(problem.x), noise, SMALL.beta);
  const [energy, divergence] = [(await read(tf.mean(reconstruction!)))[0]!, (await read(tf.mean(kl!)))[0]!];
  return {
    right: energy + divergence,
    overPixels: energy / SMALL.data + divergence,
    wrongSign: energy - divergence,
  };
}

/** A child that gives the same loss always. */
const saying = (id: ImplementationId, loss: number) => {
  const ask = () => Promise.resolve({ losses: [loss, loss, loss, loss], chosen: "" });
  return { id, child: { ask } as unknown as Child };
};

Deno.test("losses are equal to 1e-4 of them, before the first update and after three", () => {
  assertEquals(difference([100, 7, 8, 50], [100.009, 1, 2, 49.9951]), null);
  assertEquals(
    difference([100.02, 0, 0, 50], [100, 0, 0, 50]),
    "before the first update its loss is 100.02, but must be 100 to 0.0001 of it",
  );
  assert(difference([100, 0, 0, 50.01], [100, 0, 0, 50])!.startsWith("after 3 updates its loss is 50.01"));
});

Deno.test("a loss that is no number, or missing, is not equal to any", () => {
  assert(difference([NaN, 1, 1, 1], [1, 1, 1, 1]) !== null);
  assert(difference([1, 1, 1, Infinity], [1, 1, 1, Infinity]) !== null);
  assert(difference([1], [1, 1, 1, 1]) !== null);
});

Deno.test({
  name:
    "a peer that means over pixels, and one whose KL has the wrong sign, are reported and not timed, and the status is 1 (needs --allow-read=. --allow-write=.test)",
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      const { right, overPixels, wrongSign } = await losses();
      const running = [
        saying("torch-eager-hand", overPixels),
        saying("grae-wasm", right),
        saying("jax-hand", wrongSign),
        saying("stock", right * (1 + 1e-6)),
      ];
      const { ready, different } = await prepareAll(folder, running, SMALL, "beta-vae");
      assertEquals(ready.map((one) => one.running.id), ["grae-wasm", "stock"]);
      assertEquals(different.map(({ id, computed }) => [id, computed]), [
        ["torch-eager-hand", true],
        ["jax-hand", true],
      ]);
      assertEquals(statusOf({ different }), 1);
      assertEquals(statusOf({ different: different.map((one) => ({ ...one, computed: false })) }), 0);
      assertEquals(names(folder), []);
    }),
});

const names = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name);

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { key, startEngine, tf } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { bindModel, initialModelParameters } from "../../lib/model/mod.ts";
import { betaVaeLoss, graeLoss, graeStarLoss } from "../../lib/objective/mod.ts";
import type { DecidedLoss } from "../../lib/training/mod.ts";
import { evaluate } from "./evaluate.ts";
import { imagesOf } from "./images.ts";
import { type DigitsModel, setUp } from "./setup.ts";

const MODEL: DigitsModel = {
  objective: "beta-vae",
  posterior: "mean-field",
  likelihood: "gaussian",
  beta: 0.3,
  latent: 3,
  block: null,
  hidden: [10],
  activation: "tanh",
};

Deno.test("no two batches or draws of a score have the same key, and the same key gives the same scores", async () => {
  await startEngine("wasm");
  const digits = (await loadDigits()).heldOut;
  const setup = setUp(MODEL, 784);
  const parameters = initialModelParameters(setup.description, key(4));
  const keys: string[] = [];
  const loss: DecidedLoss = (model, x, k) => {
    keys.push(k.join());
    return betaVaeLoss(model, x, k, 0.3);
  };
  const scores = await evaluate({ ...setup, loss }, parameters, digits, 0.3, key(5));
  assertEquals(scores.images, 1000);
  assert(keys.length > 2, `${keys.length} draws`);
  assertEquals(new Set(keys).size, keys.length);
  const again = await evaluate({ ...setup, loss }, parameters, digits, 0.3, key(5));
  assertEquals(again, scores);
  tf.dispose([...parameters]);
});

Deno.test("scores are the means of the losses over the data that were given, at the β that was given", async () => {
  await startEngine("wasm");
  const digits = take((await loadDigits()).heldOut, 60);
  const setup = setUp(MODEL, 784);
  const parameters = initialModelParameters(setup.description, key(4));
  const at = async (beta: number): Promise<Record<string, number>> => {
    const { yardsticks } = await evaluate(setup, parameters, digits, beta, key(5));
    return Object.fromEntries(Object.entries(yardsticks).map(([name, { value }]) => [name, value]));
  };
  for (const beta of [0.1, 1, 4]) {
    const scope = tf.openScope();
    const model = bindModel(setup.description, parameters);
    const found = await at(beta);
    for (const [name, loss] of Object.entries({ grae: graeLoss, "grae-star": graeStarLoss })) {
      const values = Array.from(
        { length: 60 },
        (_, i) => loss(model, imagesOf(digits, i, i + 1), key(0), beta).loss.dataSync()[0]!,
      );
      const mean = values.reduce((a, b) => a + b, 0) / 60;
      // Sums of 784 squares in float32, cut into other batches.
      assertAlmostEquals(found[name]!, mean, 1e-5 * mean, `${name} at ${beta}`);
    }
    scope.close();
  }
  tf.dispose([...parameters]);
});

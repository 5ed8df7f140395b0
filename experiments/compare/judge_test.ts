import { assertAlmostEquals, assertEquals } from "@std/assert";
import { key, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { bindModel, initialModelParameters, withOptimalPosterior } from "../../lib/model/mod.ts";
import { betaVaeLoss, graeLoss } from "../../lib/objective/mod.ts";
import { imagesOf } from "../digits/images.ts";
import { setUp } from "../digits/setup.ts";
import { COMPARED } from "./compared.ts";
import { judge } from "./judge.ts";

Deno.test("every objective's model is judged by the β-VAE loss less its constant, with the posterior that is its own", async () => {
  await startEngine("wasm");
  const digits = take((await loadDigits()).heldOut, 30);
  for (const { objective, posterior } of COMPARED) {
    const setup = setUp({
      objective,
      posterior,
      likelihood: "gaussian",
      beta: 0.5,
      latent: 2,
      block: null,
      hidden: [8],
      activation: "relu",
    }, 784);
    const parameters = initialModelParameters(setup.description, key(6));
    const before = tf.memory().numTensors;
    const { yardstick, standardError, grae, reconstruction } = await judge(
      { setup, parameters },
      digits,
      0.5,
      key(0),
    );
    assertEquals(tf.memory().numTensors, before);
    const expected = tf.tidy(() => {
      const x = imagesOf(digits, 0, 30);
      const plain = bindModel(setup.description, parameters);
      const model = posterior ? plain : withOptimalPosterior(plain, setup.family, 0.5);
      const ofGrae = graeLoss(plain, x, key(0), 0.5);
      return [
        betaVaeLoss(model, x, key(9), 0.5, { samples: 64 }).loss,
        ofGrae.loss,
        tf.mean(ofGrae.terms.reconstruction!),
      ];
    });
    const [betaVae, byGrae, energy] = await Promise.all(expected.map(async (t) => (await read(t))[0]!));
    tf.dispose(expected);
    // Other noise: the reference has a fourth of the error of 4 draws, so five of its standard errors are 5.2 of these.
    assertAlmostEquals(yardstick, betaVae! - 392 * Math.log(2 * Math.PI), 5.2 * standardError, objective);
    // Means of float32 sums of about 50.
    assertAlmostEquals(grae, byGrae!, 1e-4, objective);
    assertAlmostEquals(reconstruction, energy!, 1e-4, objective);
    tf.dispose(parameters);
  }
});

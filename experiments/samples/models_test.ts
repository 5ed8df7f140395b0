import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { foldIn, key as keyOfSeed, normal, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { suiteKey as key, suiteSeed } from "../../fixtures/suite_seed.ts";
import { loadFixture, take } from "../../lib/data/mod.ts";
import { bindModel, initialModelParameters, type Model } from "../../lib/model/mod.ts";
import { imagesOf } from "../digits/images.ts";
import { type DigitsModel, setUp } from "../digits/setup.ts";
import { decoded, latentsOf } from "./models.ts";

const [COUNT, LATENT, BETA] = [20, 3, 0.2];
const OPTIONS: DigitsModel = {
  objective: "beta-vae",
  posterior: "mean-field",
  likelihood: "gaussian",
  beta: BETA,
  latent: LATENT,
  block: null,
  hidden: [12],
  activation: "tanh",
};
/** The seed of a run's options. */
const seedOf = (): number => suiteSeed(9);
/** The noise of the prior's latents, 3, or that of the aggregate posterior's, 4. */
const noiseOf = (stream: 3 | 4): Float32Array => normal(foldIn(keyOfSeed(seedOf()), stream), COUNT * LATENT);

/** What a model of these options, with initial parameters of some size, gives, and its latents for the digits of the fixture. */
async function withModel<T>(
  options: DigitsModel,
  size: number,
  use: (model: Model, latents: ReturnType<typeof latentsOf>) => Promise<T>,
): Promise<T> {
  await startEngine("wasm");
  const digits = take(await loadFixture(), COUNT);
  const setup = setUp(options, { height: 28, width: 28 });
  const { description } = setup;
  const scope = tf.openScope();
  try {
    const parameters = initialModelParameters(description, key(2)).map((p) => tf.mul(size, p));
    const model = bindModel(description, parameters);
    return await use(model, latentsOf({ setup }, model, { beta: BETA, seed: seedOf() }, digits));
  } finally {
    scope.close();
  }
}

Deno.test("latents from the prior are the noise", async () => {
  await withModel(OPTIONS, 1, async (_, latents) => {
    const z = latents.prior(5, 9);
    assertEquals(z.shape, [4, LATENT]);
    assertEquals(await read(z), noiseOf(3).subarray(5 * LATENT, 9 * LATENT));
  });
});

Deno.test("latents from the aggregate posterior are h + σε of their own digit, where σ is learned", async () => {
  const digits = await loadFixture();
  await withModel(OPTIONS, 1, async (model, latents) => {
    const z = await read(latents.aggregate(5, 9));
    const { mean, raw } = model.encode(imagesOf(digits, 5, 9));
    const [h, log] = [await read(mean), await read(raw!)];
    const from = 5 * LATENT, noise = noiseOf(4);
    z.forEach((value, i) => assertAlmostEquals(value, h[i]! + Math.exp(log[i]!) * noise[from + i]!, 1e-6));
    assertEquals(z.length, 4 * LATENT);
  });
});

for (const [objective, family] of [["grae", "full"], ["grae-star", "mean-field"]] as const) {
  Deno.test(`latents of ${objective} are h + Lε with the optimal Σ of the ${family} family`, async () => {
    const digits = await loadFixture();
    const options: DigitsModel = { ...OPTIONS, objective, posterior: null };
    await withModel(options, 3, async (model, latents) => {
      const z = await read(latents.aggregate(0, COUNT));
      const { mean } = model.encode(imagesOf(digits, 0, COUNT));
      const [h, gram] = [await read(mean), await read(model.decoder.gram(mean))];
      const noise = noiseOf(4);
      for (let row = 0; row < COUNT; row++) {
        // ε = L⁻¹(z − h), so ‖ε‖² = (z − h)ᵀ(I + G/β)(z − h), G cut down to its diagonal for mean-field.
        let [found, expected] = [0, 0];
        for (let i = 0; i < LATENT; i++) {
          const at = row * LATENT + i;
          expected += noise[at]! ** 2;
          found += (z[at]! - h[at]!) ** 2;
          for (let j = 0; j < LATENT; j++) {
            if (family === "mean-field" && i !== j) continue;
            const g = gram[(row * LATENT + i) * LATENT + j]!;
            found += (z[at]! - h[at]!) * g * (z[row * LATENT + j]! - h[row * LATENT + j]!) / BETA;
          }
        }
        // Rounding of z − h in float32, over standard deviations of about a hundredth of h.
        assertAlmostEquals(found / expected, 1, 1e-4);
      }
    });
  });
}

Deno.test("digits are the decoder's means, cut off at 0 and 1", async () => {
  await withModel(OPTIONS, 3, async (model, { prior }) => {
    const z = prior(0, COUNT);
    const [shown, means] = [await read(decoded(model, z)), await read(model.decoder.apply(z))];
    assert(means.some((v) => v < 0) && means.some((v) => v > 1), "nothing to cut off");
    assertEquals([...shown], [...means].map((v) => Math.min(1, Math.max(0, v))));
  });
});

Deno.test("a mean that is no finite number stays none: no cut makes a pixel of it", async () => {
  await withModel(OPTIONS, NaN, async (model, { prior }) => {
    const shown = await read(decoded(model, prior(0, COUNT)));
    assert(shown.every(Number.isNaN), shown.join());
  });
});

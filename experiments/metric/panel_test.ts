import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { type Dataset, loadDigits, loadFixture, select, take } from "../../lib/data/mod.ts";
import { foldIn, key as keyOfSeed, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { suiteKey as key, suiteSeed } from "../../fixtures/suite_seed.ts";
import { bindModel, initialModelParameters, optimalCovariance } from "../../lib/model/mod.ts";
import { fitDigits, INITIAL } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { meanMetric } from "../digits/evaluate.ts";
import type { PosteriorName } from "../digits/names.ts";
import { type Setup, setUp } from "../digits/setup.ts";
import { standardOf } from "../runner/options.ts";
import { offBlockRatio } from "./measures.ts";
import { PANELS, trainPanel, variancesOf } from "./panel.ts";
import { metricStudy } from "./study.ts";

const QUICK = standardOf(metricStudy.options, true);

Deno.test("the metric before training is that of the initial weights, and after it that of the trained ones", async () => {
  await startEngine("wasm");
  const digits = await loadDigits();
  const split = { ...digits, train: take(digits.train, 96), heldOut: take(digits.heldOut, 40) };
  const options = { ...QUICK, hidden: [12], epochs: 2 };
  const watch = { signal: new AbortController().signal, progress: () => {}, keep: () => {} };
  const [panel] = PANELS, seed = suiteSeed(5);
  const { metric, ratio } = await trainPanel(options, panel!, seed, split, watch);
  const { label: _, family: posterior, ...sizes } = panel!;
  const model = {
    ...options,
    ...sizes,
    objective: "beta-vae",
    posterior,
    likelihood: "gaussian",
    seed,
  } as const;
  const { setup, parameters } = await fitDigits(model, split, watch);
  const initial = initialModelParameters(setup.description, foldIn(keyOfSeed(seed), INITIAL));
  assertEquals(metric.before, await meanMetric(setup, initial, split.heldOut));
  assertEquals(metric.after, await meanMetric(setup, parameters, split.heldOut));
  assertNotEquals(metric.before, metric.after);
  assertEquals(ratio, { before: offBlockRatio(metric.before, 2), after: offBlockRatio(metric.after, 2) });
});

const [LATENT, BETA] = [4, 0.3];

function model(
  posterior: PosteriorName,
  hidden: readonly number[] = [10],
): { setup: Setup; parameters: tf.Tensor[] } {
  const setup = setUp({
    objective: "beta-vae",
    posterior,
    likelihood: "gaussian",
    beta: BETA,
    latent: LATENT,
    block: posterior === "block" ? 2 : null,
    hidden,
    activation: "relu",
  }, { height: 28, width: 28 });
  return { setup, parameters: initialModelParameters(setup.description, key(4)) };
}

Deno.test("found is diag Σ of the learned posterior in every family, image by image and latent by latent", async () => {
  await startEngine("wasm");
  const digits = take(await loadFixture(), 6);
  for (const posterior of ["isotropic", "mean-field", "block", "full"] as const) {
    const { setup, parameters } = model(posterior);
    const pairs = await variancesOf(setup, parameters, digits, BETA, 1000);
    const covariance = tf.tidy(() =>
      bindModel(setup.description, parameters).posterior(imagesOf(digits, 0, 6)).covariance()
    );
    const sigma = await covariance.array() as number[][][];
    const diagonals = sigma.flatMap((matrix) => matrix.map((row, k) => row[k]!));
    assertEquals(pairs.length, 6 * LATENT);
    // Squares and exponentials of float32 numbers near 1.
    pairs.forEach(({ found }, i) => assertAlmostEquals(found, diagonals[i]!, 1e-5 * diagonals[i]!));
  }
});

Deno.test("predicted is the mean-field optimum of the same decoder at the same image", async () => {
  await startEngine("wasm");
  const digits = take(await loadFixture(), 6);
  const { setup, parameters } = model("block");
  const pairs = await variancesOf(setup, parameters, digits, BETA, 1000);
  const optimum = tf.tidy(() => {
    const bound = bindModel(setup.description, parameters);
    const { tangents } = bound.weightedJacobian(bound.encode(imagesOf(digits, 0, 6)).mean);
    return optimalCovariance({ name: "mean-field", block: 1 }, tangents, BETA).covariance;
  });
  const sigma = await optimum.array() as number[][][];
  const expected = sigma.flatMap((matrix) => matrix.map((row, k) => row[k]!));
  assertEquals(pairs.length, expected.length);
  // float32: a sum of 784 squares, and one division.
  pairs.forEach(({ predicted }, i) => assertAlmostEquals(predicted, expected[i]!, 1e-5));
});

Deno.test("predicted follows from the slopes of the decoder: β/(β + ‖(g(h + t e_k) − g(h − t e_k))/2t‖²)", async () => {
  await startEngine("wasm");
  const digits = take(await loadFixture(), 1);
  // Without hidden layers the decoder is linear, and a difference is a derivative for every t.
  const { setup, parameters } = model("mean-field", []);
  const pairs = await variancesOf(setup, parameters, digits, BETA, 1000);
  const bound = bindModel(setup.description, parameters);
  const h = await read(bound.encode(imagesOf(digits, 0, 1)).mean);
  for (let k = 0; k < LATENT; k++) {
    const at = async (t: number): Promise<Float32Array> =>
      await read(bound.decoder.apply(tf.tensor(h.map((v, i) => i === k ? v + t : v), [1, LATENT])));
    const [above, below] = [await at(1), await at(-1)];
    const square = above.reduce((sum, v, i) => sum + ((v - below[i]!) / 2) ** 2, 0);
    // Differences of float32 numbers of about 1, over 784 pixels.
    assertAlmostEquals(pairs[k]!.predicted, BETA / (BETA + square), 1e-4);
  }
});

Deno.test("a sample has whole images only, spread evenly over the data, no more pairs than asked for", async () => {
  await startEngine("wasm");
  const digits = take(await loadFixture(), 20);
  const { setup, parameters } = model("mean-field");
  const variances = (dataset: Dataset, pairs: number): ReturnType<typeof variancesOf> =>
    variancesOf(setup, parameters, dataset, BETA, pairs);
  const sample = await variances(digits, 5 * LATENT + 3);
  const fifth = select(digits, Uint32Array.of(0, 4, 8, 12, 16), "every fourth");
  assertEquals(sample, await variances(fifth, 1000));
  assertEquals(await variances(digits, 5 * LATENT + 3), sample);
  assertEquals((await variances(digits, 300)).length, 20 * LATENT);
});

Deno.test("a sample leaves no tensor", async () => {
  await startEngine("wasm");
  const digits = take(await loadFixture(), 3);
  const { setup, parameters } = model("full");
  const before = tf.memory().numTensors;
  await variancesOf(setup, parameters, digits, BETA, 100);
  assertEquals(tf.memory().numTensors, before);
});

import { assert, assertAlmostEquals } from "@std/assert";
import { key, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { loadDigits, select, take } from "../../lib/data/mod.ts";
import { bindModel, initialModelParameters } from "../../lib/model/mod.ts";
import { imagesOf } from "./images.ts";
import { meanMetric } from "./mean_metric.ts";
import { type DigitsModel, setUp } from "./setup.ts";

const MODEL: Omit<DigitsModel, "latent" | "block"> = {
  objective: "beta-vae",
  posterior: "block",
  likelihood: "gaussian",
  beta: 0.2,
  hidden: [12],
  activation: "relu",
};

Deno.test("the mean metric over more digits than go at once is the mean over its parts", async () => {
  await startEngine("wasm");
  const { heldOut } = await loadDigits();
  const setup = setUp({ ...MODEL, latent: 2, block: 2 }, heldOut.height * heldOut.width);
  const parameters = initialModelParameters(setup.description, key(3));
  const over = async (dataset: typeof heldOut): Promise<number[]> =>
    (await meanMetric(setup, parameters, dataset)).flat();
  const rest = Uint32Array.from({ length: 70 }, (_, i) => 500 + i);
  const [whole, first, second] = [
    await over(take(heldOut, 570)),
    await over(take(heldOut, 500)),
    await over(select(heldOut, rest, "the rest")),
  ];
  // Sums in float32 of at most 500 values of about 1.
  whole.forEach((value, i) => assertAlmostEquals(value, (500 * first[i]! + 70 * second[i]!) / 570, 1e-5));
});

Deno.test("the mean metric is the mean of |JᵀJ| and not |mean JᵀJ|, with the J that differences of the decoder give", async () => {
  await startEngine("wasm");
  const digits = take((await loadDigits()).heldOut, 24);
  const setup = setUp({ ...MODEL, latent: 3, block: 1, activation: "tanh" }, 784);
  // Larger weights than at the start, so that columns of J turn from digit to digit.
  const parameters = initialModelParameters(setup.description, key(3)).map((w) => tf.mul(4, w));
  const { decoder, encode } = bindModel(setup.description, parameters);
  const h = encode(imagesOf(digits, 0, 24)).mean;
  const step = 2 ** -6;
  const columns = await Promise.all([0, 1, 2].map(async (k) => {
    const along = tf.mul(step, tf.tensor([0, 1, 2].map((i) => Number(i === k))));
    return await read(
      tf.div(tf.sub(decoder.apply(tf.add(h, along)), decoder.apply(tf.sub(h, along))), 2 * step),
    );
  }));
  const found = await meanMetric(setup, parameters, digits);
  let cancelled = 0;
  for (let i = 0; i < 3; i++) {
    for (let k = 0; k < 3; k++) {
      const products = Array.from({ length: 24 }, (_, b) => {
        const [left, right] = [columns[i]!, columns[k]!].map((c) => c.subarray(b * 784, (b + 1) * 784));
        return left!.reduce((sum, v, n) => sum + v * right![n]!, 0);
      });
      const mean = (of: (v: number) => number): number => products.reduce((sum, v) => sum + of(v), 0) / 24;
      if (Math.abs(mean((v) => v)) < 0.9 * mean(Math.abs)) cancelled++;
      // Central differences are off by step²/6 times the third derivative; the entries are sums of 784 products.
      assertAlmostEquals(
        found[i]![k]!,
        mean(Math.abs),
        0.01 * Math.sqrt(found[i]![i]! * found[k]![k]!),
        `${i}, ${k}`,
      );
    }
  }
  assert(cancelled > 0, "no entry changes its sign from digit to digit, so that nothing is shown");
});

import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { promisedEngines } from "../../lib/engine/promised_engines.ts";
import { foldIn, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { type Dataset, loadDigits, select, take } from "../../lib/data/mod.ts";
import { gramOf } from "../../lib/linalg/mod.ts";
import { bindModel, initialModelParameters, type Model, withOptimalPosterior } from "../../lib/model/mod.ts";
import { betaVaeLoss, graeLoss, graeStarLoss } from "../../lib/objective/mod.ts";
import type { DecidedLoss } from "../../lib/training/mod.ts";
import { evaluate, type Evaluated, meanMetric, settled } from "./evaluate.ts";
import type { Fitted } from "./fit.ts";
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

function untrained(): Fitted {
  const setup = setUp(MODEL, { height: 28, width: 28 });
  return { setup, parameters: initialModelParameters(setup.description, key(4)) };
}
const heldOut = async (): Promise<Dataset> => (await loadDigits()).heldOut;

Deno.test("no two batches or draws have the same key, and the same key gives the same scores", async () => {
  await startEngine("wasm");
  const digits = await heldOut();
  const fitted = untrained();
  const keys: string[] = [];
  const loss: DecidedLoss = (model, x, k) => {
    keys.push(k.join());
    return betaVaeLoss(model, x, k, 0.3);
  };
  const before = tf.memory().numTensors;
  const scores = await evaluate(fitted, digits, { loss: { loss, draws: 3 } }, key(5));
  assertEquals(tf.memory().numTensors, before);
  // 1,000 images are two batches.
  assertEquals([keys.length, new Set(keys).size], [6, 6]);
  assertEquals(await evaluate(fitted, digits, { loss: { loss, draws: 3 } }, key(5)), scores);
  tf.dispose([...fitted.parameters]);
});

Deno.test("scores are the means over the images, whatever is evaluated beside them, and their terms add up to them", async () => {
  await startEngine("wasm");
  const digits = take(await heldOut(), 60);
  const fitted = untrained();
  for (const beta of [0.1, 1, 4]) {
    const scope = tf.openScope();
    const model = bindModel(fitted.setup.description, fitted.parameters);
    const losses = {
      grae: { loss: (m, x, k) => graeLoss(m, x, k, beta), draws: null },
      "grae-star": { loss: (m, x, k) => graeStarLoss(m, x, k, beta), draws: null },
    } satisfies Record<string, Evaluated>;
    const found = await evaluate(fitted, digits, losses, key(5));
    for (const name of ["grae", "grae-star"] as const) {
      const { loss } = losses[name];
      const values = Array.from(
        { length: 60 },
        (_, i) => loss(model, imagesOf(digits, i, i + 1), key(0)).loss.dataSync()[0]!,
      );
      const mean = values.reduce((a, b) => a + b, 0) / 60;
      const { value, standardError, terms } = found[name];
      // Sums of 784 squares in float32, cut into other batches.
      assertAlmostEquals(value, mean, 1e-5 * mean, `${name} at ${beta}`);
      assertAlmostEquals(Object.values(terms).reduce((a, b) => a + b), value, 1e-10 * mean);
      assertEquals(standardError, null);
      assertEquals(
        (await evaluate(fitted, digits, { [name]: losses[name] }, key(5)))[name],
        found[name],
      );
    }
    scope.close();
  }
  tf.dispose([...fitted.parameters]);
});

Deno.test("the standard error is that of the mean of the draws over the images", async () => {
  await startEngine("wasm");
  const digits = take(await heldOut(), 3);
  const fitted = untrained();
  // Image i has the values i, i + 4 and i + 8 in three draws: their mean has the variance 16/3.
  let draw = 0;
  const loss: DecidedLoss = (_, x) => {
    const values = tf.add(tf.tensor([0, 1, 2], [3]), 4 * draw++);
    return { loss: tf.mean(values), terms: { only: values, zero: tf.zeros([x.shape[0]!]) } };
  };
  const { drawn } = await evaluate(fitted, digits, { drawn: { loss, draws: 3 } }, key(5));
  assertEquals([drawn.value, drawn.terms], [5, { only: 5, zero: 0 }]);
  assertAlmostEquals(drawn.standardError!, Math.sqrt(3 * 16 / 3) / 3, 1e-12);
  tf.dispose([...fitted.parameters]);
});

Deno.test("a loss may be of another model, which is made once for each batch", async () => {
  await startEngine("wasm");
  const digits = await heldOut();
  const fitted = untrained();
  const made: Model[] = [], seen: Model[] = [];
  const scored = (model: Model): Model => {
    made.push({ ...model });
    return made.at(-1)!;
  };
  const loss: DecidedLoss = (model, x, k) => {
    seen.push(model);
    return betaVaeLoss(model, x, k, 1);
  };
  await evaluate(fitted, digits, { loss: { loss, draws: 2, of: scored } }, key(5));
  assertEquals(made.length, 2);
  assert(seen.length === 4 && seen.every((model, i) => model === made[Math.floor(i / 2)]));
  tf.dispose([...fitted.parameters]);
});

/** Stretches have the bits of all at once on wasm; a BLAS may choose other kernels for them. */
function assertSame(engine: string, found: number, expected: number, atMost = 0): void {
  // Sums of 784 squares in float32.
  assertAlmostEquals(found, expected, engine === "wasm" ? atMost : 1e-5 * Math.abs(expected));
}

for (const engine of await promisedEngines("wasm", "native")) {
  Deno.test(`derivatives of many latents go by stretches, between which a signal is heard, on ${engine}`, async () => {
    await startEngine(engine);
    const digits = take(await heldOut(), 301);
    const setup = setUp({ ...MODEL, latent: 64, hidden: [32] }, { height: 28, width: 28 });
    const fitted = { setup, parameters: initialModelParameters(setup.description, key(4)) };
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    const counted = (loss: typeof graeLoss): DecidedLoss => (model, x, k) => {
      counts.push(x.shape[0]!);
      return loss(model, x, k, 0.3);
    };
    const optimal = (model: Model): Model => withOptimalPosterior(model, setup.family, 0.3);
    const losses = {
      grae: { loss: counted(graeLoss), draws: null },
      star: { loss: counted(graeStarLoss), draws: null },
      drawn: {
        loss: counted(betaVaeLoss),
        draws: 2,
        of: (model: Model, ...at: [tf.Tensor, AbortSignal?]) => settled(optimal(model), ...at),
      },
    };
    const scores = await evaluate(fitted, digits, losses, key(5));
    assertEquals(counts, [...Array(2).fill([61, 61, 61, 61, 57]).flat(), 301, 301]);
    const atOnce = async (loss: typeof graeLoss, model: Model, draws: number): Promise<number> => {
      const sums = new Float64Array(digits.count);
      for (let draw = 0; draw < draws; draw++) {
        const k = foldIn(foldIn(key(5), 0), draw);
        const { terms } = loss(model, imagesOf(digits, 0, digits.count), k, 0.3);
        const all = await Promise.all(Object.values(terms).map((term) => read(term)));
        sums.forEach((_, i) => sums[i]! += all.reduce((sum, term) => sum + term[i]!, 0) / draws);
      }
      return sums.reduce((a, b) => a + b, 0) / digits.count;
    };
    const scope = tf.openScope();
    const model = bindModel(setup.description, fitted.parameters);
    assertSame(engine, scores.grae.value, await atOnce(graeLoss, model, 1));
    assertSame(engine, scores.star.value, await atOnce(graeStarLoss, model, 1));
    // A sum of halves is the mean of two draws to the last bits but one.
    assertSame(engine, scores.drawn.value, await atOnce(betaVaeLoss, optimal(model), 2), 1e-9);
    scope.close();
    const stop = new AbortController();
    const loss: DecidedLoss = (m, x, k) => {
      setTimeout(() => stop.abort(new DOMException("enough", "AbortError")), 0);
      return counted(graeLoss)(m, x, k);
    };
    counts.length = 0;
    const stopped = evaluate(fitted, digits, { loss: { loss, draws: null } }, key(5), stop.signal);
    await assertRejects(() => stopped, DOMException, "enough");
    assertEquals([counts, tf.memory().numTensors], [[61], before]);
    tf.dispose([...fitted.parameters]);
  });

  Deno.test(`the mean metric of many latents goes by stretches, before each of which a signal is heard, on ${engine}`, async () => {
    await startEngine(engine);
    const digits = take(await heldOut(), 301);
    const setup = setUp({ ...MODEL, latent: 64, hidden: [32] }, { height: 28, width: 28 });
    const parameters = initialModelParameters(setup.description, key(4));
    const before = tf.memory().numTensors;
    const stop = new AbortController();
    let heard = 0, last = Infinity;
    Object.defineProperty(stop.signal, "throwIfAborted", {
      value: () => {
        if (++heard === last) throw new DOMException("enough", "AbortError");
      },
    });
    const found = await meanMetric(setup, parameters, digits, stop.signal);
    // 61 images at most, with 64 tangents each.
    assertEquals(heard, 5);
    const atOnce = tf.tidy(() => {
      const model = bindModel(setup.description, parameters);
      const { tangents, last } = model.weightedTangents(model.encode(imagesOf(digits, 0, 301)).mean);
      return tf.sum(tf.abs(gramOf(tangents, last)), 0);
    });
    (await read(atOnce)).forEach((sum, i) => assertSame(engine, found.flat()[i]!, sum / 301));
    atOnce.dispose();
    heard = 0, last = 3;
    await assertRejects(() => meanMetric(setup, parameters, digits, stop.signal), DOMException, "enough");
    assertEquals([heard, tf.memory().numTensors], [3, before]);
    tf.dispose([...parameters]);
  });
}

Deno.test("a signal stops it between two losses, and no tensor is left", async () => {
  await startEngine("wasm");
  const digits = take(await heldOut(), 20);
  const fitted = untrained();
  const stop = new AbortController();
  const calls: string[] = [];
  const loss = (name: string): Evaluated => ({
    draws: null,
    loss: (model, x, k) => {
      calls.push(name);
      setTimeout(() => stop.abort(new DOMException("enough", "AbortError")), 0);
      return graeLoss(model, x, k, 1);
    },
  });
  const before = tf.memory().numTensors;
  await assertRejects(
    () => evaluate(fitted, digits, { one: loss("one"), two: loss("two") }, key(5), stop.signal),
    DOMException,
    "enough",
  );
  assertEquals([calls.join(), tf.memory().numTensors], ["one", before]);
  tf.dispose([...fitted.parameters]);
});

const BLOCKS: DigitsModel = {
  ...MODEL,
  posterior: "block",
  block: 2,
  beta: 0.2,
  hidden: [12],
  activation: "relu",
};

Deno.test("the mean metric over more digits than go at once is the mean over its parts", async () => {
  await startEngine("wasm");
  const { heldOut } = await loadDigits();
  const setup = setUp({ ...BLOCKS, latent: 2, block: 2 }, heldOut);
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
  const setup = setUp({ ...BLOCKS, latent: 3, block: 1, activation: "tanh" }, { height: 28, width: 28 });
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
      const mean = (term: (v: number) => number): number =>
        products.reduce((sum, v) => sum + term(v), 0) / 24;
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

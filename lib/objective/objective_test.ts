import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal, read, type Scalar, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import {
  bernoulli,
  bindModel,
  describeModel,
  type Family,
  family,
  gaussian,
  initialModelParameters,
  type Model,
} from "../model/mod.ts";
import {
  betaVaeLoss,
  betaVaeLossAt,
  graeBlockLoss,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  type ObjectiveValue,
  profiledLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "./mod.ts";

const ENGINES = await promisedEngines("webgpu", "native", "cpu", "wasm");
await startEngine("wasm");

function model(withFamily: boolean): Model {
  const description = describeModel({
    data: 6,
    latent: 4,
    hidden: [5],
    activation: "tanh",
    likelihood: gaussian(),
    family: withFamily ? family("full", 4) : null,
  });
  return bindModel(description, initialModelParameters(description, key(1)));
}
const x = (): tf.Tensor => tf.tensor(normal(key(7), 18), [3, 6]);

type Loss = (m: Model, data: tf.Tensor, beta: Scalar) => ObjectiveValue;
const lossesOver = (over: Family): Record<string, Loss> => ({
  betaVaeLoss: (m, data, beta) => betaVaeLoss(m, data, key(3), beta),
  taylorHessianLoss: (m, data, beta) => taylorHessianLoss(m, data, key(3), beta),
  taylorJacobianLoss: (m, data, beta) => taylorJacobianLoss(m, data, key(3), beta),
  profiledLoss: (m, data, beta) => profiledLoss(m, data, key(3), beta, { family: over }),
  graeLoss: (m, data, beta) => graeLoss(m, data, key(3), beta),
  graeBlockLoss: (m, data, beta) => graeBlockLoss(m, data, key(3), beta, { block: 2 }),
  graeStarLoss: (m, data, beta) => graeStarLoss(m, data, key(3), beta),
  graeStarStochasticLoss: (m, data, beta) => graeStarStochasticLoss(m, data, key(3), beta),
});
const losses = lossesOver(family("full", 4));

Deno.test("every loss is the mean over the batch of the sum of its named terms", async () => {
  for (const [name, loss] of Object.entries(losses)) {
    const { loss: scalar, terms } = loss(model(true), x(), 0.4);
    assertEquals(Object.values(terms).map((t) => t.shape), Object.keys(terms).map(() => [3]), name);
    const values = await Promise.all(Object.values(terms).map(read));
    const total = values.reduce((sum, v) => sum + v.reduce((a, b) => a + b, 0), 0);
    assertAlmostEquals((await read(scalar))[0]!, total / 3, 1e-5, name);
  }
  assertEquals(Object.keys(losses["betaVaeLoss"]!(model(true), x(), 1).terms), ["reconstruction", "kl"]);
  assertEquals(Object.keys(losses["profiledLoss"]!(model(true), x(), 1).terms), [
    "reconstruction",
    "curvature",
    "kl",
  ]);
  assertEquals(Object.keys(losses["graeLoss"]!(model(true), x(), 1).terms), [
    "reconstruction",
    "prior",
    "volume",
  ]);
});

Deno.test("every loss refuses a β that is not above 0 and data that do not fit, by its own name", () => {
  for (const [name, loss] of Object.entries(losses)) {
    for (const beta of [0, -1, NaN, Infinity]) {
      assertThrows(
        () => loss(model(true), x(), beta),
        RangeError,
        `${name}: β must be a number above 0, but it is ${beta}`,
      );
    }
    assertThrows(
      () => loss(model(true), tf.zeros([3, 5]), 1),
      TypeError,
      `${name}: x must be [batch, data] with data = 6`,
    );
  }
});

Deno.test("β as a scalar tensor gives the bits of β as a number, in values and gradients, for every family and likelihood", async () => {
  // WebGPU has no numbers to compare without waiting; no function is replayed there.
  for (const engine of ENGINES.filter((name) => name !== "webgpu")) {
    await startEngine(engine);
    const data = tf.sigmoid(tf.tensor(normal(key(7), 18), [3, 6]));
    for (const likelihood of [gaussian(0.1), bernoulli()]) {
      for (const posterior of [family("isotropic", 4), family("block", 4, 2), family("full", 4)]) {
        for (const [name, loss] of Object.entries(lossesOver(posterior))) {
          const learned = name !== "profiledLoss" && !name.startsWith("grae");
          const description = describeModel({
            data: 6,
            latent: 4,
            hidden: [5],
            activation: "tanh",
            likelihood,
            family: learned ? posterior : null,
          });
          const at = (beta: Scalar): unknown => {
            const { value, gradients, info } = valueAndGradients((parameters) => {
              const { loss: scalar, terms } = loss(bindModel(description, parameters), data, beta);
              return { value: scalar, info: terms };
            }, initialModelParameters(description, key(1)));
            return [value, ...gradients, ...Object.values(info)].map((t) => [...t.dataSync()]);
          };
          // A number in float32, so that both are the same number.
          const beta = Math.fround(0.2);
          assertEquals(
            at(tf.tensor(beta)),
            at(beta),
            `${name} ${engine} ${likelihood.kind} ${posterior.name}`,
          );
        }
      }
    }
  }
  await startEngine("wasm");
});

Deno.test("every loss refuses a β that is a tensor, but no float32 scalar", () => {
  for (const [name, loss] of Object.entries(losses)) {
    const refused = (beta: tf.Tensor, but: string): unknown =>
      assertThrows(
        () => loss(model(true), x(), beta),
        TypeError,
        `${name}: β must be ${but}`,
      );
    refused(tf.tensor([1]), "a number or a float32 scalar, but it is a float32 tensor of shape [1]");
    refused(tf.tensor(1, [], "int32"), "float32, but it is int32; convert it by tf.cast");
  }
});

Deno.test("losses of a learned posterior refuse a model without one, the others take it", () => {
  for (const name of ["betaVaeLoss", "taylorHessianLoss", "taylorJacobianLoss"]) {
    assertThrows(() => losses[name]!(model(false), x(), 1), TypeError, "needs a learned posterior");
  }
  for (const name of Object.keys(losses).slice(3)) losses[name]!(model(false), x(), 1);
});

Deno.test("blocks must divide the latents, and samples be a whole number", () => {
  assertThrows(
    () => graeBlockLoss(model(false), x(), key(0), 1, { block: 3 }),
    RangeError,
    "but it is 3 for 4 latents",
  );
  assertThrows(
    () => betaVaeLoss(model(true), x(), key(0), 1, { samples: 0 }),
    RangeError,
    "samples must be a whole number from 1, but it is 0",
  );
});

Deno.test("nine samples average to the mean of nine single ones, on every engine", async () => {
  // tfjs's addN drops summands on webgpu from the eighth on, without a word.
  for (const engine of ENGINES) {
    await startEngine(engine);
    const data = tf.tensor(normal(key(7), 18), [3, 6]);
    const noise = normal(key(8), 9 * 12);
    const at = async (values: Float32Array): Promise<number> => {
      const samples = tf.tensor(values, [values.length / 12, 3, 4]);
      return (await read(betaVaeLossAt(model(true), data, samples, 1).loss))[0]!;
    };
    let sum = 0;
    for (let s = 0; s < 9; s++) sum += await at(noise.slice(12 * s, 12 * s + 12));
    assertAlmostEquals(await at(noise), sum / 9, 1e-4, engine);
  }
});

Deno.test("what is sampled depends on the key, the rest does not", async () => {
  for (
    const [name, loss] of Object.entries({ betaVaeLoss, graeStarStochasticLoss, graeLoss, graeStarLoss })
  ) {
    const at = async (seed: number): Promise<number> =>
      (await read(loss(model(true), x(), key(seed), 1).loss))[0]!;
    assertEquals(await at(1), await at(1));
    const keys = await Promise.all([1, 2, 3, 4].map(at));
    assertEquals(new Set(keys).size > 1, name === "betaVaeLoss" || name === "graeStarStochasticLoss", name);
  }
});

Deno.test("the profiled loss is GRAE and its constant also for a Jacobian of low rank at a tiny β", async () => {
  await startEngine("wasm");
  // 2 hidden units: 4 latents, but a Jacobian of rank 2.
  const description = describeModel({
    data: 6,
    latent: 4,
    hidden: [2],
    activation: "tanh",
    likelihood: gaussian(),
    family: null,
  });
  const narrow = bindModel(description, initialModelParameters(description, key(1)).map((p) => tf.mul(p, 3)));
  const data = tf.tensor(normal(key(7), 18), [3, 6]);
  for (const beta of [1e-4, 1e-8, 1e-12]) {
    const profiled =
      (await read(profiledLoss(narrow, data, key(0), beta, { family: family("full", 4) }).loss))[0]!;
    const grae = (await read(graeLoss(narrow, data, key(0), beta).loss))[0]!;
    assertAlmostEquals(profiled, grae + 3 * Math.log(2 * Math.PI), 1e-4, `β = ${beta}`);
  }
});

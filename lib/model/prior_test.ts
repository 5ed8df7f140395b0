import { assert, assertEquals, assertThrows } from "@std/assert";
import { normalTensor, read, startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import {
  betaVaeLoss,
  graeBlockLoss,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  type Objective,
  profiledLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "../objective/mod.ts";
import {
  bindModel,
  describeModel,
  family,
  gaussian,
  initialModelParameters,
  klToPrior,
  type Model,
  type Prior,
  withOptimalPosterior,
} from "./mod.ts";

await startEngine("wasm");
const meanField = family("mean-field", 2);
const modelWith = (prior?: Prior): Model => {
  const sizes = { data: 3, latent: 2, hidden: [4], activation: "tanh", likelihood: gaussian() } as const;
  const description = describeModel({ ...sizes, family: meanField, ...(prior ? { prior } : {}) });
  return bindModel(description, initialModelParameters(description, key(1)));
};
const x = (): tf.Tensor => normalTensor(key(2), [5, 3]);
const TAKE_ANY: Readonly<Record<string, Objective>> = { betaVaeLoss, taylorHessianLoss, taylorJacobianLoss };

Deno.test("a loss with a learned posterior takes the KL of the model's prior, times β", async () => {
  // N(0, I) under another name, of twice its KL.
  const twice: Prior = { name: "twice", kl: (q) => tf.mul(2, klToPrior(q)) };
  for (const [name, loss] of Object.entries(TAKE_ANY)) {
    const [standard, own] = [modelWith(), modelWith(twice)].map((model) =>
      loss(model, x(), key(3), 0.5).terms
    );
    const [once, kl] = await Promise.all([standard!["kl"]!, own!["kl"]!].map(read));
    assert(once!.some((value) => value > 0.01), name);
    assertEquals([...kl!], [...once!].map((value) => 2 * value), name);
    assertEquals(await read(own!["reconstruction"]!), await read(standard!["reconstruction"]!), name);
  }
});

Deno.test("what has the best covariance for N(0, I) refuses another prior, by name, and says what takes it", () => {
  const model = modelWith({ name: "laplace", kl: klToPrior });
  const refused: Readonly<Record<string, (model: Model) => unknown>> = {
    graeLoss: (model) => graeLoss(model, x(), key(3), 1),
    graeBlockLoss: (model) => graeBlockLoss(model, x(), key(3), 1, { block: 1 }),
    graeStarLoss: (model) => graeStarLoss(model, x(), key(3), 1),
    graeStarStochasticLoss: (model) => graeStarStochasticLoss(model, x(), key(3), 1),
    profiledLoss: (model) => profiledLoss(model, x(), key(3), 1, { family: meanField }),
    withOptimalPosterior: (model) => withOptimalPosterior(model, meanField, 1),
  };
  for (const [name, call] of Object.entries(refused)) {
    call(modelWith());
    assertThrows(
      () => call(model),
      TypeError,
      `${name}: the prior must be N(0, I), for which the best covariance has a closed form, but the model has "laplace"; take`,
    );
  }
});

Deno.test("a prior whose KL is not one number per example is refused by its name", () => {
  const model = modelWith({ name: "summed", kl: (q) => tf.sum(klToPrior(q)) });
  assertThrows(() => betaVaeLoss(model, x(), key(3), 1), TypeError, 'the prior "summed": kl(q) must be [5]');
});

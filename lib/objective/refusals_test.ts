import { startEngine, tf } from "../engine/mod.ts";
import {
  bindModel,
  describeModel,
  family,
  gaussian,
  initialModelParameters,
  klToPrior,
  type Model,
  type Prior,
} from "../model/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { type Refusals, type Refused, testRefusals } from "../../fixtures/refusals.ts";
import {
  betaVaeLoss,
  betaVaeLossAt,
  graeBlockLoss,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  graeStarStochasticLossAt,
  profiledLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "./mod.ts";

await startEngine("wasm");
const ones = (...shape: number[]): tf.Tensor => tf.keep(tf.onesLike(tf.zeros(shape)));

const prior: Prior = { name: "mine", kl: (q) => klToPrior(q) };
const made = (learned: boolean, own: boolean): Model => {
  const description = describeModel({
    data: 3,
    latent: 2,
    hidden: [4],
    activation: "tanh",
    likelihood: gaussian(),
    family: learned ? family("mean-field", 2) : null,
    ...(own ? { prior } : {}),
  });
  const parameters = initialModelParameters(description, key(0));
  parameters.forEach((parameter) => tf.keep(parameter));
  return bindModel(description, parameters);
};
const [model, ownPrior, meanAlone] = [made(true, false), made(true, true), made(false, false)];
const [x, one, noise] = [ones(5, 3), ones(1), ones(2, 5, 2)];

type Given = readonly [model: Model, x: tf.Tensor, beta: number | tf.Tensor];
/** What each loss refuses, and the most and the least that it takes. */
const each = (
  name: string,
  needs: "N(0, I)" | "a learned posterior",
  f: (...given: Given) => unknown,
  more: readonly Refused[] = [],
): Refusals => ({
  refused: [
    ...[0, -1, NaN, Infinity].map((beta) =>
      [() => f(model, x, beta), RangeError, `${name}: β must be a number above 0, but it is ${beta}`] as const
    ),
    [() => f(model, x, one), TypeError, `${name}: β must be a number or a float32 scalar`],
    [() => f(model, ones(5, 2), 1), TypeError, `${name}: x must be [batch, data] with data = 3`],
    [() => f(model, tf.zeros([0, 3]), 1), TypeError, `${name}: x must be [batch, data]`],
    [() => f(model, tf.cast(x, "int32"), 1), TypeError, `${name}: x must be float32, but it is int32`],
    needs === "N(0, I)"
      ? [() => f(ownPrior, x, 1), TypeError, `${name}: the prior must be N(0, I)`]
      : [() => f(meanAlone, x, 1), TypeError, "posterior: the objective needs a learned posterior"],
    ...more,
  ],
  taken: [
    () => f(model, x, 1e-6),
    () => f(model, x, tf.tensor(1, [])),
    () => needs === "N(0, I)" ? f(meanAlone, x, 1) : f(ownPrior, x, 1),
  ],
});

testRefusals("lib/objective", {
  betaVaeLoss: each(
    "betaVaeLoss",
    "a learned posterior",
    (model, x, beta) => betaVaeLoss(model, x, key(1), beta, { samples: 1 }),
    [0, -1, 1.5, NaN, Infinity].map((samples) => [
      () => betaVaeLoss(model, x, key(1), 1, { samples }),
      RangeError,
      `betaVaeLoss: samples must be a whole number from 1, but it is ${samples}`,
    ]),
  ),
  betaVaeLossAt: each(
    "betaVaeLossAt",
    "a learned posterior",
    (model, x, beta) => betaVaeLossAt(model, x, noise, beta),
    [ones(2, 1, 2), ones(2, 5, 1), ones(2, 5, 3), ones(5, 2)].map((noise) => [
      () => betaVaeLossAt(model, x, noise, 1),
      TypeError,
      "betaVaeLossAt: noise must be [sample, batch, latent] with batch = 5, latent = 2",
    ]),
  ),
  graeLoss: each("graeLoss", "N(0, I)", (model, x, beta) => graeLoss(model, x, key(1), beta)),
  graeBlockLoss: each(
    "graeBlockLoss",
    "N(0, I)",
    (model, x, beta) => graeBlockLoss(model, x, key(1), beta, { block: 2 }),
    [0, 3, 4, 1.5].map((block) => [
      () => graeBlockLoss(model, x, key(1), 1, { block }),
      RangeError,
      `identityPlusGram: the block size must be a whole number from 1 that divides the number of latents, but it is ${block} for 2 latents`,
    ]),
  ),
  graeStarLoss: each("graeStarLoss", "N(0, I)", (model, x, beta) => graeStarLoss(model, x, key(1), beta)),
  graeStarStochasticLoss: each(
    "graeStarStochasticLoss",
    "N(0, I)",
    (model, x, beta) => graeStarStochasticLoss(model, x, key(1), beta),
  ),
  graeStarStochasticLossAt: each(
    "graeStarStochasticLossAt",
    "N(0, I)",
    (model, x, beta) => graeStarStochasticLossAt(model, x, [0, 1, 0, 1, 0], beta),
    [
      [
        () => graeStarStochasticLossAt(model, x, [0, 1, 2, 1, 0], 1),
        RangeError,
        "unitRows: the column of example 2 must be",
      ],
      [
        () => graeStarStochasticLossAt(model, x, [0, 1], 1),
        TypeError,
        "pushforward: tangents must be [batch, tangent, inputs] with batch = 5",
      ],
    ],
  ),
  profiledLoss: each(
    "profiledLoss",
    "N(0, I)",
    (model, x, beta) => profiledLoss(model, x, key(1), beta, { family: family("full", 2) }),
  ),
  taylorHessianLoss: each(
    "taylorHessianLoss",
    "a learned posterior",
    (model, x, beta) => taylorHessianLoss(model, x, key(1), beta),
  ),
  taylorJacobianLoss: each(
    "taylorJacobianLoss",
    "a learned posterior",
    (model, x, beta) => taylorJacobianLoss(model, x, key(1), beta),
  ),
}, tf.openScope);

/**
 * The library's training loop as a capability of a subject.
 *
 * @module
 */

import { key, tf } from "../lib/engine/mod.ts";
import {
  betaVaeLoss,
  graeBlockLoss,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  profiledLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "../lib/objective/mod.ts";
import {
  cosineSchedule,
  initialAdamState,
  type Loss,
  type Schedule,
  stepSchedule,
  tensorsOf,
  train,
  warmUpSchedule,
} from "../lib/training/mod.ts";
import type {
  ObjectiveCase,
  ObjectiveName,
  ScheduledCase,
  Trained,
  TrainingCase,
} from "./contract/subject.ts";
import {
  descriptionOf,
  familyOf,
  matrix,
  numbers,
  parametersOf,
  scoped,
  weightOf,
} from "./library_arrays.ts";

/** An objective with everything but model, data, key and β decided. */
const losses: Readonly<Record<ObjectiveName, (given: ObjectiveCase) => Loss>> = {
  "beta-vae": () => (m, x, k, { beta }) => betaVaeLoss(m, x, k, beta),
  "taylor-hessian": () => (m, x, k, { beta }) => taylorHessianLoss(m, x, k, beta),
  "taylor-jacobian": () => (m, x, k, { beta }) => taylorJacobianLoss(m, x, k, beta),
  profiled: ({ model: { family, latent } }) => (m, x, k, { beta }) =>
    profiledLoss(m, x, k, beta, { family: familyOf(family, latent) }),
  grae: () => (m, x, k, { beta }) => graeLoss(m, x, k, beta),
  "grae-block": ({ block }) => (m, x, k, { beta }) => graeBlockLoss(m, x, k, beta, { block: block! }),
  "grae-star": () => (m, x, k, { beta }) => graeStarLoss(m, x, k, beta),
  "grae-star-stochastic": () => (m, x, k, { beta }) => graeStarStochasticLoss(m, x, k, beta),
};

/** The learning rate's schedules. */
const rateSchedules: Readonly<Record<ScheduledCase["rates"], (rate: number, steps: number) => Schedule>> = {
  constant: (rate) => rate,
  cosine: cosineSchedule,
  step: stepSchedule,
};

/** Trains by the library's own loop. What is counted as leaked is what the engine holds afterwards and did not before. */
export async function trainLibrary(
  {
    objective,
    given,
    steps,
    learningRate,
    seed,
    replay = false,
    warmUp = 0,
    rates = "constant",
    weightDecay = 0,
    clip = null,
  }: TrainingCase & Partial<ScheduledCase>,
): Promise<Trained> {
  const { model } = given;
  const before = tf.memory().numTensors;
  const initial = initialAdamState([...parametersOf(model.encoder), ...parametersOf(model.decoder)]);
  const { state } = await train(initial, {
    description: descriptionOf(model),
    loss: losses[objective](given),
    learningRate: steps === 0 ? learningRate : rateSchedules[rates](learningRate, steps),
    beta: warmUpSchedule(given.beta, warmUp),
    weightDecay,
    clipGradient: clip ?? Infinity,
    stepsPerEpoch: 1,
    epochs: steps,
    key: key(seed),
    batch: () => matrix(given.x),
    replay,
  });
  const layers = [...model.encoder, ...model.decoder], weights: number[] = [];
  for (const [i, parameter] of state.parameters.entries()) {
    weights.push(
      ...i % 2 === 0
        ? (await scoped(() => weightOf(layers[i / 2]!, parameter))).flat()
        : await numbers(parameter),
    );
  }
  tf.dispose(tensorsOf(state));
  return { weights, leaked: tf.memory().numTensors - before };
}

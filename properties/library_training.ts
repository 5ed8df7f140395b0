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
import { initialAdamState, type Loss, tensorsOf, train } from "../lib/training/mod.ts";
import type { ObjectiveCase, ObjectiveName, Trained, TrainingCase } from "./laws/subject.ts";
import { descriptionOf, familyOf, matrix, numbers, parametersOf } from "./library_arrays.ts";

/** An objective with everything but model, data and key decided. */
const losses: Readonly<Record<ObjectiveName, (given: ObjectiveCase) => Loss>> = {
  "beta-vae": ({ beta }) => (m, x, k) => betaVaeLoss(m, x, k, beta),
  "taylor-hessian": ({ beta }) => (m, x, k) => taylorHessianLoss(m, x, k, beta),
  "taylor-jacobian": ({ beta }) => (m, x, k) => taylorJacobianLoss(m, x, k, beta),
  profiled: ({ beta, model: { family, latent } }) => (m, x, k) =>
    profiledLoss(m, x, k, beta, { family: familyOf(family, latent) }),
  grae: ({ beta }) => (m, x, k) => graeLoss(m, x, k, beta),
  "grae-block": ({ beta, block }) => (m, x, k) => graeBlockLoss(m, x, k, beta, { block: block! }),
  "grae-star": ({ beta }) => (m, x, k) => graeStarLoss(m, x, k, beta),
  "grae-star-stochastic": ({ beta }) => (m, x, k) => graeStarStochasticLoss(m, x, k, beta),
};

/** Trains by the library's own loop. What is counted as leaked is what the engine holds afterwards and did not before. */
export async function trainLibrary(
  { objective, given, steps, learningRate, seed, replay = false }: TrainingCase,
): Promise<Trained> {
  const { model } = given;
  const before = tf.memory().numTensors;
  const initial = initialAdamState([...parametersOf(model.encoder), ...parametersOf(model.decoder)]);
  const { state } = await train(initial, {
    description: descriptionOf(model),
    loss: losses[objective](given),
    learningRate,
    stepsPerEpoch: 1,
    epochs: steps,
    key: key(seed),
    batch: () => matrix(given.x),
    replay,
  });
  const weights: number[] = [];
  for (const parameter of state.parameters) weights.push(...await numbers(parameter));
  tf.dispose(tensorsOf(state));
  return { weights, leaked: tf.memory().numTensors - before };
}

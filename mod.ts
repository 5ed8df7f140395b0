/**
 * grae: objectives you can train, theorems you can run, losses you can audit. The theory of β-VAEs of Kumar & Poole,
 * *On Implicit Regularization in β-VAEs* (2020), as a library.
 *
 * ```ts
 * import { describeModel, gaussian, graeLoss, initialAdamState, initialModelParameters } from "./mod.ts";
 * import { key, read, startEngine, tf, trainingStep } from "./mod.ts";
 * import { loadFixture, pixels } from "./data.ts";
 *
 * await startEngine("wasm");
 * const digits = await loadFixture();
 * const x = tf.tensor(pixels(digits).subarray(0, 32 * 784), [32, 784]);
 * const model = describeModel({
 *   data: 784, latent: 4, hidden: [64], activation: "relu", likelihood: gaussian(), family: null,
 * });
 * const step = trainingStep(model, (m, batch, k, { beta }) => graeLoss(m, batch, k, beta), 1e-3, { beta: 0.2 });
 * const start = initialAdamState(initialModelParameters(model, key(0)));
 * const [next, info] = step(start, x, key(1));
 * console.assert(next.step === 1 && Number.isFinite((await read(info.loss))[0]));
 * ```
 *
 * A first training, and one's own model or objective, take these names; the other entries have the rest: `engine`, `linalg`,
 * `network`, `training`, `symmetry`, `data`, `figure`, `laws`, and `audit`.
 *
 * @module
 */

export {
  type Engine,
  ENGINE_NAMES,
  EngineError,
  type EngineName,
  type EngineOptions,
  foldIn,
  type Key,
  key,
  normalTensor,
  read,
  type Scalar,
  startEngine,
  type Tensor,
  tf,
} from "./lib/engine/mod.ts";
export {
  ACTIVATION_NAMES,
  type ActivationName,
  type BentTangents,
  type Dense,
  type DifferentiableLayer,
  type DifferentiableNetwork,
  type FactoredTangents,
  type Layer,
  type Network,
  type ParameterShape,
  type PiecewiseLinearLayer,
  type Pushed,
  type Sequential,
} from "./lib/network/mod.ts";
export {
  bernoulli,
  bindModel,
  continuousBernoulli,
  describeModel,
  type Encoded,
  type FactoredOptimalCovariance,
  type Family,
  family,
  FAMILY_NAMES,
  type FamilyName,
  gaussian,
  initialModelParameters,
  klToPrior,
  type Likelihood,
  type Model,
  type ModelDescription,
  type ModelOptions,
  modelParameterShapes,
  type OptimalCovariance,
  optimalCovariance,
  optimalCovarianceOfGram,
  optimalCovarianceOfHessian,
  type Posterior,
  posterior,
  posteriorOfRoot,
  type Prior,
  rawSize,
  weightTangents,
  withOptimalPosterior,
} from "./lib/model/mod.ts";
export {
  betaVaeLoss,
  betaVaeLossAt,
  type BetaVaeOptions,
  graeBlockLoss,
  type GraeBlockOptions,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  graeStarStochasticLossAt,
  type Objective,
  type ObjectiveValue,
  profiledLoss,
  type ProfiledOptions,
  type SampledModel,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "./lib/objective/mod.ts";
export {
  type AdamOptions,
  type AdamState,
  initialAdamState,
  type Loss,
  type MinimiseResult,
  NonFiniteLossError,
  type NumberOptions,
  type Optimiser,
  type PassOptions,
  type Schedule,
  type StepInfo,
  type StepNumbers,
  type StepReport,
  train,
  type TrainingState,
  type TrainingStep,
  trainingStep,
  type TrainOptions,
} from "./lib/training/mod.ts";

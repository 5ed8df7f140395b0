/**
 * Training: the step, the loop, optimisers, schedules, checkpoints.
 *
 * ```ts
 * import { cosineSchedule } from "./training.ts";
 *
 * const rate = cosineSchedule(1e-3, 100);
 * console.assert(rate(0) === 1e-3 && rate(50) < 1e-3);
 * ```
 *
 * @module
 */

export {
  adam,
  adamOptimiser,
  type AdamOptions,
  type AdamState,
  type Checkpoint,
  CheckpointError,
  cosineSchedule,
  type DecidedLoss,
  decodeCheckpoint,
  type DescentState,
  encodeCheckpoint,
  type ForeignNames,
  type ForeignOptions,
  foreignParameters,
  gradientDescent,
  initialAdamState,
  leastMemory,
  type Loss,
  lossAt,
  minimise,
  type MinimiseOptions,
  type MinimiseResult,
  NonFiniteLossError,
  type NumberOptions,
  type Optimiser,
  type PassOptions,
  type PassResult,
  type ReversePass,
  reversePass,
  type Schedule,
  type StepInfo,
  type StepNumbers,
  type StepReport,
  stepSchedule,
  tensorsOf,
  train,
  type TrainingSizes,
  type TrainingState,
  type TrainingStep,
  trainingStep,
  type TrainOptions,
  warmUpSchedule,
} from "./lib/training/mod.ts";
// The types of what they take.
export type { Key, Scalar, Tensor } from "./lib/engine/mod.ts";
export type {
  BentTangents,
  DifferentiableLayer,
  DifferentiableNetwork,
  FactoredTangents,
  Layer,
  Network,
  ParameterShape,
  PiecewiseLinearLayer,
  Pushed,
  Sequential,
} from "./lib/network/mod.ts";
export {
  type Encoded,
  type Family,
  FAMILY_NAMES,
  type FamilyName,
  type Likelihood,
  type Model,
  type ModelDescription,
  type Posterior,
  type Prior,
} from "./lib/model/mod.ts";
export type { ObjectiveValue } from "./lib/objective/mod.ts";

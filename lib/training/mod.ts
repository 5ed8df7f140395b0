/**
 * Training: optimiser, step, loop, checkpoints.
 *
 * @module
 */

export { adam, type AdamOptions, type AdamState, initialAdamState, tensorsOf } from "./adam.ts";
export { type Disk, isUnfinished, type OpenFile, removeUnfinished, writeAtomically } from "./atomic_write.ts";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
export { CheckpointError } from "./checkpoint_error.ts";
export { type ForeignNames, type ForeignOptions, foreignParameters } from "./foreign_weights.ts";
export { leastMemory, leastScoringMemory, type TrainingSizes } from "./least_memory.ts";
export { minimise, type MinimiseOptions, type MinimiseResult } from "./minimise.ts";
export { NonFiniteLossError } from "./non_finite.ts";
export {
  adamOptimiser,
  type DescentState,
  gradientDescent,
  type Optimiser,
  type TrainingState,
} from "./optimiser.ts";
export { cosineSchedule, type Schedule, stepSchedule, warmUpSchedule } from "./schedule.ts";
export {
  type DecidedLoss,
  type Loss,
  lossAt,
  type NumberOptions,
  type PassOptions,
  type PassResult,
  type ReversePass,
  reversePass,
  type StepInfo,
  type StepNumbers,
  type TrainingStep,
  trainingStep,
} from "./step.ts";
export { type StepReport, train, type TrainOptions } from "./train.ts";

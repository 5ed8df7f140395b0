/**
 * Training: optimiser, step, loop, checkpoints.
 *
 * @module
 */

export { adam, type AdamState, initialAdamState, tensorsOf } from "./adam.ts";
export { type Loss, type StepInfo, trainingStep } from "./step.ts";

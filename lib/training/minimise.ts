/**
 * The training loop: gradients, a step of the optimiser, and again.
 *
 * @module
 */

import { tf } from "../engine/mod.ts";
import type { Optimiser } from "./optimiser.ts";
import { numberAt, type Schedule } from "./schedule.ts";

/** What {@link minimise} takes. */
export interface MinimiseOptions<State extends { readonly parameters: readonly tf.Tensor[] }> {
  /** What makes a step of gradients. */
  readonly optimiser: Optimiser<State>;
  /**
   * The gradients at a state, one per parameter, given how many steps were taken before: new tensors, of which the loop
   * disposes. A pure function of both, so that a run that is stopped and taken up again goes through the same states.
   */
  readonly gradients: (state: State, step: number) => readonly tf.Tensor[] | Promise<readonly tf.Tensor[]>;
  /** The learning rate > 0: a number, or a function of the step. */
  readonly rate: Schedule;
  /** Steps taken before the first one; 0 by default. */
  readonly from?: number;
  /** Steps taken in the end, those before the first one counted in. */
  readonly steps: number;
  /** Called after every step with the number of steps taken; the tensors stay the loop's. */
  readonly onStep?: (state: State, steps: number) => void | Promise<void>;
  /** Stops the loop after the step in progress. */
  readonly signal?: AbortSignal;
}

/** How a loop ended. */
export interface MinimiseResult<State> {
  /** The state after the last step; its tensors are the caller's. */
  readonly state: State;
  /** Whether the signal stopped it before its last step. */
  readonly interrupted: boolean;
}

/** Longest time without giving timers and signals a turn, in milliseconds. */
const TURN = 50;

/**
 * The learning rate of a step.
 *
 * @throws RangeError if it is not above 0
 */
export function learningRateAt(learningRate: Schedule, step: number): number {
  const rate = numberAt(learningRate, step);
  if (rate > 0 && rate < Infinity) return rate;
  throw new RangeError(
    `training: the learning rate must be a number above 0, but for step ${step + 1} it is ${rate}`,
  );
}

/**
 * Minimises from a state, which it takes over.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { read, startEngine, tf } from "../engine/mod.ts";
 * import { gradientDescent, minimise } from "./mod.ts";
 *
 * await startEngine("cpu");
 * // The gradient of ‖x‖²/2 is x.
 * const optimiser = gradientDescent(0);
 * const { state } = await minimise(optimiser.start([tf.tensor([3, -4], [2])]), {
 *   optimiser,
 *   gradients: ({ parameters: [x] }) => [tf.mul(x!, 1)],
 *   rate: 0.5,
 *   steps: 20,
 * });
 * assert((await read(state.parameters[0]!)).every((value) => Math.abs(value) < 1e-5));
 * tf.dispose([...optimiser.tensors(state)]);
 * ```
 *
 * @throws (rejects) RangeError for the learning rate of a step; what the gradients, the optimiser or `onStep` throw. The tensors
 *   of the state are disposed of then
 */
export async function minimise<State extends { readonly parameters: readonly tf.Tensor[] }>(
  start: State,
  { optimiser, gradients, rate, from = 0, steps, onStep, signal }: MinimiseOptions<State>,
): Promise<MinimiseResult<State>> {
  let state = start;
  let turn = performance.now();
  try {
    for (let step = from; step < steps; step++) {
      if (signal?.aborted) return { state, interrupted: true };
      const learningRate = learningRateAt(rate, step);
      const slopes = await gradients(state, step);
      try {
        state = optimiser.step(state, slopes, learningRate);
      } finally {
        tf.dispose([...slopes]);
      }
      // Before the step is reported, so that a signal of now finds the step still in progress.
      if (performance.now() - turn > TURN) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        turn = performance.now();
      }
      await onStep?.(state, step + 1);
    }
    return { state, interrupted: false };
  } catch (error) {
    tf.dispose([...optimiser.tensors(state)]);
    throw error;
  }
}

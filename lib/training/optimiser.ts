/**
 * Optimisers behind one interface.
 *
 * @module
 */

import { tf } from "../engine/mod.ts";
import { adam, type AdamOptions, type AdamState, initialAdamState, tensorsOf } from "./adam.ts";

/** What a training needs of a state. */
export interface TrainingState {
  /** What is trained. */
  readonly parameters: readonly tf.Tensor[];
  /** Steps taken. */
  readonly step: number;
}

/** A rule that turns gradients into the next parameters; `State` is these and all that it remembers. */
export interface Optimiser<State extends { readonly parameters: readonly tf.Tensor[] }> {
  /** The state before the first step. The parameters become part of it. */
  readonly start: (parameters: readonly tf.Tensor[]) => State;
  /**
   * The next state. It takes the old one over: its tensors are overwritten or disposed of. The gradients, one per parameter, stay
   * the caller's.
   *
   * @param rate > 0, the learning rate
   */
  readonly step: (state: State, gradients: readonly tf.Tensor[], rate: number) => State;
  /** All tensors of a state. */
  readonly tensors: (state: State) => readonly tf.Tensor[];
}

/** {@link adam}: every coordinate has a step size of its own. */
export function adamOptimiser(options: Omit<AdamOptions, "overwrite"> = {}): Optimiser<AdamState> {
  return {
    start: initialAdamState,
    step: (state, gradients, rate) => adam(state, gradients, rate, { ...options, overwrite: true }),
    tensors: tensorsOf,
  };
}

/** Parameters and their velocities. */
export interface DescentState extends TrainingState {
  /** v of each parameter. */
  readonly velocities: readonly tf.Tensor[];
}

/**
 * Gradient descent with momentum μ: v ← μ v + ∇, x ← x − rate · v.
 *
 * Source: B. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964.
 *
 * @param momentum μ in [0, 1)
 * @throws RangeError for another μ
 */
export function gradientDescent(momentum: number): Optimiser<DescentState> {
  if (!(momentum >= 0 && momentum < 1)) {
    throw new RangeError(`gradientDescent: the momentum must be from 0 to below 1, but it is ${momentum}`);
  }
  const tensors = ({ parameters, velocities }: DescentState): tf.Tensor[] => [...parameters, ...velocities];
  return {
    start: (parameters) => ({ parameters, velocities: parameters.map((p) => tf.zerosLike(p)), step: 0 }),
    step(state, gradients, rate) {
      const scope = tf.openScope();
      let made: tf.Tensor[] | undefined;
      try {
        const velocities = state.velocities.map((v, i) => tf.add(tf.mul(momentum, v), gradients[i]!));
        const parameters = state.parameters.map((p, i) => tf.sub(p, tf.mul(rate, velocities[i]!)));
        made = [...parameters, ...velocities];
        tf.dispose(tensors(state));
        return { parameters, velocities, step: state.step + 1 };
      } finally {
        scope.close(made);
      }
    },
    tensors,
  };
}

/**
 * Optimisers of a fleet behind one face.
 *
 * @module
 */

import { tf } from "../../lib/engine/mod.ts";
import { adam, initialAdamState, tensorsOf } from "../../lib/training/mod.ts";

/** Parameters, and what the optimiser remembers of earlier steps. */
export interface Optimised<Memory> {
  readonly parameters: readonly tf.Tensor[];
  readonly memory: Memory;
}

/** A rule that turns gradients into the next parameters. States are replaced, not changed. */
export interface Optimiser<Memory = unknown> {
  readonly begin: (parameters: readonly tf.Tensor[]) => Optimised<Memory>;
  readonly step: (at: Optimised<Memory>, gradients: readonly tf.Tensor[], rate: number) => Optimised<Memory>;
  /** All tensors of a state. */
  readonly tensors: (at: Optimised<Memory>) => readonly tf.Tensor[];
}

/**
 * Gradient descent with momentum μ: v ← μv + ∇, x ← x − rate · v.
 *
 * Both lines are linear in x, v and ∇, with one number for all their entries: where a rotation of the latents turns the
 * gradient, it turns every step.
 *
 * Source: B. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964.
 *
 * @param momentum μ in [0, 1)
 * @throws RangeError for another μ
 */
export function gradientDescent(momentum: number): Optimiser<readonly tf.Tensor[]> {
  if (!(momentum >= 0 && momentum < 1)) {
    throw new RangeError(
      `gradientDescent: the momentum must be from 0 to below 1, but it is ${momentum}`,
    );
  }
  return {
    begin: (parameters) => ({ parameters, memory: parameters.map((p) => tf.zerosLike(p)) }),
    step({ parameters, memory }, gradients, rate) {
      const velocities = memory.map((v, i) => tf.add(tf.mul(momentum, v), gradients[i]!));
      return {
        parameters: parameters.map((p, i) => tf.sub(p, tf.mul(rate, velocities[i]!))),
        memory: velocities,
      };
    },
    tensors: ({ parameters, memory }) => [...parameters, ...memory],
  };
}

/** What Adam remembers. */
type AdamMemory = Omit<ReturnType<typeof initialAdamState>, "parameters">;

/** Adam: every coordinate has a step size of its own, so that it does not turn with the latents. */
export function adamOptimiser(): Optimiser<AdamMemory> {
  const split = ({ parameters, ...memory }: ReturnType<typeof initialAdamState>): Optimised<AdamMemory> => ({
    parameters,
    memory,
  });
  return {
    begin: (parameters) => split(initialAdamState(parameters)),
    step: ({ parameters, memory }, gradients, rate) =>
      split(adam({ parameters, ...memory }, gradients, rate)),
    tensors: ({ parameters, memory }) => tensorsOf({ parameters, ...memory }),
  };
}

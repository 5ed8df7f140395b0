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
 * The longest gradient of a member. With two latents and batches of 32 they are 65 to 270 long at the start, 20 to 70 at the
 * largest rate, and 15 at the end: without a limit a few members in a hundred run away in the first steps.
 */
const LONGEST = 30;

/**
 * Gradients whose length, over all parameters of a member together, is {@link LONGEST} at the most.
 *
 * @param gradients of any shapes that begin with the members' axis
 */
function shortened(gradients: readonly tf.Tensor[]): tf.Tensor[] {
  const members = gradients[0]!.shape[0]!;
  const squares = gradients.map((g) => tf.sum(tf.square(tf.reshape(g, [members, -1])), 1));
  const length = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)));
  const factor = tf.minimum(1, tf.div(LONGEST, tf.add(length, 1e-12)));
  return gradients.map((g) =>
    tf.mul(g, tf.reshape(factor, g.shape.map((_, axis) => (axis === 0 ? members : 1))))
  );
}

/**
 * Gradient descent with momentum μ on {@link shortened} gradients: v ← μv + ∇, x ← x − rate · v.
 *
 * A rotation of the latents keeps a gradient's length, and x, v and ∇ meet only with one number for all entries of a member:
 * where the rotation turns the gradient, it turns every step.
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
      const short = shortened(gradients);
      const velocities = memory.map((v, i) => tf.add(tf.mul(momentum, v), short[i]!));
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

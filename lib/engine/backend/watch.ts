/**
 * Sees the kernels that a function calls.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** A call of a kernel. */
export interface KernelCall {
  /** As tfjs registers it; {@link OWN_GRADIENT} for operations with a gradient that is given by hand. */
  readonly name: string;
  /** By their names in the kernel, or in order. */
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  /** What it made; the first, if there are several. */
  readonly output: tf.Tensor;
  /** The same kernel, with the same settings, of other inputs. */
  again(inputs: Readonly<Record<string, tf.Tensor>>): tf.Tensor;
}

/** Stands for the kernels within a `customGrad`: what a reverse pass makes of them is not made of theirs. */
export const OWN_GRADIENT = "customGrad";

/** What tfjs's engine does by the way of its kernels. */
interface Runs {
  runKernel(name: string, inputs: tf.NamedTensorMap, attrs?: tf.NamedAttrMap): tf.Tensor | tf.Tensor[];
  runKernelFunc(
    call: { readonly kernelName?: string; readonly inputs: tf.NamedTensorMap },
  ): tf.Tensor | tf.Tensor[];
}

/**
 * Calls a function, and tells of every kernel that it calls, after the call; not of those that a kernel calls. What is told may
 * call kernels itself, of which only a watch around this one is told.
 */
export function watchKernels<T>(f: () => T, onCall: (call: KernelCall) => void): T {
  const engine = tf.engine() as unknown as Runs;
  const { state } = tf.engine(), depth = state.kernelDepth, around = state.activeScope;
  const before = { runKernel: engine.runKernel, runKernelFunc: engine.runKernelFunc };
  const first = (made: tf.Tensor | tf.Tensor[]): tf.Tensor => Array.isArray(made) ? made[0]! : made;
  const tell = (call: KernelCall): void => {
    Object.assign(engine, before);
    // An operation disposes of all that is made within it but its result: what is told makes its tensors around it.
    const within = state.activeScope;
    state.scopeStack.push(around);
    state.activeScope = around;
    try {
      onCall(call);
    } finally {
      state.scopeStack.pop();
      state.activeScope = within;
      Object.assign(engine, watched);
    }
  };
  const watched: Runs = {
    runKernel(name, inputs, attrs) {
      const made = before.runKernel.call(engine, name, inputs, attrs);
      if (state.kernelDepth > depth) return made;
      const again = (others: tf.NamedTensorMap): tf.Tensor => first(engine.runKernel(name, others, attrs));
      tell({ name, inputs, output: first(made), again });
      return made;
    },
    runKernelFunc(given) {
      const made = before.runKernelFunc.call(engine, given);
      if (given.kernelName !== undefined || state.kernelDepth > depth) return made;
      tell({ name: OWN_GRADIENT, inputs: given.inputs, output: first(made), again: () => first(made) });
      return made;
    },
  };
  Object.assign(engine, watched);
  try {
    return f();
  } finally {
    Object.assign(engine, before);
  }
}

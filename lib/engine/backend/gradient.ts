/**
 * Gradients by one reverse pass, and the refusal of a second one inside it.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import "../ops.ts";
import { assertFloat32 } from "../shape.ts";

/** Thrown where a gradient is taken inside a function whose gradient is being taken. */
export class NestedGradientError extends Error {
  /** The class name, so that it survives minification. */
  override readonly name = "NestedGradientError";
  constructor() {
    super(
      "taking a gradient inside a gradient: tfjs detaches the saved outputs of tanh, sigmoid, exp, elu and " +
        "softmax, so second derivatives would silently miss terms (d²/dx² tanh(x)² at 0.3 comes out as 1.675, " +
        "the truth is 1.364). Push derivatives in z forward through the network instead (jacobian, " +
        "secondDirectional) and take one reverse pass over that.",
    );
  }
}

/** The parts of tfjs's tape that are not in its published types. */
interface Tape {
  saveTensorsForBackwardMode(tensors: tf.Tensor[]): tf.Tensor[];
  runKernelFunc(custom: {
    forwardFunc: () => tf.Tensor[];
    backwardsFunc: (dy: tf.Tensor | tf.Tensor[]) => (() => tf.Tensor)[];
    inputs: tf.Tensor[];
  }): tf.Tensor[];
}

/**
 * Makes tfjs throw {@link NestedGradientError}, and its tape save constants. It is called once.
 *
 * Why: tfjs clones what it saves, so that a gradient could flow through it once more. That takes sixty kernels of a β-VAE
 * step and doubles the nodes of its tape, for nothing where gradients do not nest.
 */
export function prepareTape(): void {
  const engine = tf.engine();
  const gradients = engine.gradients.bind(engine);
  engine.gradients = ((...given: Parameters<typeof gradients>) => {
    if (engine.state.gradientDepth > 0) throw new NestedGradientError();
    return gradients(...given);
  }) as typeof engine.gradients;
  (engine as unknown as Tape).saveTensorsForBackwardMode = (tensors) =>
    tensors.map((tensor) => engine.keep(detach(tensor)));
}

const assertInputs = (doing: string, inputs: readonly tf.Tensor[]): void =>
  inputs.forEach((input, i) => assertFloat32(doing, `input ${i}`, input));

/** What {@link valueAndGradients} returns. */
export interface ValueAndGradients<Info> {
  /** The scalar. */
  readonly value: tf.Tensor;
  /** ∂ value/∂ x for every x, of the same shape; zero where the value does not depend on x. */
  readonly gradients: tf.Tensor[];
  /** What else the function returned. */
  readonly info: Info;
}

/**
 * The value of `f` at `xs` and its gradient in each of them, by one reverse pass.
 *
 * @param f returns a scalar, and `info`: tensors to be returned as well, in a plain object
 * @throws NestedGradientError inside another gradient; TypeError if the value is no scalar, or an input is not float32
 */
export function valueAndGradients<Info extends Record<string, tf.Tensor>>(
  f: (xs: readonly tf.Tensor[]) => { value: tf.Tensor; info: Info },
  xs: readonly tf.Tensor[],
): ValueAndGradients<Info> {
  assertInputs("valueAndGradients", xs);
  const engine = tf.engine();
  let info: Info | undefined;
  const handOver = (): void => {
    for (const tensor of Object.values(info ?? {})) {
      tensor.kept = false;
      tensor.scopeId = engine.state.activeScope!.id;
      engine.state.activeScope!.track.push(tensor);
    }
  };
  return tf.tidy(() => {
    try {
      const { value, grads } = engine.gradients(
        () => {
          const result = f(xs);
          if (result.value.rank !== 0) {
            throw new TypeError(
              `valueAndGradients: the function must return a scalar, but its shape is [${result.value.shape}]`,
            );
          }
          info = result.info;
          // The scope of the forward pass ends before ours: keep what must survive it, and hand it over below.
          for (const tensor of Object.values(result.info)) tf.keep(tensor);
          return result.value;
        },
        [...xs],
        undefined,
        true,
      );
      handOver();
      return { value, gradients: grads.map((g, i) => g ?? tf.zerosLike(xs[i]!)), info: info! };
    } catch (error) {
      // Our own scope disposes of the terms then; what the tape saved belongs to no scope.
      handOver();
      if (engine.state.gradientDepth === 0) {
        for (const { saved } of engine.state.activeTape ?? []) tf.dispose(saved ?? []);
        engine.state.activeTape = null as unknown as typeof engine.state.activeTape;
      }
      throw error;
    }
  }) as ValueAndGradients<Info>;
}

/** Saves tensors for the reverse pass of {@link withGradient}. */
export type Save = (tensors: readonly tf.Tensor[]) => void;

/**
 * Outputs whose gradient is given, instead of composed from the gradients of operations.
 *
 * @param inputs the tensors in which there is a gradient
 * @param forward computes the outputs, and saves what the reverse pass needs
 * @param backward for each input its gradient from those in the outputs and what was saved, called where it is needed
 */
export function withGradient(
  inputs: readonly tf.Tensor[],
  forward: (save: Save) => tf.Tensor[],
  backward: (cotangents: readonly tf.Tensor[], saved: readonly tf.Tensor[]) => (() => tf.Tensor)[],
): tf.Tensor[] {
  assertInputs("withGradient", inputs);
  const engine = tf.engine();
  const { state } = engine;
  const taped = state.gradientDepth > 0 && state.kernelDepth === 0;
  const saved: tf.Tensor[] = [];
  const outputs = (engine as unknown as Tape).runKernelFunc({
    forwardFunc: () =>
      forward((tensors) => {
        if (taped) saved.push(...tensors.map((tensor) => engine.keep(detach(tensor))));
      }),
    backwardsFunc: (dy) => backward(Array.isArray(dy) ? dy : [dy], saved),
    inputs: [...inputs],
  });
  // The tape disposes of what its nodes have saved. What it saves by its own means would be copied.
  if (taped) state.activeTape.at(-1)!.saved!.push(...saved);
  return outputs;
}

/** The same numbers as a constant: no gradient flows back through it. The numbers are not copied. */
export function detach(x: tf.Tensor): tf.Tensor {
  const engine = tf.engine();
  const { backend } = engine.state.tensorInfo.get(x.dataId)!;
  backend.incRef(x.dataId);
  return engine.makeTensorFromDataId(x.dataId, x.shape, x.dtype, backend);
}

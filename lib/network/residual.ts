/**
 * The sum of a block of layers and its input.
 *
 * @module
 */

import { tf } from "../engine/mod.ts";
import type { DifferentiableLayer, Pushed } from "./layer.ts";
import { applyBound, bindLayers } from "./network.ts";
import { initialParameters, parameterShapes, sequential } from "./sequential.ts";

/**
 * Describes y = x + f(x), with f a block of layers. Its parameters are those of the block, `0.weight`, `0.bias`, …
 *
 * ```ts
 * import { conv, residual } from "./mod.ts";
 * const size = { input: [8, 8, 16], filters: 16, kernel: 3 } as const;
 * residual([conv({ ...size, activation: "relu" }), conv(size)]);
 * ```
 *
 * @throws RangeError if there is no layer, if one does not take what the one before gives, or if the last does not give what
 * the first takes
 */
export function residual(layers: readonly DifferentiableLayer[]): DifferentiableLayer {
  const block = sequential(layers), { inputs, outputs } = block;
  const input = layers[0]!.input, output = layers.at(-1)!.output;
  if (inputs !== outputs || (input && output && input.join() !== output.join())) {
    const [given, required] = inputs !== outputs
      ? [outputs, inputs]
      : [output!.join(" × "), input!.join(" × ")];
    throw new RangeError(
      `residual: the block must give what it takes, ${required}, but it gives ${given}; change its last layer`,
    );
  }
  const bound = (parameters: readonly tf.Tensor[]) => bindLayers("residual", block, parameters);
  return {
    inputs,
    outputs,
    ...input && { input },
    ...output && { output },
    parameters: parameterShapes(block),
    initial: (key) => initialParameters(block, key),
    apply: (parameters, x) => tf.add(x, applyBound(bound(parameters), x)),
    push(parameters, x, wantSecond): Pushed {
      const y = bound(parameters).reduce<Pushed>(
        (at, { layer, parameters }) => layer.push(parameters, at, wantSecond),
        x,
      );
      const second = x.second && y.second ? tf.add(x.second, y.second) : x.second ?? y.second;
      return { value: tf.add(x.value, y.value), first: tf.add(x.first, y.first), second };
    },
  };
}

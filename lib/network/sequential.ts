/**
 * Layers in order, described apart from their parameters.
 *
 * @module
 */

import { foldIn, type Key, type tf } from "../engine/mod.ts";
import type { Layer, ParameterShape } from "./layer.ts";

/** A network's description. */
export interface Sequential<Kind extends Layer = Layer> {
  /** In the order in which they are applied. */
  readonly layers: readonly Kind[];
  /** Inputs of the first layer. */
  readonly inputs: number;
  /** Outputs of the last layer. */
  readonly outputs: number;
}

/**
 * Describes a network of layers.
 *
 * @throws RangeError if there is none, or if one does not take what the one before gives
 */
export function sequential<Kind extends Layer>(layers: readonly Kind[]): Sequential<Kind> {
  const [first, last] = [layers[0], layers.at(-1)];
  if (!first || !last) throw new RangeError("sequential: at least one layer is required, but there is none");
  layers.forEach((layer, i) => {
    const before = layers[i - 1];
    if (before && before.outputs !== layer.inputs) {
      throw new RangeError(
        `sequential: layer ${i} takes ${layer.inputs} inputs, but layer ${
          i - 1
        } has ${before.outputs} outputs`,
      );
    }
    if (before?.output && layer.input && before.output.join() !== layer.input.join()) {
      throw new RangeError(
        `sequential: layer ${i} takes images of ${layer.input.join(" × ")}, but layer ${
          i - 1
        } gives images of ${before.output.join(" × ")}`,
      );
    }
  });
  return { layers, inputs: first.inputs, outputs: last.outputs };
}

/** Names and shapes of a network's parameters, in the order in which they are bound. */
export function parameterShapes(network: Sequential): ParameterShape[] {
  return network.layers.flatMap(({ parameters }, i) =>
    parameters.map(({ name, shape }) => ({ name: `${i}.${name}`, shape }))
  );
}

/** Parameters to start from: those of each layer. */
export function initialParameters(network: Sequential, key: Key): tf.Tensor[] {
  return network.layers.flatMap((layer, i) => layer.initial(foldIn(key, i)));
}

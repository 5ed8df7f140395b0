/**
 * A network with its parameters.
 *
 * @module
 */

import { assertShape, type Axes, tf } from "../engine/mod.ts";
import type { Layer } from "./layer.ts";
import { applyLayers, type MappedLayer } from "./piecewise_linear.ts";
import { parameterShapes, type Sequential } from "./sequential.ts";

/** A function of x, differentiable in its parameters. */
export interface Network {
  /** g(x): `[batch, inputs]` ↦ `[batch, outputs]`. */
  apply(x: tf.Tensor): tf.Tensor;
}

/** A layer with its parameters. */
export interface BoundLayer<Kind extends Layer = Layer> {
  readonly layer: Kind;
  readonly parameters: readonly tf.Tensor[];
}

/**
 * Binds parameters to a network.
 *
 * @param parameters as {@link parameterShapes} lists them
 * @throws TypeError for a wrong number or shape
 */
export function bindNetwork(network: Sequential, parameters: readonly tf.Tensor[]): Network {
  const layers = bindLayers("bindNetwork", network, parameters);
  return {
    apply(x) {
      assertInputs("apply", network, x);
      return applyBound(layers, x);
    },
  };
}

/** g(x) through bound layers, by one kernel if all are piecewise linear. */
export function applyBound(layers: readonly BoundLayer[], x: tf.Tensor): tf.Tensor {
  const linear = piecewiseLinear(layers);
  return linear
    ? applyLayers(linear, x)
    : layers.reduce((at, { layer, parameters }) => layer.apply(parameters, at), x);
}

/**
 * The output of every layer, in order; the last is g(x).
 *
 * @param x `[batch, inputs]`
 * @throws TypeError for a wrong number or shape of parameters, or for x
 */
export function layerOutputs(
  network: Sequential,
  parameters: readonly tf.Tensor[],
  x: tf.Tensor,
): tf.Tensor[] {
  assertInputs("layerOutputs", network, x);
  const outputs: tf.Tensor[] = [];
  for (const bound of bindLayers("layerOutputs", network, parameters)) {
    outputs.push(bound.layer.apply(bound.parameters, outputs.at(-1) ?? x));
  }
  return outputs;
}

/** Each layer with its parameters. @throws TypeError for a wrong number or shape */
export function bindLayers<Kind extends Layer>(
  doing: string,
  network: Sequential<Kind>,
  parameters: readonly tf.Tensor[],
): BoundLayer<Kind>[] {
  const shapes = parameterShapes(network);
  if (parameters.length !== shapes.length) {
    throw new TypeError(
      `${doing}: the network has ${shapes.length} parameters, but ${parameters.length} were given`,
    );
  }
  shapes.forEach(({ name, shape }, i) => assertShape(doing, name, parameters[i]!, shape));
  let next = 0;
  return network.layers.map((layer) => ({
    layer,
    parameters: parameters.slice(next, next += layer.parameters.length),
  }));
}

/** Bound layers as one kernel takes them, if there are some and all of them are piecewise linear. */
export function piecewiseLinear(layers: readonly BoundLayer[]): MappedLayer[] | null {
  const linear = layers.flatMap(({ layer, parameters }) => layer.piecewiseLinear?.(parameters) ?? []);
  return linear.length > 0 && linear.length === layers.length ? linear : null;
}

/** Requires x `[batch, inputs]`, and tangents `[batch, tangent, inputs]` if they are given. */
export function assertInputs(
  doing: string,
  { inputs }: Sequential,
  x: tf.Tensor,
  tangents: Readonly<Record<string, tf.Tensor | undefined>> = {},
): void {
  const axes: Axes = new Map([["inputs", inputs]]);
  assertShape(doing, "x", x, "batch inputs", axes);
  for (const [name, given] of Object.entries(tangents)) {
    if (given) assertShape(doing, name, given, "batch tangent inputs", axes);
  }
}

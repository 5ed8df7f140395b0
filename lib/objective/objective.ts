/**
 * What an objective is.
 *
 * @module
 */

import { assertShape, type Axes, type Key, type Scalar, tf } from "../engine/mod.ts";
import { assertBeta, type Model } from "../model/mod.ts";

/** The value of an objective on a batch: something to be minimised. */
export interface ObjectiveValue {
  /** The mean over the batch of the sum of the terms: a scalar, in nats. */
  readonly loss: tf.Tensor;
  /** Named terms, per example: each `[batch]`. */
  readonly terms: Readonly<Record<string, tf.Tensor>>;
}

/**
 * A loss as a function of a model, data, a random key and β. All are differentiable in every parameter by
 * {@link valueAndGradients}.
 *
 * @param model a bound model
 * @param x `[batch, data]`
 * @param key what a sampled objective draws from; the others ignore it
 * @param beta β > 0: a number, or a float32 scalar, the factor on the KL term
 */
export type Objective<Options = undefined> = (
  model: Model,
  x: tf.Tensor,
  key: Key,
  beta: Scalar,
  ...options: Options extends undefined ? [] : [options: Options]
) => ObjectiveValue;

/** Requires a β and an x that fit the model. */
export function assertArguments(
  doing: string,
  { description }: { readonly description: { readonly encoder: { readonly inputs: number } } },
  x: tf.Tensor,
  beta: Scalar,
): void {
  const axes: Axes = new Map([["data", description.encoder.inputs]]);
  assertShape(doing, "x", x, "batch data", axes);
  assertBeta(doing, beta);
}

/** The loss from its terms. */
export function total(terms: Readonly<Record<string, tf.Tensor>>): ObjectiveValue {
  return { loss: tf.mean(Object.values(terms).reduce((sum, term) => tf.add(sum, term))), terms };
}

/**
 * The encoder–decoder pair.
 *
 * @module
 */

import { assertShape, type Axes, foldIn, type Key, splitColumns, tf } from "../engine/mod.ts";
import {
  type ActivationName,
  type BentTangents,
  bindDifferentiableNetwork,
  bindNetwork,
  type Dense,
  dense,
  type DifferentiableLayer,
  type DifferentiableNetwork,
  type FactoredTangents,
  initialParameters,
  type Network,
  type ParameterShape,
  parameterShapes,
  type Sequential,
  sequential,
} from "../network/mod.ts";
import { assertFamily, type Family, rawSize } from "./family.ts";
import { assertLikelihood, type Likelihood } from "./likelihood.ts";
import { type Posterior, posterior } from "./posterior.ts";
import type { Prior } from "./prior.ts";

/** A model's description, apart from its parameters. */
export interface ModelDescription {
  /** x ↦ h and the numbers that describe Σ. */
  readonly encoder: Sequential;
  /** z ↦ g(z). */
  readonly decoder: Sequential<DifferentiableLayer>;
  /** d */
  readonly latent: number;
  /** p(x; g). */
  readonly likelihood: Likelihood;
  /** The family of the learned posterior; null if the encoder gives the mean alone. */
  readonly family: Family | null;
  /** p(z); N(0, I) where it is absent. */
  readonly prior?: Prior;
}

/** What {@link describeModel} takes. */
export interface ModelOptions {
  /** n, the number of observed dimensions. */
  readonly data: number;
  /** d, the number of latents. */
  readonly latent: number;
  /** Widths of the hidden layers of the encoder; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  /** Of the hidden layers. */
  readonly activation: ActivationName;
  /** p(z); N(0, I) by default. */
  readonly prior?: Prior;
  /** p(x; g). */
  readonly likelihood: Likelihood;
  /** The family of the learned posterior; null for none. */
  readonly family: Family | null;
}

/**
 * Describes an encoder and a decoder that mirror each other, both with linear outputs.
 *
 * @throws TypeError for a family or a likelihood that is not one, as where its name is given; RangeError for a size
 */
export function describeModel(options: ModelOptions): ModelDescription {
  const { data, latent, hidden, activation, likelihood, family, prior } = options;
  if (family) assertFamily("describeModel", family);
  assertLikelihood("describeModel", likelihood);
  const network = (sizes: readonly number[]): Sequential<Dense> =>
    sequential(
      sizes.slice(1).map((size, i) => dense(sizes[i]!, size, i < sizes.length - 2 ? activation : "identity")),
    );
  return {
    encoder: network([data, ...hidden, latent + (family ? rawSize(family, latent) : 0)]),
    decoder: network([latent, ...hidden.toReversed(), data]),
    latent,
    likelihood,
    family,
    ...(prior ? { prior } : {}),
  };
}

/** Names and shapes of a model's parameters: `encoder.0.weight`, …, then `decoder.0.weight`, …, and those of its likelihood. */
export function modelParameterShapes({ encoder, decoder, likelihood }: ModelDescription): ParameterShape[] {
  const own = likelihood.learned?.shapes ?? [];
  return Object.entries({ encoder, decoder }).flatMap(([part, network]) =>
    parameterShapes(network).map(({ name, shape }) => ({ name: `${part}.${name}`, shape }))
  ).concat(own.map(({ name, shape }) => ({ name: `likelihood.${name}`, shape })));
}

/** Parameters to start from. */
export function initialModelParameters(
  { encoder, decoder, likelihood }: ModelDescription,
  key: Key,
): tf.Tensor[] {
  return [encoder, decoder].flatMap((network, i) => initialParameters(network, foldIn(key, i)))
    .concat(likelihood.learned?.initial() ?? []);
}

/** What an encoder says of a batch. */
export interface Encoded {
  /** h(x): `[batch, latent]`. */
  readonly mean: tf.Tensor;
  /** The numbers that describe Σ; null if the model has no learned posterior. */
  readonly raw: tf.Tensor | null;
}

/** A model with its parameters. */
export interface Model {
  /** What it is, apart from its parameters. */
  readonly description: ModelDescription;
  /** p(x; g). */
  readonly likelihood: Likelihood;
  /** x ↦ h and the numbers that describe Σ. */
  readonly encoder: Network;
  /** z ↦ g(z). */
  readonly decoder: DifferentiableNetwork;
  /** The encoder at x `[batch, data]`. */
  encode(x: tf.Tensor): Encoded;
  /** q(z|x). @throws TypeError if the model has no learned posterior */
  posterior(x: tf.Tensor): Posterior;
  /**
   * g(z) and √w Jᵀ `[batch, latent, data]`, w = −diag H_p at g(z): what stands for Jᵀ in every formula once the
   * likelihood is not a Gaussian of variance 1.
   */
  weightedJacobian(z: tf.Tensor): { readonly value: tf.Tensor; readonly tangents: tf.Tensor };
  /**
   * g(z) and √w ∘ J l for directions l `[batch, tangent, latent]` (the unit vectors when absent), or the two factors where
   * their products with each other are cheaper through them.
   */
  weightedTangents(z: tf.Tensor, directions?: tf.Tensor): FactoredTangents;
  /** The same, and Σ d²g[l, l] over the directions: `[batch, data]`, null where it is 0. */
  bentTangents(z: tf.Tensor, directions: tf.Tensor): BentTangents;
}

/**
 * Binds parameters to a model.
 *
 * @param parameters as {@link modelParameterShapes} lists them
 * @throws TypeError for a wrong number or shape
 */
export function bindModel(description: ModelDescription, parameters: readonly tf.Tensor[]): Model {
  const { family, latent, likelihood: { learned } } = description;
  modelParameterShapes(description).slice(0, parameters.length).forEach(({ name, shape }, i) =>
    assertShape("bindModel", name, parameters[i]!, shape)
  );
  const split = parameterShapes(description.encoder).length;
  const encoder = bindNetwork(description.encoder, parameters.slice(0, split));
  // The decoder says what is missing, or is too many, where there is nothing after it.
  const end = learned ? split + parameterShapes(description.decoder).length : parameters.length;
  const decoder = bindDifferentiableNetwork(description.decoder, parameters.slice(split, end));
  if (learned && parameters.length !== end + learned.shapes.length) {
    throw new TypeError(
      `bindModel: ${
        end + learned.shapes.length
      } parameters are required, ${learned.shapes.length} of them of the likelihood, but there are ${parameters.length}`,
    );
  }
  const likelihood = learned ? learned.bind(parameters.slice(end)) : description.likelihood;

  const assertLatents = (doing: string, z: tf.Tensor, directions?: tf.Tensor): void => {
    const axes: Axes = new Map([["latent", latent]]);
    assertShape(doing, "z", z, "batch latent", axes);
    if (directions) assertShape(doing, "directions", directions, "batch tangent latent", axes);
  };
  const encode = (x: tf.Tensor): Encoded => {
    assertShape("encode", "x", x, "batch data", new Map([["data", description.encoder.inputs]]));
    const output = encoder.apply(x);
    if (!family) return { mean: output, raw: null };
    const [mean, raw] = splitColumns(output, latent);
    return { mean, raw };
  };
  const weightedPushforward = (
    z: tf.Tensor,
    directions?: tf.Tensor,
  ): ReturnType<Model["weightedJacobian"]> => {
    const { value, tangents } = decoder.pushforward(z, directions);
    return { value, tangents: weightTangents(likelihood, value, tangents) };
  };
  // A weight that is one number may stand before the last layer as well as after it.
  const { variance } = likelihood;
  const weighted = <Tangents extends FactoredTangents>(pushed: Tangents, variance: number): Tangents =>
    variance === 1 ? pushed : { ...pushed, tangents: tf.mul(1 / Math.sqrt(variance), pushed.tangents) };
  return {
    description,
    likelihood,
    encoder,
    decoder,
    encode,
    posterior(x) {
      const { mean, raw } = encode(x);
      if (!family || !raw) {
        throw new TypeError(
          "posterior: the objective needs a learned posterior, but the model's encoder gives the mean alone " +
            "(its family is null)",
        );
      }
      return posterior(family, mean, raw);
    },
    weightedJacobian(z) {
      assertLatents("weightedJacobian", z);
      return weightedPushforward(z);
    },
    weightedTangents(z, directions) {
      assertLatents("weightedTangents", z, directions);
      return variance === null
        ? weightedPushforward(z, directions)
        : weighted(decoder.factoredTangents(z, directions), variance);
    },
    bentTangents(z, directions) {
      assertLatents("bentTangents", z, directions);
      if (variance !== null) return weighted(decoder.bentTangents(z, directions), variance);
      const { value, first, second } = decoder.secondPushforward(z, directions);
      return { value, tangents: weightTangents(likelihood, value, first), bend: tf.sum(second, 1) };
    },
  };
}

/** √w ∘ T for tangents `[batch, tangent, data]` at g `[batch, data]`. */
export function weightTangents(likelihood: Likelihood, g: tf.Tensor, tangents: tf.Tensor): tf.Tensor {
  const axes: Axes = new Map();
  assertShape("weightTangents", "g", g, "batch data", axes);
  assertShape("weightTangents", "tangents", tangents, "batch tangent data", axes);
  const root = likelihood.rootCurvature(g);
  return root ? tf.mul(tangents, tf.reshape(root, [g.shape[0]!, 1, g.shape[1]!])) : tangents;
}

/**
 * A fleet: independent models of one shape, trained at once along a leading axis.
 *
 * @module
 */

import { tf } from "../../lib/engine/mod.ts";
import { type Family, type Likelihood, type Model, posterior, rawSize } from "../../lib/model/mod.ts";
import { type BoundNetwork, dense, type Sequential, sequential } from "../../lib/network/mod.ts";
import type { TrueActivation } from "../../properties/laws/trained.ts";
import { ACTIVATE } from "./activation.ts";
import { posteriorOfSquareFactor } from "./square_factor.ts";

/** What the members of a fleet have in common. */
export interface FleetDescription {
  /** How many members it has. */
  readonly members: number;
  /** n */
  readonly data: number;
  /** d */
  readonly latent: number;
  /** ν */
  readonly activation: TrueActivation;
  /** p(x; g) */
  readonly likelihood: Likelihood;
  /** The family of q, or "factor" for all of Σ = L Lᵀ with an unconstrained square L. */
  readonly spread: Family | "factor";
}

/** What is trained, member by member. Σ does not depend on x. */
export interface FleetParameters {
  /** Aᵀ of g(z) = ν(Az) + b: `[member, latent, data]` */
  readonly decoderWeight: tf.Tensor;
  /** b: `[member, 1, data]` */
  readonly decoderBias: tf.Tensor;
  /** Cᵀ of h(x) = Cx + c: `[member, data, latent]` */
  readonly encoderWeight: tf.Tensor;
  /** c: `[member, 1, latent]` */
  readonly encoderBias: tf.Tensor;
  /** What describes Σ: the family's raw numbers `[member, raw]`, or Lᵀ `[member, latent, latent]` for "factor" */
  readonly spread: tf.Tensor;
}

const refuse = (): never => {
  throw new TypeError(
    "a fleet has no derivatives in its latents and no weights of a single network: only sampled objectives take it",
  );
};

/** A network that only has values. */
function valuesOnly(description: Sequential, apply: (x: tf.Tensor) => tf.Tensor): BoundNetwork {
  return {
    description,
    apply,
    layerOutputs: (x) => [apply(x)],
    pushforward: refuse,
    secondPushforward: refuse,
    jacobian: refuse,
    jacobianColumn: refuse,
    factoredTangents: refuse,
    bentTangents: refuse,
    gram: refuse,
  };
}

/**
 * A fleet as one model: its batches are those of all members, one member after the other, `[member · batch, …]`. Its loss is
 * the mean over the members', whose terms do not meet.
 */
export function bindFleet(description: FleetDescription, parameters: FleetParameters): Model {
  const { members, data, latent, activation, likelihood, spread } = description;
  const family = spread === "factor" ? null : spread;
  /** x M for every member: `[row, inputs]` and `[member, inputs, outputs]` ↦ `[member, row, outputs]`. */
  const times = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor =>
    tf.matMul(tf.reshape(x, [members, -1, weight.shape[1]!]), weight);
  const encode = (x: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.add(times(x, parameters.encoderWeight), parameters.encoderBias), [-1, latent]);
  const decode = (z: tf.Tensor): tf.Tensor => {
    const bent = ACTIVATE[activation].ofTensor(times(z, parameters.decoderWeight));
    return tf.reshape(tf.add(bent, parameters.decoderBias), [-1, data]);
  };
  /** What belongs to a member, for each of its examples. */
  const perExample = (ofMember: tf.Tensor, rows: number): tf.Tensor => {
    const [, ...rest] = ofMember.shape;
    const repeated = tf.tile(tf.reshape(ofMember, [members, 1, ...rest]), [
      1,
      rows / members,
      ...rest.map(() => 1),
    ]);
    return tf.reshape(repeated, [rows, ...rest]);
  };
  const outputs = latent + (family ? rawSize(family, latent) : latent * latent);
  return {
    description: {
      encoder: sequential([dense(data, outputs, "identity")]),
      decoder: sequential([dense(latent, data, activation)]),
      latent,
      likelihood,
      family,
    },
    likelihood,
    encoder: valuesOnly(sequential([dense(data, outputs, "identity")]), encode),
    decoder: valuesOnly(sequential([dense(latent, data, activation)]), decode),
    encode: (x) => ({
      mean: encode(x),
      raw: family && perExample(parameters.spread, x.shape[0]!),
    }),
    posterior(x) {
      const rows = x.shape[0]!;
      const mean = encode(x);
      return family
        ? posterior(family, mean, perExample(parameters.spread, rows))
        : posteriorOfSquareFactor(mean, parameters.spread, (ofMember) => perExample(ofMember, rows));
    },
    weightedJacobian: refuse,
    weightedTangents: refuse,
    bentTangents: refuse,
  };
}

/** The parameters in the order in which they are trained. */
export function listed(p: FleetParameters): tf.Tensor[] {
  return [p.decoderWeight, p.decoderBias, p.encoderWeight, p.encoderBias, p.spread];
}

/** The parameters from that order. */
export function named(
  [decoderWeight, decoderBias, encoderWeight, encoderBias, spread]: readonly tf.Tensor[],
): FleetParameters {
  if (!decoderWeight || !decoderBias || !encoderWeight || !encoderBias || !spread) {
    throw new TypeError("a fleet has five parameter tensors: A, b, C, c and what describes Σ");
  }
  return { decoderWeight, decoderBias, encoderWeight, encoderBias, spread };
}

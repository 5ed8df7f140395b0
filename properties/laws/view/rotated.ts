/**
 * Decoders in transformed latents, and posteriors that the encoder gives whatever the data.
 *
 * @module
 */

import type { FamilySpec, GaussianSpec, Matrix, NetworkSpec } from "../../contract/subject.ts";
import { transpose } from "../reference/algebra.ts";
import { rawFactorOf } from "../reference/raw_factor.ts";
import { affine, constant } from "./linear_model.ts";

/** g∘Aᵀ for any matrix A: a linear layer before the decoder. */
export function afterTranspose(a: Matrix, decoder: NetworkSpec): NetworkSpec {
  return [...affine(transpose(a), a.map(() => 0)), ...decoder];
}

/** An encoder that gives the same Gaussian for every x `[data]`. */
export function constantPosterior(data: number, family: FamilySpec, q: GaussianSpec): NetworkSpec {
  return constant(data, [...q.mean, ...rawFactorOf(family, q.covariance)]);
}

/**
 * Linear models with a given decoder matrix, through which any regulariser of a Jacobian can be reached as a term of an
 * objective; decoders in transformed latents, and encoders that give one posterior whatever the data.
 *
 * @module
 */

import type {
  FamilySpec,
  GaussianSpec,
  LikelihoodSpec,
  Matrix,
  ModelSpec,
  NetworkSpec,
  ObjectiveCase,
  Vector,
} from "../../contract/subject.ts";
import { apply, eigen, multiply, sum, tabulate, transpose } from "./algebra.ts";
import { rawFactorOf, rawSizeOf } from "./raw_factor.ts";

/** The one-layer network u ↦ A u + b for A `[out][in]`. */
export function affine(a: Matrix, bias: Vector): NetworkSpec {
  return [{ weight: transpose(a), bias, activation: "identity" }];
}

/** The network from `inputs` numbers that ignores them: its outputs are `values`. */
export function constant(inputs: number, values: Vector): NetworkSpec {
  return [{
    weight: tabulate(inputs, values.length, () => 0),
    bias: values,
    activation: "identity",
  }];
}

/** Parts of a linear model that are not the decoder matrix. */
export interface LinearParts {
  readonly encoder: NetworkSpec;
  readonly family: FamilySpec;
  readonly likelihood?: LikelihoodSpec;
}

/** The model with decoder g(z) = J z; Gaussian with variance 1 unless told otherwise. */
export function linearModel(jacobian: Matrix, parts: LinearParts): ModelSpec {
  const { encoder, family, likelihood = { kind: "gaussian", variance: 1 } } = parts;
  return {
    encoder,
    decoder: affine(jacobian, jacobian.map(() => 0)),
    latent: jacobian[0]!.length,
    likelihood,
    family,
  };
}

/** Parts of a linear case: what is absent is 0, mean-field, and Gaussian with variance 1. */
export interface LinearCaseParts {
  /** `[batch][data]`; one example when absent. */
  readonly x?: Matrix;
  /** The mean of the posterior `[latent]`. */
  readonly h?: Vector;
  /** Its raw factor. */
  readonly raw?: Vector;
  readonly family?: FamilySpec;
  readonly likelihood?: LikelihoodSpec;
}

/** An objective with decoder g(z) = J z, by an encoder that gives the same posterior whatever it sees. */
export function linearCase(
  { jacobian, beta }: { readonly jacobian: Matrix; readonly beta: number },
  { x = [jacobian.map(() => 0)], h, raw, family = { kind: "mean-field" }, likelihood }: LinearCaseParts = {},
): ObjectiveCase {
  const latent = jacobian[0]!.length;
  const zeros = (count: number): Vector => Array<number>(count).fill(0);
  const posterior = [...h ?? zeros(latent), ...raw ?? zeros(rawSizeOf(family, latent))];
  const encoder = constant(jacobian.length, posterior);
  return { model: linearModel(jacobian, { encoder, family, ...(likelihood && { likelihood }) }), x, beta };
}

/** g∘Aᵀ for any matrix A: a linear layer before the decoder. */
export function afterTranspose(a: Matrix, decoder: NetworkSpec): NetworkSpec {
  return [...affine(transpose(a), a.map(() => 0)), ...decoder];
}

/** An encoder that gives the same Gaussian for every x `[data]`. */
export function constantPosterior(data: number, family: FamilySpec, q: GaussianSpec): NetworkSpec {
  return constant(data, [...q.mean, ...rawFactorOf(family, q.covariance)]);
}

/** −log N(x; 0, WWᵀ + σ²I), by the eigenvalues and eigenvectors of WWᵀ. */
export function negativeLogEvidence(w: Matrix, variance: number, x: Vector): number {
  const { values, vectors } = eigen(multiply(w, transpose(w)));
  const along = apply(transpose(vectors), x);
  return sum(values.map((value, k) => {
    const total = Math.max(value, 0) + variance;
    return (along[k]! ** 2 / total + Math.log(2 * Math.PI * total)) / 2;
  }));
}

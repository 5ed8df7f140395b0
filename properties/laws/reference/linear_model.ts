/**
 * Encoders that give one posterior whatever the data; with a linear decoder any regulariser of a Jacobian can be reached through
 * them as a term of an objective. Decoders in transformed latents.
 *
 * @module
 */

import type {
  FamilySpec,
  LikelihoodSpec,
  Matrix,
  NetworkSpec,
  ObjectiveCase,
  Vector,
} from "../../contract/subject.ts";
import { apply, eigen, multiply, sum, tabulate, transpose } from "./algebra.ts";
import { rawSizeOf } from "./raw_factor.ts";

/** The one-layer network u ↦ A u + b for A `[out][in]`. */
export function affine(a: Matrix, bias: Vector): NetworkSpec {
  return [{ weight: transpose(a), bias, activation: "identity" }];
}

/** The network from `inputs` numbers that ignores them: its outputs are `values`. */
function constant(inputs: number, values: Vector): NetworkSpec {
  return [{
    weight: tabulate(inputs, values.length, () => 0),
    bias: values,
    activation: "identity",
  }];
}

/** A decoder at one Gaussian posterior. */
interface FixedPosterior {
  readonly decoder: NetworkSpec;
  readonly likelihood: LikelihoodSpec;
  readonly family: FamilySpec;
  readonly mean: Vector;
  /** The raw factor of the covariance; zeros, of the identity, when absent. */
  readonly raw?: Vector;
  /** `[batch][data]` */
  readonly x: Matrix;
  readonly beta: number;
}

/** The evaluation of an objective by an encoder that gives its posterior whatever it sees. */
export function fixedPosterior(given: FixedPosterior): ObjectiveCase {
  const { decoder, likelihood, family, mean, x, beta } = given, latent = mean.length;
  const raw = given.raw ?? Array<number>(rawSizeOf(family, latent)).fill(0);
  const encoder = constant(x[0]!.length, [...mean, ...raw]);
  return { model: { encoder, decoder, latent, likelihood, family }, x, beta };
}

/** The same for the decoder g(z) = J z: mean-field, and Gaussian with variance 1, at x = 0 and the mean 0, unless told otherwise. */
export function linearCase(
  { jacobian, beta }: { readonly jacobian: Matrix; readonly beta: number },
  parts: Partial<Omit<FixedPosterior, "decoder" | "beta">> = {},
): ObjectiveCase {
  return fixedPosterior({
    decoder: affine(jacobian, jacobian.map(() => 0)),
    likelihood: { kind: "gaussian", variance: 1 },
    family: { kind: "mean-field" },
    mean: jacobian[0]!.map(() => 0),
    x: [jacobian.map(() => 0)],
    beta,
    ...parts,
  });
}

/** g∘Aᵀ for any matrix A: a linear layer before the decoder. */
export function afterTranspose(a: Matrix, decoder: NetworkSpec): NetworkSpec {
  return [...affine(transpose(a), a.map(() => 0)), ...decoder];
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

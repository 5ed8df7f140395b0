/**
 * Expectations of log p(x|z) over the latent by quadrature, and its exact Hessian: the objectives approximate these.
 *
 * @module
 */

import type { LikelihoodSpec, NetworkSpec, Vector } from "../contract/subject.ts";
import { real } from "./arithmetic.ts";
import { dual } from "./dual.ts";
import { negativeLogDensity } from "./likelihood.ts";
import { evaluate, hyperDual, liftNetwork, unit } from "./network.ts";
import { expectation, type Rule } from "./quadrature.ts";

/** A decoder as a function of one latent point: g(z), `[latent]` ↦ `[data]`. */
export type Decoder = (z: Vector) => Vector;

/** The network as a function of one point. */
export function decoderOf(network: NetworkSpec): Decoder {
  const lifted = liftNetwork(network, (weight) => weight);
  return (z) => evaluate(real, lifted, z);
}

/** log p(x; g) of one example, constants kept. */
export function logDensityOf(likelihood: LikelihoodSpec, x: Vector, g: Vector): number {
  return g.reduce((sum, output, k) => sum - negativeLogDensity(likelihood, x[k]!)(output, 0), 0);
}

/**
 * −E_q log p(x|z) for z = mean + factor·u with independent u_i of the given rules. With normal rules q is N(mean, factor
 * factorᵀ); with uniform ones q has bounded support.
 */
export function expectedReconstruction(
  decoder: Decoder,
  likelihood: LikelihoodSpec,
  x: Vector,
  q: { readonly mean: Vector; readonly factor: readonly Vector[]; readonly rules: readonly Rule[] },
): number {
  return -expectation(q.rules, q.mean, q.factor, (z) => logDensityOf(likelihood, x, decoder(z)));
}

/**
 * H_f = ∇²_z log p(x|g(z)) at one point z, `[latent][latent]`, by hyper-dual numbers: every entry an exact mixed derivative.
 */
export function logLikelihoodHessian(
  decoder: NetworkSpec,
  likelihood: LikelihoodSpec,
  x: Vector,
  z: Vector,
): number[][] {
  const arithmetic = dual(dual(real));
  const lifted = liftNetwork(decoder, (weight) => weight);
  return z.map((_, i) =>
    z.map((_, j) => {
      const g = evaluate(
        arithmetic,
        lifted,
        hyperDual(real, z, unit(real, z.length, i), unit(real, z.length, j)),
      );
      return g.reduce(
        (sum, output, k) => sum - arithmetic.apply(negativeLogDensity(likelihood, x[k]!), output).slope.slope,
        0,
      );
    })
  );
}

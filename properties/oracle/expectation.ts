/**
 * Exact β-VAE losses and marginals of small models, by quadrature over the latent: the objectives approximate these.
 *
 * @module
 */

import type { LikelihoodSpec, ModelSpec, NetworkSpec, Vector } from "../contract/subject.ts";
import { real } from "./arithmetic.ts";
import { cholesky } from "./dense.ts";
import { dual } from "./dual.ts";
import { type Gaussian, gaussianDivergence } from "./gaussian.ts";
import { negativeLogDensity } from "./likelihood.ts";
import { evaluate, hyperDual, liftNetwork, unit } from "./network.ts";
import { factor, gaussianKl } from "./posterior.ts";
import { expectation, gaussHermite, type Rule } from "./quadrature.ts";

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
 * p(x) = ∫ p(x|g(z)) N(z; 0, I) dz, by Gauss–Hermite quadrature with `nodes` per latent dimension.
 */
export function marginalDensity(
  decoder: Decoder,
  likelihood: LikelihoodSpec,
  x: Vector,
  latent: number,
  nodes: number,
): number {
  const origin = unit(real, latent, -1);
  const axes = origin.map((_, i) => unit(real, latent, i));
  const rules = origin.map(() => gaussHermite(nodes));
  return expectation(rules, origin, axes, (z) => Math.exp(logDensityOf(likelihood, x, decoder(z))));
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
 * The exact β-VAE loss of one example, −E_q log p(x|z) + β KL(q‖p), for q = N(mean, covariance) and any decoder, by
 * Gauss–Hermite quadrature with `nodes` per latent dimension.
 */
export function exactLoss(
  decoder: Decoder,
  likelihood: LikelihoodSpec,
  x: Vector,
  beta: number,
  q: Gaussian,
  nodes: number,
): number {
  const rule = gaussHermite(nodes);
  const posterior = { mean: q.mean, factor: cholesky(q.covariance), rules: q.mean.map(() => rule) };
  return expectedReconstruction(decoder, likelihood, x, posterior) + beta * gaussianDivergence(q);
}

/**
 * The exact β-VAE loss of one example, −E_q log p(x|z) + β KL(q‖p), for the posterior that the encoder gives, by
 * Gauss–Hermite quadrature with `nodes` per latent dimension: the limit of the Monte Carlo objective.
 */
export function exactBetaVae(
  model: ModelSpec,
  x: Vector,
  beta: number,
  nodes: number,
): { readonly loss: number; readonly reconstruction: number; readonly kl: number } {
  const { latent, likelihood, family } = model;
  const output = decoderOf(model.encoder)(x);
  const mean = output.slice(0, latent), raw = output.slice(latent);
  const rule = gaussHermite(nodes);
  const q = { mean, factor: factor(real, family, latent, raw), rules: mean.map(() => rule) };
  const reconstruction = expectedReconstruction(decoderOf(model.decoder), likelihood, x, q);
  const kl = beta * gaussianKl(real, family, mean, raw);
  return { loss: reconstruction + kl, reconstruction, kl };
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

/**
 * The linear-Gaussian model in closed form: x = W z + b + ε with z ~ N(0, I), ε ~ N(0, σ²I).
 *
 * Source: M. Tipping, C. Bishop, Probabilistic Principal Component Analysis, 1999; with β, Kumar and Poole 2020.
 *
 * @module
 */

import type { FamilySpec, Matrix, Vector } from "../contract/subject.ts";
import { optimalCovariance } from "./covariance.ts";
import { identityPlus, inverse, product, solve, tabulate, trace, transpose } from "./dense.ts";
import { gaussianDivergence, logGaussian } from "./gaussian.ts";

/** p(x|z) = N(W z + b, σ²I) with prior N(0, I). */
export interface LinearModel {
  /** W, `[data][latent]` */
  readonly weight: Matrix;
  /** b, `[data]` */
  readonly bias: Vector;
  /** σ² > 0 */
  readonly variance: number;
}

/** The covariance of x: W Wᵀ + σ²I, `[data][data]`. */
export function marginalCovariance({ weight, variance }: LinearModel): number[][] {
  return product(weight, transpose(weight)).map((row, i) => row.map((c, j) => (i === j ? c + variance : c)));
}

/** log p(x) = log N(x; b, W Wᵀ + σ²I) */
export function logMarginal(model: LinearModel, x: Vector): number {
  return logGaussian(x, model.bias, marginalCovariance(model));
}

/** P = I + WᵀW/(βσ²), the precision of the unrestricted optimal posterior; for β = 1 of the true one. */
export function posteriorPrecision({ weight, variance }: LinearModel, beta: number): number[][] {
  return identityPlus(product(transpose(weight), weight), 1 / (beta * variance));
}

/** (βσ²I + WᵀW)⁻¹Wᵀ(x − b), the mean of the optimal posterior in every family. */
export function posteriorMean(model: LinearModel, beta: number, x: Vector): number[] {
  const { weight, bias, variance } = model;
  const projected = product(transpose(weight), x.map((value, k) => [(value - bias[k]!) / (beta * variance)]));
  return solve(posteriorPrecision(model, beta), projected).map((row) => row[0]!);
}

/** P⁻¹ `[latent][latent]`, the covariance of the unrestricted optimal posterior. */
export function posteriorCovariance(model: LinearModel, beta: number): number[][] {
  return inverse(posteriorPrecision(model, beta));
}

/** The exact β-VAE loss of the posterior N(mean, Σ): −E_q log p(x|z) + β KL(q‖p). */
export function linearLoss(
  model: LinearModel,
  beta: number,
  x: Vector,
  mean: Vector,
  covariance: Matrix,
): number {
  const { weight, bias, variance } = model;
  const decoded = product(weight, mean.map((value) => [value]));
  const residual = x.reduce((sum, value, k) => sum + (value - bias[k]! - decoded[k]![0]!) ** 2, 0);
  const spread = trace(product(product(weight, covariance), transpose(weight)));
  return (residual + spread) / (2 * variance) + x.length / 2 * Math.log(2 * Math.PI * variance) +
    beta * gaussianDivergence({ mean, covariance });
}

/** The least β-VAE loss over the posteriors of a family, with the posterior that attains it. */
export function linearOptimum(
  family: FamilySpec,
  model: LinearModel,
  beta: number,
  x: Vector,
): { readonly loss: number; readonly mean: Vector; readonly covariance: Matrix } {
  const gram = product(transpose(model.weight), model.weight).map((row) =>
    row.map((g) => g / model.variance)
  );
  const mean = posteriorMean(model, beta, x);
  const covariance = optimalCovariance(family, [gram], beta)[0]!;
  return { loss: linearLoss(model, beta, x, mean, covariance), mean, covariance };
}

/** The decoder g∘Rᵀ of rotated latents: W Rᵀ, for an orthogonal R `[latent][latent]`. */
export function rotated(model: LinearModel, rotation: Matrix): LinearModel {
  return { ...model, weight: product(model.weight, transpose(rotation)) };
}

/** Rotation by `angle` in the plane of two latents: `[latent][latent]`. */
export function planeRotation(latent: number, i: number, j: number, angle: number): number[][] {
  const r = tabulate(latent, latent, (row, column) => (row === column ? 1 : 0));
  r[i]![i] = r[j]![j] = Math.cos(angle);
  r[i]![j] = -Math.sin(angle);
  r[j]![i] = Math.sin(angle);
  return r;
}

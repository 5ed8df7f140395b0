/**
 * The eight objectives, each written as its formula. All are losses, per example, in nats.
 *
 * Source: slides "How does variational family regularize the local geometry", "Taylor approximation around μ",
 * "We can further reduce the approximation", "Gaussian p(z), q(z|x), p(x|z)".
 *
 * @module
 */

import { type Arithmetic, scale, sum } from "./arithmetic.ts";
import { profiledCovariance } from "./covariance.ts";
import { dual } from "./dual.ts";
import { logDeterminantOfIdentityPlus, type Square } from "./elimination.ts";
import { distortion, logNormalizer, negativeLogDensity } from "./likelihood.ts";
import { evaluate, hyperDual, pushforward, unit } from "./network.ts";
import type { Case } from "./model.ts";
import { objective, type Point, type Terms } from "./objective.ts";
import { blocks, factor, gaussianKl } from "./posterior.ts";
import { logOnePlus, square } from "./smooth.ts";
import type { Variable } from "./tape.ts";

/** −(1/S) Σ_s log p(x|z_s) + β KL(q‖p), z_s = h + L ε_s */
export const betaVae = objective((point, given, example) => {
  const { tape, h } = point;
  const noise = required(given, "noise", "beta-vae");
  const l = learnedFactor(point);
  const losses = noise.map((sample) => {
    const epsilon = sample[example]!.map((value) => tape.constant(value));
    const z = h.map((mean, i) => tape.add(mean, tape.affine(l[i]!, epsilon)));
    return negativeLogLikelihood(point, evaluate(tape, point.decoder, z));
  });
  return { reconstruction: scale(tape, 1 / noise.length, sum(tape, losses)), kl: learnedKl(point) };
});

/** −log p(x|h) − ½ tr(H_f Σ) + β KL, where tr(H_f Σ) = Σ_i d²/dt² log p(x|h + t l_i) over the columns l_i of L */
export const taylorHessian = objective((point) => {
  const { tape, h, decoder } = point;
  const l = learnedFactor(point);
  const arithmetic = dual(dual(tape));
  const curvatures = h.map((_, i) => {
    const column = l.map((row) => row[i]!);
    const g = evaluate(arithmetic, decoder, hyperDual(tape, h, column, column));
    return energy(arithmetic, point, g).slope.slope;
  });
  return {
    reconstruction: negativeLogLikelihood(point, point.g),
    curvature: scale(tape, 1 / 2, sum(tape, curvatures)),
    kl: learnedKl(point),
  };
});

/** −log p(x|h) + ½ tr(G Σ) + β KL */
export const taylorJacobian = objective((point) => {
  const { tape } = point;
  const l = learnedFactor(point);
  const sigma = l.map((row) => l.map((column) => tape.affine(row, column)));
  return {
    reconstruction: negativeLogLikelihood(point, point.g),
    curvature: halfTraceOfProduct(point, gram(point), sigma),
    kl: learnedKl(point),
  };
});

/** The Taylor (Jacobian) loss at the family's optimal Σ, which moves with the parameters. */
export const profiled = objective((point) => {
  const { tape, model, beta, h } = point;
  const g = gram(point);
  const { sigma, logDeterminant } = profiledCovariance(tape, model.family, g, beta);
  const diagonal = sigma.map((row, i) => tape.add(row[i]!, tape.constant(-1)));
  const excess = [...squares(point, h), ...diagonal, scale(tape, -1, logDeterminant)];
  return {
    reconstruction: negativeLogLikelihood(point, point.g),
    curvature: halfTraceOfProduct(point, g, sigma),
    kl: scale(tape, beta / 2, sum(tape, excess)),
  };
});

/** ½‖x − g(h)‖² + (β/2)‖h‖² + (β/2) log|I + JᵀJ/β|, with diag(√w) J in place of J, and Σ log σ where σ is learned */
export const grae = objective((point) => graeTerms(point, logDeterminantOfBlock(point, gram(point))));

/** The same with Σ_blocks log|I + J_BᵀJ_B/β| over consecutive blocks of b latents */
export const graeBlock = objective((point, given) => {
  const g = gram(point);
  const determinants = blocks(point.model.latent, required(given, "block", "grae-block"))
    .map((block) => logDeterminantOfBlock(point, block.map((i) => block.map((j) => g[i]![j]!))));
  return graeTerms(point, sum(point.tape, determinants));
});

/** The same with Σ_i log(1 + ‖J_{:i}‖²/β) */
export const graeStar = objective((point) =>
  graeTerms(point, sum(point.tape, point.h.map((_, i) => logOfColumn(point, i))))
);

/** The same with d · log(1 + ‖J_{:i}‖²/β), one column i per example */
export const graeStarStochastic = objective((point, given, example) => {
  const column = required(given, "columns", "grae-star-stochastic")[example]!;
  return graeTerms(point, scale(point.tape, point.model.latent, logOfColumn(point, column)));
});

/** The terms of the GRAE objectives, given the logarithm in their volume term. */
function graeTerms(point: Point, logarithm: Variable): Terms {
  const { tape, beta, h, g } = point;
  return {
    reconstruction: energy(tape, point, g),
    prior: scale(tape, beta / 2, sum(tape, squares(point, h))),
    volume: scale(tape, beta / 2, logarithm),
  };
}

/** −log p(x; g) less its constant: Σ_k D_k(g_k)/σ_k² + log σ_k */
function energy<V>(a: Arithmetic<V, Variable>, point: Point, g: readonly V[]): V {
  const { tape, unit, x, learned } = point;
  const distortions = g.map((output, k) => a.apply(distortion(unit[k]!, x[k]!), output));
  return learned === null
    ? sum(a, distortions)
    : a.affine(learned.precision, distortions, sum(tape, learned.logScale));
}

/** −log p(x; g) */
function negativeLogLikelihood(point: Point, g: readonly Variable[]): Variable {
  const { tape, unit, x, learned } = point;
  if (learned === null) {
    return sum(tape, g.map((output, k) => tape.apply(negativeLogDensity(unit[k]!, x[k]!), output)));
  }
  const constant = unit.reduce((sum, likelihood) => sum + logNormalizer(likelihood), 0);
  return tape.add(energy(tape, point, g), tape.constant(constant));
}

/** w = −diag H_p at g(h), `[data]` */
function weights({ tape, unit, x, g, learned }: Point): Variable[] {
  const own = g.map((output, k) => tape.apply(negativeLogDensity(unit[k]!, x[k]!), output, 2));
  return learned === null ? own : own.map((weight, k) => tape.multiply(learned.precision[k]!, weight));
}

/** The i-th column of the decoder's Jacobian at h, `[data]` */
function jacobianColumn({ tape, decoder, h }: Point, i: number): Variable[] {
  return pushforward(tape, decoder, h, unit(tape, h.length, i)).map((output) => output.slope);
}

/** G = Jᵀ diag(w) J at h, `[latent][latent]` */
function gram(point: Point): Square<Variable> {
  const { tape, h } = point;
  const w = weights(point);
  const columns = h.map((_, i) => jacobianColumn(point, i));
  return columns.map((left) => {
    const weighted = left.map((entry, k) => tape.multiply(entry, w[k]!));
    return columns.map((right) => tape.affine(weighted, right));
  });
}

/** log|I + G/β| */
function logDeterminantOfBlock({ tape, beta }: Point, g: Square<Variable>): Variable {
  return logDeterminantOfIdentityPlus(tape, g.map((row) => row.map((entry) => scale(tape, 1 / beta, entry))));
}

/** log(1 + Σ_k w_k J_ki²/β) */
function logOfColumn(point: Point, i: number): Variable {
  const { tape, beta } = point;
  const norm = tape.affine(weights(point), squares(point, jacobianColumn(point, i)));
  return tape.apply(logOnePlus, scale(tape, 1 / beta, norm));
}

/** ½ tr(A B) for symmetric matrices */
function halfTraceOfProduct({ tape }: Point, a: Square<Variable>, b: Square<Variable>): Variable {
  return scale(tape, 1 / 2, tape.affine(a.flat(), b.flat()));
}

function squares({ tape }: Point, values: readonly Variable[]): Variable[] {
  return values.map((value) => tape.apply(square, value));
}

/** L of the learned posterior */
function learnedFactor({ tape, model, raw }: Point): Variable[][] {
  return factor(tape, model.family, model.latent, raw);
}

/** β KL(q‖p) of the learned posterior */
function learnedKl({ tape, model, beta, h, raw }: Point): Variable {
  return scale(tape, beta, gaussianKl(tape, model.family, h, raw));
}

function required<K extends "noise" | "columns" | "block">(
  given: Case,
  key: K,
  name: string,
): NonNullable<Case[K]> {
  const value = given[key];
  if (value === undefined) throw new TypeError(`${name}: the case must give ${key}`);
  return value;
}

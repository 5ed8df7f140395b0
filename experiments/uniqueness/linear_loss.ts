/**
 * The closed form of the β-VAE loss of a linear decoder.
 *
 * @module
 */

import { CholeskyDecomposition, Matrix as Dense } from "ml-matrix";
import type { Family } from "../../lib/model/mod.ts";
import type { Matrix } from "../../lib/symmetry/mod.ts";

/**
 * The expected β-VAE loss of a linear decoder with everything else optimised out, h(x) and Σ in its family, in nats:
 *
 * (β/2)[tr(S M⁻¹) + log|M| − n log βσ²] + (n/2) log 2πσ² + (β/2)[R(P) − log|P|],
 * S = WWᵀ + σ²I, M = AAᵀ + βσ²I, P = I + AᵀA/(βσ²),
 *
 * where R(P) is log|P| restricted to the family: Σ_blocks log|P_B|, Σ_i log P_ii, or d log(tr P/d).
 *
 * Source: slides "Gaussian p(z), q(z|x), p(x|z)" and "Choice of Q can lead to uniqueness".
 *
 * @param estimate A of the decoder g(z) = Az: `[data][latent]`
 * @param truth W of the data x = Wz + ε: `[data][latent]`
 * @param noise σ > 0, of the data and of the likelihood
 */
export function linearLoss(
  estimate: Matrix,
  truth: Matrix,
  { noise, beta, family }: { readonly noise: number; readonly beta: number; readonly family: Family },
): number {
  const [a, w] = [dense(estimate), dense(truth)];
  const variance = noise ** 2;
  const n = a.rows;
  const moment = plusIdentity(w.mmul(w.transpose()), variance);
  const marginal = new CholeskyDecomposition(plusIdentity(a.mmul(a.transpose()), beta * variance));
  const fit = marginal.solve(moment).trace() + logDeterminant(marginal) - n * Math.log(beta * variance);
  const precision = plusIdentity(a.transpose().mmul(a).mul(1 / (beta * variance)), 1);
  const lost = restricted(precision, family) - logDeterminant(new CholeskyDecomposition(precision));
  return beta / 2 * (fit + lost) + n / 2 * Math.log(2 * Math.PI * variance);
}

const dense = (rows: Matrix): Dense => new Dense(rows.map((row) => [...row]));
const plusIdentity = (a: Dense, c: number): Dense => Dense.add(a, Dense.eye(a.rows, a.rows, c));
const logDeterminant = ({ lowerTriangularMatrix }: CholeskyDecomposition): number =>
  2 * lowerTriangularMatrix.diagonal().reduce((sum, v) => sum + Math.log(v), 0);

/** The log-determinant of the best precision in the family. */
function restricted(precision: Dense, { name, block }: Family): number {
  const d = precision.rows;
  if (name === "isotropic") return d * Math.log(precision.trace() / d);
  return Array.from({ length: d / block }, (_, b) => [b * block, (b + 1) * block - 1] as const)
    .map(([from, to]) => logDeterminant(new CholeskyDecomposition(precision.subMatrix(from, to, from, to))))
    .reduce((sum, value) => sum + value, 0);
}

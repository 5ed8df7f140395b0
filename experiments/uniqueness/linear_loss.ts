import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { Family } from "../../lib/model/mod.ts";

/** What {@link linearLoss} takes. */
export interface LinearLoss {
  /** A of the decoder g(z) = Az: `[data][latent]` */
  readonly estimate: readonly (readonly number[])[];
  /** W of the data x = Wz + ε: `[data][latent]` */
  readonly truth: readonly (readonly number[])[];
  /** σ > 0, of the data and of the likelihood. */
  readonly noise: number;
  /** β > 0 */
  readonly beta: number;
  /** Of q. */
  readonly family: Family;
}

/**
 * The expected β-VAE loss of a linear decoder with everything else optimised out, h(x) and Σ in its family, in nats:
 *
 * (β/2)[tr(S M⁻¹) + log|M| − n log βσ²] + (n/2) log 2πσ² + (β/2)[R(P) − log|P|],
 * S = WWᵀ + σ²I, M = AAᵀ + βσ²I, P = I + AᵀA/(βσ²),
 *
 * where R(P) is log|P| restricted to the family: Σ_blocks log|P_B|, Σ_i log P_ii, or d log(tr P/d).
 *
 * Source: slides "Gaussian p(z), q(z|x), p(x|z)" and "Choice of Q can lead to uniqueness".
 */
export function linearLoss({ estimate, truth, noise, beta, family }: LinearLoss): number {
  const [a, w] = [estimate, truth].map((rows) => new Matrix(rows.map((row) => [...row])));
  const variance = noise ** 2;
  const n = a!.rows;
  const moment = plusIdentity(w!.mmul(w!.transpose()), variance);
  const marginal = new CholeskyDecomposition(plusIdentity(a!.mmul(a!.transpose()), beta * variance));
  const fit = marginal.solve(moment).trace() + logDeterminant(marginal) - n * Math.log(beta * variance);
  const precision = plusIdentity(a!.transpose().mmul(a!).mul(1 / (beta * variance)), 1);
  const lost = restricted(precision, family) - logDeterminant(new CholeskyDecomposition(precision));
  return beta / 2 * (fit + lost) + n / 2 * Math.log(2 * Math.PI * variance);
}

/** A + cI */
function plusIdentity(a: Matrix, c: number): Matrix {
  return Matrix.add(a, Matrix.eye(a.rows, a.rows, c));
}

/** log|A| */
function logDeterminant({ lowerTriangularMatrix }: CholeskyDecomposition): number {
  return 2 * lowerTriangularMatrix.diagonal().reduce((sum, v) => sum + Math.log(v), 0);
}

/** The log-determinant of the best precision in the family. */
function restricted(precision: Matrix, { name, block }: Family): number {
  const d = precision.rows;
  if (name === "isotropic") return d * Math.log(precision.trace() / d);
  let sum = 0;
  for (let start = 0; start < d; start += block) {
    const part = precision.subMatrix(start, start + block - 1, start, start + block - 1);
    sum += logDeterminant(new CholeskyDecomposition(part));
  }
  return sum;
}

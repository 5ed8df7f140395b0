/**
 * The optimal posterior covariance in closed form, per family. Source: slide "Gaussian p(z) and q(z|x)".
 *
 * @module
 */

import type { FamilySpec, Matrix } from "../contract/subject.ts";
import { type Arithmetic, scale, sum } from "./arithmetic.ts";
import { eigenvalues, identityPlus, inverse, tabulate, trace } from "./dense.ts";
import { inverseOfIdentityPlus, logDeterminantOfIdentityPlus, type Square } from "./elimination.ts";
import { blocks, blockSize } from "./posterior.ts";
import { logOnePlus, reciprocal } from "./smooth.ts";

/**
 * argmin over the family of ½ tr(GΣ) + (β/2)(tr Σ − log|Σ| − d), for each Gram matrix `[batch][latent][latent]`:
 * the inverse of every diagonal block of I + G/β, or 1/(1 + tr G/(βd)) times I for the isotropic family.
 */
export function optimalCovariance(family: FamilySpec, gram: readonly Matrix[], beta: number): number[][][] {
  return gram.map((g) => {
    const latent = g.length;
    if (family.kind === "isotropic") {
      const variance = 1 / (1 + trace(g) / (beta * latent));
      return tabulate(latent, latent, (i, j) => (i === j ? variance : 0));
    }
    const precision = identityPlus(g, 1 / beta);
    const sigma = tabulate(latent, latent, () => 0);
    for (const block of blocks(latent, blockSize(family, latent))) {
      const inverted = inverse(block.map((i) => block.map((j) => precision[i]![j]!)));
      block.forEach((i, row) => block.forEach((j, column) => sigma[i]![j] = inverted[row]![column]!));
    }
    return sigma;
  });
}

/**
 * (I − H_f/β)⁻¹, the optimum of the Taylor (Hessian) loss, for each H_f `[batch][latent][latent]`.
 *
 * @throws RangeError with the offending eigenvalue unless βI − H_f ≻ 0: there the loss is unbounded below
 */
export function optimalCovarianceOfHessian(hessian: readonly Matrix[], beta: number): number[][][] {
  return hessian.map((h, example) => {
    const largest = eigenvalues(h).at(-1)!;
    if (!(largest < beta)) {
      throw new RangeError(
        `optimalCovarianceOfHessian: beta I - H_f must be positive definite, but H_f of example ${example} has ` +
          `the eigenvalue ${largest} >= beta = ${beta}: the Taylor (Hessian) loss is unbounded below`,
      );
    }
    return inverse(identityPlus(h, -1 / beta));
  });
}

/**
 * The same optimum over any arithmetic, by elimination instead of ml-matrix, as a function of G that can be
 * differentiated; with log|Σ*|.
 */
export function profiledCovariance<V>(
  a: Arithmetic<V>,
  family: FamilySpec,
  gram: Square<V>,
  beta: number,
): { readonly sigma: Square<V>; readonly logDeterminant: V } {
  const latent = gram.length;
  const zeros = gram.map((row) => row.map(() => a.constant(0)));
  if (family.kind === "isotropic") {
    const excess = scale(a, 1 / (beta * latent), sum(a, gram.map((row, i) => row[i]!)));
    const variance = a.apply(reciprocal, a.add(a.constant(1), excess));
    zeros.forEach((row, i) => row[i] = variance);
    return { sigma: zeros, logDeterminant: scale(a, -latent, a.apply(logOnePlus, excess)) };
  }
  const determinants = blocks(latent, blockSize(family, latent)).map((block) => {
    const excess = block.map((i) => block.map((j) => scale(a, 1 / beta, gram[i]![j]!)));
    const inverted = inverseOfIdentityPlus(a, excess);
    block.forEach((i, row) => block.forEach((j, column) => zeros[i]![j] = inverted[row]![column]!));
    return logDeterminantOfIdentityPlus(a, excess);
  });
  return { sigma: zeros, logDeterminant: scale(a, -1, sum(a, determinants)) };
}

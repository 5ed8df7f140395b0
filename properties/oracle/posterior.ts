/**
 * Gaussian posteriors N(h, L Lᵀ) and their raw parametrisation.
 *
 * @module
 */

import type { FamilySpec, Matrix, Vector } from "../contract/subject.ts";
import { type Arithmetic, real, scale, sum } from "./arithmetic.ts";
import { logDeterminant, product, solve, tabulate, transpose } from "./dense.ts";
import { normal } from "./random.ts";
import { exponential, square } from "./smooth.ts";

/**
 * Latents to a block: the covariance of a family is zero outside consecutive blocks of this size (isotropic: 1).
 *
 * @throws RangeError unless the blocks fill the latents
 */
export function blockSize(family: FamilySpec, latent: number): number {
  switch (family.kind) {
    case "isotropic":
    case "mean-field":
      return 1;
    case "full":
      return latent;
    case "block":
      return blocks(latent, family.size), family.size;
  }
}

/**
 * The latents of each of the consecutive blocks: `[block][size]`.
 *
 * @throws RangeError unless blocks of this size fill the latents
 */
export function blocks(latent: number, size: number): number[][] {
  if (!(Number.isInteger(size) && size > 0 && latent % size === 0)) {
    throw new RangeError(
      `blocks of ${size} latents do not fill ${latent} latents: the size must divide them`,
    );
  }
  return Array.from(
    { length: latent / size },
    (_, block) => Array.from({ length: size }, (_, i) => block * size + i),
  );
}

/** How many raw numbers the encoder gives for the factor: see `ModelSpec`. */
export function rawSize(family: FamilySpec, latent: number): number {
  const size = blockSize(family, latent);
  return family.kind === "isotropic" ? 1 : latent + latent * (size - 1) / 2;
}

/**
 * The lower triangular factor L `[latent][latent]`: L_ii = exp(raw_i), and below the diagonal, inside the blocks, the
 * remaining raw numbers row by row.
 *
 * @throws RangeError unless there are as many raw numbers as the family has
 */
export function factor<V, W>(
  a: Arithmetic<V, W>,
  family: FamilySpec,
  latent: number,
  raw: readonly V[],
): V[][] {
  if (raw.length !== rawSize(family, latent)) {
    throw new RangeError(
      `factor: the ${family.kind} family on ${latent} latents has ${rawSize(family, latent)} raw numbers, ` +
        `but ${raw.length} were given`,
    );
  }
  const size = blockSize(family, latent);
  let next = latent;
  return Array.from({ length: latent }, (_, i) =>
    Array.from({ length: latent }, (_, j) => {
      if (i === j) return a.apply(exponential, raw[family.kind === "isotropic" ? 0 : i]!);
      const inside = j < i && Math.floor(i / size) === Math.floor(j / size);
      return inside ? raw[next++]! : a.constant(0);
    }));
}

/** KL(N(h, L Lᵀ) ‖ N(0, I)) = ½(‖h‖² + Σ_ij L_ij² − d) − Σ_i log L_ii, where log L_ii is the raw number itself. */
export function gaussianKl<V, W>(
  a: Arithmetic<V, W>,
  family: FamilySpec,
  mean: readonly V[],
  raw: readonly V[],
): V {
  const latent = mean.length;
  const squares = [...mean, ...factor(a, family, latent, raw).flat()].map((u) => a.apply(square, u));
  const logDiagonal = mean.map((_, i) => raw[family.kind === "isotropic" ? 0 : i]!);
  return a.add(
    scale(a, 1 / 2, a.add(sum(a, squares), a.constant(-latent))),
    scale(a, -1, sum(a, logDiagonal)),
  );
}

/** log N(x; mean, Σ), constants kept: `x` and `mean` `[n]`, Σ `[n][n]` positive definite. */
export function logGaussian(x: Vector, mean: Vector, sigma: Matrix): number {
  const residual = x.map((value, k) => [value - mean[k]!]);
  const distance = product(transpose(residual), solve(sigma, residual))[0]![0]!;
  return -(distance + logDeterminant(sigma) + x.length * Math.log(2 * Math.PI)) / 2;
}

/** KL to the standard normal in nats, `[batch]`, from means `[batch][latent]` and raw factors `[batch][raw]`. */
export function kl(family: FamilySpec, mean: Matrix, rawFactor: Matrix): number[] {
  return mean.map((row, example) => gaussianKl(real, family, row, rawFactor[example]!));
}

/** Σ = L Lᵀ from raw factors `[batch][raw]`: `[batch][latent][latent]`. */
export function covariance(family: FamilySpec, latent: number, rawFactor: Matrix): number[][][] {
  return rawFactor.map((raw) => {
    const l = factor(real, family, latent, raw);
    return l.map((row) => l.map((column) => real.affine(row, column)));
  });
}

/** Draws z = h + L ε from the posterior of one example, ε from the given seed: `[count][latent]`. */
export function sample(
  family: FamilySpec,
  mean: Vector,
  rawFactor: Vector,
  seed: number,
  count: number,
): number[][] {
  const l = factor(real, family, mean.length, rawFactor);
  const next = normal(seed);
  return tabulate(count, mean.length, next)
    .map((epsilon) => mean.map((value, i) => real.affine(l[i]!, epsilon, value)));
}

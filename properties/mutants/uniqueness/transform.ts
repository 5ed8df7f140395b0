/**
 * Faults in what a rotation does to posteriors and decoders.
 *
 * @module
 */

import type { GaussianSpec, Matrix, NetworkSpec, Subject } from "../../contract/subject.ts";
import { product, tabulate, transpose } from "../../oracle/dense.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";

type Symmetry = NonNullable<Subject["symmetry"]>;

const { symmetry } = oracle;

/** The oracle with some of its symmetry capabilities replaced. */
export function withSymmetry(faulty: Symmetry): Subject {
  return { ...oracle, symmetry: { ...symmetry, ...faulty } };
}

/** Another covariance for r#q, its mean right. */
function withCovariance(faulty: (rotation: Matrix, covariance: Matrix) => Matrix): Subject {
  return withSymmetry({
    transformGaussian: (rotation, q) => ({
      mean: symmetry.transformGaussian(rotation, q).mean,
      covariance: faulty(rotation, q.covariance),
    }),
  });
}

/** Another mean for r#q, its covariance right. */
function withMean(faulty: (rotation: Matrix, q: GaussianSpec) => readonly number[]): Subject {
  return withSymmetry({
    transformGaussian: (rotation, q) => ({
      mean: faulty(rotation, q),
      covariance: symmetry.transformGaussian(rotation, q).covariance,
    }),
  });
}

/** Another first weight matrix `[latent][width]` for the rotated decoder. */
function withFirstWeight(faulty: (rotation: Matrix, weight: Matrix) => Matrix): Subject {
  return withSymmetry({
    transformDecoder: (rotation, decoder) => {
      const [first, ...rest] = symmetry.transformDecoder(rotation, decoder);
      return [{ ...first!, weight: faulty(rotation, decoder[0]!.weight) }, ...rest];
    },
  });
}

const keepDiagonal = (a: Matrix): Matrix => tabulate(a.length, a.length, (i, j) => (i === j ? a[i]![i]! : 0));
const variancesOf = (a: Matrix): number[][] => a.map((row, i) => [row[i]!]);
const ofVariances = (v: Matrix): Matrix => tabulate(v.length, v.length, (i, j) => (i === j ? v[i]![0]! : 0));

/** Mistakes in r#q. */
const gaussianMutants: readonly Mutant[] = [
  mutant(
    "gaussian-covariance-wrong-side",
    "the covariance of r#q is RᵀΣR",
    ["U2", "U3"],
    withCovariance((r, s) => product(product(transpose(r), s), r)),
  ),
  mutant(
    "gaussian-covariance-one-sided",
    "the covariance of r#q is RΣ",
    ["U2", "U3", "X3", "X4"],
    withCovariance((r, s) => product(r, s)),
  ),
  mutant(
    "gaussian-reshape-for-transpose",
    "R is reshaped, not transposed, in RΣRᵀ: a square matrix stays as it is",
    ["U2", "U3", "X3", "X4"],
    withCovariance((r, s) => product(product(r, s), r)),
  ),
  mutant(
    "gaussian-covariance-kept",
    "only the mean is rotated",
    ["U2", "U3", "U6", "X3"],
    withCovariance((_, s) => s),
  ),
  mutant(
    "gaussian-diagonal-only",
    "the off-diagonal part of RΣRᵀ is dropped, so that every r#q seems mean-field",
    ["U2", "U3", "U6", "X3", "X4"],
    withCovariance((r, s) => keepDiagonal(product(product(r, s), transpose(r)))),
  ),
  mutant(
    "gaussian-variances-as-vector",
    "the variances are rotated like a vector: R v",
    ["U2", "U3", "X3", "X4"],
    withCovariance((r, s) => ofVariances(product(r, variancesOf(s)))),
  ),
  mutant(
    "gaussian-deviations-as-vector",
    "the standard deviations are rotated like a vector, and squared",
    ["U2", "U3", "X4"],
    withCovariance((r, s) => {
      const deviations = product(r, variancesOf(s).map(([v]) => [Math.sqrt(v!)]));
      return ofVariances(deviations.map(([v]) => [v! * v!]));
    }),
  ),
  mutant(
    "gaussian-mean-kept",
    "the mean is not rotated",
    ["U2", "U3"],
    withMean((_, { mean }) => mean),
  ),
  mutant(
    "gaussian-mean-wrong-side",
    "the mean of r#q is Rᵀμ",
    ["U2"],
    withMean((r, { mean }) => product(transpose(r), mean.map((m) => [m])).flat()),
  ),
];

/** Mistakes in g∘Rᵀ. */
const decoderMutants: readonly Mutant[] = [
  mutant(
    "decoder-rotated-by-inverse",
    "the decoder becomes g∘R",
    ["U1", "U2", "U6"],
    withFirstWeight((r, w) => product(transpose(r), w)),
  ),
  mutant(
    "decoder-kept",
    "the decoder is not rotated",
    ["U1", "U2", "U5", "U6", "U7"],
    withFirstWeight((_, w) => w),
  ),
  mutant(
    "decoder-not-normalised",
    "the latents are stretched by 1% beside being rotated",
    ["U1", "U2", "U5", "U6", "U7"],
    withFirstWeight((r, w) => product(r, w).map((row) => row.map((entry) => 1.01 * entry))),
  ),
  mutant(
    "decoder-reflection-lost",
    "the sign of a reflection is lost: the absolute values of R are used",
    ["U1", "U2", "U5", "U6", "U7"],
    withFirstWeight((r, w) => product(r.map((row) => row.map(Math.abs)), w)),
  ),
  mutant(
    "decoder-every-layer",
    "every layer that has d inputs is rotated, not only the first",
    ["U1", "U2", "U6"],
    withSymmetry({
      transformDecoder: (r, decoder): NetworkSpec =>
        symmetry.transformDecoder(r, decoder).map((layer, at) =>
          at > 0 && layer.weight.length === r.length ? { ...layer, weight: product(r, layer.weight) } : layer
        ),
    }),
  ),
  mutant(
    "decoder-bias-rotated",
    "the first bias is rotated too, where its size is d",
    ["U1", "U2", "U6"],
    withSymmetry({
      transformDecoder: (r, decoder): NetworkSpec =>
        symmetry.transformDecoder(r, decoder).map((layer, at) =>
          at === 0 && layer.bias.length === r.length
            ? { ...layer, bias: product(r, layer.bias.map((b) => [b])).flat() }
            : layer
        ),
    }),
  ),
  mutant(
    "decoder-accepts-any-matrix",
    "a matrix that is not orthogonal is taken for a rotation",
    ["U1"],
    withSymmetry({
      transformDecoder: (r, decoder) =>
        decoder.map((layer, at) => (at === 0 ? { ...layer, weight: product(r, layer.weight) } : layer)),
    }),
  ),
];

/** Mistakes in what a rotation does. */
export const transformMutants: readonly Mutant[] = [...gaussianMutants, ...decoderMutants];

/**
 * Faults in the effect of a rotation on posteriors and decoders, and in maps that are not linear.
 *
 * @module
 */

import type { GaussianSpec, Matrix, NetworkSpec, Vector } from "../contract/subject.ts";
import { product, tabulate, transpose } from "../oracle/dense.ts";
import { oracle } from "../oracle/mod.ts";
import { diagonalOf, mapped } from "./altered.ts";
import { type Mutant, type Part, planted } from "./mutant.ts";

const { symmetry } = oracle;

/** Another covariance for r#q, its mean right. */
function withCovariance(faulty: (rotation: Matrix, covariance: Matrix) => Matrix): Part {
  return {
    "symmetry.transformGaussian": (rotation, q) => ({
      mean: symmetry.transformGaussian(rotation, q).mean,
      covariance: faulty(rotation, q.covariance),
    }),
  };
}

/** Another mean for r#q, its covariance right. */
function withMean(faulty: (rotation: Matrix, q: GaussianSpec) => readonly number[]): Part {
  return {
    "symmetry.transformGaussian": (rotation, q) => ({
      mean: faulty(rotation, q),
      covariance: symmetry.transformGaussian(rotation, q).covariance,
    }),
  };
}

/** Another first weight matrix `[latent][width]` for the rotated decoder. */
function withFirstWeight(faulty: (rotation: Matrix, weight: Matrix) => Matrix): Part {
  return {
    "symmetry.transformDecoder": (rotation, decoder) => {
      const [first, ...rest] = symmetry.transformDecoder(rotation, decoder);
      return [{ ...first!, weight: faulty(rotation, decoder[0]!.weight) }, ...rest];
    },
  };
}

const variancesOf = (a: Matrix): number[][] => a.map((row, i) => [row[i]!]);
const ofVariances = (v: Matrix): Matrix => tabulate(v.length, v.length, (i, j) => (i === j ? v[i]![0]! : 0));

/** A swirl by other rates for each row. */
const withSwirl = (rates: (rates: Vector, row: Vector, z: Matrix) => Vector): Part => ({
  "symmetry.swirl": (given, z) => z.map((row) => symmetry.swirl(rates(given, row, z), [row])[0]!),
  "symmetry.unswirl": (given, z) => z.map((row) => symmetry.unswirl(rates(given, row, z), [row])[0]!),
});
const square = (row: Vector): number => row.reduce((sum, entry) => sum + entry * entry, 0);

/** The faults, by the laws that must reject them. */
export const symmetryMutants: readonly Mutant[] = planted({
  // r#q
  "U2 U3": {
    "gaussian-covariance-wrong-side: the covariance of r#q is RᵀΣR": withCovariance((r, s) =>
      product(product(transpose(r), s), r)
    ),
    "gaussian-mean-kept: the mean is not rotated": withMean((_, { mean }) => mean),
  },
  "U2 U3 X3 X4": {
    "gaussian-covariance-one-sided: the covariance of r#q is RΣ": withCovariance((r, s) => product(r, s)),
    "gaussian-reshape-for-transpose: R is reshaped, not transposed, in RΣRᵀ: a square matrix stays as it is":
      withCovariance((r, s) => product(product(r, s), r)),
    "gaussian-variances-as-vector: the variances are rotated like a vector: R v": withCovariance((r, s) =>
      ofVariances(product(r, variancesOf(s)))
    ),
  },
  "U2 U3 U6 X3": {
    "gaussian-covariance-kept: only the mean is rotated": withCovariance((_, s) => s),
  },
  "U2 U3 U6 X3 X4": {
    "gaussian-diagonal-only: the off-diagonal part of RΣRᵀ is dropped, so that every r#q seems mean-field":
      withCovariance((r, s) => diagonalOf(product(product(r, s), transpose(r)))),
  },
  "U2 U3 X4": {
    "gaussian-deviations-as-vector: the standard deviations are rotated like a vector, and squared":
      withCovariance((r, s) => {
        const deviations = product(r, variancesOf(s).map(([v]) => [Math.sqrt(v!)]));
        return ofVariances(deviations.map(([v]) => [v! * v!]));
      }),
  },
  "U2": {
    "gaussian-mean-wrong-side: the mean of r#q is Rᵀμ": withMean((r, { mean }) =>
      product(transpose(r), mean.map((m) => [m])).flat()
    ),
  },
  // g∘Rᵀ
  "U1 U2 U6": {
    "decoder-rotated-by-inverse: the decoder becomes g∘R": withFirstWeight((r, w) =>
      product(transpose(r), w)
    ),
    "decoder-every-layer: every layer that has d inputs is rotated, not only the first": {
      "symmetry.transformDecoder": (r, decoder): NetworkSpec =>
        symmetry.transformDecoder(r, decoder).map((layer, at) =>
          at > 0 && layer.weight.length === r.length ? { ...layer, weight: product(r, layer.weight) } : layer
        ),
    },
    "decoder-bias-rotated: the first bias is rotated too, where its size is d": {
      "symmetry.transformDecoder": (r, decoder): NetworkSpec =>
        symmetry.transformDecoder(r, decoder).map((layer, at) =>
          at === 0 && layer.bias.length === r.length
            ? { ...layer, bias: product(r, layer.bias.map((b) => [b])).flat() }
            : layer
        ),
    },
  },
  "U1 U2 U5 U6 U7": {
    "decoder-kept: the decoder is not rotated": withFirstWeight((_, w) => w),
    "decoder-not-normalised: the latents are stretched by 1% beside being rotated": withFirstWeight((r, w) =>
      mapped(product(r, w), (entry) => 1.01 * entry)
    ),
    "decoder-reflection-lost: the sign of a reflection is lost: the absolute values of R are used":
      withFirstWeight((r, w) => product(mapped(r, Math.abs), w)),
  },
  "U1": {
    "decoder-accepts-any-matrix: a matrix that is not orthogonal is taken for a rotation": {
      "symmetry.transformDecoder": (r, decoder) =>
        decoder.map((layer, at) => (at === 0 ? { ...layer, weight: product(r, layer.weight) } : layer)),
    },
  },
  // Maps that are not linear
  "U8": {
    "swirl-linear: the angle does not depend on the norm: an ordinary rotation": withSwirl((rates, row) =>
      rates.map((rate) => (square(row) === 0 ? rate : rate / square(row)))
    ),
    "swirl-by-first-latent: the angle depends on z₁² rather than on ‖z‖², which changes volumes": withSwirl(
      (rates, row) => rates.map((rate) => (square(row) === 0 ? 0 : rate * row[0]! ** 2 / square(row))),
    ),
    "swirl-by-batch-norm: all rows are turned by the norm of the first": withSwirl((rates, row, z) =>
      rates.map((rate) => (square(row) === 0 ? 0 : rate * square(z[0]!) / square(row)))
    ),
    "swirl-one-plane: only the first pair of latents is mixed": withSwirl((rates) =>
      rates.map((rate, at) => (at === 0 ? rate : 0))
    ),
    "swirl-grows: the norm grows by a part in a thousand": {
      "symmetry.swirl": (rates, z) => mapped(symmetry.swirl(rates, z), (entry) => 1.001 * entry),
    },
    "swirl-inverse-in-order: the inverse turns back in the same order, which is right for two latents only": {
      "symmetry.unswirl": (rates, z) => symmetry.swirl(rates.map((rate) => -rate), z),
    },
    "swirl-inverse-forgotten: the inverse turns the same way": { "symmetry.unswirl": symmetry.swirl },
    "swirl-marginal-not-kept: the inverse also shrinks by 1%, so that the prior is not preserved": {
      "symmetry.unswirl": (rates, z) => mapped(symmetry.unswirl(rates, z), (entry) => 0.99 * entry),
    },
  },
});

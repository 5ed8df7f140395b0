/**
 * Faults in the optimal covariance.
 *
 * @module
 */

import type { FamilySpec, Matrix } from "../contract/subject.ts";
import { cholesky, eigenvalues, identityPlus, inverse, tabulate, trace } from "../oracle/dense.ts";
import { oracle } from "../oracle/mod.ts";
import { diagonalOf, mapped } from "./altered.ts";
import { type Mutant, type Part, planted } from "./mutant.ts";

type Optimum = (family: FamilySpec, gram: Matrix, beta: number) => Matrix;

/** The optimum of the oracle, for one matrix. */
const right: Optimum = (family, gram, beta) => oracle.optimalCovariance(family, [gram], beta)[0]!;

/** A subject with another optimal covariance, whose objectives are left out: they do not use it. */
function withOptimum(faulty: Optimum): Part {
  return { optimalCovariance: (family, grams, beta) => grams.map((gram) => faulty(family, gram, beta)) };
}

/** The same with a mistake in one family only. */
function withFamily(kind: FamilySpec["kind"], faulty: Optimum): Part {
  return withOptimum((family, gram, beta) => (family.kind === kind ? faulty : right)(family, gram, beta));
}

/** Mistakes in the closed form. */
export const covarianceMutants: readonly Mutant[] = planted({
  "S1 S2 S3 S4 G2": {
    "sigma-not-inverted: the optimal covariance is the precision I + G/β": withOptimum((family, gram, beta) =>
      family.kind === "full"
        ? identityPlus(gram, 1 / beta)
        : mapped(right(family, gram, beta), (entry) => entry === 0 ? 0 : 1 / entry)
    ),
    "sigma-beta-lost-outside: the optimal covariance is (βI + G)⁻¹, which lacks a factor β": withOptimum(
      (family, gram, beta) => mapped(right(family, gram, beta), (entry) => entry / beta),
    ),
    "sigma-beta-inverted: the optimal covariance is (I + βG)⁻¹": withOptimum((family, gram, beta) =>
      right(family, gram, 1 / beta)
    ),
    "sigma-beta-absent: the optimal covariance is (I + G)⁻¹, whatever β": withOptimum((family, gram) =>
      right(family, gram, 1)
    ),
    "sigma-lost-half: the optimal covariance is (I + 2G/β)⁻¹: the ½ of the Taylor expansion is lost":
      withOptimum((family, gram, beta) => right(family, gram, beta / 2)),
    "sigma-standard-deviation: the optimal covariance has standard deviations on its diagonal": withOptimum(
      (family, gram, beta) =>
        mapped(right(family, gram, beta), (entry, i, j) => i === j ? Math.sqrt(entry) : entry),
    ),
    "sigma-cholesky-factor: the Cholesky factor is returned for the covariance": withOptimum(
      (family, gram, beta) => cholesky(right(family, gram, beta)),
    ),
    "sigma-gram-minus: the sign of G is that of H_p: (I − G/β)⁻¹ where it exists": withFamily(
      "full",
      (_, gram, beta) =>
        eigenvalues(gram).at(-1)! < beta
          ? inverse(identityPlus(gram, -1 / beta))
          : mapped(gram, (_, i, j) => Number(i === j)),
    ),
  },
  "S1 S3 S4": {
    "sigma-floored: variances are kept above 1e-3 for stability": withOptimum((family, gram, beta) =>
      mapped(right(family, gram, beta), (entry, i, j) => i === j ? Math.max(entry, 1e-3) : entry)
    ),
    "sigma-jittered: 1e-6 is added to the diagonal of I + G/β": withOptimum((family, gram, beta) =>
      right(family, mapped(gram, (entry, i, j) => i === j ? entry + 1e-6 * beta : entry), beta)
    ),
  },
  "S1 S3 S4 G2": {
    "sigma-full-is-diagonal: the full family gets the mean-field optimum": withFamily(
      "full",
      (_, gram, beta) => right({ kind: "mean-field" }, gram, beta),
    ),
  },
  "S4": {
    "mean-field-diagonal-of-inverse: mean-field takes the diagonal of the inverse, not the inverse of the diagonal":
      withFamily(
        "mean-field",
        (_, gram, beta) => diagonalOf(right({ kind: "full" }, gram, beta)),
      ),
    "block-of-inverse: a block family takes the blocks of the inverse, not the inverse of the blocks":
      withFamily("block", (family, gram, beta) => {
        const blocked = right(family, mapped(gram, () => 1), 1);
        return mapped(right({ kind: "full" }, gram, beta), (entry, i, j) => blocked[i]![j] === 0 ? 0 : entry);
      }),
    "block-shifted: blocks begin at the second latent": withFamily("block", (family, gram, beta) => {
      const d = gram.length, turned = tabulate(d, d, (i, j) => gram[(i + 1) % d]![(j + 1) % d]!);
      const sigma = right(family, turned, beta);
      return tabulate(d, d, (i, j) => sigma[(i + d - 1) % d]![(j + d - 1) % d]!);
    }),
    "isotropic-trace-not-averaged: isotropic has tr G/β for tr G/(βd)": withFamily(
      "isotropic",
      (_, gram, beta) => mapped(gram, (_, i, j) => i === j ? 1 / (1 + trace(gram) / beta) : 0),
    ),
    "isotropic-mean-of-variances: isotropic averages the mean-field variances": withFamily(
      "isotropic",
      (_, gram, beta) => {
        const mean = trace(right({ kind: "mean-field" }, gram, beta)) / gram.length;
        return mapped(gram, (_, i, j) => i === j ? mean : 0);
      },
    ),
  },
});

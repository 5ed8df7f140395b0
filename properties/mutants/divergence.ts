/**
 * Faults in the KL divergence to the prior.
 *
 * @module
 */

import type { FamilySpec, Matrix, Subject, Vector } from "../contract/subject.ts";
import { oracle } from "../oracle/mod.ts";
import { type Mutant, mutant } from "./mutant.ts";

const { kl, covariance } = oracle;

/** A subject with another KL, one example at a time. */
function withKl(faulty: (family: FamilySpec, mean: Vector, raw: Vector, right: number) => number): Subject {
  return {
    ...oracle,
    kl: (family, means: Matrix, raws: Matrix) => {
      const right = kl(family, means, raws);
      return means.map((mean, k) => faulty(family, mean, raws[k]!, right[k]!));
    },
  };
}

/** Mistakes in KL(N(h, L Lᵀ) ‖ N(0, I)). */
export const divergenceMutants: readonly Mutant[] = [
  mutant("kl-lost-half", "the KL lacks its ½", ["S2"], withKl((_, __, ___, right) => 2 * right)),
  mutant("kl-negative", "the KL has the wrong sign", ["S2"], withKl((_, __, ___, right) => -right)),
  mutant(
    "kl-mean-over-latents",
    "the KL is a mean over latents",
    ["S2"],
    withKl((_, mean, __, right) => right / mean.length),
  ),
  mutant(
    "kl-without-d",
    "the KL forgets −d",
    ["S2"],
    withKl((_, mean, __, right) => right + mean.length / 2),
  ),
  mutant(
    "kl-log-variance-as-log-deviation",
    "the raw logarithm is taken for a log-variance: L_ii = exp(raw/2)",
    ["S2"],
    withKl((family, mean, raw) =>
      kl(family, [mean], [raw.map((entry, i) => i < mean.length ? entry / 2 : entry)])[0]!
    ),
  ),
  mutant(
    "kl-off-diagonal-lost",
    "the KL sees the diagonal of L only",
    ["S2"],
    withKl((family, mean, raw) =>
      kl(family, [mean], [raw.map((entry, i) => i < mean.length ? entry : 0)])[0]!
    ),
  ),
  mutant(
    "kl-determinant-of-diagonal",
    "log|Σ| is the sum of the logarithms of Σ_ii",
    ["S2"],
    withKl((family, mean, raw, right) => {
      const [sigma] = covariance(family, mean.length, [raw]);
      const logs = raw.slice(0, mean.length).reduce((sum, log) => sum + 2 * log, 0);
      return right + (logs - sigma!.reduce((sum, row, i) => sum + Math.log(row[i]!), 0)) / 2;
    }),
  ),
];

/**
 * Faults in the KL divergence to the prior, and in the sampler.
 *
 * @module
 */

import type { FamilySpec, Matrix, Vector } from "../contract/subject.ts";
import { real } from "../oracle/arithmetic.ts";
import { tabulate, transpose } from "../oracle/dense.ts";
import { oracle } from "../oracle/mod.ts";
import { factor } from "../oracle/posterior.ts";
import { uniform } from "../oracle/random.ts";
import { counter } from "./algebra.ts";
import { diagonalOf, mapped } from "./altered.ts";
import { type Mutant, type Part, planted, replacing } from "./mutant.ts";

const { kl, covariance } = oracle;

/** A subject with another KL, one example at a time. */
function withKl(faulty: (family: FamilySpec, mean: Vector, raw: Vector, right: number) => number): Part {
  return {
    kl: (family, means: Matrix, raws: Matrix) => {
      const right = kl(family, means, raws);
      return means.map((mean, k) => faulty(family, mean, raws[k]!, right[k]!));
    },
  };
}

const calls = counter();

const withSample = replacing("sample");

/** The oracle's draws from the standard normal, before they are moved. */
function standard(d: number, seed: number, count: number): Matrix {
  const zeros = Array.from({ length: d }, () => 0);
  return oracle.sample({ kind: "mean-field" }, zeros, zeros, seed, count);
}

/** z = h + A ε */
function moved(mean: Vector, a: Matrix, noise: Matrix): number[][] {
  return noise.map((epsilon) =>
    mean.map((h, i) => h + a[i]!.reduce((sum, entry, j) => sum + entry * epsilon[j]!, 0))
  );
}

/** The sampler with another factor. */
function withFactor(change: (l: Matrix) => Matrix): Part {
  return withSample((family, mean, raw, seed, count) =>
    moved(mean, change(factor(real, family, mean.length, raw)), standard(mean.length, seed, count))
  );
}

/** KL from its parts: ½(quadratic + spread − d) − log-determinant. */
function klOf(kl: (parts: { h: number; spread: number; logs: number; d: number }) => number): Part {
  return {
    kl: (family, mean, raw) =>
      mean.map((row, b) => {
        const l = factor(real, family, row.length, raw[b]!);
        return kl({
          h: row.reduce((sum, entry) => sum + entry ** 2, 0),
          spread: l.flat().reduce((sum, entry) => sum + entry ** 2, 0),
          logs: l.reduce((sum, entries, i) => sum + Math.log(entries[i]!), 0),
          d: row.length,
        });
      }),
  };
}

/** The faults, by the laws that must reject them. */
export const posteriorMutants: readonly Mutant[] = planted({
  // KL(N(h, L Lᵀ) ‖ N(0, I))
  "S2": {
    "kl-lost-half: the KL lacks its ½": withKl((_, __, ___, right) => 2 * right),
    "kl-negative: the KL has the wrong sign": withKl((_, __, ___, right) => -right),
    "kl-mean-over-latents: the KL is a mean over latents": withKl((_, mean, __, right) =>
      right / mean.length
    ),
    "kl-without-d: the KL forgets −d": withKl((_, mean, __, right) => right + mean.length / 2),
    "kl-log-variance-as-log-deviation: the raw logarithm is taken for a log-variance: L_ii = exp(raw/2)":
      withKl((family, mean, raw) =>
        kl(family, [mean], [raw.map((entry, i) => i < mean.length ? entry / 2 : entry)])[0]!
      ),
    "kl-off-diagonal-lost: the KL sees the diagonal of L only": withKl((family, mean, raw) =>
      kl(family, [mean], [raw.map((entry, i) => i < mean.length ? entry : 0)])[0]!
    ),
    "kl-determinant-of-diagonal: log|Σ| is the sum of the logarithms of Σ_ii": withKl(
      (family, mean, raw, right) => {
        const [sigma] = covariance(family, mean.length, [raw]);
        const logs = raw.slice(0, mean.length).reduce((sum, log) => sum + 2 * log, 0);
        return right + (logs - sigma!.reduce((sum, row, i) => sum + Math.log(row[i]!), 0)) / 2;
      },
    ),
  },
  // Posteriors and samplers
  "A6 A9": {
    "kl-mean-lost: the KL forgets ‖h‖²": klOf(({ spread, logs, d }) => (spread - d) / 2 - logs),
    "kl-determinant-sign: log|Σ| is added in the KL": klOf(({ h, spread, logs, d }) =>
      (h + spread - d) / 2 + logs
    ),
    "kl-d-twice: the KL has −2d: one d by latent, and one by the sum": klOf(({ h, spread, logs, d }) =>
      (h + spread - 2 * d) / 2 - logs
    ),
    "kl-deviation-for-variance: log σ² is taken for log σ: the KL is that of L_ii²": klOf(
      ({ h, spread, logs, d }) => (h + spread - d) / 2 - 2 * logs,
    ),
    "kl-base-two: the KL is in bits": klOf(({ h, spread, logs, d }) =>
      ((h + spread - d) / 2 - logs) / Math.LN2
    ),
  },
  "A6": {
    "sampler-rows-for-columns: z = h + Lᵀε": withFactor(transpose),
    "sampler-variance-for-deviation: z = h + σ²ε": withFactor((l) =>
      mapped(l, (entry, i, j) => i === j ? entry ** 2 : entry)
    ),
    "sampler-log-variance: raw is taken for log σ²: z = h + exp(raw/2)ε": withFactor((l) =>
      mapped(l, (entry, i, j) => i === j ? Math.sqrt(entry) : entry)
    ),
    "sampler-off-diagonal-lost: the sampler uses the diagonal of L only": withFactor(
      diagonalOf,
    ),
    "sampler-mean-lost: draws are centred at 0, not at h": withSample((family, mean, raw, seed, count) =>
      oracle.sample(family, mean.map(() => 0), raw, seed, count)
    ),
    "sampler-uniform: ε is uniform, with mean 0 and variance 1": withSample(
      (family, mean, raw, seed, count) => {
        const next = uniform(seed);
        const noise = tabulate(count, mean.length, () => Math.sqrt(12) * (next() - 0.5));
        return moved(mean, factor(real, family, mean.length, raw), noise);
      },
    ),
    "sampler-noise-shared-by-latents: one ε serves every latent of a draw": withSample(
      (family, mean, raw, seed, count) =>
        moved(
          mean,
          factor(real, family, mean.length, raw),
          standard(1, seed, count).map(([e]) => mean.map(() => e!)),
        ),
    ),
    "sampler-noise-twice: every draw is given twice: noise is reused between examples": withSample(
      (family, mean, raw, seed, count) => {
        const half = oracle.sample(family, mean, raw, seed, Math.ceil(count / 2));
        return half.flatMap((z) => [z, z]).slice(0, count);
      },
    ),
    "sampler-seed-ignored: the seed is ignored": withSample((family, mean, raw, _, count) =>
      oracle.sample(family, mean, raw, 0, count)
    ),
  },
  "A5 A6": {
    "sampler-seed-from-state: the seed is a counter of calls, as good as the date": withSample(
      (family, mean, raw, _, count) => oracle.sample(family, mean, raw, calls(), count),
    ),
  },
});

/**
 * Faults in the divergence and in the sampler.
 *
 * @module
 */

import type { FamilySpec, Matrix, Subject, Vector } from "../../contract/subject.ts";
import { real } from "../../oracle/arithmetic.ts";
import { tabulate, transpose } from "../../oracle/dense.ts";
import { oracle } from "../../oracle/mod.ts";
import { factor } from "../../oracle/posterior.ts";
import { uniform } from "../../oracle/random.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { counter } from "./algebra.ts";

const calls = counter();

type Sample = (family: FamilySpec, mean: Vector, raw: Vector, seed: number, count: number) => Matrix;

function withSample(sample: Sample): Subject {
  return { ...oracle, sample };
}

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
function withFactor(change: (l: Matrix) => Matrix): Subject {
  return withSample((family, mean, raw, seed, count) =>
    moved(mean, change(factor(real, family, mean.length, raw)), standard(mean.length, seed, count))
  );
}

/** KL from its parts: ½(quadratic + spread − d) − log-determinant. */
function withKl(kl: (parts: { h: number; spread: number; logs: number; d: number }) => number): Subject {
  return {
    ...oracle,
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

/** Mistakes in posteriors and samplers. */
export const posteriorMutants: readonly Mutant[] = [
  mutant(
    "kl-mean-lost",
    "the KL forgets ‖h‖²",
    ["A6", "A9"],
    withKl(({ spread, logs, d }) => (spread - d) / 2 - logs),
  ),
  mutant(
    "kl-determinant-sign",
    "log|Σ| is added in the KL",
    ["A6", "A9"],
    withKl(({ h, spread, logs, d }) => (h + spread - d) / 2 + logs),
  ),
  mutant(
    "kl-d-twice",
    "the KL has −2d: one d by latent, and one by the sum",
    ["A6", "A9"],
    withKl(({ h, spread, logs, d }) => (h + spread - 2 * d) / 2 - logs),
  ),
  mutant(
    "kl-deviation-for-variance",
    "log σ² is taken for log σ: the KL is that of L_ii²",
    ["A6", "A9"],
    withKl(({ h, spread, logs, d }) => (h + spread - d) / 2 - 2 * logs),
  ),
  mutant(
    "kl-base-two",
    "the KL is in bits",
    ["A6", "A9"],
    withKl(({ h, spread, logs, d }) => ((h + spread - d) / 2 - logs) / Math.LN2),
  ),
  mutant("sampler-rows-for-columns", "z = h + Lᵀε", ["A6"], withFactor(transpose)),
  mutant(
    "sampler-variance-for-deviation",
    "z = h + σ²ε",
    ["A6"],
    withFactor((l) => l.map((row, i) => row.map((entry, j) => (i === j ? entry ** 2 : entry)))),
  ),
  mutant(
    "sampler-log-variance",
    "raw is taken for log σ²: z = h + exp(raw/2)ε",
    ["A6"],
    withFactor((l) => l.map((row, i) => row.map((entry, j) => (i === j ? Math.sqrt(entry) : entry)))),
  ),
  mutant(
    "sampler-off-diagonal-lost",
    "the sampler uses the diagonal of L only",
    ["A6"],
    withFactor((l) => l.map((row, i) => row.map((entry, j) => (i === j ? entry : 0)))),
  ),
  mutant(
    "sampler-mean-lost",
    "draws are centred at 0, not at h",
    ["A6"],
    withSample((family, mean, raw, seed, count) =>
      oracle.sample(family, mean.map(() => 0), raw, seed, count)
    ),
  ),
  mutant(
    "sampler-uniform",
    "ε is uniform, with mean 0 and variance 1",
    ["A6"],
    withSample((family, mean, raw, seed, count) => {
      const next = uniform(seed);
      const noise = tabulate(count, mean.length, () => Math.sqrt(12) * (next() - 0.5));
      return moved(mean, factor(real, family, mean.length, raw), noise);
    }),
  ),
  mutant(
    "sampler-noise-shared-by-latents",
    "one ε serves every latent of a draw",
    ["A6"],
    withSample((family, mean, raw, seed, count) =>
      moved(
        mean,
        factor(real, family, mean.length, raw),
        standard(1, seed, count).map(([e]) => mean.map(() => e!)),
      )
    ),
  ),
  mutant(
    "sampler-noise-twice",
    "every draw is given twice: noise is reused between examples",
    ["A6"],
    withSample((family, mean, raw, seed, count) => {
      const half = oracle.sample(family, mean, raw, seed, Math.ceil(count / 2));
      return half.flatMap((z) => [z, z]).slice(0, count);
    }),
  ),
  mutant(
    "sampler-seed-ignored",
    "the seed is ignored",
    ["A6"],
    withSample((family, mean, raw, _, count) => oracle.sample(family, mean, raw, 0, count)),
  ),
  mutant(
    "sampler-seed-from-state",
    "the seed is a counter of calls, as good as the date",
    ["A5", "A6"],
    withSample((family, mean, raw, _, count) => oracle.sample(family, mean, raw, calls(), count)),
  ),
];

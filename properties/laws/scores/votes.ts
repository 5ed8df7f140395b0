/**
 * D5, D6: scores of a classifier that is told which factor was the same.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import type { FixedFactorCodes, Matrix, PairedCodes, Vector } from "../../contract/subject.ts";
import { recordGiven, seed, sizeUpTo } from "../arbitrary/number.ts";
import { signedPermutation } from "../arbitrary/rotation.ts";
import { tabulate } from "../reference/algebra.ts";
import { uniformSource } from "../reference/random.ts";
import { mean } from "../reference/statistics.ts";

/** Votes, with the latent of each that varies least in units of its variance over the data. */
interface Votes extends FixedFactorCodes {
  readonly latents: Vector;
}

/** The latents that are alive have variances from 0.1 to 100; the dead one, which varies least of all, has less than 0.05. */
function ballots(latent: number, factor: number, from: number): {
  readonly training: Votes;
  readonly evaluation: Votes;
  readonly variances: Vector;
} {
  const uniform = uniformSource(from), below = (count: number): number => Math.floor(count * uniform());
  const variances = Array.from({ length: latent }, (_, i) => i === 0 ? 0.04 : 10 ** (3 * uniform() - 1));
  const mean = variances.map(() => 4 * uniform() - 2);
  const vote = (still: number): Matrix =>
    Array.from({ length: 6 }, (_, s) =>
      variances.map((variance, i) => {
        // Spread evenly about the mean: the variance over the six is 35/12 times the squared step.
        const size = i === 0 ? 1e-3 : i === still ? 0.1 : 0.4 + 0.5 * uniform();
        return mean[i]! + Math.sqrt(variance) * size * (s - 2.5 + 0.1 * (uniform() - 0.5));
      }));
  const cast = (count: number): Votes => {
    const latents = Array.from({ length: count }, () => 1 + below(latent - 1));
    // A factor follows its latent in three votes of four.
    const factors = latents.map((own) => uniform() < 0.75 ? own % factor : below(factor));
    return { codes: latents.map(vote), factors, latents };
  };
  return { training: cast(10 + below(30)), evaluation: cast(10 + below(30)), variances };
}

const elections = fc.record({ latent: sizeUpTo(2, 5, 9), factor: sizeUpTo(2, 4, 6), seed }).map(
  ({ latent, factor, seed }) => ballots(latent, factor, seed),
);

/** The share of evaluated votes whose factor is the most frequent of its latent, the first of these. */
function agreement(training: Votes, evaluation: Votes): number {
  const counts = new Map<string, number>();
  training.latents.forEach((latent, v) => {
    const name = `${latent} ${training.factors[v]}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return mean(evaluation.latents.map((latent, v) => {
    const votes = (f: number): number => counts.get(`${latent} ${f}`) ?? 0;
    const factors = [...new Set(training.factors)].toSorted((a, b) => a - b);
    const most = Math.max(...factors.map(votes));
    return most > 0 && factors.find((f) => votes(f) === most) === evaluation.factors[v] ? 1 : 0;
  }));
}

const plain = ({ codes, factors }: FixedFactorCodes): FixedFactorCodes => ({ codes, factors });

const accuracy = clause({
  says:
    "votes are for the latent of least variance in units of the data's; the score is the accuracy on other votes",
  needs: ["scores.factorVaeScore"],
  given: elections,
  examine: async ({ scores }, { training, evaluation, variances }, expect) => {
    const score = await scores.factorVaeScore(plain(training), plain(evaluation), variances);
    const slack = expect.rounding("rounding of a mean", { c: 64 });
    expect.close("score", score, agreement(training, evaluation), slack);
    const dead = await scores.factorVaeScore(plain(training), plain(evaluation), variances.map(() => 0.01));
    expect.close("score where all latents are dead", dead, 0, slack);
  },
});

export const D5 = law({
  id: "D5",
  title: "The FactorVAE score",
  statement:
    "each vote names the latent of least normalised variance; the score is the accuracy of the majority of its factors on other votes",
  tex: tex`d^*=\arg\min_i\frac{\operatorname{var}_\ell z_{\ell i}}{\operatorname{var}z_i}`,
  source: "Kim, Mnih, Disentangling by Factorising, 2018; collapsed latents as in Locatello et al. 2019",
  kind: "identity",
  clauses: [accuracy],
});

/** Pairs of codes that are the factors, turned: the fixed one is the same in both, the others differ by 1 to 3. */
const pairings = recordGiven(
  fc.record({ latent: fc.integer({ min: 2, max: 5 }), samples: fc.integer({ min: 4, max: 8 }), seed }),
  ({ latent, samples, seed }) => {
    const uniform = uniformSource(seed), { length } = Array(latent).fill(0);
    const cast = (each: number): PairedCodes => {
      const factors = Array.from({ length: each * length }, (_, v) => v % length);
      const first = factors.map(() => tabulate(samples, length, () => 4 * uniform() - 2));
      const second = first.map((set, v) =>
        set.map((row) =>
          row.map((entry, i) =>
            i === factors[v] ? entry : entry + (uniform() < 0.5 ? -1 : 1) * (1 + 2 * uniform())
          )
        )
      );
      return { first, second, factors };
    };
    return { training: cast(8), evaluation: cast(6), turn: signedPermutation(latent) };
  },
);

const turned = ({ first, second, factors }: PairedCodes, turn: Matrix): PairedCodes => {
  const map = (sets: readonly Matrix[]): Matrix[] =>
    sets.map((set) =>
      set.map((row) => turn[0]!.map((_, k) => row.reduce((sum, entry, i) => sum + entry * turn[i]![k]!, 0)))
    );
  return { first: map(first), second: map(second), factors };
};

const separable = clause({
  says: "codes that are the factors have 1, up to order and sign",
  needs: ["scores.betaVaeScore"],
  given: pairings,
  examine: async ({ scores }, { training, evaluation, turn }, expect) => {
    const slack = expect.rounding("rounding of a mean", { c: 64 });
    expect.close("score", await scores.betaVaeScore(training, evaluation), 1, slack);
    const score = await scores.betaVaeScore(turned(training, turn), turned(evaluation, turn));
    expect.close("score of turned latents", score, 1, slack);
  },
});

const chance = clause({
  says: "codes that all stay the same tell nothing: one factor's share is right",
  needs: ["scores.betaVaeScore"],
  given: pairings,
  examine: async ({ scores }, { training, evaluation }, expect) => {
    const still = ({ first, factors }: PairedCodes): PairedCodes => ({ first, second: first, factors });
    const score = await scores.betaVaeScore(still(training), still(evaluation));
    const slack = expect.rounding("rounding of a mean", { c: 64 });
    expect.close("score", score, 1 / training.first[0]![0]!.length, slack);
  },
});

export const D6 = law({
  id: "D6",
  title: "The β-VAE score",
  statement:
    "a linear classifier of the fixed factor from the mean of |z₁ − z₂| is always right where codes are the factors, and right by chance where codes never change",
  tex: tex`\hat f=\arg\max_f\,w_f^\top\frac1L\sum_\ell\lvert z_{1\ell}-z_{2\ell}\rvert+b_f`,
  source: "Higgins et al., β-VAE, 2017",
  kind: "identity",
  assumptions: ["each factor is fixed in as many votes"],
  expected: "holds under stated assumptions",
  clauses: [separable, chance],
});

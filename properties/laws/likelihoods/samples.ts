/**
 * L3: pixels that are drawn from a likelihood, by tests with stated rates.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import type { Ledger } from "../../contract/ledger.ts";
import type { SampledLikelihood, Vector } from "../../contract/subject.ts";
import { normalCumulative } from "../../oracle/normal.ts";
import { bernoulliDivergence } from "../reference/statistics.ts";
import { between, listOf, real, upTo } from "../arbitrary/number.ts";

/** Draws to a case. */
const DRAWS = 4096;
/** The false-alarm rate of each single test, and −log of half of it: both tails. */
const ALPHA = 1e-12, NATS = Math.log(2 / ALPHA);

/** A likelihood at outputs of 1 to 3 data. */
interface Case {
  readonly likelihood: SampledLikelihood;
  readonly g: Vector;
  readonly seed: number;
}

/** Means of Gaussians, or logits: some of them large, and one that is 0. */
const cases = (
  logit: fc.Arbitrary<number> = fc.oneof(real(4), fc.constantFrom(0, 1e-3, -0.06, 0.07, 30, -30)),
): fc.Arbitrary<Case> =>
  upTo(3).chain((data) =>
    fc.record({
      likelihood: fc.oneof<fc.Arbitrary<SampledLikelihood>[]>(
        fc.record({ kind: fc.constant("gaussian" as const), variance: between(-6, 3).map(Math.exp) }),
        fc.record({
          kind: fc.constant("scaled-gaussian" as const),
          logSigma: fc.constantFrom(1, data).chain((count) => listOf(count, between(-4, 3))),
        }),
        fc.constant({ kind: "bernoulli" as const }),
        fc.constant({ kind: "continuous-bernoulli" as const }),
      ),
      g: listOf(data, logit),
      seed: fc.nat(),
    })
  );

/** A datum's distribution: the probability of x ≤ t and, where it has none of single numbers, how far rounding moves it. */
interface Distribution {
  /** F(x); of a coin, of all numbers below 1 that of 0. */
  readonly below: (x: number) => number;
  /** Rounding of x, as a difference of F. */
  readonly off: number;
  /** The probability of 1, of a coin. */
  readonly one?: number;
}

/** The distribution of datum j. */
function distributionOf({ likelihood, g }: Case, j: number, epsilon: number): Distribution {
  const output = g[j]!;
  switch (likelihood.kind) {
    case "gaussian":
    case "scaled-gaussian": {
      const sigma = likelihood.kind === "gaussian"
        ? Math.sqrt(likelihood.variance)
        : Math.exp(likelihood.logSigma[j % likelihood.logSigma.length]!);
      // The density of a standard normal is below 0.4, and draws are within 8 deviations; exp magnifies the rounding of log σ.
      const off = 0.4 * 8 * epsilon * (Math.abs(output) / sigma + 8 * (2 + Math.abs(Math.log(sigma))));
      return { below: (x) => normalCumulative((x - output) / sigma), off };
    }
    case "bernoulli": {
      const one = 1 / (1 + Math.exp(-output));
      return { below: (x) => x < 1 ? 1 - one : 1, off: 8 * epsilon, one };
    }
    case "continuous-bernoulli": {
      // Its density is at most |g| + 1. 16 roundings of x over |g| ≥ 1/16, or of a series.
      const off = (Math.abs(output) + 1) * 256 * epsilon;
      return {
        below: (x) => Math.abs(output) < 1e-12 ? x : Math.expm1(output * x) / Math.expm1(output),
        off,
      };
    }
  }
}

/**
 * A share of so many that should be p: N KL(share‖p) is above x with probability at most e⁻ˣ on each side (Chernoff; Hoeffding 1963,
 * theorem 1).
 */
function share(expect: Ledger, what: string, events: readonly boolean[], p: number, off: number): void {
  const found = events.filter((is) => is).length / events.length;
  const near = Math.min(1, Math.max(0, Math.min(Math.max(found, p - off), p + off)));
  expect.atMost(`N KL of the share of ${what}`, events.length * bernoulliDivergence(found, near), 0, {
    value: NATS,
    because: `a binomial test, false alarms ${ALPHA}`,
    resolved: true,
  });
}

const LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95];

const distribution = clause({
  says:
    "draws have the distribution of p(x; g) at five levels, coins are 0 or 1, and successive draws and data are independent",
  needs: ["sampleLikelihood"],
  given: cases(),
  // The rates stated are those of 100 cases.
  atMost: 100,
  examine: async ({ sampleLikelihood }, given, expect) => {
    const x = await sampleLikelihood(given.likelihood, given.g, given.seed, DRAWS);
    expect.is("draws", x.length, DRAWS);
    const all = given.g.map((_, j) => {
      const { below, off, one } = distributionOf(given, j, expect.epsilon), own = x.map((row) => row[j]!);
      if (one !== undefined) {
        expect.is(`datum ${j} is 0 or 1`, own.every((value) => value === 0 || value === 1), true);
        const events = own.map((value) => value === 1);
        share(expect, `1 of datum ${j}`, events, one, off);
        return { events, p: one, off };
      }
      if (given.likelihood.kind === "continuous-bernoulli") {
        expect.is(`datum ${j} is from 0 to 1`, own.every((value) => value >= 0 && value <= 1), true);
      }
      const u = own.map(below);
      for (const level of LEVELS) {
        share(expect, `datum ${j} below level ${level}`, u.map((value) => value < level), level, off);
      }
      return { events: u.map((value) => value < 0.5), p: 0.5, off };
    });
    const alike = (what: string, a: typeof all[number], b: typeof all[number]): void =>
      share(
        expect,
        `${what} on one side`,
        a.events.map((is, k) => is === b.events[k]),
        a.p * b.p + (1 - a.p) * (1 - b.p),
        2 * (a.off + b.off),
      );
    all.forEach((one, j) => {
      const half = (which: number) => ({ ...one, events: one.events.filter((_, k) => k % 2 === which) });
      alike(`successive draws of datum ${j}`, half(0), half(1));
      all.slice(j + 1).forEach((other, k) => alike(`data ${j} and ${j + k + 1}`, one, other));
    });
  },
});

const seeds = clause({
  says: "another seed gives other draws, and the same seed the same",
  needs: ["sampleLikelihood"],
  // Coins that are nearly fair: 64 of them are the same with a probability below 1e-17.
  given: fc.record({ given: cases(between(-0.5, 0.5)), step: fc.integer({ min: 1, max: 1000 }) }),
  atMost: 40,
  examine: async ({ sampleLikelihood }, { given: { likelihood, g, seed }, step }, expect) => {
    const one = await sampleLikelihood(likelihood, g, seed, 64);
    const same = await sampleLikelihood(likelihood, g, seed, 64);
    const other = await sampleLikelihood(likelihood, g, seed + step, 64);
    expect.is("the same seed again", JSON.stringify(same), JSON.stringify(one));
    expect.is("another seed", JSON.stringify(other) === JSON.stringify(one), false);
  },
});

export const L3 = law({
  id: "L3",
  title: "Samples of pixels",
  statement:
    "pixels drawn from a Gaussian, one of learned deviations, a Bernoulli or a continuous Bernoulli likelihood have its distribution, independently",
  tex: tex`x\sim p(x;g)=\prod_jp(x_j;g_j)`,
  source: "the implementation",
  kind: "statistical",
  // At most 3 · 6 + 3 tests a case, of two tails each, on 100 cases, and coins of 40 cases. A share that is off by 0.12 passes with
  // the probability of exp(−2 · 4096 (0.12 − 0.059)²).
  chance: { falseAlarm: 21 * 100 * ALPHA + 40 * 1e-17, miss: 1e-13 },
  clauses: [distribution, seeds],
});

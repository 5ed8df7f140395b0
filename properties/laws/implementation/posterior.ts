/**
 * A6: the divergence by quadrature, and the moments of the sampler by tests with stated rates.
 *
 * @module
 */

import fc from "fast-check";
import { expectation, gaussHermite } from "../../oracle/quadrature.ts";
import { real as float64 } from "../../oracle/arithmetic.ts";
import { factor, logGaussian } from "../../oracle/posterior.ts";
import { family } from "../arbitrary/model.ts";
import { rawFactor } from "../arbitrary/taylor_point.ts";
import { vector } from "../arbitrary/number.ts";
import { clause, law, type Ledger, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { FamilySpec, Matrix, Vector } from "../../contract/subject.ts";
import {
  columnSquares,
  identity,
  largest,
  multiply,
  solveLower,
  sum,
  trace,
  transpose,
} from "../reference/algebra.ts";
import { bernoulliDivergence } from "../reference/statistics.ts";

/** A posterior of a family. */
interface PosteriorCase {
  readonly family: FamilySpec;
  readonly mean: Vector;
  readonly raw: Vector;
}

function posteriorCase(maxLatent: number): fc.Arbitrary<PosteriorCase> {
  return fc.integer({ min: 1, max: maxLatent }).chain((d) =>
    family(d).chain((chosen) =>
      fc.record({ family: fc.constant(chosen), mean: vector(d, 3), raw: rawFactor(chosen, d) })
    )
  );
}

function factorOf({ family, mean, raw }: PosteriorCase): Matrix {
  return factor(float64, family, mean.length, raw);
}

/** Rounding of Σ, relative to the size of its entries: exp(raw) magnifies the rounding of raw by its size. */
function rounding({ raw, mean }: PosteriorCase, scale: number, epsilon: number): Tolerance {
  return tolerance("rounding of raw, magnified by exp", {
    c: 8 * (mean.length + 2) * (1 + largest([raw])),
    epsilon,
    scale,
  });
}

const divergence = clause({
  says: "KL(q‖p) is E_q[log q − log p] by Gauss–Hermite quadrature, in every family",
  needs: ["kl"],
  given: posteriorCase(4).chain((first) =>
    fc.record({ first: fc.constant(first), more: fc.array(vector(first.mean.length, 3), { maxLength: 2 }) })
  ),
  examine: async ({ kl }, { first, more }, expect) => {
    // A batch with the same factor at several means.
    const means = [first.mean, ...more];
    const values = await kl(first.family, means, means.map(() => first.raw));
    expect.is("values", values.length, means.length);
    const l = factorOf(first), sigma = multiply(l, transpose(l));
    const rules = first.mean.map(() => gaussHermite(2));
    const origin = first.mean.map(() => 0),
      unit = identity(first.mean.length);
    means.forEach((mean, b) => {
      const expected = expectation(
        rules,
        mean,
        l,
        (z) => logGaussian(z, mean, sigma) - logGaussian(z, origin, unit),
      );
      const size = sum(mean.map((entry) => entry ** 2)) + trace(sigma) +
        mean.length * (1 + largest([first.raw]));
      const slack = rounding(first, size, expect.epsilon);
      // log q by way of Σ⁻¹ is what the reference itself may lose.
      const lost = tolerance("log q by Σ⁻¹", {
        c: 64 * mean.length ** 2,
        kappa: trace(sigma) * sum(columnSquares(solveLower(l, unit))),
        epsilon: 2 ** -53,
      });
      expect.close(`KL [${b}]`, values[b]!, expected, { ...slack, value: slack.value + lost.value });
      expect.atLeast(`KL [${b}]`, values[b]!, 0, slack);
    });
  },
});

const covariances = clause({
  says: "Σ is LLᵀ with L_ii = exp(raw), zero outside the blocks of the family",
  needs: ["covariance"],
  given: posteriorCase(4),
  examine: async ({ covariance }, given, expect) => {
    const [sigma] = await covariance(given.family, given.mean.length, [given.raw]);
    const l = factorOf(given);
    const slack = rounding(given, trace(multiply(l, transpose(l))), expect.epsilon);
    expect.closeMatrix("Σ", sigma!, multiply(l, transpose(l)), slack);
  },
});

/** Draws to a case. */
const draws = 4096;
/** The false-alarm rate of each single test. */
const alpha = 1e-12;
/** −log(α/2): both tails. */
const nats = Math.log(2 / alpha);

/**
 * Σ u² of `count` independent standard normals is χ²: above count + 2√(count x) + 2x, or below count − 2√(count x), with
 * probability at most e⁻ˣ each (Laurent and Massart, Adaptive Estimation of a Quadratic Functional, 2000, lemma 1).
 */
function chiSquare(expect: Ledger, what: string, u: Vector, off: number): void {
  const count = u.length, total = sum(u.map((value) => value ** 2));
  const spread = 2 * Math.sqrt(count * nats);
  const rounded = count * off * (4 + off);
  const slack = (value: number): Tolerance => ({
    value: value + rounded,
    because: `a χ² test with ${count} degrees of freedom, false alarms ${alpha}`,
    resolved: true,
  });
  expect.atMost(what, total, count, slack(spread + 2 * nats));
  expect.atLeast(what, total, count, slack(spread));
}

const sampler = clause({
  says:
    "L⁻¹(z − h) of the draws are independent standard normals: means, variances, tails, pairs of latents, successive draws",
  needs: ["sample"],
  given: fc.record({ given: posteriorCase(3), seed: fc.nat() }),
  // The rates stated are those of 100 cases.
  atMost: 100,
  examine: async ({ sample }, { given, seed }, expect) => {
    const { family, mean, raw } = given;
    const z = await sample(family, mean, raw, seed, draws);
    expect.is("draws", z.length, draws);
    const l = factorOf(given);
    const whitened = solveLower(l, transpose(z.map((row) => row.map((entry, i) => entry - mean[i]!))));
    const inverse = largest(solveLower(l, identity(l.length)));
    // Rounding of z moves L⁻¹(z − h) by this much; 8 standard deviations bound all draws.
    const off = 8 * expect.epsilon * mean.length * inverse * (3 + 8 * largest(l)) * (1 + largest([raw]));
    whitened.forEach((u, i) => {
      // |N(0, 1)| exceeds √(2x) with probability below e⁻ˣ.
      expect.close(`√N × mean of latent ${i}`, sum(u) / Math.sqrt(draws), 0, {
        value: Math.sqrt(2 * nats) + Math.sqrt(draws) * off,
        because: `a normal test, false alarms below ${alpha}`,
        resolved: true,
      });
      chiSquare(expect, `Σ u² of latent ${i}`, u, off);
      shape(expect, `latent ${i}`, u, off);
      // For independent u, v both (u + v)/√2 and (u − v)/√2 are standard normal.
      const first = u.filter((_, k) => k % 2 === 0), second = u.filter((_, k) => k % 2 === 1);
      rotated(expect, `successive draws of latent ${i}`, first, second, off);
      whitened.slice(i + 1).forEach((v, k) => rotated(expect, `latents ${i} and ${i + k + 1}`, u, v, off));
    });
  },
});

/** c and the probability that a standard normal lies farther than c from 0: erfc(c/√2). */
const tails = [
  [0.5, 0.6170750774519738],
  [1, 0.31731050786291415],
  [1.5, 0.1336144025377161],
  [2, 0.04550026389635842],
  [2.5, 0.012419330651552318],
  [3, 0.0026997960632601866],
] as const;

/**
 * The share of draws beyond each c. A share q of N draws that should be p has N KL(q‖p) above x with probability at most e⁻ˣ on each side
 * (Chernoff; Hoeffding 1963, theorem 1). Draws are off by `off`, and the density of |u| is below 0.8.
 */
function shape(expect: Ledger, what: string, u: Vector, off: number): void {
  for (const [c, p] of tails) {
    const share = u.filter((value) => Math.abs(value) > c).length / u.length;
    const near = Math.min(Math.max(share, p - 0.8 * off), p + 0.8 * off);
    expect.atMost(
      `N KL of the share of ${what} beyond ${c}`,
      u.length * bernoulliDivergence(share, near),
      0,
      {
        value: nats,
        because: `a binomial test, false alarms ${alpha}`,
        resolved: near > 0 && near < 1,
      },
    );
  }
}

function rotated(expect: Ledger, what: string, u: Vector, v: Vector, off: number): void {
  for (const sign of [1, -1]) {
    chiSquare(
      expect,
      `Σ ((u ${sign > 0 ? "+" : "−"} v)/√2)² of ${what}`,
      u.map((entry, k) => (entry + sign * v[k]!) / Math.SQRT2),
      2 * off,
    );
  }
}

const seeds = clause({
  says: "another seed gives other draws, and the same seed the same",
  needs: ["sample"],
  given: fc.record({ given: posteriorCase(3), seed: fc.nat(), step: fc.integer({ min: 1, max: 1000 }) }),
  examine: async ({ sample }, { given: { family, mean, raw }, seed, step }, expect) => {
    const one = await sample(family, mean, raw, seed, 4),
      same = await sample(family, mean, raw, seed, 4);
    const other = await sample(family, mean, raw, seed + step, 4);
    expect.is("the same seed again", JSON.stringify(same), JSON.stringify(one));
    expect.is("another seed", JSON.stringify(other) === JSON.stringify(one), false);
  },
});

export const A6 = law({
  id: "A6",
  title: "Divergence and sampler",
  statement: "the closed-form KL equals quadrature in every family, and the sampler draws from N(h, LLᵀ)",
  tex:
    tex`\mathrm{KL}(q\,\|\,p)=\mathbb E_q\left[\log\frac{q(z)}{p(z)}\right],\qquad L^{-1}(z-h)\sim\mathcal N(0,I)`,
  source: "the implementation",
  kind: "statistical",
  // At most 36 tests a case, of two tails each, on 100 cases. A mean off by ¼ of a standard deviation, or a variance off by a
  // factor 1.5, passes with the stated probability: 16 − 7.6 standard deviations, or 46 nats.
  chance: { falseAlarm: 36 * 100 * alpha, miss: 1e-15 },
  clauses: [divergence, covariances, sampler, seeds],
});

/**
 * D7 to D9: active units, importance-weighted likelihood, rate and distortion.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import { added } from "../../contract/tolerance.ts";
import type { Matrix, ObjectiveCase, Vector } from "../../contract/subject.ts";
import { apply as evaluate } from "../../oracle/network.ts";
import { logDensity } from "../../oracle/likelihood.ts";
import { kl } from "../../oracle/posterior.ts";
import { jacobianOf, size } from "../arbitrary/jacobian.ts";
import { objectiveCase } from "../arbitrary/model.ts";
import { network, smoothActivations } from "../arbitrary/network.ts";
import { between, listOf, real, recordGiven, seed, sizeUpTo, upTo, vector } from "../arbitrary/number.ts";
import { largest, multiply, scaled, sum, tabulate, transpose } from "../reference/algebra.ts";
import { identityPlusGram } from "../reference/identity_plus_gram.ts";
import { affine, fixedPosterior, negativeLogEvidence } from "../reference/linear_model.ts";
import { gaussianRule } from "../reference/quadrature.ts";
import { rawFactorOf } from "../reference/raw_factor.ts";
import { normalSource } from "../reference/random.ts";
import { mean } from "../reference/statistics.ts";
import { lossTolerance } from "../implementation/loss_tolerance.ts";

/** Variances a tenth and more away from the threshold 0.01, some of which a wrong count of degrees of freedom would carry over it. */
const spreads = fc.constantFrom(0, 1e-4, 0.003, 0.0085, 0.009, 0.0112, 0.013, 0.1, 2);

const active = clause({
  says: "a unit is active iff the variance over x of its mean, over N, is above 0.01",
  needs: ["scores.activeUnits"],
  given: recordGiven(fc.record({ latent: sizeUpTo(1, 5, 10), half: upTo(4) }), ({ latent, half }) => ({
    variances: listOf(latent, spreads),
    offsets: vector(latent, 3),
    half: fc.constant(half),
  })),
  examine: async ({ scores }, { variances, offsets, half }, expect) => {
    // ±σ, as often: the variance is σ².
    const means = tabulate(
      2 * half,
      variances.length,
      (n, i) => offsets[i]! + (n % 2 === 0 ? 1 : -1) * Math.sqrt(variances[i]!),
    );
    expect.is(
      "active units",
      await scores.activeUnits(means),
      variances.filter((variance) => variance > 0.01).length,
    );
  },
});

export const D7 = law({
  id: "D7",
  title: "Active units",
  statement: "a unit is active iff the variance over x of its posterior mean is above 0.01",
  tex: tex`\mathrm{AU}=\#\{i:\operatorname{var}_x\mathrm E_q[z_i\mid x]>0.01\}`,
  source: "Burda, Grosse, Salakhutdinov, Importance Weighted Autoencoders, 2016",
  kind: "identity",
  clauses: [active],
});

const bound = clause({
  says:
    "the estimate is the mean over examples of log (1/K) Σ w, its error their deviation over √N, wherever the weights lie",
  needs: ["scores.importanceWeighted"],
  given: recordGiven(
    fc.record({ batch: fc.integer({ min: 2, max: 9 }), samples: sizeUpTo(1, 5, 12) }),
    ({ batch, samples }) => ({
      logWeights: fc.tuple(listOf(batch, listOf(samples, real(20))), fc.constantFrom(0, -900, 900)).map(
        ([rows, shift]) => rows.map((row) => row.map((entry) => entry + shift)),
      ),
    }),
  ),
  examine: async ({ scores }, { logWeights }, expect) => {
    // Each less its own greatest: nothing overflows.
    const each = logWeights.map((row) => {
      const top = Math.max(...row);
      return top + Math.log(mean(row.map((entry) => Math.exp(entry - top))));
    });
    const centre = mean(each), n = each.length;
    const deviation = Math.sqrt(sum(each.map((entry) => (entry - centre) ** 2)) / (n - 1));
    const { logLikelihood, standardError } = await scores.importanceWeighted(logWeights);
    const slack = expect.rounding("rounding of logarithms of sums", {
      c: 64 * (n + logWeights[0]!.length),
      scale: Math.max(1, largest(logWeights)),
    });
    expect.close("log-likelihood", logLikelihood, centre, slack);
    // Where all are the same, what is left is the rounding of each.
    expect.close("standard error", standardError, deviation / Math.sqrt(n), slack);
  },
});

/** A linear decoder W with noise σ², and data. */
const linearModels = recordGiven(size, (size) => ({
  w: jacobianOf(size, 1),
  x: upTo(3).chain((batch) => listOf(batch, vector(size.data, 2))),
  variance: between(0.25, 4),
  noise: fc.tuple(seed, upTo(3)).map(([from, samples]) => ({ from, samples })),
}));

const exactPosterior = clause({
  says: "where q is the exact posterior of a linear model, every weight is p(x) = N(x; 0, WWᵀ + σ²I)",
  needs: ["scores.logWeights"],
  given: linearModels,
  examine: async ({ scores }, { w, x, variance, noise }, expect) => {
    const latent = w[0]!.length, normal = normalSource(noise.from);
    const { inverse, conditioning } = identityPlusGram(w, variance);
    // h = (σ²I + WᵀW)⁻¹ Wᵀ x, Σ = (I + WᵀW/σ²)⁻¹.
    const encoder = scaled(multiply(inverse, transpose(w)), 1 / variance);
    const raw = rawFactorOf({ kind: "full" }, inverse);
    const rows = [...encoder, ...raw.map(() => x[0]!.map(() => 0))];
    const given: ObjectiveCase = {
      model: {
        encoder: affine(rows, [...encoder.map(() => 0), ...raw]),
        decoder: affine(w, w.map(() => 0)),
        latent,
        likelihood: { kind: "gaussian", variance },
        family: { kind: "full" },
      },
      x,
      beta: 1,
      noise: Array.from({ length: noise.samples }, () => tabulate(x.length, latent, normal)),
    };
    const weights = await scores.logWeights(given);
    const scale = 10 * (1 + largest(x) ** 2 + largest(w) ** 2) * (w.length + latent) / Math.min(1, variance);
    const slack = expect.rounding("rounding of a linear model, of its posterior and of the three densities", {
      c: 16 * (w.length + latent),
      kappa: conditioning.plain,
      scale,
    });
    expect.closeMatrix(
      "log weights",
      weights,
      weights.map(() => x.map((row) => -negativeLogEvidence(w, variance, row))),
      slack,
    );
  },
});

/** A smooth decoder of one latent, one x, and a posterior that is wider than the prior. */
const wide = recordGiven(upTo(3), (data) => ({
  decoder: network(1, data, {
    activations: smoothActivations,
    last: "identity",
    size: 1,
    hidden: 1,
    narrow: true,
  }),
  x: vector(data, 2),
  h: real(0.5),
  s: between(1, 1.25),
  variance: between(0.5, 2),
}));

const unbiased = clause({
  says: "the mean of the weights over q is p(x), by quadrature, whatever q is",
  needs: ["scores.logWeights"],
  given: wide,
  atMost: 25, // Each case has 171 draws.
  examine: async ({ scores }, { decoder, x, h, s, variance }, expect) => {
    const likelihood = { kind: "gaussian", variance } as const;
    const rule = gaussianRule(1, 0.1);
    const given = fixedPosterior({
      decoder,
      likelihood,
      family: { kind: "full" },
      mean: [h],
      raw: [Math.log(s)],
      x: [x],
      beta: 1,
    });
    const noise = rule.nodes.map((node): Matrix => [node]);
    const weights: Vector = (await scores.logWeights({ ...given, noise })).map((row) => row[0]!);
    const found = sum(weights.map((weight, k) => rule.weights[k]! * Math.exp(weight)));
    // The same integral in z, over the prior.
    const prior = gaussianRule(1, 0.05);
    const outputs = evaluate(decoder, prior.nodes);
    const under = logDensity(likelihood, outputs.map(() => x), outputs);
    const expected = sum(under.map((entry, k) => prior.weights[k]! * Math.exp(entry)));
    const peak = Math.exp(Math.max(...under));
    const slack = expect.rounding("rounding of log weights, and what lies beyond the nodes", {
      c: 400,
      scale: 20 * (peak + expected),
      floor: 1e-9 * peak,
    });
    expect.close("E w", found, expected, slack);
  },
});

export const D8 = law({
  id: "D8",
  title: "Importance-weighted log-likelihood",
  statement:
    "log (1/K) Σ_k w_k with w = p(x|z) p(z)/q(z|x): w is p(x) where q is the exact posterior, and its mean over q is p(x) always",
  tex: tex`\mathrm E_{q}\left[\frac{p(x\mid z)\,p(z)}{q(z\mid x)}\right]=p(x)`,
  source: "Burda, Grosse, Salakhutdinov, Importance Weighted Autoencoders, 2016",
  kind: "identity",
  clauses: [bound, exactPosterior, unbiased],
});

const rates = clause({
  says: "the rate is KL(q‖p)",
  needs: ["scores.rateDistortion"],
  given: objectiveCase(),
  examine: async ({ scores }, given, expect) => {
    const { model, x, beta } = given, { latent } = model;
    const { rate } = await scores.rateDistortion(given);
    const outputs = evaluate(model.encoder, x);
    const expected = mean(
      kl(model.family, outputs.map((row) => row.slice(0, latent)), outputs.map((row) => row.slice(latent))),
    );
    const slack = lossTolerance("beta-vae", given, expect.epsilon);
    expect.close("rate", rate, expected, { ...slack, value: slack.value / Math.min(1, beta) });
  },
});

const sums = clause({
  says: "the distortion is −E log p(x|z) with its constants, and the β-VAE loss is D + βR",
  needs: ["scores.rateDistortion", "objectives.beta-vae"],
  given: objectiveCase(),
  examine: async ({ scores, objectives }, given, expect) => {
    const { rate, distortion } = await scores.rateDistortion(given);
    const { loss } = await objectives["beta-vae"](given);
    const slack = lossTolerance("beta-vae", given, expect.epsilon);
    expect.close("D + βR", distortion + given.beta * rate, loss, added(slack, slack));
  },
});

export const D9 = law({
  id: "D9",
  title: "Rate and distortion",
  statement:
    "rate KL(q‖p) and distortion −E_q log p(x|z) are in nats, with constants, and without β: the β-VAE loss is D + βR",
  tex: tex`\mathcal L_\beta=D+\beta R,\quad R=\mathrm{KL}(q\Vert p),\;D=-\mathrm E_q\log p(x\mid z)`,
  source: "Alemi et al., Fixing a Broken ELBO, 2018",
  kind: "identity",
  clauses: [rates, sums],
});

/**
 * L1: the continuous Bernoulli.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import { exponentialMoments } from "../../oracle/likelihoods.ts";
import { gaussLegendre } from "../../oracle/quadrature.ts";
import { between, listOf, logUniform, real, recordGiven, sizeUpTo, upTo } from "../arbitrary/number.ts";
import { sum } from "../reference/algebra.ts";

/** Logits near 0, where closed forms cancel, moderate, and up to ±80. */
const logit = fc.oneof(
  real(3),
  real(80),
  fc.tuple(logUniform(-9, 0), fc.constantFrom(1, -1)).map(([size, sign]) => size * sign),
  fc.constant(0),
);
/** Pixels, of which some are 0 or 1. */
const pixel = fc.oneof(between(0, 1), fc.constantFrom(0, 1));

const values = clause({
  says:
    "log-density, gradient, curvature and mean are those of exp(g x) over [0, 1], by quadrature, at logits from 0 to ±80",
  needs: ["continuousBernoulli"],
  given: recordGiven(fc.record({ batch: upTo(3), data: sizeUpTo(1, 4, 8) }), ({ batch, data }) => ({
    x: listOf(batch, listOf(data, pixel)),
    g: listOf(batch, listOf(data, logit)),
  })),
  examine: async ({ continuousBernoulli }, { x, g }, expect) => {
    const found = await continuousBernoulli(x, g);
    g.forEach((row, b) => {
      const moments = row.map(exponentialMoments);
      const size = sum(row.map((entry) => 2 + Math.abs(entry)));
      expect.close(
        `log-density [${b}]`,
        found.logDensity[b]!,
        sum(row.map((entry, j) => entry * x[b]![j]! - moments[j]!.logNormaliser)),
        expect.rounding("rounding of g x and of the normaliser", { c: 16 * (row.length + 2), scale: size }),
      );
      const unit = expect.rounding("rounding of a mean from 0 to 1", { c: 32 });
      moments.forEach(({ mean, variance }, j) => {
        expect.close(`gradient [${b}][${j}]`, found.gradient[b]![j]!, x[b]![j]! - mean, unit);
        expect.close(`mean [${b}][${j}]`, found.mean[b]![j]!, mean, unit);
        // A variance is positive, and has its digits however small it is.
        const relative = expect.rounding("rounding of a variance, relative to itself", {
          c: 64,
          scale: variance,
        });
        expect.close(`curvature [${b}][${j}]`, found.curvature[b]![j]!, variance, relative);
      });
    });
  },
});

const { points, weights } = gaussLegendre(64);

const normalised = clause({
  says: "the density has an integral of 1 over [0, 1]",
  needs: ["continuousBernoulli"],
  given: logit,
  examine: async ({ continuousBernoulli }, g, expect) => {
    const x = points.map((u) => [(1 + u) / 2]);
    const { logDensity } = await continuousBernoulli(x, x.map(() => [g]));
    const slack = expect.rounding("rounding of g x and of the normaliser, as a factor", {
      c: 32,
      kappa: 2 + Math.abs(g),
    });
    expect.close("integral", sum(logDensity.map((log, i) => weights[i]! * Math.exp(log))), 1, slack);
  },
});

export const L1 = law({
  id: "L1",
  title: "The continuous Bernoulli",
  statement:
    "the continuous Bernoulli with logit g has the density exp(gx − A(g)) on [0, 1], A = log((eᵍ − 1)/g), the mean A′ and the curvature A″",
  tex: tex`\log p=gx-A(g),\quad A(g)=\log\frac{e^g-1}g,\quad w=A''(g)`,
  source: "Loaiza-Ganem, Cunningham, The Continuous Bernoulli, 2019",
  kind: "identity",
  clauses: [values, normalised],
});

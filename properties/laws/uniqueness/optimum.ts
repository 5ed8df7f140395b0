/**
 * U6: with the full family nothing is chosen.
 *
 * @module
 */

import fc from "fast-check";
import { dataFor, likelihood } from "../arbitrary/likelihood.ts";
import { jacobianCase, jacobianOf, size } from "../arbitrary/jacobian.ts";
import { logUniform, matrix, recordGiven, upTo, vector } from "../arbitrary/number.ts";
import { network } from "../arbitrary/network.ts";
import { orthogonal } from "../arbitrary/rotation.ts";
import { added, clause, law, summation, tex } from "../../contract/mod.ts";
import { fixedPosterior, linearCase, negativeLogEvidence } from "../reference/linear_model.ts";
import { apply, dot, gram, multiply, scaled, transpose } from "../reference/algebra.ts";
import { identityPlusGram } from "../reference/identity_plus_gram.ts";
import { inverseTolerance, objectiveTolerance } from "../tolerance.ts";
import { linearSlack } from "./mean_field_gap.ts";

const full = { kind: "full" } as const;

const anyDecoder = clause({
  says: "the profiled loss of the full family is the same for (Rh, g∘Rᵀ) as for (h, g), term by term",
  needs: ["objectives.profiled", "symmetry.transformDecoder"],
  given: recordGiven(
    fc.tuple(upTo(4), upTo(4), likelihood),
    ([latent, data, likelihood]) => ({
      decoder: network(latent, data, { size: 1 }),
      likelihood,
      x: dataFor(likelihood, 2, data),
      h: vector(latent, 2),
      r: orthogonal(latent),
      beta: logUniform(-2, 2),
    }),
  ),
  examine: async ({ objectives, symmetry }, { decoder, likelihood, x, h, r, beta }, expect) => {
    const before = fixedPosterior({ decoder, likelihood, family: full, mean: h, x, beta });
    const turnedDecoder = await symmetry.transformDecoder(r, decoder);
    const after = fixedPosterior({
      decoder: turnedDecoder,
      likelihood,
      family: full,
      mean: apply(r, h),
      x,
      beta,
    });
    const slack = added(...[before, after].map((each) => objectiveTolerance(each, expect.epsilon)));
    const value = await objectives.profiled(before);
    const turned = await objectives.profiled(after);
    for (const term of ["reconstruction", "curvature", "kl"]) {
      expect.closeVector(term, turned.terms[term] ?? [], value.terms[term] ?? [NaN], slack);
    }
    expect.close("profiled loss", turned.loss, value.loss, slack);
  },
});

const turnsAlong = clause({
  says: "the optimal covariance of the full family turns along: Σ*(RGRᵀ) = R Σ*(G) Rᵀ",
  needs: ["optimalCovariance", "symmetry.transformGaussian"],
  given: recordGiven(jacobianCase, (given) => ({ given, r: orthogonal(given.jacobian[0]!.length) })),
  examine: async ({ symmetry, optimalCovariance }, { given: { jacobian, beta }, r }, expect) => {
    const { conditioning } = identityPlusGram(jacobian, beta);
    const slack = inverseTolerance(r.length, conditioning.plain, expect.epsilon);
    expect.mayRefuse(slack);
    const g = gram(jacobian), turnedGram = gram(multiply(jacobian, transpose(r)));
    const [sigma, turned] = await optimalCovariance(full, [g, turnedGram], beta);
    const q = await symmetry.transformGaussian(r, { mean: r.map(() => 0), covariance: sigma! });
    const rotation = summation(4 * r.length, r.length, expect.epsilon);
    const value = slack.value + rotation.value;
    expect.closeMatrix("Σ*(RGRᵀ)", turned!, q.covariance, { ...slack, value });
  },
});

const evidence = clause({
  says:
    "for a linear-Gaussian decoder and β = 1 it is −log p(x), whatever R: the best mean turns along and the bound is tight",
  needs: ["objectives.profiled", "symmetry.transformDecoder"],
  given: recordGiven(size, (size) => ({
    w: jacobianOf(size, 1),
    x: matrix(1, size.data, 3),
    r: orthogonal(size.latent),
    variance: logUniform(-1, 1),
  })),
  examine: async ({ objectives, symmetry }, { w, x, r, variance }, expect) => {
    const { inverse, conditioning } = identityPlusGram(scaled(w, 1 / Math.sqrt(variance)), 1);
    const best = apply(inverse, apply(transpose(w), x[0]!)).map((value) => value / variance);
    const linear = { jacobian: w, beta: 1, variance };
    const likelihood = { kind: "gaussian", variance } as const;
    const at = linearCase(linear, { x, mean: apply(r, best), family: full, likelihood });
    const decoder = await symmetry.transformDecoder(r, at.model.decoder);
    const { loss } = await objectives.profiled({ ...at, model: { ...at.model, decoder } });
    const form = expect.rounding("the quadratic form at the best mean, over κ(WWᵀ + σ²I)", {
      c: 16 * (w.length + r.length),
      scale: conditioning.plain * (1 + dot(x[0]!, x[0]!) / variance),
    });
    const slack = added(linearSlack(linear, expect.epsilon), form);
    expect.close("best loss over all Gaussians", loss, negativeLogEvidence(w, variance, x[0]!), slack);
  },
});

export const U6 = law({
  id: "U6",
  title: "The full family chooses no rotation",
  statement: "with the full Gaussian family the best objective does not depend on R",
  tex:
    tex`\max_{\mu,\Sigma\succ0}\mathrm{ELBO}\big(\mathcal N(\mu,\Sigma),\,g\circ R^\top\big)=\max_{\mu,\Sigma\succ0}\mathrm{ELBO}\big(\mathcal N(\mu,\Sigma),\,g\big)`,
  source: "Choice of Q can lead to uniqueness",
  kind: "identity",
  assumptions: ["p(z) = N(0, I)", "R orthogonal", "Q = all Gaussians"],
  clauses: [anyDecoder, turnsAlong, evidence],
});

/**
 * G2: GRAE is the Taylor (Jacobian) loss with the covariance minimised out.
 *
 * @module
 */

import fc from "fast-check";
import { jacobianCase, jacobianOf, size } from "../arbitrary/jacobian.ts";
import { logUniform, recordGiven, vector } from "../arbitrary/number.ts";
import { objectiveCase } from "../arbitrary/model.ts";
import { unitGaussian } from "../arbitrary/likelihood.ts";
import { added, clause, law, tex } from "../../contract/mod.ts";
import type { LikelihoodSpec, ObjectiveValue } from "../../contract/subject.ts";
import { apply, combine, dot, gram, scaled, sum, transpose } from "../reference/algebra.ts";
import { linearCase } from "../reference/linear_model.ts";
import { identityPlusGram } from "../reference/identity_plus_gram.ts";
import { rawFactorOf } from "../reference/raw_factor.ts";
import { linearTolerance, objectiveTolerance, routeTolerance, volumeTolerance } from "../tolerance.ts";

/** What −log p keeps and GRAE leaves out: (n/2) log 2πσ², or nothing for Bernoulli. */
export function constantOf(likelihood: LikelihoodSpec, data: number): number {
  return likelihood.kind === "gaussian" ? data / 2 * Math.log(2 * Math.PI * likelihood.variance) : 0;
}

/** The sum of the terms of an objective, per example. */
export function perExample(value: ObjectiveValue): number[] {
  const terms = Object.values(value.terms);
  return (terms[0] ?? []).map((_, example) => sum(terms.map((term) => term[example] ?? NaN)));
}

const networks = clause({
  says:
    "the profiled loss of the full family is GRAE + (n/2) log 2πσ², example by example, for any decoder and likelihood",
  needs: ["objectives.profiled", "objectives.grae"],
  given: fc.oneof(
    objectiveCase({ likelihood: unitGaussian, family: "full" }),
    objectiveCase({ family: "full" }),
  ),
  examine: async ({ objectives }, given, expect) => {
    const profiled = await objectives.profiled(given), grae = await objectives.grae(given);
    const slack = objectiveTolerance(given, expect.epsilon);
    const shift = constantOf(given.model.likelihood, given.x[0]!.length);
    const expected = perExample(grae).map((value) => value + shift);
    expect.closeVector("profiled loss per example", perExample(profiled), expected, slack);
    expect.close("profiled loss", profiled.loss, grae.loss + shift, slack);
    expect.close("GRAE is the mean over the batch", grae.loss, sum(perExample(grae)) / given.x.length, slack);
  },
});

/** A linear decoder, where J is given, a point h to encode to and a data point. */
const linear = recordGiven(size, (size) => ({
  jacobian: jacobianOf(size, 1),
  h: vector(size.latent, 2),
  x: vector(size.data, 2),
  beta: logUniform(-2, 2),
}));

const value = clause({
  says: "GRAE of a linear decoder is ½‖x − Jh‖² + (β/2)‖h‖² + (β/2) log|I + JᵀJ/β|, term by term",
  needs: ["objectives.grae"],
  given: linear,
  examine: async ({ objectives }, { jacobian, h, x, beta }, expect) => {
    const given = linearCase({ jacobian, beta }, { mean: h, x: [x] });
    const slack = linearTolerance({ jacobian, beta }, given, expect.epsilon);
    const { terms, loss } = await objectives.grae(given);
    const residual = apply(jacobian, h).map((g, k) => x[k]! - g);
    const parts = {
      reconstruction: dot(residual, residual) / 2,
      prior: beta / 2 * dot(h, h),
      volume: beta / 2 * identityPlusGram(jacobian, beta).logDeterminant,
    };
    for (const [name, part] of Object.entries(parts)) {
      expect.close(name, terms[name]?.[0] ?? NaN, part, slack);
    }
    expect.close("GRAE", loss, sum(Object.values(parts)), slack);
  },
});

const taylor = clause({
  says: "the Taylor (Jacobian) loss at the optimal covariance is GRAE + (n/2) log 2π",
  needs: ["objectives.taylor-jacobian", "optimalCovariance", "objectives.grae"],
  given: linear,
  examine: async ({ objectives, optimalCovariance }, { jacobian, h, x, beta }, expect) => {
    const family = { kind: "full" } as const;
    const slack = volumeTolerance({ jacobian, beta }, expect.epsilon);
    expect.mayRefuse(slack);
    const [sigma] = await optimalCovariance(family, [gram(jacobian)], beta);
    const symmetric = scaled(combine(sigma!, transpose(sigma!), 1), 1 / 2);
    const raw = rawFactorOf(family, symmetric);
    const given = linearCase({ jacobian, beta }, { mean: h, raw, x: [x], family });
    const { loss } = await objectives["taylor-jacobian"](given);
    const expected = (await objectives.grae(given)).loss + constantOf(unitGaussian, x.length);
    const total = added(slack, objectiveTolerance(given, expect.epsilon));
    expect.close("Taylor (Jacobian) loss at Σ*", loss, expected, total);
  },
});

const direct = clause({
  says: "GRAE is (β/2) log|I + JᵀJ/β|, by a triangular factor that forms no JᵀJ (as a function of J)",
  needs: ["volume.grae"],
  given: jacobianCase,
  examine: async ({ volume }, given, expect) => {
    const { jacobian, beta } = given;
    const expected = beta / 2 * identityPlusGram(jacobian, beta).logDeterminant;
    expect.close("GRAE", await volume.grae(jacobian, beta), expected, routeTolerance(given, expect));
  },
});

export const G2 = law({
  id: "G2",
  title: "GRAE is a profiled loss",
  statement: "the Taylor (Jacobian) loss at its optimal covariance is GRAE + (n/2) log 2π",
  tex:
    tex`\min_{\Sigma\succ0}\left[-\log p(x\mid h)+\tfrac12\operatorname{tr}(J^\top J\Sigma)+\beta\,\mathrm{KL}\right]=` +
    tex`\tfrac12\|x-g(h)\|^2+\tfrac{\beta}{2}\|h\|^2+\tfrac{\beta}{2}\log\left|I+\tfrac1\beta J^\top J\right|+\tfrac n2\log2\pi`,
  source: "Gaussian p(z), q(z|x), p(x|z)",
  kind: "identity",
  assumptions: ["Gaussian likelihood with variance 1; otherwise diag(√w) J in place of J"],
  clauses: [networks, value, taylor, direct],
});

/**
 * T1: where the decoder is linear and the likelihood Gaussian, the second-order expansion is the whole loss.
 *
 * @module
 */

import fc from "fast-check";
import { gaussHermite, gaussLegendre, type Rule } from "../../oracle/quadrature.ts";
import {
  asCase,
  exactReconstruction,
  factorOf,
  type TaylorPoint,
  taylorPoint,
} from "../arbitrary/taylor_point.ts";
import { between, listOf, recordGiven } from "../arbitrary/number.ts";
import { cloud } from "../arbitrary/cloud.ts";
import { gaussian, unitGaussian } from "../arbitrary/likelihood.ts";
import { added, type Clause, clause, law, tex } from "../../contract/mod.ts";
import type { Matrix } from "../../contract/subject.ts";
import { largest, multiply, sum, transpose } from "../reference/algebra.ts";
import { expanded, only, termTolerances } from "./term_tolerance.ts";

/** Linear decoders of one to three layers, any Gaussian likelihood, any posterior. */
const linearPoint = taylorPoint({
  decoder: { activations: ["identity"] },
  likelihood: fc.oneof(fc.constant(unitGaussian), gaussian),
});

/** ½ tr(WᵀW Σ)/σ² for the product W of the layers, `[data][latent]`. */
function halfTrace(point: TaylorPoint): number {
  const w = transpose(point.decoder.map(({ weight }) => weight).reduce(multiply));
  const spread = multiply(w, factorOf(point)).flat();
  const { likelihood } = point;
  const precision = likelihood.kind === "gaussian" ? 1 / likelihood.variance : NaN;
  return precision / 2 * sum(spread.map((entry) => entry ** 2));
}

/** −1 and 1, each with probability p/2, and 0, over √p: variance 1, kurtosis 1/p. */
function threePoints(p: number): Rule {
  const a = 1 / Math.sqrt(p);
  return { points: [-a, 0, a], weights: [p / 2, 1 - p, p / 2] };
}

/** The uniform law on [−√3, √3], of variance 1. */
export function uniformRule(nodes: number): Rule {
  const { points, weights } = gaussLegendre(nodes);
  return { points: points.map((u) => Math.sqrt(3) * u), weights };
}

const rule = fc.oneof(
  fc.constant(gaussHermite(3)),
  fc.constant(uniformRule(3)),
  between(0.01, 1).map(threePoints),
);

const names = ["taylor-hessian", "taylor-jacobian"] as const;

function exactLoss(name: typeof names[number]): Clause {
  return clause({
    says: `the ${name} loss is the exact loss by quadrature, for normal, uniform and heavy-tailed components`,
    needs: [`objectives.${name}`],
    given: recordGiven(linearPoint, (point) => ({ point, rules: listOf(point.mean.length, rule) })),
    examine: async ({ objectives }, { point, rules }, expect) => {
      const { terms, loss } = await objectives[name](asCase(point));
      const exact = exactReconstruction(point, rules);
      const rounding = termTolerances(point, expect.epsilon);
      const slack = added(rounding.reconstruction, rounding.hessian);
      expect.close("reconstruction + curvature", expanded(terms), exact, slack);
      expect.close("curvature, and ½ tr(WᵀWΣ)/σ²", only(terms.curvature), halfTrace(point), rounding.hessian);
      expect.close("loss", loss, exact + only(terms.kl), added(slack, rounding.kl));
    },
  });
}

function clouds(name: typeof names[number]): Clause {
  return clause({
    says: `the ${name} loss is the sampled β-VAE loss on any cloud of noise with mean 0 and covariance I`,
    needs: [`objectives.${name}`, "objectives.beta-vae"],
    given: recordGiven(linearPoint, (point) => ({ point, noise: cloud(point.mean.length) })),
    examine: async ({ objectives }, { point, noise }, expect) => {
      const given = asCase(point);
      const taylor = await objectives[name](given);
      const sampled = await objectives["beta-vae"]({ ...given, noise: noise.map((e): Matrix => [e]) });
      const rounding = termTolerances(point, expect.epsilon);
      // A sample strays by |ε| from the mean, and the loss grows with the square of that.
      const reach = (1 + largest(noise)) ** 2;
      const stray = expect.rounding("rounding of each sample's loss", {
        c: 2 * noise.length * reach,
        scale: halfTrace(point) + Math.abs(only(taylor.terms.reconstruction)),
        floor: reach * (rounding.reconstruction.value + rounding.hessian.value),
      });
      expect.close("β-VAE loss", sampled.loss, taylor.loss, added(stray, rounding.kl));
    },
  });
}

export const T1 = law({
  id: "T1",
  title: "Linear decoders",
  statement:
    "for a linear decoder and a Gaussian likelihood both Taylor losses equal the exact β-VAE loss for any posterior with two moments",
  tex:
    tex`g(z)=Wz+b:\quad \mathbb E_q[-\log p(x\mid z)]=-\log p(x\mid h)-\tfrac12\operatorname{tr}(H_f\Sigma)=-\log p(x\mid h)+\tfrac12\operatorname{tr}(G\,\Sigma)`,
  source: "Taylor approximation around μ",
  kind: "identity",
  assumptions: ["g is linear", "Gaussian likelihood", "q has two moments"],
  expected: "holds under stated assumptions",
  clauses: [...names.map(exactLoss), ...names.map(clouds)],
});

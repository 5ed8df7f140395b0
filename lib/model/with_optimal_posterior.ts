import type { Scalar } from "../engine/mod.ts";
import type { Family } from "./family.ts";
import type { Model } from "./model.ts";
import { assertBeta, optimalCovariance } from "./optimal_covariance.ts";
import { assertStandardPrior } from "./prior.ts";
import { posteriorOfRoot } from "./posterior.ts";

/**
 * The same model with the posterior N(h(x), Σ*(x)), Σ* optimal in the family: how a model that was trained without
 * a posterior is judged as a β-VAE. Σ* is a constant to a reverse pass.
 *
 * @param beta β > 0
 * @throws RangeError or TypeError for β; TypeError if the model's prior is not N(0, I)
 */
export function withOptimalPosterior(model: Model, family: Family, beta: Scalar): Model {
  assertBeta("withOptimalPosterior", beta);
  assertStandardPrior("withOptimalPosterior", model.description);
  return {
    ...model,
    posterior(x) {
      const { mean } = model.encode(x);
      const { root } = optimalCovariance(family, model.weightedJacobian(mean).tangents, beta);
      return posteriorOfRoot(mean, root);
    },
  };
}

import { cholesky } from "../linalg/mod.ts";
import type { Family } from "./family.ts";
import type { Model } from "./model.ts";
import { optimalCovariance } from "./optimal_covariance.ts";
import { posteriorOfFactor } from "./posterior.ts";

/**
 * The same model with the posterior N(h(x), Σ*(x)), Σ* optimal in the family: how a model that was trained without
 * a posterior is judged as a β-VAE.
 *
 * @param beta β > 0
 */
export function withOptimalPosterior(model: Model, family: Family, beta: number): Model {
  return {
    ...model,
    posterior(x) {
      const { mean } = model.encode(x);
      const { tangents, last } = model.weightedTangents(mean);
      const { covariance } = optimalCovariance(family, tangents, beta, last);
      return posteriorOfFactor(mean, cholesky(covariance));
    },
  };
}

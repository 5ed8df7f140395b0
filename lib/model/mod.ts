/**
 * Models: likelihoods, posterior families, the encoder–decoder pair.
 *
 * @module
 */

export { bernoulliEnergy } from "./bernoulli.ts";
export { continuousBernoulli } from "./continuous_bernoulli.ts";
export { type Family, family, FAMILY_NAMES, type FamilyName, rawSize } from "./family.ts";
export { bernoulli, gaussian, type Likelihood, sampleLikelihood } from "./likelihood.ts";
export {
  bindModel,
  describeModel,
  type Encoded,
  initialModelParameters,
  type Model,
  type ModelDescription,
  type ModelOptions,
  modelParameterShapes,
  weightTangents,
} from "./model.ts";
export {
  assertBeta,
  type FactoredOptimalCovariance,
  type OptimalCovariance,
  optimalCovariance,
  optimalCovarianceOfGram,
  optimalCovarianceOfHessian,
} from "./optimal_covariance.ts";
export { assertStandardPrior, klOf, type Prior } from "./prior.ts";
export { klToPrior, type Posterior, posterior, posteriorOfRoot } from "./posterior.ts";
export { withOptimalPosterior } from "./with_optimal_posterior.ts";

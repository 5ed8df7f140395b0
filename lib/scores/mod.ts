/**
 * Scores: the numbers that papers report of models and of their codes, each pinned to one definition. Plain arrays in double
 * precision, but where a model is asked.
 *
 * @module
 */

export { activeUnits } from "./active_units.ts";
export { axisAlignment } from "./axis_alignment.ts";
export { betaVaeScore, type PairedCodes } from "./beta_vae_score.ts";
export { type CodedFactors, completeness, type Dci, dci, disentanglement } from "./dci.ts";
export { factorVaeScore, type FixedFactorCodes } from "./factor_vae_score.ts";
export {
  type ImportanceWeighted,
  importanceWeighted,
  importanceWeightedLogLikelihood,
  logWeights,
} from "./importance_weighted.ts";
export { lasso } from "./lasso.ts";
export { type EncodedSet, latentInformation } from "./latent_information.ts";
export { mutualInformationGap, type MutualInformationGapOptions } from "./mutual_information_gap.ts";
export { type RateDistortion, rateDistortion, rateDistortionAt } from "./rate_distortion.ts";
export type { Rows } from "./rows.ts";
export { separatedAttributePredictability } from "./separated_attribute_predictability.ts";

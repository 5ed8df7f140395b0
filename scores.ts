/**
 * Scores: the numbers that papers report of models and of their codes, each pinned to one definition.
 *
 * ```ts
 * import { mutualInformationGap, separatedAttributePredictability } from "./scores.ts";
 *
 * // Every choice of two factors, and codes that are the factors.
 * const factors = [[0, 0], [0, 1], [1, 0], [1, 1]];
 * const codes = factors.map(([a, b]) => [-3 * b!, 2 * a!]);
 * console.assert(Math.abs(mutualInformationGap(codes, factors) - 1) < 1e-12);
 * console.assert(Math.abs(separatedAttributePredictability(codes, factors) - 1) < 1e-12);
 * ```
 *
 * @module
 */

export {
  activeUnits,
  axisAlignment,
  betaVaeScore,
  type CodedFactors,
  completeness,
  type Dci,
  dci,
  disentanglement,
  type EncodedSet,
  factorVaeScore,
  type FixedFactorCodes,
  type ImportanceWeighted,
  importanceWeighted,
  importanceWeightedLogLikelihood,
  lasso,
  latentInformation,
  logWeights,
  mutualInformationGap,
  type MutualInformationGapOptions,
  type PairedCodes,
  type RateDistortion,
  rateDistortion,
  type Rows,
  separatedAttributePredictability,
} from "./lib/scores/mod.ts";
// The types of what they take.
export type { Key, Tensor } from "./lib/engine/mod.ts";
export type {
  BentTangents,
  DifferentiableLayer,
  DifferentiableNetwork,
  FactoredTangents,
  Layer,
  Network,
  ParameterShape,
  PiecewiseLinearLayer,
  Pushed,
  Sequential,
} from "./lib/network/mod.ts";
export {
  type Encoded,
  type Family,
  FAMILY_NAMES,
  type FamilyName,
  type Likelihood,
  type Model,
  type ModelDescription,
  type Posterior,
  type Prior,
  sampleLikelihood,
} from "./lib/model/mod.ts";
export type { SampledModel } from "./lib/objective/mod.ts";

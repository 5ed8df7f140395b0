/**
 * Every planted fault.
 *
 * @module
 */

import { algebraMutants } from "./algebra.ts";
import { batchMutants } from "./batch.ts";
import { completionMutants } from "./completion.ts";
import { covarianceMutants } from "./covariance.ts";
import { curvatureMutants } from "./curvature.ts";
import { dependenceMutants } from "./dependence.ts";
import { gradientMutants } from "./gradient.ts";
import { existenceMutants, hessianPartMutants, taylorHessianLossMutants } from "./hessian.ts";
import { likelihoodMutants } from "./likelihoods.ts";
import { lossBatchMutants, lossGradientMutants, lossMutants, lossUnitMutants } from "./loss.ts";
import { activationMutants, networkMutants } from "./network.ts";
import { objectiveMutants } from "./objective.ts";
import { optimumMutants } from "./optimum.ts";
import { penaltyMutants } from "./penalty.ts";
import { posteriorMutants } from "./posterior.ts";
import { recoveryMutants } from "./recovery.ts";
import { scoreMutants } from "./scores.ts";
import { sizeMutants } from "./sizes.ts";
import { symmetryMutants } from "./symmetry.ts";
import { taylorMutants } from "./taylor.ts";
import { metricMutants, varianceMutants } from "./trained_metric.ts";
import { comparedObjectiveMutants } from "./trained_objectives.ts";
import { sampleMutants } from "./trained_samples.ts";
import { runLikelihoodMutants } from "./run_likelihoods.ts";
import { runMutants } from "./runs.ts";
import { studyMutants } from "./studies.ts";
import { trainingMutants } from "./training.ts";
import { blockMutants, graeMutants, relativeVolumeMutants, starMutants } from "./volume.ts";
import type { Mutant } from "./mutant.ts";

export type { Mutant } from "./mutant.ts";
export { mutant } from "./mutant.ts";

/** Every planted fault, subject by subject. */
export const mutants: readonly Mutant[] = [
  symmetryMutants,
  completionMutants,
  dependenceMutants,
  optimumMutants,
  taylorMutants,
  curvatureMutants,
  covarianceMutants,
  existenceMutants,
  hessianPartMutants,
  taylorHessianLossMutants,
  posteriorMutants,
  graeMutants,
  blockMutants,
  starMutants,
  relativeVolumeMutants,
  objectiveMutants,
  activationMutants,
  networkMutants,
  gradientMutants,
  batchMutants,
  algebraMutants,
  sizeMutants,
  trainingMutants,
  lossMutants,
  lossGradientMutants,
  lossBatchMutants,
  lossUnitMutants,
  penaltyMutants,
  likelihoodMutants,
  scoreMutants,
  metricMutants,
  varianceMutants,
  comparedObjectiveMutants,
  sampleMutants,
  runMutants,
  runLikelihoodMutants,
  studyMutants,
  recoveryMutants,
].flat();

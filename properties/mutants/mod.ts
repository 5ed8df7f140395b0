/**
 * Every planted fault.
 *
 * @module
 */

import { kindMutants, logDeterminantMutants, operationMutants } from "./algebra.ts";
import { batchMutants, labelMutants } from "./batch.ts";
import { completionMutants } from "./completion.ts";
import { covarianceMutants } from "./covariance.ts";
import { bernoulliCurvatureMutants, gaussianCurvatureMutants, normMutants } from "./curvature.ts";
import { characteristicMutants, criterionMutants, cumulantMutants } from "./dependence.ts";
import { gradientMutants } from "./gradient.ts";
import { existenceMutants, hessianPartMutants, taylorHessianLossMutants } from "./hessian.ts";
import { lossBatchMutants, lossGradientMutants, lossMutants, lossUnitMutants } from "./loss.ts";
import { activationMutants, networkMutants } from "./network.ts";
import { determinantMutants, graeLossMutants, profiledLossMutants } from "./objective.ts";
import { meanFieldGapMutants, optimumMutants } from "./optimum.ts";
import { penaltyMutants } from "./penalty.ts";
import { divergenceMutants, posteriorMutants } from "./posterior.ts";
import { recoveryMutants } from "./recovery.ts";
import { sizeMutants } from "./sizes.ts";
import { decoderMutants, swirlMutants, transformMutants } from "./symmetry.ts";
import { derivativeMutants, samplingMutants, taylorHessianMutants, taylorJacobianMutants } from "./taylor.ts";
import { metricMutants, varianceMutants } from "./trained_metric.ts";
import { comparedObjectiveMutants } from "./trained_objectives.ts";
import { sampleMutants } from "./trained_samples.ts";
import { trainingMutants } from "./training.ts";
import { blockMutants, graeMutants, relativeVolumeMutants, starMutants } from "./volume.ts";
import type { Mutant } from "./mutant.ts";

export type { Mutant } from "./mutant.ts";
export { mutant } from "./mutant.ts";

/** Every planted fault, subject by subject. */
export const mutants: readonly Mutant[] = [
  transformMutants,
  decoderMutants,
  swirlMutants,
  completionMutants,
  criterionMutants,
  cumulantMutants,
  characteristicMutants,
  meanFieldGapMutants,
  optimumMutants,
  taylorHessianMutants,
  derivativeMutants,
  taylorJacobianMutants,
  samplingMutants,
  gaussianCurvatureMutants,
  bernoulliCurvatureMutants,
  normMutants,
  covarianceMutants,
  existenceMutants,
  hessianPartMutants,
  taylorHessianLossMutants,
  divergenceMutants,
  posteriorMutants,
  graeMutants,
  blockMutants,
  starMutants,
  relativeVolumeMutants,
  graeLossMutants,
  profiledLossMutants,
  determinantMutants,
  activationMutants,
  networkMutants,
  gradientMutants,
  batchMutants,
  labelMutants,
  logDeterminantMutants,
  operationMutants,
  kindMutants,
  sizeMutants,
  trainingMutants,
  lossMutants,
  lossGradientMutants,
  lossBatchMutants,
  lossUnitMutants,
  penaltyMutants,
  metricMutants,
  varianceMutants,
  comparedObjectiveMutants,
  sampleMutants,
  recoveryMutants,
].flat();

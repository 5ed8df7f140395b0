/**
 * An independent float64 implementation of everything a law may ask of a subject. It shares no code with the library.
 *
 * @module
 */

import type { Declared, Subject } from "../contract/subject.ts";
import { optimalCovariance, optimalCovarianceOfHessian } from "./covariance.ts";
import { cholesky, inverse, logDeterminant, solve } from "./dense.ts";
import { numbersOf, ofKind } from "./kinds.ts";
import { regulariser, vaeLoss } from "./loss.ts";
import { curvature, logDensity, logDensityGradient } from "./likelihood.ts";
import { continuousBernoulli, sampleLikelihood, scaledGaussian } from "./likelihoods.ts";
import { apply, gram, jacobian, jacobianColumns, secondDirectional } from "./network.ts";
import {
  betaVae,
  grae,
  graeBlock,
  graeStar,
  graeStarStochastic,
  profiled,
  taylorHessian,
  taylorJacobian,
} from "./objectives.ts";
import { covariance, kl, sample } from "./posterior.ts";
import { scores } from "./scores.ts";
import { symmetry } from "./symmetry.ts";
import { trainer } from "./training.ts";
import { volume } from "./volume.ts";

const objectives = {
  "beta-vae": betaVae,
  "taylor-hessian": taylorHessian,
  "taylor-jacobian": taylorJacobian,
  profiled,
  grae,
  "grae-block": graeBlock,
  "grae-star": graeStar,
  "grae-star-stochastic": graeStarStochastic,
};

/** The oracle as a subject: all that can be computed, synchronously. It trains no digits. */
export const oracle = {
  name: "oracle",
  epsilon: 2 ** -53,
  promises: ["graded determinants", "relative volumes", "Adam"],
  apply,
  jacobian,
  jacobianColumns,
  gram,
  secondDirectional,
  logDensity,
  logDensityGradient,
  curvature,
  continuousBernoulli,
  scaledGaussian,
  sampleLikelihood,
  cholesky: (a) => a.map(cholesky),
  logDeterminant: (a) => a.map(logDeterminant),
  logDeterminantGradient: (a, cotangent) =>
    a.map((matrix, example) => inverse(matrix).map((row) => row.map((entry) => cotangent[example]! * entry))),
  inverse: (a) => a.map(inverse),
  solve: (a, b) => a.map((matrix, example) => solve(matrix, b[example]!)),
  kl,
  covariance,
  sample,
  optimalCovariance,
  optimalCovarianceOfHessian,
  volume,
  symmetry,
  ofKind: ofKind(numbersOf(objectives)),
  train: trainer(objectives),
  trainScheduled: trainer(objectives),
  vaeLoss: vaeLoss(),
  regulariser: regulariser(),
  objectives,
  scores,
} satisfies Complete;

/** A subject that lacks nothing but trained models, takes every kind, and takes no differences. */
type Complete = Required<Omit<Subject, "offers" | "differenceStep" | "trained" | keyof Declared>> & {
  readonly volume: Required<NonNullable<Subject["volume"]>>;
  readonly symmetry: Required<NonNullable<Subject["symmetry"]>>;
  readonly objectives: Required<NonNullable<Subject["objectives"]>>;
  readonly scores: Required<NonNullable<Subject["scores"]>>;
};

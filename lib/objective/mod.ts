/**
 * The objectives, one file each.
 *
 * @module
 */

export { betaVaeLoss, betaVaeLossAt, type BetaVaeOptions, type SampledModel } from "./beta_vae.ts";
export { graeLoss } from "./grae.ts";
export { graeBlockLoss, type GraeBlockOptions } from "./grae_block.ts";
export { graeStarLoss } from "./grae_star.ts";
export { graeStarStochasticLoss, graeStarStochasticLossAt } from "./grae_star_stochastic.ts";
export type { Objective, ObjectiveValue } from "./objective.ts";
export { profiledLoss, type ProfiledOptions } from "./profiled.ts";
export { taylorHessianLoss } from "./taylor_hessian.ts";
export { taylorJacobianLoss } from "./taylor_jacobian.ts";

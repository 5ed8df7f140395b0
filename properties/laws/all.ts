/**
 * Every law, section by section.
 *
 * @module
 */

import type { Law } from "../contract/law.ts";
import { X3, X4, X5 } from "./uniqueness/as_printed.ts";
import { U4 } from "./uniqueness/dependence.ts";
import { U7 } from "./uniqueness/completion.ts";
import { U9 } from "./uniqueness/convexity.ts";
import { U10 } from "./uniqueness/each_latent.ts";
import { U2 } from "./uniqueness/elbo.ts";
import { U1 } from "./uniqueness/marginal.ts";
import { U3 } from "./uniqueness/mean_field.ts";
import { U6 } from "./uniqueness/optimum.ts";
import { U5 } from "./uniqueness/mean_field_gap.ts";
import { U8 } from "./uniqueness/swirl.ts";
import { T3 } from "./taylor/hessian.ts";
import { T4 } from "./taylor/kinks.ts";
import { T1 } from "./taylor/linear.ts";
import { T5, T6 } from "./taylor/moments.ts";
import { T2 } from "./taylor/order.ts";
import { H4, X1 } from "./curvature/factor.ts";
import { H1, H2, H3, X2 } from "./curvature/likelihood.ts";
import { S5 } from "./covariance/existence.ts";
import { S4 } from "./covariance/families.ts";
import { S1, S2 } from "./covariance/optimum.ts";
import { S6 } from "./covariance/self_consistency.ts";
import { S3 } from "./covariance/spectrum.ts";
import { G8 } from "./grae/linear_vae.ts";
import { G5, G6 } from "./grae/limits.ts";
import { G1 } from "./grae/order_of_bounds.ts";
import { G3 } from "./grae/price_of_mean_field.ts";
import { G2 } from "./grae/profiled.ts";
import { G4 } from "./grae/stochastic.ts";
import { G7, G9 } from "./grae/symmetry.ts";
import { A3 } from "./implementation/batch.ts";
import { A1 } from "./implementation/derivatives.ts";
import { A5 } from "./implementation/engines.ts";
import { A9 } from "./implementation/golden.ts";
import { A10 } from "./implementation/kinds.ts";
import { A2 } from "./implementation/gradients.ts";
import { A7 } from "./implementation/log_determinant.ts";
import { A6 } from "./implementation/posterior.ts";
import { A4 } from "./implementation/relabelling.ts";
import { A8 } from "./implementation/training.ts";
import { A11 } from "./implementation/volume_terms.ts";
import { V3 } from "./losses/batch.ts";
import { V2 } from "./losses/gradient.ts";
import { J1, J2 } from "./losses/penalty.ts";
import { V4 } from "./losses/units.ts";
import { V1, V5 } from "./losses/value.ts";
import { R1, R2, R3, R4, R5, R6, R7, R8 } from "./runs/mod.ts";
import { L1 } from "./likelihoods/continuous_bernoulli.ts";
import { L2 } from "./likelihoods/scaled_gaussian.ts";
import { L3 } from "./likelihoods/samples.ts";
import { D1, D2 } from "./scores/gap.ts";
import { D3, D4 } from "./scores/importance.ts";
import { D10, D11 } from "./scores/information.ts";
import { D7, D8, D9 } from "./scores/likelihood.ts";
import { D5, D6 } from "./scores/votes.ts";
import { E2 } from "./trained_models/blocks.ts";
import { E3 } from "./trained_models/objectives.ts";
import { E5 } from "./trained_models/recovery.ts";
import { E4 } from "./trained_models/samples.ts";
import { E1 } from "./trained_models/variances.ts";

/** Every law, in the order of the catalogue: a row for each section. */
export const laws: readonly Law[] = [
  [U1, U2, U3, U4, U5, U6, U7, U8, U9, U10, X3, X4, X5],
  [T1, T2, T3, T4, T5, T6],
  [H1, H2, H3, H4, X1, X2],
  [L1, L2, L3],
  [S1, S2, S3, S4, S5, S6],
  [G1, G2, G3, G4, G5, G6, G7, G8, G9],
  [A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11],
  [V1, V2, V3, V4, V5, J1, J2],
  [R1, R2, R3, R4, R5, R6, R7, R8],
  [D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11],
  [E1, E2, E3, E4, E5],
].flat();

/** Whether a law is about trained models alone: nothing else can be held to it. */
export function isOfTrainedModels({ needs }: Pick<Law, "needs">): boolean {
  return needs.every((need) => need.startsWith("trained."));
}

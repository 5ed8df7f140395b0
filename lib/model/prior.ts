/**
 * Priors p(z): what the KL term of a loss asks of them.
 *
 * @module
 */

import { assertShape, tf } from "../engine/mod.ts";
import { klToPrior, type Posterior } from "./posterior.ts";

/** A prior of one's own: whatever has its KL divergence from a Gaussian posterior. */
export interface Prior {
  /** Its name, for messages. */
  readonly name: string;
  /** KL(q ‖ p) in nats, `[batch]`, differentiable in the mean and the covariance of q. */
  kl(q: Posterior): tf.Tensor;
}

/** What knows its prior: a model's description. */
interface WithPrior {
  readonly prior?: Prior;
}

/**
 * KL(q ‖ p) to the prior of a model: `[batch]`.
 *
 * @throws TypeError for another shape
 */
export function klOf({ prior }: WithPrior, q: Posterior): tf.Tensor {
  if (!prior) return klToPrior(q);
  const kl = prior.kl(q);
  assertShape(`the prior "${prior.name}"`, "kl(q)", kl, [q.mean.shape[0]!]);
  return kl;
}

/**
 * Requires the prior N(0, I), for which the optimal covariance is known in closed form.
 *
 * @throws TypeError that says which losses take another
 */
export function assertStandardPrior(doing: string, { prior }: WithPrior): void {
  if (!prior) return;
  throw new TypeError(
    `${doing}: the prior must be N(0, I), for which the best covariance has a closed form, but the model has "${prior.name}"; ` +
      "take betaVaeLoss, taylorJacobianLoss or taylorHessianLoss",
  );
}

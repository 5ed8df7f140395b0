/**
 * Every objective on one model: how tight the approximations of the β-VAE loss are.
 *
 * All see the same mean h and decoder. The Taylor losses take the learned posterior, GRAE and GRAE* the optimal Σ of the
 * full and the mean-field family.
 *
 * @module
 */

import { foldIn, type Key, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { bindModel } from "../../lib/model/mod.ts";
import {
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "../../lib/objective/mod.ts";
import type { DecidedLoss } from "../../lib/training/mod.ts";
import type { ComparedObjective } from "../../properties/laws/trained.ts";
import type { Fitted } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { perImage, Tally, totals } from "../digits/per_image.ts";
import { antitheticLoss } from "./antithetic.ts";
import { COMPARED } from "../digits/compared.ts";
import { gaussianConstant } from "./gaussian_constant.ts";
import type { Value } from "./part_result.ts";

/** How much is drawn for each digit. */
export interface TrackDraws {
  /** Pairs ±ε of the β-VAE loss, ≥ 2. */
  readonly pairs: number;
  /** Columns of the stochastic GRAE*, ≥ 2. */
  readonly columns: number;
}

/** Digits at once. */
const BATCH = 500;

/** The losses at β, and whether they contain (n/2) log 2π. */
function lossesAt(
  beta: number,
): Record<ComparedObjective, readonly [loss: DecidedLoss, withConstant: boolean]> {
  return {
    "beta-vae": [antitheticLoss(beta), true],
    "taylor-hessian": [(m, x, k) => taylorHessianLoss(m, x, k, beta), true],
    "taylor-jacobian": [(m, x, k) => taylorJacobianLoss(m, x, k, beta), true],
    "grae": [(m, x, k) => graeLoss(m, x, k, beta), false],
    "grae-star": [(m, x, k) => graeStarLoss(m, x, k, beta), false],
    "grae-star-stochastic": [(m, x, k) => graeStarStochasticLoss(m, x, k, beta), false],
  };
}

/**
 * All objectives on a model with a learned posterior: means over digits.
 *
 * @param beta β of the objectives
 * @param key what is drawn; the same key draws the same for any parameters
 */
export async function track(
  { setup, parameters }: Fitted,
  digits: Dataset,
  beta: number,
  { pairs, columns }: TrackDraws,
  key: Key,
): Promise<Record<ComparedObjective, Value>> {
  const losses = lossesAt(beta);
  const draws: Partial<Record<ComparedObjective, number>> = {
    "beta-vae": pairs,
    "grae-star-stochastic": columns,
  };
  const values = new Map<ComparedObjective, Value>();
  for (const { objective } of COMPARED) {
    const [loss, withConstant] = losses[objective];
    const sum = new Tally();
    const byTerm = new Map<string, Tally>();
    for (let start = 0; start < digits.count; start += BATCH) {
      const scope = tf.openScope();
      try {
        const x = imagesOf(digits, start, start + BATCH);
        const model = bindModel(setup.description, parameters);
        const found = await perImage(loss, model, x, foldIn(key, start), draws[objective] ?? 1);
        sum.add(found.map(totals));
        for (const name of Object.keys(found[0]!)) {
          const tally = byTerm.get(name) ?? new Tally();
          byTerm.set(name, tally);
          tally.add(found.map((terms) => terms[name]!));
        }
      } finally {
        scope.close();
      }
    }
    const terms = Object.fromEntries([...byTerm].map(([name, tally]) => [name, tally.score(false).value]));
    if (withConstant) terms["reconstruction"]! -= gaussianConstant(digits.height * digits.width);
    values.set(objective, {
      loss: Object.values(terms).reduce((a, b) => a + b),
      terms,
      standardError: sum.score(draws[objective] !== undefined).standardError,
    });
  }
  return Object.fromEntries(values) as Record<ComparedObjective, Value>;
}

/**
 * The yardstick of trained models.
 *
 * @module
 */

import { foldIn, type Key, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { bindModel, family, type Model, withOptimalPosterior } from "../../lib/model/mod.ts";
import { graeLoss } from "../../lib/objective/mod.ts";
import type { Fitted } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { perImage, Tally, totals } from "../digits/per_image.ts";
import { antitheticLoss } from "./antithetic.ts";
import { gaussianConstant } from "./gaussian_constant.ts";
import type { Judged } from "./part_result.ts";

/** Digits at once. */
const BATCH = 500;

/** The same model with its posterior at x made once for all draws. */
function settled(model: Model, x: tf.Tensor): Model {
  const q = model.posterior(x);
  return { ...model, posterior: () => q };
}

/**
 * Scores a model on held-out digits, whatever it was trained by.
 *
 * @param beta β of the scores
 * @param pairs how many ±ε are drawn to a digit, ≥ 2
 * @param key of the noise; the same key gives the same scores
 */
export async function judge(
  { setup, parameters }: Fitted,
  heldOut: Dataset,
  beta: number,
  pairs: number,
  key: Key,
): Promise<Judged> {
  const { description } = setup;
  const meanField = family("mean-field", description.latent);
  const full = description.family === null && setup.family.name !== meanField.name;
  const [own, restricted, grae, reconstruction] = [new Tally(), new Tally(), new Tally(), new Tally()];
  for (let start = 0; start < heldOut.count; start += BATCH) {
    const scope = tf.openScope();
    try {
      const x = imagesOf(heldOut, start, start + BATCH);
      const at = foldIn(key, start);
      const plain = bindModel(description, parameters);
      const draw = async (tally: Tally, model: Model): Promise<void> =>
        tally.add((await perImage(antitheticLoss(beta), settled(model, x), x, at, pairs)).map(totals));
      await draw(own, description.family ? plain : withOptimalPosterior(plain, setup.family, beta));
      if (full) await draw(restricted, withOptimalPosterior(plain, meanField, beta));
      const byGrae = await perImage((m, x, k) => graeLoss(m, x, k, beta), plain, x, at, 1);
      grae.add(byGrae.map(totals));
      reconstruction.add(byGrae.map((terms) => terms["reconstruction"]!));
    } finally {
      scope.close();
    }
  }
  const constant = gaussianConstant(heldOut.height * heldOut.width);
  const { value, standardError } = own.score(true);
  return {
    yardstick: value - constant,
    standardError: standardError ?? 0,
    meanField: (full ? restricted.score(true).value : value) - constant,
    grae: grae.score(false).value,
    reconstruction: reconstruction.score(false).value,
  };
}

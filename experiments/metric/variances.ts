/**
 * Learned posterior variances beside their closed form.
 *
 * @module
 */

import { read, tf } from "../../lib/engine/mod.ts";
import { type Dataset, select } from "../../lib/data/mod.ts";
import { squaredColumnNorms } from "../../lib/linalg/mod.ts";
import { bindModel } from "../../lib/model/mod.ts";
import type { Variance } from "../../properties/laws/trained.ts";
import { imagesOf } from "../digits/images.ts";
import type { Setup } from "../digits/setup.ts";

/**
 * σ_k² = Σ_kk of the learned posterior, and β/(β + ‖J_{:k}‖²), for all latents of some images.
 *
 * The second is the optimum of the mean-field family alone. The images are spread evenly over the data.
 *
 * @param pairs how many at the most, ≥ d; whole images only
 * @returns image by image, latent by latent
 * @throws (rejects) RangeError for fewer pairs than an image has; TypeError for a model without a learned posterior
 */
export async function variancesOf(
  { description }: Setup,
  parameters: readonly tf.Tensor[],
  dataset: Dataset,
  beta: number,
  pairs: number,
): Promise<Variance[]> {
  const { latent } = description;
  if (!(pairs >= latent)) {
    throw new RangeError(
      `variancesOf: a sample must have room for the ${latent} latents of one image, but it is of ${pairs} pairs`,
    );
  }
  const images = Math.min(dataset.count, Math.floor(pairs / latent));
  const spread = Uint32Array.from({ length: images }, (_, i) => Math.floor(i * dataset.count / images));
  const [learned, norms] = tf.tidy(() => {
    const model = bindModel(description, parameters);
    const x = imagesOf(select(dataset, spread, "a sample"), 0, images);
    const q = model.posterior(x);
    const { tangents } = model.weightedJacobian(q.mean);
    // Σ = L Lᵀ, so that Σ_kk is the sum of squares along row k of L.
    return [tf.sum(tf.square(q.columns()), 1), squaredColumnNorms(tangents)];
  });
  const [found, squares] = [await read(learned), await read(norms)];
  tf.dispose([learned, norms]);
  return Array.from(found, (variance, i) => ({ found: variance, predicted: beta / (beta + squares[i]!) }));
}

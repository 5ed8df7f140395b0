/**
 * The decoder's metric, averaged over images.
 *
 * @module
 */

import { read, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { gramOf } from "../../lib/linalg/mod.ts";
import { bindModel } from "../../lib/model/mod.ts";
import { turn } from "../runner/interruption.ts";
import { SCORED_AT_ONCE } from "./evaluate.ts";
import { imagesOf } from "./images.ts";
import type { Setup } from "./setup.ts";

/**
 * Mean |G| over images, G = Jᵀ diag(w) J at their encodings: `[latent][latent]`.
 *
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function meanMetric(
  { description }: Setup,
  parameters: readonly tf.Tensor[],
  dataset: Dataset,
  signal?: AbortSignal,
): Promise<number[][]> {
  const { latent } = description;
  const mean = new Float64Array(latent * latent);
  for (let start = 0; start < dataset.count; start += SCORED_AT_ONCE) {
    await turn(signal);
    const sum = tf.tidy(() => {
      const model = bindModel(description, parameters);
      const x = imagesOf(dataset, start, start + SCORED_AT_ONCE);
      const { tangents, last } = model.weightedTangents(model.encode(x).mean);
      return tf.sum(tf.abs(gramOf(tangents, last)), 0);
    });
    (await read(sum)).forEach((value, i) => mean[i]! += value / dataset.count);
    sum.dispose();
  }
  return Array.from({ length: latent }, (_, i) => [...mean.subarray(i * latent, (i + 1) * latent)]);
}

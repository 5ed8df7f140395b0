/**
 * Learned posterior variances beside their closed form.
 *
 * @module
 */

import type { tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import type { Variance } from "../../properties/laws/trained.ts";
import type { Setup } from "../digits/setup.ts";

/** To come. */
export function variancesOf(
  _setup: Setup,
  _parameters: readonly tf.Tensor[],
  _dataset: Dataset,
  _beta: number,
  _pairs: number,
): Promise<Variance[]> {
  return Promise.resolve([]);
}

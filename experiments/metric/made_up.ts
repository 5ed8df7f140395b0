/**
 * Models that nobody trained, for tests of what is said of models.
 *
 * @module
 */

import type { TrainedMetric } from "../../properties/laws/trained.ts";
import { type Panel, PANELS } from "./panels.ts";
import { offBlockRatio } from "./ratio.ts";

/** What is made up of models. */
export interface MadeUp {
  /** How many of each panel and control; 3 if left out. */
  readonly seeds?: number;
  /** Off-block over within-block |JᵀJ| before training where lengths are equal; 1 if left out. */
  readonly before?: (panel: Panel, seed: number) => number;
  /** After training; .4 for panels and 1 for controls if left out. */
  readonly after?: (panel: Panel, seed: number) => number;
  /** ‖J_{:k}‖ after training, latent by latent; 1 if left out. */
  readonly length?: (panel: Panel, latent: number) => number;
}

/** Columns of J with the cosines .5 inside blocks and .5 times a ratio outside. */
function metricOf({ latent, block }: Panel, ratio: number, lengths: readonly number[]): number[][] {
  const cosine = (i: number, j: number): number =>
    i === j ? 1 : Math.floor(i / block) === Math.floor(j / block) ? 0.5 : 0.5 * ratio;
  return Array.from(
    { length: latent },
    (_, i) => Array.from({ length: latent }, (_, j) => lengths[i]! * lengths[j]! * cosine(i, j)),
  );
}

/** Every panel and control, seed by seed. */
export function madeUp({ seeds = 3, before, after, length }: MadeUp): TrainedMetric[] {
  return Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) =>
    PANELS.map((panel) => {
      const ones = Array.from({ length: panel.latent }, () => 1);
      const metric = {
        before: metricOf(panel, before?.(panel, seed) ?? 1, ones),
        after: metricOf(
          panel,
          after?.(panel, seed) ?? (panel.family === "block" ? 0.4 : 1),
          ones.map((one, k) => length?.(panel, k) ?? one),
        ),
      };
      return {
        ...panel,
        seed,
        metric,
        ratio: {
          before: offBlockRatio(metric.before, panel.block),
          after: offBlockRatio(metric.after, panel.block),
        },
        variances: [{ found: 0.2, predicted: 0.1 }, { found: 0.4, predicted: 0.2 }],
      };
    })
  );
}

/**
 * What the models of each panel come to, over seeds.
 *
 * @module
 */

import type { TrainedMetric } from "../../properties/laws/trained.ts";
import { type Agreement, agreement } from "./agreement.ts";
import { type Panel, PANELS } from "./panels.ts";

/** Mean, least and most of some numbers. */
export interface Spread {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** A panel, or a control, over its seeds. */
export interface PanelSummary {
  readonly panel: Panel;
  /** Its models, in the order of their seeds. */
  readonly models: readonly TrainedMetric[];
  /** Off-block over within-block off-diagonal |JᵀJ|. */
  readonly before: Spread;
  readonly after: Spread;
  /** Of learned variances with the optimum of the mean-field family. */
  readonly variances: Agreement;
}

/** Mean, least and most. */
function spread(values: readonly number[]): Spread {
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    least: Math.min(...values),
    most: Math.max(...values),
  };
}

/** A spread in words: "0.22 (0.17–0.26)". */
export function spreadText({ mean, least, most }: Spread): string {
  return `${mean.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

/** Summaries in the order of the panels. */
export function summaries(models: readonly TrainedMetric[]): PanelSummary[] {
  return PANELS.map((panel) => {
    const own = models.filter(({ label }) => label === panel.label);
    return {
      panel,
      models: own,
      before: spread(own.map(({ ratio }) => ratio.before)),
      after: spread(own.map(({ ratio }) => ratio.after)),
      variances: agreement(own.flatMap(({ variances }) => variances)),
    };
  });
}

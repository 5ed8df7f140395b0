/**
 * What the models of each panel come to, over seeds.
 *
 * @module
 */

import type { TrainedMetric } from "../../properties/laws/trained.ts";
import { type Spread, spreadOf } from "../study/spread.ts";
import { type Agreement, agreement } from "./agreement.ts";
import { lengthsAlone } from "./lengths_alone.ts";
import { liveLatents } from "./live_latents.ts";
import { liveRatio } from "./live_ratio.ts";
import { nameOf, type Panel, PANELS } from "./panels.ts";
import { offBlockRatio } from "./ratio.ts";

/** A panel, or a control, over its seeds. */
export interface PanelSummary {
  readonly panel: Panel;
  /** Its models, in the order of their seeds. */
  readonly models: readonly TrainedMetric[];
  /** Off-block over within-block off-diagonal |JᵀJ|. */
  readonly before: Spread;
  readonly after: Spread;
  /** The same after training, from the lengths of columns alone. */
  readonly lengths: Spread;
  /** The same of the normalised metric, over latents that live; null where no seed has it. */
  readonly live: Spread | null;
  /** How many seeds have that. */
  readonly liveSeeds: number;
  /** Latents of all seeds that have died. */
  readonly dead: number;
  /** Of learned variances with the optimum of the mean-field family. */
  readonly variances: Agreement;
}

/** A spread in words: "0.22 (0.17–0.26)". */
export function spreadText({ mean, least, most }: Spread): string {
  return `${mean.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

/** The ratio over latents that live in words: "0.22 (0.17–0.26)", "0.22 (0.17–0.26; 9 of 10 seeds)", "none". */
export function liveText({ live, liveSeeds, models }: PanelSummary): string {
  if (live === null) return "none";
  const text = spreadText(live);
  return liveSeeds === models.length ? text : `${text.slice(0, -1)}; ${liveSeeds} of ${models.length} seeds)`;
}

/** What there is to say of each panel and control: "panel (a) 0.45 (0.43–0.48), …". */
export function eachPanel(
  summaries: readonly PanelSummary[],
  text: (summary: PanelSummary) => string,
): string {
  return summaries.map((summary) => `${nameOf(summary.panel)} ${text(summary)}`).join(", ");
}

/** Summaries in the order of the panels. */
export function summaries(models: readonly TrainedMetric[]): PanelSummary[] {
  return PANELS.map((panel) => {
    const own = models.filter(({ label }) => label === panel.label);
    const alive = own.map(({ metric, beta }) => liveLatents(metric.after, beta));
    const live = own.flatMap(({ metric, block }, i) => liveRatio(metric.after, block, alive[i]!) ?? []);
    return {
      panel,
      models: own,
      before: spreadOf(own.map(({ ratio }) => ratio.before)),
      after: spreadOf(own.map(({ ratio }) => ratio.after)),
      lengths: spreadOf(own.map(({ metric, block }) => offBlockRatio(lengthsAlone(metric.after), block))),
      live: live.length > 0 ? spreadOf(live) : null,
      liveSeeds: live.length,
      dead: alive.flat().filter((lives) => !lives).length,
      variances: agreement(own.flatMap(({ variances }) => variances)),
    };
  });
}

/**
 * One model of one panel: trained, and measured before and after.
 *
 * @module
 */

import { tf } from "../../lib/engine/mod.ts";
import type { Split } from "../../lib/data/mod.ts";
import type { TrainedMetric } from "../../properties/laws/trained.ts";
import { fitDigits } from "../digits/fit.ts";
import { meanMetric } from "../digits/mean_metric.ts";
import type { DigitsModel } from "../digits/setup.ts";
import type { PartWatch } from "../study/study.ts";
import type { MetricOptions } from "./options.ts";
import type { Panel } from "./panels.ts";
import { offBlockRatio } from "./ratio.ts";
import { variancesOf } from "./variances.ts";

/** Pairs of variances that are kept of a model: 15 digits with 8 latents, 10 with 12. */
const PAIRS = 120;

/** What a model of a panel is. */
export const modelOf = (
  { hidden, activation }: MetricOptions,
  { family, beta, latent, block }: Panel,
): DigitsModel => ({
  objective: "beta-vae",
  posterior: family,
  likelihood: "gaussian",
  beta,
  latent,
  block: family === "block" ? block : null,
  hidden,
  activation,
});

/**
 * Trains a β-VAE with a Gaussian likelihood, and looks at its decoder over the held-out digits.
 *
 * @throws (rejects) NonFiniteLossError; the signal's reason if it is aborted
 */
export async function trainPanel(
  options: MetricOptions,
  panel: Panel,
  seed: number,
  split: Split,
  watch: PartWatch,
): Promise<TrainedMetric> {
  const { beta, block } = panel;
  const { epochs, batch, learningRate } = options;
  let before: number[][] = [];
  const { setup, parameters } = await fitDigits(
    { ...modelOf(options, panel), epochs, batch, learningRate, seed },
    split,
    {
      ...watch,
      onEpoch: async ({ setup, parameters }, epoch) => {
        if (epoch === 0) before = await meanMetric(setup, parameters, split.heldOut);
      },
    },
  );
  const after = await meanMetric(setup, parameters, split.heldOut);
  const variances = await variancesOf(setup, parameters, split.heldOut, beta, PAIRS);
  tf.dispose([...parameters]);
  return {
    ...panel,
    seed,
    metric: { before, after },
    ratio: { before: offBlockRatio(before, block), after: offBlockRatio(after, block) },
    variances,
  };
}

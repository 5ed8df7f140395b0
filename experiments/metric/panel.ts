/**
 * The models that are trained: the panels of the slide "MNIST", and two controls.
 *
 * @module
 */

import { type Dataset, select, type Split } from "../../lib/data/mod.ts";
import { read, tf } from "../../lib/engine/mod.ts";
import { squaredColumnNorms } from "../../lib/linalg/mod.ts";
import { bindModel } from "../../lib/model/mod.ts";
import type { TrainedMetric, Variance } from "../../properties/contract/trained.ts";
import { meanMetric } from "../digits/evaluate.ts";
import { fitDigits, keptOf } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { assertFits } from "../digits/memory.ts";
import { loadImages, type TrainingOptions } from "../digits/options.ts";
import type { Setup } from "../digits/setup.ts";
import { seedsFrom } from "../runner/seeds.ts";
import type { Part, PartContext } from "../runner/study.ts";
import { offBlockRatio } from "./measures.ts";
import type { MetricOptions } from "./study.ts";

/** A panel, or a control. */
export type Panel = Pick<TrainedMetric, "label" | "family" | "beta" | "latent" | "block">;

/** Panel (a): β = .2, 8 latents in blocks of 2. */
const A: Panel = { label: "a", family: "block", beta: 0.2, latent: 8, block: 2 };

/** The four panels, β/d/b = .2/8/2, .4/8/2, .6/12/2, 1/8/2, and the controls, which have β and d of panel (a). */
export const PANELS: readonly Panel[] = [
  A,
  { ...A, label: "b", beta: 0.4 },
  { ...A, label: "c", beta: 0.6, latent: 12 },
  { ...A, label: "d", beta: 1 },
  { ...A, label: "mean-field", family: "mean-field" },
  { ...A, label: "full", family: "full" },
];

/** Pairs of variances that are kept of a model: 15 images with 8 latents, 10 with 12. */
const PAIRS = 120;

/** The model of a panel. */
const modelOf = ({ family, beta, latent, block }: Panel) =>
  ({ objective: "beta-vae", posterior: family, beta, latent, block }) as const;

/** Loads the data and lists the trainings. @throws (rejects) DataError; RangeError for the seeds; UsageError for lack of memory */
export async function prepare(options: MetricOptions) {
  const seeds = seedsFrom("metric", options.seed, options.seeds);
  const split = await loadImages(options);
  const { source, sha256, notes } = split;
  for (const panel of PANELS) assertFits({ ...options, ...modelOf(panel) }, split);
  return {
    data: { source, sha256 },
    notes,
    parts: seeds.flatMap((seed) =>
      PANELS.map((panel): Part<TrainedMetric> => ({
        name: `${panel.label}-${seed}`,
        weight: 1,
        run: (context) => trainPanel(options, panel, seed, split, context),
      }))
    ),
  };
}

/**
 * Trains a β-VAE with a Gaussian likelihood, and measures its decoder over the held-out images, before and after.
 *
 * @throws (rejects) NonFiniteLossError; PartError if the ratio cannot be had; the signal's reason if it is aborted
 */
export async function trainPanel(
  options: Omit<TrainingOptions, "seeds">,
  panel: Panel,
  seed: number,
  split: Split,
  { signal, progress, log, keep }: Pick<PartContext, "signal" | "progress" | "log" | "keep">,
): Promise<TrainedMetric> {
  const { beta, block } = panel;
  let before: number[][] = [];
  const fit = { ...options, ...modelOf(panel), seed };
  const trained = await fitDigits(fit, split, {
    signal,
    progress,
    log,
    onEpoch: async ({ setup, parameters }, epoch) => {
      if (epoch === 0) before = await meanMetric(setup, parameters, split.heldOut, signal);
    },
  });
  const { setup, parameters } = trained;
  try {
    keep(await keptOf(trained));
    const after = await meanMetric(setup, parameters, split.heldOut, signal);
    return {
      ...panel,
      seed,
      metric: { before, after },
      ratio: { before: offBlockRatio(before, block), after: offBlockRatio(after, block) },
      variances: await variancesOf(setup, parameters, split.heldOut, beta, PAIRS),
    };
  } finally {
    tf.dispose([...parameters]);
  }
}

/**
 * σ_k² = Σ_kk of the learned posterior, and β/(β + ‖J_{:k}‖²), for all latents of some images, image by image.
 *
 * The second is the optimum of the mean-field family alone. The images are spread evenly over the data.
 *
 * @param pairs how many at the most, ≥ d; whole images only
 */
export async function variancesOf(
  { description }: Setup,
  parameters: readonly tf.Tensor[],
  dataset: Dataset,
  beta: number,
  pairs: number,
): Promise<Variance[]> {
  const { latent } = description;
  const images = Math.min(dataset.count, Math.floor(pairs / latent));
  const spread = Uint32Array.from({ length: images }, (_, i) => Math.floor(i * dataset.count / images));
  const [learned, norms] = tf.tidy(() => {
    const model = bindModel(description, parameters);
    const q = model.posterior(imagesOf(select(dataset, spread, "a sample"), 0, images));
    const { tangents } = model.weightedJacobian(q.mean);
    // Σ = L Lᵀ, so that Σ_kk is the sum of squares along row k of L.
    return [tf.sum(tf.square(q.columns()), 1), squaredColumnNorms(tangents)];
  });
  const [found, squares] = [await read(learned), await read(norms)];
  tf.dispose([learned, norms]);
  return Array.from(found, (variance, i) => ({ found: variance, predicted: beta / (beta + squares[i]!) }));
}

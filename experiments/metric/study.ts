/**
 * The metric of trained decoders: slide "MNIST".
 *
 * @module
 */

import { trainedMetric } from "../../properties/contract/results.ts";
import { DATA_OPTIONS, type Resolved, resolveImages, trainingOptions } from "../digits/options.ts";
import { runStudy } from "../runner/command.ts";
import type { Values } from "../runner/options.ts";
import { type CommonOptions, study } from "../runner/study.ts";

const OPTIONS = {
  ...trainingOptions(
    // In about 6 minutes on 2 cores with a BLAS. Two hidden layers show blocks where β = .2 makes entries outside them cheap:
    // with panel (a) the ratio ends at .46 to .48 over the first seeds, with one layer of 64 to 256 units at .47 to .84.
    { seeds: 10, hidden: [128, 64], activation: "relu", epochs: 6, batch: 64, learningRate: 2e-3 },
    // In under a minute: smaller networks that see fewer images, once, and as many seeds. ELU, for in so few steps ReLU leaves
    // more latents unused: over ten seeds the ratio ends at .36 and .30 with panels (c) and (d), with ReLU at .49 and .58.
    { hidden: [64, 32], activation: "elu", epochs: 1, batch: 32, learningRate: 5e-3, limit: 6400 },
    "models of each panel and control",
  ),
  ...DATA_OPTIONS,
};
/** The options of a run. */
export type MetricOptions = Resolved<Values<typeof OPTIONS>> & CommonOptions;

/** The study: a part for every seed of every panel and control, seed by seed. */
export const metricStudy = study({
  name: "metric",
  title: "The decoder's metric takes the shape of the posterior",
  question:
    "Does a β-VAE with a block-diagonal posterior learn a decoder whose metric JᵀJ is block-diagonal too, and " +
    'are its posterior variances those that the metric predicts? Slides "MNIST" and "Gaussian p(z) and q(z|x)".',
  about: "Trains the four panels of the slide MNIST and two controls, and measures the decoder's metric JᵀJ.",
  options: OPTIONS,
  examples: [
    ["", "all panels, ten seeds each"],
    ["--quick", "a look, in less than a minute"],
    ["--seeds 2 --hidden 500,500", "larger networks, fewer of them"],
    ["--data mnist --epochs 5", "MNIST from a folder of its files"],
    ["--resume runs/metric-seed0", "go on where it was stopped"],
  ],
  resolve: (values, given) => resolveImages(values, given),
  result: trainedMetric,
  // Loaded here, so that --help need not wait for it.
  prepare: async (options) => {
    const [{ prepare }, { conclude }] = await Promise.all([import("./panel.ts"), import("./figures.ts")]);
    return { ...await prepare(options), conclude };
  },
});

if (import.meta.main) await runStudy(metricStudy);

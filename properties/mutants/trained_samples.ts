/**
 * Faults in how samples are compared with digits.
 *
 * @module
 */

import type { SamplesResults } from "../contract/trained.ts";
import {
  type Features,
  frechet,
  sampleSets,
  samplesResults,
  type SamplesSteps,
  sets,
  shift,
} from "../plausible/samples.ts";
import type { StudyResults } from "../contract/results.ts";
import type { Mutant } from "./mutant.ts";
import { plantedInResults } from "./trained_models.ts";

function withSteps(steps: Partial<SamplesSteps>): Partial<StudyResults> {
  return { samples: samplesResults(steps) };
}

function withResults(
  change: (right: SamplesResults) => SamplesResults,
): Partial<StudyResults> {
  return { samples: change(samplesResults()) };
}

/** ‖μ₁ − μ₂‖² and a sum over the variances. */
const withTrace = (trace: (v: number, w: number) => number) => (one: Features, other: Features): number =>
  shift(one, other) + one.variance.reduce((sum, v, i) => sum + trace(v, other.variance[i]!), 0);

/** Mistakes in samples and their distance to digits. */
export const sampleMutants: readonly Mutant[] = plantedInResults({
  "E4": {
    "frechet-cross-term-lost: tr(Σ₁ + Σ₂) without −2(Σ₁Σ₂)^½": withSteps({
      distance: withTrace((v, w) => v + w),
    }),
    "frechet-root-lost: Σ₁Σ₂ stands for its root": withSteps({
      distance: withTrace((v, w) => v + w - 2 * v * w),
    }),
    "frechet-cross-term-once: −(Σ₁Σ₂)^½ for −2(Σ₁Σ₂)^½": withSteps({
      distance: withTrace((v, w) => v + w - Math.sqrt(v * w)),
    }),
    "frechet-not-squared: the distance's root is reported": withSteps({
      distance: (one, other) => Math.sqrt(frechet(one, other)),
    }),
    "reference-of-one-class: samples are compared with digits of a single class": withSteps({
      reference: sets.oneClass,
    }),
    "classifier-untrained: features are those of a classifier that has not been trained": withSteps({
      accuracy: 0.11,
    }),
    "samples-of-untrained-decoder: one objective's decoder is the one of the start": withSteps({
      sets: sampleSets.map((set) =>
        set.objective === "grae" ? { ...set, prior: sets.untrained, aggregate: sets.untrained } : set
      ),
    }),
    "samples-are-digits: held-out digits are compared with themselves in place of samples": withSteps({
      sets: sampleSets.map((set) => ({ ...set, prior: sets.halves[0], aggregate: sets.halves[1] })),
    }),
    "prior-for-aggregate: samples of the prior and of the aggregate posterior are exchanged": withSteps({
      sets: sampleSets.map((set) => ({ ...set, prior: set.aggregate, aggregate: set.prior })),
    }),
    "seeds-dropped: seeds whose samples look bad are left out for one objective": withSteps({
      sets: sampleSets.filter(({ objective, seed }) => objective !== "grae-star" || seed !== 0),
    }),
    "objective-not-sampled: one of the four objectives was not sampled": withSteps({
      sets: sampleSets.filter(({ objective }) => objective !== "taylor-jacobian"),
    }),
    "samples-far-off: one objective's latents are drawn where no digit was ever put": withSteps({
      sets: sampleSets.map((set) =>
        set.objective === "grae"
          ? { ...set, prior: { ...set.prior, mean: set.prior.mean.map((m) => m + 1.5) } }
          : set
      ),
    }),
    "one-model-for-all: the β-VAE's distances are reported for every objective": withResults((right) => ({
      ...right,
      models: right.models.map((model) => {
        const own = right.models.find((one) =>
          one.objective === "beta-vae" && one.beta === model.beta && one.seed === model.seed
        )!;
        return { ...own, objective: model.objective };
      }),
    })),
    "untrained-is-trained: the decoder that passes for untrained has been trained": withResults((right) => ({
      ...right,
      untrained: right.models[0]!.prior,
    })),
  },
});

/**
 * Faults in how samples are compared with digits.
 *
 * @module
 */

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
import { FaultsIn, plantedInResults } from "./trained_models.ts";

function withSteps(steps: Partial<SamplesSteps>): Partial<StudyResults> {
  return { samples: samplesResults(steps) };
}

const right = samplesResults();
const ofSets = new FaultsIn(sampleSets, (sets) => withSteps({ sets }));
const ofModels = new FaultsIn(right.models, (models) => ({ samples: { ...right, models } }));

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
    "samples-of-untrained-decoder: one objective's decoder is the one of the start": ofSets.changedWhere({
      objective: "grae",
    }, () => ({ prior: sets.untrained, aggregate: sets.untrained })),
    "samples-are-digits: held-out digits are compared with themselves in place of samples": ofSets.changed(
      () => ({
        prior: sets.halves[0],
        aggregate: sets.halves[1],
      }),
    ),
    "prior-for-aggregate: samples of the prior and of the aggregate posterior are exchanged": ofSets.changed((
      { prior, aggregate },
    ) => ({ prior: aggregate, aggregate: prior })),
    "seeds-dropped: seeds whose samples look bad are left out for one objective": ofSets.without({
      objective: "grae-star",
      seed: 0,
    }),
    "objective-not-sampled: one of the four objectives was not sampled": ofSets.without({
      objective: "taylor-jacobian",
    }),
    "samples-far-off: one objective's latents are drawn where no digit was ever put": ofSets.changedWhere({
      objective: "grae",
    }, ({ prior }) => ({ prior: { ...prior, mean: prior.mean.map((m) => m + 1.5) } })),
    "one-model-for-all: the β-VAE's distances are reported for every objective": ofModels.changed((
      { objective, beta, seed },
    ) => ({ ...ofModels.first({ objective: "beta-vae", beta, seed }), objective })),
    "untrained-is-trained: the decoder that passes for untrained has been trained": {
      samples: { ...right, untrained: right.models[0]!.prior },
    },
  },
});

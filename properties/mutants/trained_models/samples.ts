/**
 * Faults in how samples are compared with digits.
 *
 * @module
 */

import type { SamplesResults } from "../../contract/trained.ts";
import {
  type Features,
  frechet,
  sampleSets,
  samplesResults,
  type SamplesSteps,
  sets,
  shift,
} from "../../plausible/samples.ts";
import { type Fault, fault } from "./fault.ts";

function withSteps(id: string, description: string, steps: Partial<SamplesSteps>): Fault {
  return fault(id, description, ["E4"], { samples: samplesResults(steps) });
}

function withResults(
  id: string,
  description: string,
  change: (right: SamplesResults) => SamplesResults,
): Fault {
  return fault(id, description, ["E4"], { samples: change(samplesResults()) });
}

/** ‖μ₁ − μ₂‖² and a sum over the variances. */
const withTrace = (trace: (v: number, w: number) => number) => (one: Features, other: Features): number =>
  shift(one, other) + one.variance.reduce((sum, v, i) => sum + trace(v, other.variance[i]!), 0);

/** Mistakes in samples and their distance to digits. */
export const samplesFaults: readonly Fault[] = [
  withSteps("frechet-cross-term-lost", "tr(Σ₁ + Σ₂) without −2(Σ₁Σ₂)^½", {
    distance: withTrace((v, w) => v + w),
  }),
  withSteps("frechet-root-lost", "Σ₁Σ₂ stands for its root", {
    distance: withTrace((v, w) => v + w - 2 * v * w),
  }),
  withSteps("frechet-cross-term-once", "−(Σ₁Σ₂)^½ for −2(Σ₁Σ₂)^½", {
    distance: withTrace((v, w) => v + w - Math.sqrt(v * w)),
  }),
  withSteps("frechet-not-squared", "the distance's root is reported", {
    distance: (one, other) => Math.sqrt(frechet(one, other)),
  }),
  withSteps("reference-of-one-class", "samples are compared with digits of a single class", {
    reference: sets.oneClass,
  }),
  withSteps("classifier-untrained", "features are those of a classifier that has not been trained", {
    accuracy: 0.11,
  }),
  withSteps("samples-of-untrained-decoder", "one objective's decoder is the one of the start", {
    sets: sampleSets.map((set) =>
      set.objective === "grae" ? { ...set, prior: sets.untrained, aggregate: sets.untrained } : set
    ),
  }),
  withSteps("samples-are-digits", "held-out digits are compared with themselves in place of samples", {
    sets: sampleSets.map((set) => ({ ...set, prior: sets.halves[0], aggregate: sets.halves[1] })),
  }),
  withSteps("prior-for-aggregate", "samples of the prior and of the aggregate posterior are exchanged", {
    sets: sampleSets.map((set) => ({ ...set, prior: set.aggregate, aggregate: set.prior })),
  }),
  withSteps("seeds-dropped", "seeds whose samples look bad are left out for one objective", {
    sets: sampleSets.filter(({ objective, seed }) => objective !== "grae-star" || seed !== 0),
  }),
  withSteps("objective-not-sampled", "one of the four objectives was not sampled", {
    sets: sampleSets.filter(({ objective }) => objective !== "taylor-jacobian"),
  }),
  withSteps(
    "samples-far-off",
    "one objective's latents are drawn where no digit was ever put",
    {
      sets: sampleSets.map((set) =>
        set.objective === "grae"
          ? { ...set, prior: { ...set.prior, mean: set.prior.mean.map((m) => m + 1.5) } }
          : set
      ),
    },
  ),
  withResults("one-model-for-all", "the β-VAE's distances are reported for every objective", (right) => ({
    ...right,
    models: right.models.map((model) => {
      const own = right.models.find((one) =>
        one.objective === "beta-vae" && one.beta === model.beta && one.seed === model.seed
      )!;
      return { ...own, objective: model.objective };
    }),
  })),
  withResults("untrained-is-trained", "the decoder that passes for untrained has been trained", (right) => ({
    ...right,
    untrained: right.models[0]!.prior,
  })),
];

/**
 * Made-up results of `samples`, from means and variances of features. All covariances are diagonal, so that they commute and
 * their roots are those of their entries.
 *
 * @module
 */

import {
  type ComparedObjective,
  type SampledModel,
  type SamplesResults,
  SLIDE_OBJECTIVES,
} from "../contract/trained.ts";
import { normal } from "../oracle/random.ts";

/** Features of a set of pictures: their means and variances. */
export interface Features {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

/** Fréchet's distance between normal laws: ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½). */
export function frechet(one: Features, other: Features): number {
  return shift(one, other) +
    one.variance.reduce(
      (sum, v, i) => sum + v + other.variance[i]! - 2 * Math.sqrt(v * other.variance[i]!),
      0,
    );
}

/** ‖μ₁ − μ₂‖² */
export function shift(one: Features, other: Features): number {
  return one.mean.reduce((sum, m, i) => sum + (m - other.mean[i]!) ** 2, 0);
}

const SIZE = 16;
const BETAS = [0.2, 1], SEEDS = [0, 1, 2];

/** Features whose mean lies `bias` away from those of digits in each, and whose variance is `spread` of theirs. */
function features(bias: number, spread: number, seed: number): Features {
  const digits = normal(7), draw = normal(seed);
  const about = Array.from({ length: SIZE }, () => [3 * digits(), Math.exp(0.5 * digits())] as const);
  return {
    mean: about.map(([mean]) => mean + bias * (1 + 0.1 * draw())),
    variance: about.map(([, variance]) => variance * spread * Math.exp(0.05 * draw())),
  };
}

/** Features of the training digits, of both halves of the held-out ones, of digits of one class, of a decoder at random. */
export const sets = {
  digits: features(0, 1, 1),
  halves: [features(0.05, 1, 2), features(-0.05, 1, 3)] as const,
  oneClass: features(2.2, 0.3, 4),
  untrained: features(2.5, 0.01, 5),
};

/** Features of a model's samples. */
interface SampleSets {
  readonly objective: ComparedObjective;
  readonly beta: number;
  readonly seed: number;
  readonly prior: Features;
  readonly aggregate: Features;
}

/** The samples of every model. */
export const sampleSets: readonly SampleSets[] = BETAS.flatMap((beta) =>
  SEEDS.flatMap((seed) =>
    SLIDE_OBJECTIVES.map((objective, i): SampleSets => {
      const key = 100 * seed + 10 * i + beta;
      return {
        objective,
        beta,
        seed,
        prior: features(0.7 + 0.1 * beta + 0.02 * i, 0.6 - 0.1 * beta, key),
        aggregate: features(0.5 + 0.1 * beta + 0.02 * i, 0.7 - 0.1 * beta, key + 5),
      };
    })
  )
);

/** The steps from features to results. */
export interface SamplesSteps {
  readonly distance: (samples: Features, digits: Features) => number;
  /** Features of the digits with which samples are compared. */
  readonly reference: Features;
  readonly accuracy: number;
  readonly sets: readonly SampleSets[];
}

/** The results, with other steps. */
export function samplesResults(steps: Partial<SamplesSteps> = {}): SamplesResults {
  const { distance, reference, accuracy, sets: drawn } = {
    distance: frechet,
    reference: sets.digits,
    accuracy: 0.97,
    sets: sampleSets,
    ...steps,
  };
  return {
    accuracy,
    floor: distance(...sets.halves),
    untrained: distance(sets.untrained, reference),
    models: drawn.map(({ prior, aggregate, ...model }): SampledModel => ({
      ...model,
      prior: distance(prior, reference),
      aggregate: distance(aggregate, reference),
    })),
  };
}

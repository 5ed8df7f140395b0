/**
 * The shapes of what experiments leave in `results.json`.
 *
 * @module
 */

import { COMPARED_OBJECTIVES } from "../laws/trained.ts";
import { byName, count, listOf, number, object, oneOf, type Shape } from "./shape.ts";

/** The experiments that laws on trained models are about. */
export const EXPERIMENTS = ["metric", "compare", "samples", "uniqueness"] as const;
/** One of them. */
export type Experiment = typeof EXPERIMENTS[number];

const family = oneOf("isotropic", "mean-field", "block", "full");
const objective = oneOf(...COMPARED_OBJECTIVES);
const matrix = listOf(listOf(number));
const trainedBy = { objective, beta: number, seed: count };

const SHAPES: Readonly<Record<Experiment, Shape>> = {
  metric: object({
    models: listOf(object({
      label: oneOf("a", "b", "c", "d", "mean-field", "full"),
      family,
      beta: number,
      latent: count,
      block: count,
      seed: count,
      metric: object({ before: matrix, after: matrix }),
      ratio: object({ before: number, after: number }),
      variances: listOf(object({ found: number, predicted: number })),
    })),
  }),
  compare: object({
    trained: listOf(object({ ...trainedBy, yardstick: number })),
    along: listOf(object({ ...trainedBy, epoch: count, loss: number, terms: byName(number) })),
  }),
  samples: object({
    accuracy: number,
    floor: number,
    untrained: number,
    models: listOf(object({ ...trainedBy, prior: number, aggregate: number })),
  }),
  uniqueness: object({
    fits: listOf(object({
      weights: oneOf("distinct", "equal", "generic"),
      activation: oneOf("identity", "leaky-relu", "tanh"),
      latent: count,
      family,
      seed: count,
      loss: number,
      toTruth: number,
      toPrincipal: number,
    })),
    landings: listOf(object({
      family: oneOf("mean-field", "full"),
      optimiser: oneOf("gradient-descent", "adam"),
      angles: listOf(number),
      uniformP: number,
    })),
  }),
};

/** What is wrong with the results of an experiment, in words; undefined where nothing is. */
export function resultsProblem(experiment: Experiment, results: unknown): string | undefined {
  return SHAPES[experiment](results, "results");
}

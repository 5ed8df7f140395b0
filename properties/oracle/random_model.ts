/**
 * Small random encoder–decoder pairs, on which the oracle is tested.
 *
 * @module
 */

import type {
  ActivationName,
  FamilySpec,
  LikelihoodSpec,
  Matrix,
  ModelSpec,
  NetworkSpec,
  ObjectiveCase,
} from "../contract/subject.ts";
import { tabulate } from "./dense.ts";
import { rawSize } from "./posterior.ts";
import { normal } from "./random.ts";

/** A dense network of the given widths with weights N(0, 1/fan-in) and biases N(0, ¼); the last layer is linear. */
export function randomNetwork(
  widths: readonly number[],
  activation: ActivationName,
  next: () => number,
): NetworkSpec {
  return widths.slice(1).map((outputs, layer) => ({
    weight: tabulate(widths[layer]!, outputs, () => next() / Math.sqrt(widths[layer]!)),
    bias: Array.from({ length: outputs }, () => next() / 2),
    activation: layer === widths.length - 2 ? "identity" : activation,
  }));
}

/** Rows of standard normal numbers. */
export function randomMatrix(rows: number, columns: number, next: () => number): Matrix {
  return tabulate(rows, columns, next);
}

/** A case for every objective: batch 2, n = 5, d = 4, β = 0.7, two noise samples, blocks of 2. */
export function randomCase(
  seed: number,
  activation: ActivationName,
  likelihood: LikelihoodSpec,
  family: FamilySpec,
): ObjectiveCase {
  const next = normal(seed);
  const latent = 4, data = 5, batch = 2;
  const model: ModelSpec = {
    encoder: randomNetwork([data, 4, latent + rawSize(family, latent)], activation, next),
    decoder: randomNetwork([latent, 5, 4, data], activation, next),
    latent,
    likelihood,
    family,
  };
  const x = randomMatrix(batch, data, next);
  return {
    model,
    x: likelihood.kind === "gaussian"
      ? x
      : x.map((row) => row.map((value) => 1 / (1 + Math.exp(-2 * value)))),
    beta: 0.7,
    noise: [randomMatrix(batch, latent, next), randomMatrix(batch, latent, next)],
    columns: Array.from({ length: batch }, (_, example) => (example + seed) % latent),
    block: 2,
  };
}

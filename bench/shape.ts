/**
 * The sizes of a problem.
 *
 * @module
 */

/** Sizes: an encoder data–width–width–latent, a decoder the other way, ReLU between, a Gaussian of variance 1. */
export interface Shape {
  readonly batch: number;
  readonly data: number;
  readonly width: number;
  readonly latent: number;
  readonly beta: number;
  /** Of Adam. */
  readonly learningRate: number;
}

/** The sizes that are timed unless they grow: batch 128, 784-500-500-8, β = 0.2. */
export const SHAPE: Shape = {
  batch: 128,
  data: 784,
  width: 500,
  latent: 8,
  beta: 0.2,
  learningRate: 1e-3,
};

/** Sizes small enough for tests. */
export const SMALL: Shape = { ...SHAPE, batch: 16, data: 30, width: 20, latent: 4 };

/** Sizes in a line: batch, then the encoder's. */
export function sizes({ batch, data, width, latent }: Shape): string {
  return `batch ${batch}, ${data}-${width}-${width}-${latent}`;
}

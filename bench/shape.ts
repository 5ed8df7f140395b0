/**
 * The sizes of a problem.
 *
 * @module
 */

/** The networks whose steps are timed. */
export const NETWORKS = ["dense", "conv64"] as const;
/** One of them. */
export type NetworkName = typeof NETWORKS[number];

/**
 * Sizes. `dense`: an encoder data–width–width–latent, a decoder the other way. `conv64`: see `conv64.ts`; its data and width are
 * fixed. ReLU between, a Gaussian of variance 1.
 */
export interface Shape {
  readonly network: NetworkName;
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
  network: "dense",
  batch: 128,
  data: 784,
  width: 500,
  latent: 8,
  beta: 0.2,
  learningRate: 1e-3,
};

/** Batch 64 of colour images of 64 × 64, 10 latents. */
export const CONV64: Shape = {
  network: "conv64",
  batch: 64,
  data: 64 * 64 * 3,
  width: 256,
  latent: 10,
  beta: 0.2,
  learningRate: 1e-3,
};

/** The sizes of each network. */
export const SHAPES: Readonly<Record<NetworkName, Shape>> = { dense: SHAPE, conv64: CONV64 };

/** Sizes small enough for tests. */
export const SMALL: Shape = { ...SHAPE, batch: 16, data: 30, width: 20, latent: 4 };

/** Sizes in a line: batch, then the encoder's. */
export function sizes({ network, batch, data, width, latent }: Shape): string {
  return network === "conv64"
    ? `batch ${batch}, conv64 on 64 × 64 × 3, ${latent} latents`
    : `batch ${batch}, ${data}-${width}-${width}-${latent}`;
}

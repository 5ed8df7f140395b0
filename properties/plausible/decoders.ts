/**
 * Decoders as they might be after training, by their Jacobians, from which made-up metrics are computed.
 *
 * @module
 */

import type { Matrix } from "../contract/subject.ts";
import type { TrainedMetric } from "../contract/trained.ts";
import { inverse, product, tabulate } from "../oracle/dense.ts";
import { normal } from "../oracle/random.ts";
import { gram, noise, orthonormal } from "./matrices.ts";

/** Observed dimensions, and digits. */
const DATA = 40, DIGITS = 30;

/** A model's Jacobians at some digits, `[digit][data][latent]`, before and after training, and the options of the model. */
export interface Decoder
  extends Pick<TrainedMetric, "label" | "family" | "beta" | "latent" | "block" | "seed"> {
  readonly before: readonly Matrix[];
  readonly after: readonly Matrix[];
  /** The variances of the learned posterior, `[digit][latent]`. */
  readonly variances: Matrix;
}

/** The panels of the slide, and the controls. */
const PANELS: readonly Pick<Decoder, "label" | "family" | "beta" | "latent" | "block">[] = [
  { label: "a", family: "block", beta: 0.2, latent: 8, block: 2 },
  { label: "b", family: "block", beta: 0.4, latent: 8, block: 2 },
  { label: "c", family: "block", beta: 0.6, latent: 12, block: 2 },
  { label: "d", family: "block", beta: 1, latent: 8, block: 2 },
  { label: "mean-field", family: "mean-field", beta: 0.2, latent: 8, block: 2 },
  { label: "full", family: "full", beta: 0.2, latent: 8, block: 2 },
];

/** How far the columns of trained decoders lean on each other: inside blocks and outside. */
const LEAN: Readonly<Record<TrainedMetric["family"], readonly [number, number]>> = {
  "block": [0.7, 0.02],
  "mean-field": [0.06, 0.06],
  "full": [0.6, 0.6],
  "isotropic": [0.6, 0.6],
};

/** The Jacobian at a digit: columns with the given norms, which lean on each other inside blocks and outside. */
function trainedJacobian(
  panel: typeof PANELS[number],
  norms: readonly number[],
  mixing: Matrix,
  seed: number,
): Matrix {
  const { family, block } = panel, [within, outside] = LEAN[family];
  const draw = normal(seed);
  const mixed = tabulate(norms.length, norms.length, (i, j) => {
    if (i === j) return 1;
    const together = Math.floor(i / block) === Math.floor(j / block);
    return (together ? within : outside) * mixing[i]![j]! * (1 + 0.3 * draw());
  });
  const columns = product(orthonormal(noise(DATA, norms.length, seed + 1)), mixed);
  return columns.map((row) => row.map((entry, k) => entry * norms[k]! * Math.exp(0.2 * draw())));
}

/** Diagonal of the optimal covariance of the family, (I + JᵀJ/β)⁻¹ kept to its blocks. */
export function optimalVariances(j: Matrix, beta: number, size: number): readonly number[] {
  const g = gram(j);
  return g.flatMap((_, first) =>
    first % size > 0 ? [] : inverse(
      tabulate(size, size, (a, b) => g[first + a]![first + b]! / beta + (a === b ? 1 : 0)),
    ).map((row, a) => row[a]!)
  );
}

function decoder(panel: typeof PANELS[number], seed: number): Decoder {
  const { family, beta, latent, block } = panel;
  const key = 1000 * PANELS.indexOf(panel) + 100 * seed, draw = normal(key);
  // A quarter of the latents is hardly used.
  const norms = tabulate(
    1,
    latent,
    (_, k) => Math.sqrt(beta) * Math.exp(k % 4 === 3 ? -1.5 : 1.2 + 0.4 * draw()),
  )[0]!;
  const mixing = noise(latent, latent, key + 1).map((row) => row.map(Math.sign));
  const after = Array.from(
    { length: DIGITS },
    (_, digit) => trainedJacobian(panel, norms, mixing, key + 2 + 2 * digit),
  );
  const before = Array.from(
    { length: DIGITS },
    (_, digit) => noise(DATA, latent, key + 60 + digit).map((row) => row.map((entry) => 0.02 * entry)),
  );
  const size = family === "full" ? latent : family === "block" ? block : 1;
  const variances = after.map((j) =>
    optimalVariances(j, beta, size).map((variance) => variance * Math.exp(0.08 * draw()))
  );
  return { ...panel, seed, before, after, variances };
}

/** Three seeds of each panel and control. */
export const decoders: readonly Decoder[] = PANELS.flatMap((panel) =>
  [0, 1, 2].map((seed) => decoder(panel, seed))
);

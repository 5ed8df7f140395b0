/**
 * What the live page shows, as a function of what is set on it.
 *
 * @module
 */

import { key, read, tf } from "../../../lib/engine/mod.ts";
import {
  bindModel,
  describeModel,
  family,
  gaussian,
  type Model,
  optimalCovariance,
} from "../../../lib/model/mod.ts";
import { graeLoss, graeStarLoss, profiledLoss } from "../../../lib/objective/mod.ts";
import {
  type Matrix,
  planeMeanFieldGap,
  planeRotation,
  transformFirstLayer,
} from "../../../lib/symmetry/mod.ts";

/** Orthonormal rows: the directions in which the columns of W point. */
const DIRECTIONS: Matrix = [[2 / 3, 2 / 3, 1 / 3], [-2 / 3, 1 / 3, 2 / 3]];

/** The families that differ with two latents: blocks of one are mean-field, one block of two is full. */
export const FAMILIES = ["isotropic", "mean-field", "full"] as const;
type LiveFamily = typeof FAMILIES[number];

/** x, the one data point. */
export const DATA: readonly number[] = [1, 2, -0.5];

/** What is set by hand. */
export interface Settings {
  /** θ, by which the latents are rotated, in degrees. */
  readonly degrees: number;
  /** v₁, v₂: variances of the best posterior of all at θ = 0, between 0 and 1. */
  readonly variances: readonly [number, number];
  /** β > 0 */
  readonly beta: number;
  /** The family whose covariance is shown beside Σ*. */
  readonly family: LiveFamily;
}

/** What follows from it. */
export type Solution = Awaited<ReturnType<typeof solve>>;

/**
 * Solves for a setting. The decoder is g(z) = W Rᵀz with unit noise, R the rotation by θ and W such that the best
 * posterior of all at θ = 0 has the precision I + WᵀW/β = P = diag(1/v₁, 1/v₂): orthogonal columns with the squared
 * norms β(1/vᵢ − 1). The encoder is at its optimum, h(x) = R (βI + WᵀW)⁻¹ Wᵀx. The engine must be running.
 *
 * @returns losses in nats: the profiled one of each family, by how much it exceeds that of full, GRAE, GRAE* and their
 * gap; `curve`, U5's closed form of what mean-field loses at θ, and `most`, the same at 45°, where it is largest; Σ*, the
 * best covariance of all, and the chosen family's best, each `[latent, latent]`
 */
export async function solve(settings: Settings) {
  const { degrees, variances: [v1, v2], beta } = settings;
  const angle = degrees * Math.PI / 180;
  const scope = tf.openScope();
  try {
    const model = rotatedModel(settings, angle);
    const x = tf.tensor([[...DATA]]), none = key(0);
    const lossOf = async ({ loss }: { loss: tf.Tensor }): Promise<number> => (await read(loss))[0]!;
    const bestOf = (name: LiveFamily): Promise<number> =>
      lossOf(profiledLoss(model, x, none, beta, { family: family(name, 2) }));
    const [isotropic, meanField, full] = [
      await bestOf("isotropic"),
      await bestOf("mean-field"),
      await bestOf("full"),
    ];
    const grae = await lossOf(graeLoss(model, x, none, beta));
    const graeStar = await lossOf(graeStarLoss(model, x, none, beta));
    const { tangents } = model.weightedJacobian(model.encode(x).mean);
    const covarianceIn = async (name: LiveFamily): Promise<Matrix> => {
      const [a, b, c, d] = await read(optimalCovariance(family(name, 2), tangents, beta).covariance);
      return [[a!, b!], [c!, d!]];
    };
    return {
      best: { isotropic, "mean-field": meanField, full },
      excess: { isotropic: isotropic - full, "mean-field": meanField - full, full: 0 },
      grae,
      graeStar,
      gap: graeStar - grae,
      curve: planeMeanFieldGap([1 / v1, 1 / v2], angle, beta),
      most: planeMeanFieldGap([1 / v1, 1 / v2], Math.PI / 4, beta),
      optimum: await covarianceIn("full"),
      chosen: await covarianceIn(settings.family),
    };
  } finally {
    scope.close();
  }
}

/** Every number that the page shows, under the name of its place there. Σ is symmetric: three entries say it all. */
export function numbersOf({ best, excess, optimum, chosen, ...single }: Solution): Record<string, number> {
  const entries = (sigma: Matrix) => ({ first: sigma[0]![0]!, mixed: sigma[0]![1]!, second: sigma[1]![1]! });
  const groups = { best, excess, optimum: entries(optimum), chosen: entries(chosen) };
  const grouped = Object.entries(groups).flatMap(([group, numbers]) =>
    Object.entries(numbers).map(([name, value]) => [`${group}-${name}`, value])
  );
  return { ...single, ...Object.fromEntries(grouped) };
}

/** A number with four decimals: float32 holds no more of a loss of some tens of nats. */
export function decimals(value: number): string {
  const text = Math.abs(value).toFixed(4);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** The linear-Gaussian model, its latents rotated; weights map rows, so they are transposes. */
function rotatedModel({ variances, beta }: Settings, angle: number): Model {
  const norms = variances.map((v) => Math.sqrt(beta * (1 / v - 1)));
  const weight = (scales: readonly number[]): tf.Tensor => {
    const rows = DIRECTIONS.map((row, i) => row.map((entry) => scales[i]! * entry));
    return tf.tensor(transformFirstLayer(planeRotation(2, 0, 1, angle), rows));
  };
  const description = describeModel({
    data: DATA.length,
    latent: 2,
    hidden: [],
    activation: "identity",
    likelihood: gaussian(),
    family: null,
  });
  return bindModel(description, [
    // (βI + WᵀW)⁻¹ = diag(v)/β.
    tf.transpose(weight(norms.map((norm, i) => norm * variances[i]! / beta))),
    tf.zeros([2]),
    weight(norms),
    tf.zeros([DATA.length]),
  ]);
}

/**
 * Ensembles that are fitted to the toy model: independent models of one shape, trained at once along a leading axis.
 *
 * @module
 */

import {
  foldIn,
  type Key,
  key as keyOf,
  normal,
  normalTensor,
  read,
  replayable,
  tf,
  uniform,
  valueAndGradients,
} from "../../lib/engine/mod.ts";
import { logDeterminant } from "../../lib/linalg/mod.ts";
import {
  type Family,
  gaussian,
  type Posterior,
  posterior,
  posteriorOfRoot,
  rawSize,
} from "../../lib/model/mod.ts";
import { LEAKY_SLOPE } from "../../lib/network/mod.ts";
import { betaVaeLossAt, type SampledModel } from "../../lib/objective/mod.ts";
import type { Matrix } from "../../lib/symmetry/mod.ts";
import {
  type DescentState,
  gradientDescent,
  minimise,
  NonFiniteLossError,
  type Optimiser,
} from "../../lib/training/mod.ts";
import type { TrueActivation } from "../../properties/contract/trained.ts";
import type { NamedTensor } from "../runner/kept.ts";
import type { PartContext } from "../runner/study.ts";

/** ν by name, on the numbers that data are made of, and on the tensors of a decoder. */
export const ACTIVATE: Readonly<
  Record<TrueActivation, { ofNumber: (u: number) => number; ofTensor: (u: tf.Tensor) => tf.Tensor }>
> = {
  identity: { ofNumber: (u) => u, ofTensor: (u) => u },
  "leaky-relu": {
    ofNumber: (u) => (u < 0 ? LEAKY_SLOPE * u : u),
    ofTensor: (u) => tf.leakyRelu(u, LEAKY_SLOPE),
  },
  tanh: { ofNumber: Math.tanh, ofTensor: tf.tanh },
};

/** An ensemble: how many members, and the sizes of x and z, ν, σ and q that they share. */
export interface EnsembleDescription {
  readonly members: number;
  readonly data: number;
  readonly latent: number;
  readonly activation: TrueActivation;
  readonly noise: number;
  /** The family of q, or "factor" for Σ = L Lᵀ with an unconstrained square L. */
  readonly spread: Family | "factor";
}

/**
 * Aᵀ `[member, latent, data]` and b `[member, 1, data]` of g(z) = ν(Az) + b; Cᵀ `[member, data, latent]` and c
 * `[member, 1, latent]` of h(x) = Cx + c; the family's raw numbers for Σ `[member, raw]`, which do not depend on x, or Lᵀ
 * `[member, latent, latent]` for "factor".
 */
export type EnsembleParameters = readonly [
  a: tf.Tensor,
  b: tf.Tensor,
  c: tf.Tensor,
  d: tf.Tensor,
  spread: tf.Tensor,
];

/** The names under which a part keeps them. */
const NAMES = ["decoder.weight", "decoder.bias", "encoder.weight", "encoder.bias", "spread"] as const;

/** Parameters of an ensemble as a part keeps them, under names that begin so; the last of them where there are fewer. */
export async function keptOf(prefix: string, tensors: readonly tf.Tensor[]): Promise<NamedTensor[]> {
  const names = NAMES.slice(NAMES.length - tensors.length);
  return await Promise.all(
    tensors.map(async (tensor, i) => ({
      ...{ name: prefix + names[i]!, shape: [...tensor.shape] },
      values: Float32Array.from(await read(tensor)),
    })),
  );
}

/** A tensor's rows, each `times` times in a row. */
export function repeatRows(t: tf.Tensor, times: number): tf.Tensor {
  const [rows, ...rest] = t.shape as [number, ...number[]];
  const repeated = tf.tile(tf.reshape(t, [rows, 1, ...rest]), [1, times, ...rest.map(() => 1)]);
  return tf.reshape(repeated, [rows * times, ...rest]);
}

/**
 * An ensemble as one model: its batches are those of all members, one member after the other, `[member · batch, …]`. Its loss is
 * the mean over the members', whose terms do not meet.
 */
export function bindEnsemble(
  { members, data, latent, activation, noise, spread: family }: EnsembleDescription,
  [decoderWeight, decoderBias, encoderWeight, encoderBias, spread]: EnsembleParameters,
): SampledModel {
  /** x M for every member: `[member, row, outputs]` */
  const times = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor =>
    tf.matMul(tf.reshape(x, [members, -1, weight.shape[1]!]), weight);
  return {
    description: { latent, encoder: { inputs: data } },
    likelihood: gaussian(noise ** 2),
    decoder: {
      apply(z) {
        const bent = ACTIVATE[activation].ofTensor(times(z, decoderWeight));
        return tf.reshape(tf.add(bent, decoderBias), [-1, data]);
      },
    },
    posterior(x) {
      const mean = tf.reshape(tf.add(times(x, encoderWeight), encoderBias), [-1, latent]);
      const perRow = (ofMember: tf.Tensor): tf.Tensor => repeatRows(ofMember, x.shape[0]! / members);
      return family === "factor"
        ? posteriorOfSquareFactor(mean, spread, perRow)
        : posterior(family, mean, perRow(spread));
    },
  };
}

/** Added to Σ in its determinant, for a step may carry L near a singular matrix: a thousandth of the smallest variances here. */
const FLOOR = 1e-6;

/**
 * N(h, L Lᵀ) with an unconstrained square L per member: z = h + Lε, log|Σ| = log|L Lᵀ + 10⁻⁶ I|.
 * Gradient descent on L turns with the latents, z ↦ Rz, L ↦ RL, where RL is not triangular.
 *
 * @param mean h: `[row, latent]`
 * @param columns Lᵀ: `[member, latent, latent]`
 * @param perRow repeats a tensor of each member for each of its rows
 */
export function posteriorOfSquareFactor(
  mean: tf.Tensor,
  columns: tf.Tensor,
  perRow: (ofMember: tf.Tensor) => tf.Tensor,
): Posterior {
  return {
    // All but its determinant holds for any root.
    ...posteriorOfRoot(mean, perRow(columns)),
    trace: () => perRow(tf.sum(tf.square(columns), [1, 2])),
    logDeterminant() {
      const floor = tf.mul(FLOOR, tf.eye(mean.shape[1]!));
      return perRow(logDeterminant(tf.add(tf.matMul(columns, columns, true, false), floor)));
    },
  };
}

/** Standard deviations to begin with, of A and C, of q, and of q that is to follow a turn, where gradients are gentle. */
const [WEIGHT, SPREAD, NARROW] = [0.2, 0.3, 0.05];

/** A and C of independent normal numbers, by the keys of the members alone, no biases, Σ = 0.09 I. */
export function startEnsemble(description: EnsembleDescription, keys: readonly Key[]): EnsembleParameters {
  const { members, data, latent } = description;
  const draw = (part: number): number[] =>
    keys.flatMap((key) => Array.from(normal(foldIn(key, part), data * latent), (v) => WEIGHT * v));
  return [
    tf.tensor(draw(0), [members, latent, data]),
    tf.zeros([members, 1, data]),
    tf.tensor(draw(1), [members, data, latent]),
    tf.zeros([members, 1, latent]),
    startSpread(description, SPREAD),
  ];
}

/** The last of {@link EnsembleParameters} for Σ = s² I. */
function startSpread({ members, latent, spread }: EnsembleDescription, deviation: number): tf.Tensor {
  const entries = spread === "factor"
    ? Array.from({ length: latent ** 2 }, (_, i) => i % (latent + 1) === 0 ? deviation : 0)
    : Array.from({ length: rawSize(spread, latent) }, (_, i) => i < latent ? Math.log(deviation) : 0);
  const shape = spread === "factor" ? [latent, latent] : [entries.length];
  return tf.tensor(Array.from({ length: members }, () => entries).flat(), [members, ...shape]);
}

/**
 * Every member with its latents turned by each of its rotations, z ↦ Rz: decoder ARᵀ, encoder RC, and a narrow Σ.
 *
 * @param rotations R: `[member][turn][latent][latent]`
 * @param description of the ensemble of all turned models, the turns of a member beside each other
 */
export function turnEnsemble(
  [decoderWeight, decoderBias, encoderWeight, encoderBias]: EnsembleParameters,
  rotations: readonly (readonly Matrix[])[],
  description: EnsembleDescription,
): EnsembleParameters {
  const turned = (t: tf.Tensor): tf.Tensor => repeatRows(t, rotations[0]!.length);
  const { members, latent } = description;
  const r = tf.tensor(rotations.flat(3), [members, latent, latent]);
  return [
    tf.matMul(r, turned(decoderWeight)),
    turned(decoderBias),
    tf.matMul(turned(encoderWeight), r, false, true),
    tf.matMul(turned(encoderBias), r, false, true),
    startSpread(description, NARROW),
  ];
}

/** The longest gradient: at the start they are 65 to 270 long, and without a limit a few members in a hundred run away. */
const LONGEST = 30;

/**
 * Gradient descent with momentum on gradients no longer than {@link LONGEST}, over all parameters of a member together. A
 * rotation of the latents keeps that length: where it turns the gradient, it turns every step.
 */
export function ensembleDescent(momentum: number): Optimiser<DescentState> {
  const rule = gradientDescent(momentum);
  return {
    ...rule,
    step(state, gradients, rate) {
      const members = gradients[0]!.shape[0]!;
      const short = tf.tidy(() => {
        const squares = gradients.map((g) => tf.sum(tf.square(tf.reshape(g, [members, -1])), 1));
        const length = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)));
        const factor = tf.minimum(1, tf.div(LONGEST, tf.add(length, 1e-12)));
        return gradients.map((g) => tf.mul(g, tf.reshape(factor, [members, ...g.shape.slice(1).fill(1)])));
      });
      const next = rule.step(state, short, rate);
      tf.dispose(short);
      return next;
    },
  };
}

/** How far a training is, and whether it is to stop. */
export type Watch = Pick<PartContext, "signal" | "progress">;

/** The arguments of {@link trainEnsemble}. */
export interface EnsembleTraining<State extends { readonly parameters: readonly tf.Tensor[] }> {
  readonly description: EnsembleDescription;
  /** The first of {@link EnsembleParameters}, where these are not trained. */
  readonly held?: readonly tf.Tensor[];
  /** Examples of every member, taken in order, and again from the first: `[member, example, data]` */
  readonly data: tf.Tensor;
  readonly batch: number;
  readonly steps: number;
  readonly beta: number;
  readonly optimiser: Optimiser<State>;
  /** The largest learning rate, reached in a tenth of the steps, for gradients are steep; it falls to 0 in the second half. */
  readonly rate: number;
  /** Member i draws the ε of step t from `foldIn(keys[i], t)`, the same in every ensemble. */
  readonly keys: readonly Key[];
  /** Gets what the optimiser remembers of the first step: velocities, or Adam's means of gradients. */
  readonly onFirst?: (memory: readonly tf.Tensor[]) => Promise<void>;
  readonly context: Watch;
}

/**
 * Trains an ensemble by the β-VAE loss with one sample. Each member trains as it would alone: the loss is a mean over
 * members, so its gradient times their number is each member's own.
 *
 * @param start the parameters that are not held, which it takes over
 * @returns all parameters in the end, those that are held first; the caller's
 * @throws (rejects) the signal's reason; NonFiniteLossError if the members are not finite in the end
 */
export async function trainEnsemble<State extends { readonly parameters: readonly tf.Tensor[] }>(
  start: readonly tf.Tensor[],
  { description, held = [], data, batch, steps, beta, optimiser, rate, keys, onFirst, context }:
    EnsembleTraining<
      State
    >,
): Promise<EnsembleParameters> {
  const { members, data: width, latent } = description;
  const whole = (trained: readonly tf.Tensor[]) => [...held, ...trained] as unknown as EnsembleParameters;
  const batches = Math.floor(data.shape[1]! / batch);
  // Draws nothing: each member's noise is of its own key.
  using gradientsOf = replayable((inputs) => {
    const [x, noise] = inputs.slice(-2) as [tf.Tensor, tf.Tensor];
    return valueAndGradients((trained) => {
      const { loss } = betaVaeLossAt(bindEnsemble(description, whole(trained)), x, noise, beta);
      return { value: tf.mul(members, loss), info: {} };
    }, inputs.slice(0, -2)).gradients;
  });
  const gradients = ({ parameters }: State, step: number): readonly tf.Tensor[] =>
    tf.tidy(() => {
      const chunk = tf.slice(data, [0, (step % batches) * batch, 0], [members, batch, width]);
      const size = batch * latent;
      const noise = new Float32Array(members * size);
      keys.forEach((key, i) => noise.set(normal(foldIn(key, step), size), i * size));
      const epsilon = tf.tensor(noise, [1, members * batch, latent]);
      return [...gradientsOf([...parameters, tf.reshape(chunk, [-1, width]), epsilon], keys[0]!)];
    });
  const { state, interrupted } = await minimise(optimiser.start(start), {
    optimiser,
    gradients,
    rate: (step) => rate * Math.min(1, (step + 1) / (0.1 * steps), 2 * (1 - step / steps)),
    steps,
    onStep: async (state, step) => {
      const { length } = state.parameters;
      if (step === 1) await onFirst?.(optimiser.tensors(state).slice(length, 2 * length));
      context.progress(step / steps);
    },
    signal: context.signal,
  });
  const { parameters } = state;
  tf.dispose(optimiser.tensors(state).filter((tensor) => interrupted || !parameters.includes(tensor)));
  if (interrupted) context.signal.throwIfAborted();
  for (const parameter of parameters) {
    if ((await read(parameter)).every(Number.isFinite)) continue;
    tf.dispose([...parameters]);
    throw new NonFiniteLossError(steps, NaN, "some parameters are not finite", { after: true });
  }
  return whole(parameters);
}

/** How many points {@link cubature} has: one at each corner of a hexagon, and as many at the origin. */
export const CUBATURE_POINTS = 12;

/**
 * Noise for a loss without sampling error: points of equal weight in two dimensions whose mean over them is that over
 * N(0, I) for every polynomial up to the fifth degree. Half are at 0 and half on a hexagon of radius 2, since
 * (0 + 2²)/2 = E‖ε‖² and (0 + 2⁴)/2 = E‖ε‖⁴. For a linear decoder the loss is exact; the hexagon is turned by a random angle
 * for each example, so that the error for other decoders favours no direction.
 *
 * @returns ε: `[sample, batch, 2]`
 */
export function cubature(key: Key, batch: number): tf.Tensor {
  const noise = new Float32Array(CUBATURE_POINTS * batch * 2);
  uniform(key, batch).forEach((u, example) => {
    for (let corner = 0; corner < 6; corner++) {
      const angle = 2 * Math.PI * (u + corner / 6);
      noise.set([2 * Math.cos(angle), 2 * Math.sin(angle)], 2 * (corner * batch + example));
    }
  });
  return tf.tensor(noise, [CUBATURE_POINTS, batch, 2]);
}

/** The loss is measured on at most so many examples of a member, by so many samples without cubature, and so many rows at once. */
const [MOST, SAMPLES, ROWS] = [1024, 8, 8192];

/**
 * The β-VAE loss of every member on its first examples, in nats per example: with two latents by {@link cubature}, else by
 * samples, the same for every member.
 *
 * @param data `[member, example, data]`
 * @param steps of training that are over, for the error
 * @throws (rejects) NonFiniteLossError
 */
export async function ensembleLosses(
  description: EnsembleDescription,
  parameters: EnsembleParameters,
  data: tf.Tensor,
  beta: number,
  steps: number,
): Promise<number[]> {
  const { members, latent } = description;
  const [, examples, width] = data.shape as [number, number, number];
  const count = Math.min(MOST, examples);
  const batch = Math.min(count, Math.ceil(ROWS / members));
  const sums = new Array<number>(members).fill(0);
  const key = keyOf(0);
  const noise = latent === 2 ? cubature(key, count) : normalTensor(key, [SAMPLES, count, latent]);
  for (let start = 0; start < count; start += batch) {
    const size = Math.min(batch, count - start);
    const total = tf.tidy(() => {
      const x = tf.reshape(tf.slice(data, [0, start, 0], [members, size, width]), [members * size, width]);
      const ofChunk = tf.tile(tf.slice(noise, [0, start, 0], [-1, size, latent]), [1, members, 1]);
      const { terms } = betaVaeLossAt(bindEnsemble(description, parameters), x, ofChunk, beta);
      const perExample = Object.values(terms).reduce((sum, term) => tf.add(sum, term));
      return tf.sum(tf.reshape(perExample, [members, size]), 1);
    });
    (await read(total)).forEach((value, i) => sums[i]! += value / count);
    total.dispose();
  }
  noise.dispose();
  const wrong = sums.findIndex((loss) => !Number.isFinite(loss));
  if (wrong < 0) return sums;
  throw new NonFiniteLossError(steps, sums[wrong]!, `that is model ${wrong} of ${members}`, { after: true });
}

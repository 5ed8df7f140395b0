/**
 * Fleets that are fitted to the toy model: independent models of one shape, trained at once along a leading axis.
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
  valueAndGradients,
} from "../../lib/engine/mod.ts";
import { logDeterminant } from "../../lib/linalg/mod.ts";
import {
  type Family,
  gaussian,
  type Model,
  type Posterior,
  posterior,
  rawSize,
} from "../../lib/model/mod.ts";
import { type BoundNetwork, dense, type Sequential, sequential } from "../../lib/network/mod.ts";
import { betaVaeLossAt } from "../../lib/objective/mod.ts";
import type { Matrix } from "../../lib/symmetry/mod.ts";
import {
  type DescentState,
  gradientDescent,
  minimise,
  NonFiniteLossError,
  type Optimiser,
} from "../../lib/training/mod.ts";
import type { TrueActivation } from "../../properties/laws/trained.ts";
import type { PartContext } from "../runner/study.ts";
import { ACTIVATE, cubature } from "./toy.ts";

/** What the members of a fleet have in common. */
export interface FleetDescription {
  readonly members: number;
  /** n, the size of x, and d, that of z. */
  readonly data: number;
  readonly latent: number;
  /** ν */
  readonly activation: TrueActivation;
  /** σ > 0 of the likelihood. */
  readonly noise: number;
  /** The family of q, or "factor" for all of Σ = L Lᵀ with an unconstrained square L. */
  readonly spread: Family | "factor";
}

/** What is trained, member by member. Σ does not depend on x. */
export type FleetParameters = readonly [
  /** Aᵀ of g(z) = ν(Az) + b: `[member, latent, data]` */
  decoderWeight: tf.Tensor,
  /** b: `[member, 1, data]` */
  decoderBias: tf.Tensor,
  /** Cᵀ of h(x) = Cx + c: `[member, data, latent]` */
  encoderWeight: tf.Tensor,
  /** c: `[member, 1, latent]` */
  encoderBias: tf.Tensor,
  /** What describes Σ: the family's raw numbers `[member, raw]`, or Lᵀ `[member, latent, latent]` for "factor" */
  spread: tf.Tensor,
];

/** A tensor's rows repeated, each `times` times in a row. */
export function repeatRows(t: tf.Tensor, times: number): tf.Tensor {
  const [rows, ...rest] = t.shape as [number, ...number[]];
  const repeated = tf.tile(tf.reshape(t, [rows, 1, ...rest]), [1, times, ...rest.map(() => 1)]);
  return tf.reshape(repeated, [rows * times, ...rest]);
}

const refuse = (): never => {
  throw new TypeError("a fleet has no derivatives in its latents: only sampled objectives take it");
};

const valuesOnly = (description: Sequential, apply: (x: tf.Tensor) => tf.Tensor): BoundNetwork => ({
  description,
  apply,
  layerOutputs: (x) => [apply(x)],
  pushforward: refuse,
  secondPushforward: refuse,
  jacobian: refuse,
  jacobianColumn: refuse,
  factoredTangents: refuse,
  bentTangents: refuse,
  gram: refuse,
});

/**
 * A fleet as one model: its batches are those of all members, one member after the other, `[member · batch, …]`. Its loss is
 * the mean over the members', whose terms do not meet.
 */
export function bindFleet(description: FleetDescription, parameters: FleetParameters): Model {
  const { members, data, latent, activation } = description;
  const [decoderWeight, decoderBias, encoderWeight, encoderBias, spread] = parameters;
  const likelihood = gaussian(description.noise ** 2);
  const family = description.spread === "factor" ? null : description.spread;
  /** x M for every member: `[row, inputs]` and `[member, inputs, outputs]` ↦ `[member, row, outputs]`. */
  const times = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor =>
    tf.matMul(tf.reshape(x, [members, -1, weight.shape[1]!]), weight);
  const encode = (x: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.add(times(x, encoderWeight), encoderBias), [-1, latent]);
  const decode = (z: tf.Tensor): tf.Tensor => {
    const bent = ACTIVATE[activation].ofTensor(times(z, decoderWeight));
    return tf.reshape(tf.add(bent, decoderBias), [-1, data]);
  };
  const outputs = latent + (family ? rawSize(family, latent) : latent * latent);
  const encoder = sequential([dense(data, outputs, "identity")]);
  const decoder = sequential([dense(latent, data, activation)]);
  return {
    description: { encoder, decoder, latent, likelihood, family },
    likelihood,
    encoder: valuesOnly(encoder, encode),
    decoder: valuesOnly(decoder, decode),
    encode: (x) => ({ mean: encode(x), raw: family && repeatRows(spread, x.shape[0]! / members) }),
    posterior(x) {
      const perRow = (ofMember: tf.Tensor): tf.Tensor => repeatRows(ofMember, x.shape[0]! / members);
      return family
        ? posterior(family, encode(x), perRow(spread))
        : posteriorOfSquareFactor(encode(x), spread, perRow);
    },
    weightedJacobian: refuse,
    weightedTangents: refuse,
    bentTangents: refuse,
  };
}

/**
 * Added to every eigenvalue of Σ in its determinant: a step may carry L near a singular matrix, whose L Lᵀ is not positive
 * definite in float32. It is a thousandth of the smallest variances that fits have here, and the same in all directions.
 */
const FLOOR = 1e-6;

/**
 * N(h, L Lᵀ) with an unconstrained square L per member: z = h + Lε, log|Σ| = log|L Lᵀ + 10⁻⁶ I|.
 *
 * Turning the latents by R turns h into Rh and L into RL, so gradient descent on L turns with them. The Cholesky factor of a
 * full posterior cannot: RL is not triangular.
 *
 * @param mean h: `[row, latent]`
 * @param columns Lᵀ, the columns of L as rows: `[member, latent, latent]`
 * @param perRow repeats what belongs to a member for each of its rows
 */
export function posteriorOfSquareFactor(
  mean: tf.Tensor,
  columns: tf.Tensor,
  perRow: (ofMember: tf.Tensor) => tf.Tensor,
): Posterior {
  const [rows, latent] = mean.shape as [number, number];
  const repeated = perRow(columns);
  return {
    mean,
    sample: (noise) => tf.add(mean, tf.sum(tf.mul(repeated, tf.reshape(noise, [rows, latent, 1])), 1)),
    columns: () => repeated,
    covariance: () => tf.matMul(repeated, repeated, true, false),
    trace: () => perRow(tf.sum(tf.square(columns), [1, 2])),
    logDeterminant: () => {
      const covariance = tf.add(tf.matMul(columns, columns, true, false), tf.mul(FLOOR, tf.eye(latent)));
      return perRow(logDeterminant(covariance));
    },
  };
}

/**
 * Standard deviation of the weights of A and C to begin with, of q, and of q where Σ is to follow a turn: below that of any
 * trained model here, where its gradients are gentle.
 */
const [WEIGHT, SPREAD, NARROW] = [0.2, 0.3, 0.05];

/**
 * Parameters to start from: A and C of independent normal numbers, which no rotation of the latents tells apart, no biases,
 * Σ = 0.09 I.
 *
 * @param keys one per member, which draws the same whatever fleet and family it is in
 */
export function startFleet(description: FleetDescription, keys: readonly Key[]): FleetParameters {
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

/** What describes Σ = s² I in every member. */
function startSpread({ members, latent, spread }: FleetDescription, deviation: number): tf.Tensor {
  if (spread === "factor") {
    return tf.tidy(() =>
      tf.tile(tf.reshape(tf.mul(deviation, tf.eye(latent)), [1, latent, latent]), [members, 1, 1])
    );
  }
  const size = rawSize(spread, latent);
  const diagonal = spread.name === "isotropic" ? 1 : latent;
  const raw = (i: number): number => (i % size < diagonal ? Math.log(deviation) : 0);
  return tf.tensor(Array.from({ length: members * size }, (_, i) => raw(i)), [members, size]);
}

/**
 * Every member with its latents turned by each of its rotations, z ↦ Rz: decoder ARᵀ, encoder RC, and a narrow Σ that is to
 * follow.
 *
 * @param rotations R, `[member][turn][latent][latent]`, as many of each member
 * @param description of the fleet of all turned models, the turns of a member beside each other
 */
export function turnFleet(
  [decoderWeight, decoderBias, encoderWeight, encoderBias]: FleetParameters,
  rotations: readonly (readonly Matrix[])[],
  description: FleetDescription,
): FleetParameters {
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

/**
 * The longest gradient of a member. With two latents and batches of 32 they are 65 to 270 long at the start, 20 to 70 at the
 * largest rate, and 15 at the end: without a limit a few members in a hundred run away in the first steps.
 */
const LONGEST = 30;

/**
 * Gradient descent with momentum on gradients whose length, over all parameters of a member together, is {@link LONGEST} at
 * the most.
 *
 * A rotation of the latents keeps a gradient's length, and parameters, velocities and gradients meet only with one number for
 * all entries of a member: where the rotation turns the gradient, it turns every step.
 *
 * @param momentum in [0, 1)
 * @throws RangeError for another momentum
 */
export function fleetDescent(momentum: number): Optimiser<DescentState> {
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

/** What {@link trainFleet} takes. */
export interface FleetTraining<State extends { readonly parameters: readonly tf.Tensor[] }> {
  readonly description: FleetDescription;
  /** The first of {@link FleetParameters}, which are not trained; none if left out. */
  readonly held?: readonly tf.Tensor[];
  /** Examples of every member: `[member, example, data]` */
  readonly data: tf.Tensor;
  /** Examples of a member to a step; they are taken in order, and again from the first. */
  readonly batch: number;
  readonly steps: number;
  readonly beta: number;
  readonly optimiser: Optimiser<State>;
  /** The largest learning rate: it rises to it in a tenth of the steps, for gradients are steep, and falls to 0 in the second half. */
  readonly rate: number;
  /** Member i draws the ε of step t from `foldIn(keys[i], t)`, whatever fleet it is in. */
  readonly keys: readonly Key[];
  readonly context: Pick<PartContext, "signal" | "progress">;
}

/**
 * Trains a fleet by the β-VAE loss with one sample, as if each member were alone: the loss is the mean over members, so the
 * number of members times it has each member's own gradient.
 *
 * @param start the parameters that are not held, which it takes over
 * @returns all parameters in the end, those that are held first; the caller's
 * @throws (rejects) the signal's reason; NonFiniteLossError if the members are not finite in the end
 */
export async function trainFleet<State extends { readonly parameters: readonly tf.Tensor[] }>(
  start: readonly tf.Tensor[],
  options: FleetTraining<State>,
): Promise<FleetParameters> {
  const { description, held = [], data, batch, steps, beta, optimiser, rate, keys, context } = options;
  const { members, data: width, latent } = description;
  const examples = data.shape[1]!;
  if (keys.length !== members || batch > examples) {
    throw new RangeError(
      `trainFleet: a key per member and at least ${batch} examples are required, but there are ${keys.length} keys for ` +
        `${members} members and ${examples} examples`,
    );
  }
  const whole = (trained: readonly tf.Tensor[]) => [...held, ...trained] as unknown as FleetParameters;
  const batches = Math.floor(examples / batch);
  // Draws nothing: each member's noise is of its own key.
  using gradientsOf = replayable((inputs) => {
    const [x, noise] = inputs.slice(-2) as [tf.Tensor, tf.Tensor];
    return valueAndGradients((trained) => {
      const { loss } = betaVaeLossAt(bindFleet(description, whole(trained)), x, noise, beta);
      return { value: tf.mul(members, loss), info: {} };
    }, inputs.slice(0, -2)).gradients;
  });
  const gradients = ({ parameters }: State, step: number): readonly tf.Tensor[] => {
    const scope = tf.openScope();
    let made: readonly tf.Tensor[] = [];
    try {
      const chunk = tf.slice(data, [0, (step % batches) * batch, 0], [members, batch, width]);
      const x = tf.reshape(chunk, [members * batch, width]);
      const size = batch * latent;
      const noise = new Float32Array(members * size);
      keys.forEach((key, i) => noise.set(normal(foldIn(key, step), size), i * size));
      const epsilon = tf.tensor(noise, [1, members * batch, latent]);
      return made = gradientsOf([...parameters, x, epsilon], keys[0]!);
    } finally {
      scope.close(made);
    }
  };
  const { state, interrupted } = await minimise(optimiser.start(start), {
    optimiser,
    gradients,
    rate: (step) => rate * Math.min(1, (step + 1) / (0.1 * steps), 2 * (1 - step / steps)),
    steps,
    onStep: (_, step) => context.progress(step / steps),
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

/** A of every member: `[data][latent]` each. */
export async function decoders([decoderWeight]: FleetParameters): Promise<Matrix[]> {
  const [members, latent, data] = decoderWeight.shape as [number, number, number];
  const values = await read(decoderWeight);
  const list = <T>(length: number, f: (i: number) => T): T[] => Array.from({ length }, (_, i) => f(i));
  return list(members, (m) => list(data, (i) => list(latent, (j) => values[(m * latent + j) * data + i]!)));
}

/** The most examples of each member that a loss is measured on, and samples to one where no cubature is at hand. */
const [MOST, SAMPLES] = [1024, 8];
/** Rows of a fleet's batch that are gone through at once, so that memory does not grow with the fleet. */
const ROWS = 8192;

/**
 * The β-VAE loss of every member on its first examples, in nats per example: with two latents by {@link cubature}, else by
 * samples. An example has the same noise whichever member's it is and however many there are.
 *
 * @param data `[member, example, data]`
 * @param steps after how many steps of training, for the error
 * @throws (rejects) NonFiniteLossError
 */
export async function fleetLosses(
  description: FleetDescription,
  parameters: FleetParameters,
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
      const { terms } = betaVaeLossAt(bindFleet(description, parameters), x, ofChunk, beta);
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

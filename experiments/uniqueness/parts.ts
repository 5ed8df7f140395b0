/**
 * The toy model x = ν(Wz) + ε; the parts of the study, which fit ensembles to it; and measures of the fits.
 *
 * @module
 */

import { cloneKey, foldIn, type Key, key as keyOf, normal, read, tf } from "../../lib/engine/mod.ts";
import { orthogonalMatrix } from "../../lib/linalg/mod.ts";
import { type Family, family as familyNamed } from "../../lib/model/mod.ts";
import { align, type Matrix, planeRotation } from "../../lib/symmetry/mod.ts";
import { adamOptimiser } from "../../lib/training/mod.ts";
import { fit } from "../../properties/contract/results.ts";
import type {
  Orientations,
  TrainedFamily,
  TrueActivation,
  TrueWeights,
} from "../../properties/contract/trained.ts";
import {
  ACTIVATE,
  ensembleDescent,
  ensembleLosses,
  keptOf,
  repeatRows,
  startEnsemble,
  trainEnsemble,
  turnEnsemble,
  type Watch,
} from "./ensemble.ts";
import { linearLoss } from "./linear_loss.ts";
import type { NamedTensor } from "../runner/kept.ts";
import type { Part, PartContext } from "../runner/study.ts";
import type { Turn, UniquenessOptions, UniquenessPart } from "./study.ts";

/** The smallest of d distinct norms, the largest of which is 1. Larger, columns differ little; smaller, noise hides the last. */
export const smallestNorm = (latent: number): number => 0.6 / latent;

/**
 * A true decoder in a random orientation: W = U diag(s), U with orthonormal columns and s falling from 1 to
 * {@link smallestNorm} in equal ratios (`distinct`) or all 1 (`equal`); or W = U diag(s) Vᵀ with the distinct s and V a
 * random rotation (`generic`), whose columns are not orthogonal.
 *
 * @returns W, and its principal axes U: `[data][latent]` each, data ≥ latent ≥ 2
 */
export function trueModel(
  kind: TrueWeights,
  data: number,
  latent: number,
  key: Key,
): { readonly weights: Matrix; readonly axes: Matrix } {
  const columns = orthogonalMatrix(foldIn(key, 0), data).slice(0, latent);
  const axes = Array.from({ length: data }, (_, i) => columns.map((column) => column[i]!));
  const norms = columns.map((_, j) => (kind === "equal" ? 1 : smallestNorm(latent) ** (j / (latent - 1))));
  const scaled = axes.map((row) => row.map((v, j) => v * norms[j]!));
  if (kind !== "generic") return { weights: scaled, axes };
  return { weights: timesTransposed(scaled, orthogonalMatrix(foldIn(key, 1), latent)), axes };
}

/** A Bᵀ */
const timesTransposed = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => b.map((other) => other.reduce((sum, v, j) => sum + v * row[j]!, 0)));

/**
 * Examples of x = ν(Wz) + ε, z ~ N(0, I), ε ~ N(0, σ² I).
 *
 * Source: slide "Generative model of data".
 *
 * @param weights W: `[data][latent]`
 * @param key draws z and ε; z does not depend on σ
 * @returns `[count, data]`, row by row
 */
export function observe(
  weights: Matrix,
  activation: TrueActivation,
  noise: number,
  count: number,
  key: Key,
): Float32Array {
  const [data, latent] = [weights.length, weights[0]!.length];
  const z = normal(foldIn(key, 0), count * latent);
  return normal(foldIn(key, 1), count * data).map((epsilon, at) => {
    const first = Math.floor(at / data) * latent;
    const u = weights[at % data]!.reduce((sum, w, j) => sum + w * z[first + j]!, 0);
    return ACTIVATE[activation].ofNumber(u) + noise * epsilon;
  });
}

/** An ensemble's training. */
interface Task {
  readonly activation: TrueActivation;
  readonly latent: number;
  readonly kinds: readonly TrueWeights[];
  /** How many members of each kind. */
  readonly seeds: number;
  readonly family: TrainedFamily;
  /** Whether Σ = L Lᵀ with a square L, so that the optimiser alone decides whether training turns with the latents. */
  readonly square: boolean;
  readonly optimiser: Orientations["optimiser"];
}
/** The defaults of a task. */
const LINEAR = {
  activation: "identity",
  latent: 2,
  kinds: ["distinct"],
  square: false,
  optimiser: "gradient-descent",
} as const;
type Fitted = Awaited<ReturnType<typeof fitEnsemble>>;

/** stepsPerLatent · d²/2: with more latents neighbouring norms are closer and the last is smaller, so gradients are weaker. */
export const stepsFor = (
  latent: number,
  { stepsPerLatent }: Pick<UniquenessOptions, "stepsPerLatent">,
): number => Math.round(stepsPerLatent * latent ** 2 / 2);

const WEIGHTS = fit.entries.weights.options;
const FAMILIES = ["isotropic", "mean-field", "full"] as const;
/** Latents to a block, and the number of latents with which a block posterior is fitted as well. */
export const [BLOCK, BLOCKED] = [2, 4];
/** The family of that name. */
const familyOf = (name: TrainedFamily, latent: number): Family =>
  familyNamed(name, latent, ...(name === "block" ? [BLOCK] : []));
/** Of two latents every family is turned; of four the latents in a block, and those of two blocks. */
const turnsOf = (latent: number): Turn[] =>
  latent === 2
    ? FAMILIES.map((family) => ({ family, plane: [0, 1] }))
    : [1, BLOCK].map((other) => ({ family: "block", plane: [0, other] }));

/** The parts of a run. */
export function partsOf(options: UniquenessOptions): Part<UniquenessPart>[] {
  const { latents, activations, seeds, seedsBeyondPlane, orientations, turned, angles, turnedSteps } =
    options;
  const rows = (members: number, steps: number): number => steps * (400 + members * options.batch);
  const part = (
    name: string,
    over: Partial<Task> & Pick<Task, "seeds" | "family">,
    measure: (
      fitted: Fitted,
      stage: (index: number) => Watch,
      keep: PartContext["keep"],
    ) => UniquenessPart | Promise<UniquenessPart>,
    turns = 0,
  ): Part<UniquenessPart> => {
    const task = { ...LINEAR, ...over };
    const weight = rows(task.kinds.length * task.seeds, stepsFor(task.latent, options));
    return {
      name,
      weight: weight + turns * rows(turned * angles, turnedSteps),
      async run({ signal, progress, keep }) {
        const stage = (index: number): Watch => ({
          signal,
          progress: (share) => progress((index + share) / (turns + 1)),
        });
        using own = new DisposableStack();
        const fitted = await fitEnsemble(options, task, stage(0), own);
        keep(fitted.kept);
        return await measure(fitted, stage, keep);
      },
    };
  };
  const turn = (name: string, activation: TrueActivation, latent: number): Part<UniquenessPart> =>
    part(
      name,
      { activation, latent, seeds: turned, family: "mean-field" },
      measureTurns,
      turnsOf(latent).length,
    );
  return [
    ...latents.flatMap((latent) =>
      activations.flatMap((activation) =>
        (latent === BLOCKED ? ["mean-field", "block", "full"] as const : FAMILIES).map((family) => {
          const task = { activation, latent, family, seeds: latent === 2 ? seeds : seedsBeyondPlane };
          return part(`fits-${latent}-${activation}-${family}`, { ...task, kinds: WEIGHTS }, measureFits);
        })
      )
    ),
    ...(["full", "mean-field"] as const).flatMap((family) =>
      (["gradient-descent", "adam"] as const).map((optimiser) => {
        const task = { seeds: orientations, family, square: family === "full", optimiser };
        return part(
          `orientations-${family}-${optimiser}`,
          task,
          ({ members }) => measureOrientations(members, task),
        );
      })
    ),
    ...activations.map((activation) => turn(`turned-${activation}`, activation, 2)),
    // Beside the closed form, which is that of a linear decoder.
    ...(latents.includes(BLOCKED) && activations.includes("identity")
      ? [turn(`turned-${BLOCKED}-identity`, "identity", BLOCKED)]
      : []),
  ];
}

/** The random streams of a member. */
export const [TRUTH, EXAMPLES, START, STEPS, TURNS] = [0, 1, 2, 3, 4];

/** Trains an ensemble, of which `own` disposes. Members' W, examples, start and noise are the same with any ν, family and optimiser. */
async function fitEnsemble(
  options: UniquenessOptions,
  task: Task,
  context: Watch,
  own: DisposableStack,
) {
  const { activation, latent, seeds, kinds, family, square, optimiser } = task;
  const { examples, noise, batch, beta, momentum, learningRate, adamRate } = options;
  const width = 2 * latent + 2;
  const truths = kinds.flatMap((weights) =>
    Array.from({ length: seeds }, (_, seed) => {
      const key = [latent, WEIGHTS.indexOf(weights), seed].reduce(foldIn, keyOf(options.seed));
      return { weights, seed, truth: trueModel(weights, width, latent, foldIn(key, TRUTH)), key };
    })
  );
  const values = new Float32Array(truths.length * examples * width);
  truths.forEach(({ truth, key }, i) => {
    const seen = observe(truth.weights, activation, noise, examples, foldIn(key, EXAMPLES));
    values.set(seen, i * examples * width);
  });
  const data = tf.tensor(values, [truths.length, examples, width]);
  own.defer(() => data.dispose());
  const spread = square ? "factor" : familyOf(family, latent);
  const steps = stepsFor(latent, options);
  const description = { members: truths.length, data: width, latent, activation, noise, spread } as const;
  const keys = truths.map(({ key }) => foldIn(key, STEPS));
  let firstStep: NamedTensor[] = [];
  const onFirst = async (memory: readonly tf.Tensor[]): Promise<void> => {
    firstStep = await keptOf("first_step.", memory);
  };
  const common = { description, data, batch, steps, beta, keys, onFirst, context };
  const start = startEnsemble(description, truths.map(({ key }) => foldIn(key, START)));
  const parameters = optimiser === "adam"
    ? await trainEnsemble(start, { ...common, optimiser: adamOptimiser(), rate: adamRate })
    : await trainEnsemble(start, { ...common, optimiser: ensembleDescent(momentum), rate: learningRate });
  own.defer(() => tf.dispose([...parameters]));
  const weights = await read(parameters[0]);
  const members = truths.map((one, m) => {
    const columns = Array.from({ length: latent }, (_, j) => weights.subarray((m * latent + j) * width));
    /** A: `[data][latent]` */
    const estimate: Matrix = one.truth.axes.map((_, i) => columns.map((column) => column[i]!));
    return { ...one, estimate };
  });
  const kept = [...await keptOf("", parameters), ...firstStep];
  return { options, task, steps, members, data, description, parameters, kept };
}

/** The alignment of decoders with the true ones. */
async function measureFits(
  { options, task, steps, members, data, description, parameters }: Fitted,
): Promise<UniquenessPart> {
  const { activation, latent, family } = task;
  const losses = await ensembleLosses(description, parameters, data, options.beta, steps);
  const fits = members.map(({ weights, seed, truth, estimate }, i) => ({
    ...{ weights, activation, latent, family, seed, loss: losses[i]! },
    toTruth: align(estimate, truth.weights).mean,
    toPrincipal: align(estimate, truth.axes).mean,
  }));
  return { kind: "fits", fits };
}

/** The angles of decoders with two latents to the true W. */
function measureOrientations(
  members: Fitted["members"],
  { family, optimiser }: Pick<Orientations, "family" | "optimiser">,
): UniquenessPart {
  const nearest = members.map(({ estimate, truth }) => planeFit(estimate, truth.weights));
  const angles = nearest.map(({ angle }) => angle);
  const uniformP = kuiperTest(angles.map((angle) => angle / (Math.PI / 2))).p;
  const plane = nearest.map(({ along, across }): [number, number] => [along, across]);
  return { kind: "orientations", family, optimiser, angles, uniformP, plane };
}

/** The loss of models whose latents, the longest column's first, are turned, with decoders held, once q has followed. */
async function measureTurns(
  { options, task: { activation, latent }, members, data: once, description, parameters, kept: fitted }:
    Fitted,
  stage: (index: number) => Watch,
  keep: PartContext["keep"],
): Promise<UniquenessPart> {
  const { noise, beta, batch, turnedSteps: steps, momentum, learningRate: rate, angles: count } = options;
  const angles = Array.from({ length: count }, (_, k) => Math.PI / 2 * k / (count - 1));
  const keys = members.flatMap(({ key }) => angles.map((_, k) => foldIn(foldIn(key, TURNS), k)));
  const orders = members.map(({ estimate }) => byLength(estimate));
  using own = new DisposableStack();
  const data = tf.tidy(() => repeatRows(once, count));
  own.defer(() => data.dispose());
  const losses: number[][] = [], theories: number[][] = [], kept = [...fitted];
  const turns = turnsOf(latent);
  for (const [i, { family: name, plane }] of turns.entries()) {
    const family = familyOf(name, latent);
    // Latent order[j] is the j-th.
    const rotations = orders.map((order) =>
      angles.map((angle) =>
        planeRotation(latent, ...plane, angle).map((row) => row.map((_, k) => row[order.indexOf(k)]!))
      )
    );
    const turned = { ...description, members: keys.length, spread: family };
    const [weight, bias, ...start] = tf.tidy(() => [...turnEnsemble(parameters, rotations, turned)]);
    const held = [weight!, bias!];
    using made = new DisposableStack();
    made.defer(() => tf.dispose(held));
    const onFirst = async (memory: readonly tf.Tensor[]): Promise<void> => {
      kept.push(...await keptOf(`first_step.turned.${i}.`, memory));
    };
    const common = {
      data,
      batch,
      steps,
      beta,
      rate,
      keys: keys.map(cloneKey),
      onFirst,
      context: stage(i + 1),
    };
    const optimiser = ensembleDescent(momentum);
    const end = await trainEnsemble(start, { ...common, description: turned, held, optimiser });
    made.defer(() => tf.dispose([...end]));
    kept.push(...await keptOf(`turned.${i}.`, end.slice(held.length)));
    losses.push(await ensembleLosses(turned, end, data, beta, steps));
    // For ν = identity.
    theories.push(
      members.flatMap(({ estimate, truth: { weights } }, m) =>
        rotations[m]!.map((r) => linearLoss(timesTransposed(estimate, r), weights, { noise, beta, family }))
      ),
    );
  }
  keep(kept);
  // The mean-field family loses nothing at angle 0, nor do blocks.
  const base = Math.max(0, turns.findIndex(({ family }) => family === "mean-field"));
  const above = (all: readonly (readonly number[])[], i: number): number[][] =>
    members.map((_, m) => angles.map((_, k) => all[i]![m * count + k]! - all[base]![m * count]!));
  const curves = turns.map((turn, i) => ({
    ...turn,
    excess: above(losses, i),
    theory: activation === "identity" ? above(theories, i) : null,
  }));
  return { kind: "turn", activation, latent, angles, curves };
}

/** The columns of a matrix, the longest first. */
export function byLength(a: Matrix): number[] {
  const square = (j: number): number => a.reduce((sum, row) => sum + row[j]! ** 2, 0);
  return a[0]!.map((_, j) => j).sort((i, j) => square(j) - square(i));
}

const QUARTER = Math.PI / 2;

/**
 * The a and b for which W [[a, −b], [b, a]] is nearest to A, in the sum of squares; A with one column turned round where
 * it is W mirrored. W and W [[0, −1], [1, 0]] are orthogonal to each other and equally long, so both are projections.
 *
 * @param estimate A: `[data][2]`
 * @param truth W: `[data][2]`
 * @returns a, b, and the angle of (a, b) modulo signed permutation, in radians in [0, π/2)
 */
export function planeFit(estimate: Matrix, truth: Matrix): { along: number; across: number; angle: number } {
  const product = (i: number, j: number): number =>
    truth.reduce((sum, row, k) => sum + row[i]! * estimate[k]![j]!, 0);
  const square = truth.reduce((sum, row) => sum + row[0]! ** 2 + row[1]! ** 2, 0);
  const sign = product(0, 0) * product(1, 1) < product(0, 1) * product(1, 0) ? -1 : 1;
  const along = (product(0, 0) + sign * product(1, 1)) / square;
  const across = (product(1, 0) - sign * product(0, 1)) / square;
  const angle = ((Math.atan2(across, along) % QUARTER) + QUARTER) % QUARTER;
  return { along, across, angle };
}

/**
 * Kuiper's test that numbers are uniform on a circle of circumference 1; it does not depend on the origin.
 *
 * V = max_i (i/n − u₍ᵢ₎) + max_i (u₍ᵢ₎ − (i − 1)/n), p = 2 Σ_j (4j²λ² − 1) exp(−2j²λ²) with
 * λ = V (√n + 0.155 + 0.24/√n).
 *
 * Source: N. Kuiper, *Tests concerning random points on a circle*, 1960; M. Stephens, *Use of the Kolmogorov–Smirnov,
 * Cramér–von Mises and related statistics without extensive tables*, 1970, for λ.
 *
 * @param numbers in [0, 1), at least one
 * @returns V, and the chance p of at least this V if the numbers are uniform, in [0, 1]
 */
export function kuiperTest(numbers: ArrayLike<number>): { readonly statistic: number; readonly p: number } {
  const sorted = Float64Array.from(numbers).sort();
  const n = sorted.length;
  const statistic = Math.max(...sorted.map((u, i) => (i + 1) / n - u)) +
    Math.max(...sorted.map((u, i) => u - i / n));
  const lambda = statistic * (Math.sqrt(n) + 0.155 + 0.24 / Math.sqrt(n));
  // p is 1 to ten digits, and its series has not yet begun to converge.
  if (lambda < 0.4) return { statistic, p: 1 };
  let p = 0;
  for (let j = 1; j <= 100; j++) {
    const square = (j * lambda) ** 2;
    p += 2 * (4 * square - 1) * Math.exp(-2 * square);
  }
  return { statistic, p: Math.min(1, Math.max(0, p)) };
}

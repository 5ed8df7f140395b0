/**
 * Does the choice of Q make the learned model unique? The toy model x = ν(Wz) + ε, with the true W known.
 *
 * @module
 */

import * as v from "valibot";
import { foldIn, type Key, key as keyOf, tf } from "../../lib/engine/mod.ts";
import { type Family, family } from "../../lib/model/mod.ts";
import { align, type Matrix, planeRotation } from "../../lib/symmetry/mod.ts";
import { adamOptimiser } from "../../lib/training/mod.ts";
import { fit } from "../../properties/contract/results.ts";
import type {
  Landings,
  TrainedFamily,
  TrueActivation,
  TrueWeights,
  UniquenessResults,
} from "../../properties/laws/trained.ts";
import { runStudy } from "../runner/command.ts";
import {
  beta,
  distinctWholes,
  type Kind,
  option,
  positive,
  shareBelowOne,
  someOf,
  UsageError,
  type Values,
  whole,
} from "../runner/options.ts";
import type { CommonOptions, Conclusion, Part, PartContext, Study } from "../runner/study.ts";
import {
  decoders,
  fleetDescent,
  type FleetDescription,
  fleetLosses,
  type FleetParameters,
  repeatRows,
  startFleet,
  trainFleet,
  turnFleet,
} from "./fleet.ts";
import {
  answerOf,
  BLOCK,
  figuresOf,
  numbersOf,
  partSchema,
  tablesOf,
  type Turn,
  type UniquenessPart,
  WEIGHTS,
} from "./results.ts";
import {
  blockAlignment,
  kuiperTest,
  linearLoss,
  observe,
  planeFit,
  type TrueModel,
  trueModel,
} from "./toy.ts";

const latentCounts: Kind<readonly number[]> = {
  ...distinctWholes,
  what: "different whole numbers from 2, with commas between them",
  schema: v.pipe(distinctWholes.schema, v.check((latents) => latents.every((latent) => latent >= 2), "")),
};
const ACTIVATIONS = fit.entries.activation.options;
const MODEL = "The models", TRAINING = "Training", TURNING = "Turning";

/** The options of the study; a quick one has two latents and a linear decoder alone, as many models, and shorter trainings. */
export const TABLE = {
  latents: option(MODEL, latentCounts, [2, 3, 4, 5], "numbers of latents, from 2; 4 with blocks", [
    2,
  ]),
  activations: option(MODEL, someOf(ACTIVATIONS), ACTIVATIONS, "ν of data and decoder", ["identity"]),
  noise: option(MODEL, positive, 0.05, "the standard deviation of the data's noise"),
  beta: option(MODEL, beta, 1, "β, the weight of the KL term"),
  seeds: option(TRAINING, whole(2), 20, "how many models with two latents are fitted of each kind"),
  seedsBeyondPlane: option(TRAINING, whole(2), 5, "how many with more latents"),
  landings: option(TRAINING, whole(2), 100, "of how many the angle is tested for uniformity"),
  examples: option(TRAINING, whole(1), 4096, "how many examples each model has"),
  batch: option(TRAINING, whole(1), 32, "how many of them to a step"),
  stepsPerLatent: option(
    TRAINING,
    whole(1),
    1500,
    "steps for each of 2 latents; d have d²/2 times as many",
    450,
  ),
  learningRate: option(TRAINING, positive, 0.001, "the largest learning rate of gradient descent", 0.002),
  momentum: option(TRAINING, shareBelowOne, 0.96, "its momentum"),
  adamRate: option(TRAINING, positive, 0.02, "the largest learning rate of Adam"),
  turned: option(TURNING, whole(1), 20, "how many trained models of a kind are turned"),
  angles: option(TURNING, whole(2), 13, "angles from 0 to π/2 by which they are turned", 5),
  turnedSteps: option(TURNING, whole(1), 600, "steps in which q follows a turned decoder", 200),
};
/** The options of a run. */
export type UniquenessOptions = Values<typeof TABLE> & CommonOptions;

/**
 * How many steps a training takes: stepsPerLatent · d²/2. The more latents, the closer are neighbouring norms and the smaller
 * the last: what tells columns apart weakens faster than their number grows.
 */
export const stepsFor = (latent: number, options: Pick<UniquenessOptions, "stepsPerLatent">): number =>
  Math.round(options.stepsPerLatent * latent ** 2 / 2);

/** The families that are fitted at any number of latents but 4, in the order of the report. */
const FAMILIES: readonly TrainedFamily[] = ["isotropic", "mean-field", "full"];
/** The number of latents at which blocks are neither all alone nor all together: with those of 2, the smallest. */
const BLOCKED = 4;

/** What a fleet is trained on, and how. */
interface Task {
  readonly activation: TrueActivation;
  readonly latent: number;
  /** How many members of each kind. */
  readonly seeds: number;
  readonly kinds: readonly TrueWeights[];
  readonly family: TrainedFamily;
  /** Whether Σ = L Lᵀ with a square L, so that the optimiser alone decides whether training turns with the latents. */
  readonly square: boolean;
  readonly optimiser: Landings["optimiser"];
}

/** A trained fleet, while {@link withFit} keeps it. */
interface Fitted {
  readonly members: readonly {
    readonly weights: TrueWeights;
    /** Within its kind of W, from 0. */
    readonly seed: number;
    readonly truth: TrueModel;
    readonly key: Key;
    /** A: `[data][latent]` */
    readonly estimate: Matrix;
  }[];
  /** `[member, example, data]` */
  readonly data: tf.Tensor;
  readonly description: FleetDescription;
  readonly parameters: FleetParameters;
}

type Watch = Pick<PartContext, "signal" | "progress">;
/** A part of the study. */
type PartOf<T extends Task> = (of: UniquenessOptions, task: T, context: Watch) => Promise<UniquenessPart>;

/** What a member's key is folded with. */
const [TRUTH, EXAMPLES, START, STEPS, TURNS] = [0, 1, 2, 3, 4];
/** The family of that name, in blocks of 2. */
const familyOf = (name: TrainedFamily, latent: number): Family =>
  family(name, latent, ...(name === "block" ? [BLOCK] : []));

/**
 * Trains a fleet, hands it over, and disposes of it. A member has the same W, examples, start and noise whatever ν, family and
 * optimiser it is trained with.
 */
async function withFit<T>(
  options: UniquenessOptions,
  { activation, latent, seeds, kinds, family, square, optimiser }: Task,
  context: Watch,
  use: (fitted: Fitted) => Promise<T> | T,
): Promise<T> {
  const { examples, noise, batch, beta, momentum, learningRate, adamRate } = options;
  const width = 2 * latent + 2;
  const tasks = kinds.flatMap((weights) =>
    Array.from({ length: seeds }, (_, seed) => {
      const key = [latent, WEIGHTS.indexOf(weights), seed].reduce(foldIn, keyOf(options.seed));
      return { weights, seed, truth: trueModel(weights, width, latent, foldIn(key, TRUTH)), key };
    })
  );
  const values = new Float32Array(tasks.length * examples * width);
  tasks.forEach(({ truth, key }, i) => {
    const own = observe(truth.weights, activation, noise, examples, foldIn(key, EXAMPLES));
    values.set(own, i * examples * width);
  });
  const data = tf.tensor(values, [tasks.length, examples, width]);
  const spread = square ? "factor" : familyOf(family, latent);
  const description = { members: tasks.length, data: width, latent, activation, noise, spread } as const;
  let made: readonly tf.Tensor[] = [];
  try {
    const keys = tasks.map(({ key }) => foldIn(key, STEPS));
    const common = { description, data, batch, steps: stepsFor(latent, options), beta, keys, context };
    const start = startFleet(description, tasks.map(({ key }) => foldIn(key, START)));
    const parameters = optimiser === "adam"
      ? await trainFleet(start, { ...common, optimiser: adamOptimiser(), rate: adamRate })
      : await trainFleet(start, { ...common, optimiser: fleetDescent(momentum), rate: learningRate });
    made = parameters;
    const estimates = await decoders(parameters);
    const members = tasks.map((task, i) => ({ ...task, estimate: estimates[i]! }));
    return await use({ members, data, description, parameters });
  } finally {
    tf.dispose([data, ...made]);
  }
}

/** Trains a fleet, and says how its decoders lie to the true ones. */
const fitsPart: PartOf<Task> = (options, task, context) =>
  withFit(options, task, context, async ({ members, data, description, parameters }) => {
    const { activation, latent, family } = task;
    const losses = await fleetLosses(description, parameters, data, options.beta, stepsFor(latent, options));
    const fits = members.map(({ weights, seed, truth, estimate }, i) => ({
      ...{ weights, activation, latent, family, seed, loss: losses[i]! },
      toTruth: align(estimate, truth.weights).mean,
      toPrincipal: align(estimate, truth.axes).mean,
      toBlocks: latent === BLOCKED ? blockAlignment(estimate, truth.axes, BLOCK) : null,
    }));
    return { kind: "fits", fits };
  });

/** Trains a large fleet with two latents and a linear decoder, and tests the angles at which it lands. */
const landingPart: PartOf<Task & { readonly family: Landings["family"] }> = (options, task, context) =>
  withFit(options, task, context, ({ members }) => {
    const { family, optimiser } = task;
    const places = members.map(({ estimate, truth }) => planeFit(estimate, truth.weights));
    const angles = places.map(({ angle }) => angle);
    const uniformP = kuiperTest(angles.map((angle) => angle / (Math.PI / 2))).p;
    const plane = places.map(({ along, across }): [number, number] => [along, across]);
    return { kind: "landing", landing: { family, optimiser, angles, uniformP }, plane };
  });

/**
 * What is turned: of two latents every family, counted from the loss at angle 0 of the mean-field one, which loses nothing
 * there; of four the latents in a block, and those of two blocks, counted from that of the first.
 */
const turnsOf = (latent: number): { readonly turns: readonly Turn[]; readonly base: number } =>
  latent === 2
    ? { turns: FAMILIES.map((family) => ({ family, plane: [0, 1] })), base: FAMILIES.indexOf("mean-field") }
    : { turns: [{ family: "block", plane: [0, 1] }, { family: "block", plane: [0, 2] }], base: 0 };

/**
 * Trains mean-field models, puts their latents in the order of their columns' lengths, the longest first, turns them, holds
 * the decoders, lets q follow in a family, and measures the loss.
 */
const turnPart: PartOf<Task> = (options, task, context) => {
  const { activation, latent } = task;
  const { turns, base } = turnsOf(latent);
  const { noise, beta, batch, turnedSteps: steps, momentum, learningRate: rate, angles: count } = options;
  const angles = Array.from({ length: count }, (_, k) => Math.PI / 2 * k / (count - 1));
  const stage = (index: number): Watch => ({
    signal: context.signal,
    progress: (share) => context.progress((index + share) / (turns.length + 1)),
  });
  return withFit(options, task, stage(0), async ({ members, data: once, description, parameters }) => {
    const data = tf.tidy(() => repeatRows(once, count));
    const keys = members.flatMap(({ key }) => angles.map((_, k) => foldIn(foldIn(key, TURNS), k)));
    /** The loss of every member at every angle once q has followed. */
    const follow = async (rotations: Matrix[][], spread: Family, context: Watch): Promise<number[]> => {
      const turned = { ...description, members: keys.length, spread };
      const [weight, bias, ...start] = tf.tidy(() => [...turnFleet(parameters, rotations, turned)]);
      const held = [weight!, bias!];
      let made: readonly tf.Tensor[] = held;
      try {
        const common = { description: turned, held, data, batch, steps, beta, rate, keys, context };
        const end = await trainFleet(start, { ...common, optimiser: fleetDescent(momentum) });
        made = end;
        return await fleetLosses(turned, end, data, beta, steps);
      } finally {
        tf.dispose([...made]);
      }
    };
    try {
      const losses: number[][] = [], theories: number[][] = [];
      for (const [i, { family, plane }] of turns.entries()) {
        const spread = familyOf(family, latent);
        // Latent order[j] is the j-th.
        const rotations = members.map(({ estimate }) => byLength(estimate)).map((order) =>
          angles.map((angle) =>
            planeRotation(latent, ...plane, angle).map((row) => row.map((_, k) => row[order.indexOf(k)]!))
          )
        );
        losses.push(await follow(rotations, spread, stage(i + 1)));
        // The closed form, as if ν were the identity.
        theories.push(
          members.flatMap(({ estimate: a, truth: { weights: truth } }, m) =>
            rotations[m]!.map((r) => {
              const estimate = a.map((row) => r.map((to) => to.reduce((sum, v, j) => sum + v * row[j]!, 0)));
              return linearLoss({ estimate, truth, noise, beta, family: spread });
            })
          ),
        );
      }
      /** The losses of each member at each angle less its loss unturned in the base family. */
      const above = (all: readonly (readonly number[])[], i: number): number[][] =>
        members.map((_, m) => angles.map((_, k) => all[i]![m * count + k]! - all[base]![m * count]!));
      const curves = turns.map((turn, i) => ({
        ...turn,
        excess: above(losses, i),
        theory: activation === "identity" ? above(theories, i) : null,
      }));
      return { kind: "turn", activation, latent, angles, curves };
    } finally {
      data.dispose();
    }
  });
};

/** The columns of a matrix, the longest first. */
function byLength(a: Matrix): number[] {
  const square = (j: number): number => a.reduce((sum, row) => sum + row[j]! ** 2, 0);
  return a[0]!.map((_, j) => j).sort((i, j) => square(j) - square(i));
}

function partsOf(options: UniquenessOptions): Part<UniquenessPart>[] {
  const { latents, activations, seeds, seedsBeyondPlane, landings, turned, angles, turnedSteps } = options;
  const rows = (members: number, steps: number): number => steps * (400 + members * options.batch);
  const part = <T extends Task>(name: string, run: PartOf<T>, task: T, more = 0): Part<UniquenessPart> => ({
    name,
    weight: rows(task.kinds.length * task.seeds, stepsFor(task.latent, options)) + more,
    run: (context) => run(options, task, context),
  });
  const common = { kinds: ["distinct"], square: false, optimiser: "gradient-descent" } as const;
  const fits = latents.flatMap((latent) => {
    // Blocks of 2 stand beside the families that they lie between.
    const families = latent === BLOCKED ? ["mean-field", "block", "full"] as const : FAMILIES;
    const of = { ...common, latent, kinds: WEIGHTS, seeds: latent === 2 ? seeds : seedsBeyondPlane };
    return activations.flatMap((activation) =>
      families.map((family) =>
        part(`fits-${latent}-${activation}-${family}`, fitsPart, { ...of, activation, family })
      )
    );
  });
  const linear = { ...common, activation: "identity", latent: 2, seeds: landings } as const;
  const landed = (["full", "mean-field"] as const).flatMap((family) =>
    (["gradient-descent", "adam"] as const).map((optimiser) =>
      part(`landing-${family}-${optimiser}`, landingPart, {
        ...linear,
        square: family === "full",
        family,
        optimiser,
      })
    )
  );
  const turn = (activation: TrueActivation, latent: number): Part<UniquenessPart> => {
    const name = latent === 2 ? `turned-${activation}` : `turned-${latent}-${activation}`;
    const task = { ...common, activation, latent, seeds: turned, family: "mean-field" } as const;
    return part(name, turnPart, task, turnsOf(latent).turns.length * rows(turned * angles, turnedSteps));
  };
  const turns = activations.map((activation) => turn(activation, 2));
  // What blocks cost across is of interest beside the closed form, which is that of a linear decoder.
  const isBlocked = latents.includes(BLOCKED) && activations.includes("identity");
  return [...fits, ...landed, ...turns, ...(isBlocked ? [turn("identity", BLOCKED)] : [])];
}

async function conclude(
  options: UniquenessOptions,
  parts: readonly UniquenessPart[],
): Promise<Conclusion<UniquenessResults>> {
  const fits = parts.flatMap((part) => part.kind === "fits" ? part.fits : []);
  const landings = parts.filter((part) => part.kind === "landing");
  const turns = parts.filter((part) => part.kind === "turn");
  const numbers = numbersOf(fits, landings, turns);
  return {
    answer: answerOf(fits, numbers),
    caveat:
      "The true model is known and has one layer; trainings end after a fixed number of steps, and with more latents, or " +
      "under Adam, they need not have converged.",
    // What blocks span is no law's.
    results: {
      fits: fits.map(({ toBlocks: _, ...fit }) => fit),
      landings: landings.map(({ landing }) => landing),
    },
    numbers,
    figures: await figuresOf(fits, landings, turns, numbers, options),
    tables: tablesOf(fits),
  };
}

/** The study of uniqueness. */
export const uniquenessStudy: Study<typeof TABLE, UniquenessOptions, UniquenessPart, UniquenessResults> = {
  name: "uniqueness",
  title: "Uniqueness",
  question:
    "Does the choice of the variational family make the learned model unique? Data x = ν(Wz) + ε with a known W; " +
    'slides "Latent variable models and Uniqueness" to "Generative model of data".',
  about: "Fits x = ν(Wz) + ε from many starts, and asks where each family of posteriors lands.",
  options: TABLE,
  examples: [
    ["", "all cases, twenty seeds with two latents; about twenty minutes"],
    ["--quick", "two latents and a linear decoder, in about a minute"],
    ["--latents 2 --activations tanh --seeds 50", "one kind, more seeds"],
    ["--resume runs/uniqueness-seed0", "go on where it was stopped"],
  ],
  resolve(options) {
    if (options.batch <= options.examples) return options;
    throw new UsageError(
      `--batch must be at most --examples, but it is ${options.batch} of ${options.examples}; give one of them another value`,
    );
  },
  result: partSchema,
  prepare: (options) =>
    Promise.resolve({ data: null, parts: partsOf(options), conclude: (parts) => conclude(options, parts) }),
};

if (import.meta.main) await runStudy(uniquenessStudy);

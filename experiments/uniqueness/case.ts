/**
 * A fleet with its true models and its data.
 *
 * @module
 */

import { foldIn, type Key, key as keyOf, read, tf } from "../../lib/engine/mod.ts";
import { family, gaussian } from "../../lib/model/mod.ts";
import type { Matrix } from "../../lib/symmetry/mod.ts";
import type { TrainedFamily, TrueActivation, TrueWeights } from "../../properties/laws/trained.ts";
import type { PartWatch } from "../study/study.ts";
import { bindFleet, type FleetDescription, type FleetParameters, listed, named } from "./fleet.ts";
import { observe } from "./observe.ts";
import { adamOptimiser, gradientDescent } from "./optimiser.ts";
import { stepsFor, type UniquenessOptions } from "./options.ts";
import { startFleet } from "./start_fleet.ts";
import { trainFleet } from "./train_fleet.ts";
import { type TrueModel, trueModel } from "./true_model.ts";

/** The kinds of W, in the order of the report. */
export const WEIGHTS: readonly TrueWeights[] = ["distinct", "equal", "generic"];
/** The families that are fitted at any number of latents but 4, where blocks are, in the order of the report. */
export const FAMILIES: readonly TrainedFamily[] = ["isotropic", "mean-field", "full"];
/** The number of latents at which blocks are neither all alone nor all together: with those of 2, the smallest. */
export const BLOCKED = 4 as const;
/** Latents to a block. */
export const BLOCK = 2;

/** One member's task. */
export interface Member {
  readonly weights: TrueWeights;
  /** From 0, within its kind of W. */
  readonly seed: number;
  readonly truth: TrueModel;
  readonly key: Key;
}

/** Members with two sizes and a ν in common. */
export interface Case {
  readonly activation: TrueActivation;
  readonly latent: number;
  readonly members: readonly Member[];
  /** `[member, example, data]`; whoever makes the case disposes of it. */
  readonly data: tf.Tensor;
}

/** n, the number of observed dimensions. */
const dataSize = (latent: number): number => 2 * latent + 2;

const [TRUTH, EXAMPLES, START, STEPS] = [0, 1, 2, 3];
/** Of what a member's key is folded with, for the steps in which q follows its turns. */
export const TURNS = 4;

/**
 * The members of a case and their examples. A member has the same W, examples, start and noise whatever case, family and
 * optimiser it is trained in.
 */
export function makeCase(
  options: UniquenessOptions,
  activation: TrueActivation,
  latent: number,
  seeds: number,
  kinds: readonly TrueWeights[],
): Case {
  const members = kinds.flatMap((weights) =>
    Array.from({ length: seeds }, (_, seed): Member => {
      const key = [latent, WEIGHTS.indexOf(weights), seed].reduce(foldIn, keyOf(options.seed));
      return { weights, seed, truth: trueModel(weights, dataSize(latent), latent, foldIn(key, TRUTH)), key };
    })
  );
  const { examples, noise } = options;
  const size = examples * dataSize(latent);
  const data = new Float32Array(members.length * size);
  members.forEach(({ truth, key }, i) =>
    data.set(observe(truth.weights, activation, noise, examples, foldIn(key, EXAMPLES)), i * size)
  );
  return { activation, latent, members, data: tf.tensor(data, [members.length, examples, dataSize(latent)]) };
}

/** The fleet for a case. */
export function fleetOf(
  { activation, latent, members }: Case,
  { noise }: UniquenessOptions,
  spread: TrainedFamily | "factor",
): FleetDescription {
  return {
    members: members.length,
    data: dataSize(latent),
    latent,
    activation,
    likelihood: gaussian(noise ** 2),
    spread: spread === "factor"
      ? spread
      : spread === "block"
      ? family(spread, latent, BLOCK)
      : family(spread, latent),
  };
}

/** Trains a fleet on its case from the start that its members' keys draw. */
export async function fit(
  of: Case,
  description: FleetDescription,
  options: UniquenessOptions,
  optimiser: "gradient-descent" | "adam",
  watch: PartWatch,
): Promise<FleetParameters> {
  const { learningRate, adamRate, momentum, batch, beta } = options;
  const common = {
    bind: (parameters: readonly tf.Tensor[]) => bindFleet(description, named(parameters)),
    data: of.data,
    batch,
    steps: stepsFor(of.latent, options),
    beta,
    keys: of.members.map(({ key }) => foldIn(key, STEPS)),
    watch,
  };
  const start = listed(startFleet(description, of.members.map(({ key }) => foldIn(key, START))));
  return named(
    optimiser === "adam"
      ? await trainFleet(start, { ...common, optimiser: adamOptimiser(), rate: adamRate })
      : await trainFleet(start, { ...common, optimiser: gradientDescent(momentum), rate: learningRate }),
  );
}

/** A of every member: `[data][latent]` each. */
export async function decoders({ decoderWeight }: FleetParameters): Promise<Matrix[]> {
  const [members, latent, data] = decoderWeight.shape as [number, number, number];
  const values = await read(decoderWeight);
  return Array.from(
    { length: members },
    (_, m) =>
      Array.from(
        { length: data },
        (_, i) => Array.from({ length: latent }, (_, j) => values[(m * latent + j) * data + i]!),
      ),
  );
}

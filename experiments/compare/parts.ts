/**
 * The trainings of a comparison, one to a part.
 *
 * @module
 */

import { foldIn, key as keyOf, tf } from "../../lib/engine/mod.ts";
import { type Split, take } from "../../lib/data/mod.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import { fitDigits, type Fitted, type FitWatch } from "../digits/fit.ts";
import { assertFits } from "../digits/memory.ts";
import type { ActivationName } from "../digits/names.ts";
import type { DigitsModel } from "../digits/setup.ts";
import type { Part, PartWatch } from "../study/study.ts";
import { assertOptions } from "./assert_options.ts";
import { COMPARED, type Compared } from "../digits/compared.ts";
import { contract } from "./contraction.ts";
import { judge } from "./judge.ts";
import type { CompareOptions } from "./options.ts";
import type { PartResult, Snapshot } from "./part_result.ts";
import { track } from "./track.ts";

/** What the random streams of a part beside those of its fit are folded from. */
const [JUDGED, TRACKED, CONTRACTED] = [3, 4, 5];

/** About how long tracking, judging and contracting take, in training steps. */
const SCORING = { betaVae: 300, other: 40 };

/** What is trained in a part. */
interface Training {
  readonly compared: Compared;
  readonly activation: ActivationName;
  readonly beta: number;
  readonly seed: number;
}

/** Thrown where a trained model's score is NaN or infinite: JSON would not keep it. */
class NonFiniteScoreError extends Error {
  override readonly name = "NonFiniteScoreError";
}

/** Requires numbers that JSON keeps. */
function requireFinite(what: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) {
      throw new NonFiniteScoreError(`${what}: ${name} must be finite, but it is ${value}`);
    }
  }
}

/**
 * A part for every objective, β and seed, and one for the β-VAE with the smooth activation.
 *
 * @throws RangeError for options of which no comparison can be made; UsageError if a training cannot fit into memory
 */
export function partsOf(options: CompareOptions, split: Split): Part<PartResult>[] {
  assertOptions(options);
  const { activation, smooth, limit, judged, seed, seeds } = options;
  const digits: Split = {
    ...split,
    train: limit === null ? split.train : take(split.train, limit),
    heldOut: judged === null ? split.heldOut : take(split.heldOut, judged),
  };
  const steps = options.epochs * Math.ceil(digits.train.count / options.batch);
  const trainings: (readonly [Compared, ActivationName])[] = [
    ...COMPARED.map((compared) => [compared, activation] as const),
    [COMPARED[0]!, smooth],
  ];
  const sizes = {
    data: split.train.height * split.train.width,
    batch: options.batch,
    images: digits.heldOut.count,
  };
  for (const [compared, activation] of trainings) {
    assertFits(modelOf(options, compared, activation, 1), sizes);
  }
  return trainings.flatMap(([compared, activation]) =>
    options.betas.flatMap((beta) =>
      Array.from({ length: seeds }, (_, i): Part<PartResult> => {
        const training = { compared, activation, beta, seed: seed + i };
        const isBetaVae = compared.objective === "beta-vae";
        return {
          name: `${activation}-${compared.objective}-${beta}-seed${training.seed}`,
          weight: compared.cost * (steps + (isBetaVae ? SCORING.betaVae : SCORING.other)),
          run: (watch) => runPart(training, options, digits, watch),
        };
      })
    )
  );
}

/** What a model of a part is. */
const modelOf = (
  { latent, hidden }: CompareOptions,
  { objective, posterior }: Compared,
  activation: ActivationName,
  beta: number,
): DigitsModel => ({
  objective,
  posterior,
  likelihood: "gaussian",
  beta,
  latent,
  block: null,
  hidden,
  activation,
});

/** Trains and scores one model; a training that turns non-finite is a result too. */
async function runPart(
  { compared, activation, beta, seed }: Training,
  options: CompareOptions,
  digits: Split,
  { signal, progress }: PartWatch,
): Promise<PartResult> {
  const { epochs, batch, learningRate } = options;
  const { objective } = compared;
  const key = keyOf(seed);
  const isBetaVae = objective === "beta-vae";
  const along: Snapshot[] = [];
  const onEpoch = async (fitted: Fitted, epoch: number): Promise<void> => {
    const tracked = take(digits.heldOut, options.tracked);
    const values = await track(fitted, tracked, beta, options, foldIn(key, TRACKED));
    for (const [name, { terms }] of Object.entries(values)) requireFinite(`${name}, epoch ${epoch}`, terms);
    along.push({ epoch, values });
  };
  const watch: FitWatch = { signal, progress, ...(isBetaVae ? { onEpoch } : {}) };
  const model = { objective, activation, beta, seed };
  const scope = tf.openScope();
  try {
    const fitted = await fitDigits(
      { ...modelOf(options, compared, activation, beta), epochs, batch, learningRate, seed },
      digits,
      watch,
    );
    signal.throwIfAborted();
    const judged = await judge(fitted, digits.heldOut, beta, options.pairs, foldIn(key, JUDGED));
    requireFinite("held out", { ...judged });
    const { contractedPairs: pairs, halvings } = options;
    const at = take(digits.heldOut, options.contracted);
    const contractions = isBetaVae
      ? await contract(fitted, at, { pairs, halvings }, foldIn(key, CONTRACTED))
      : [];
    for (const contraction of contractions) requireFinite("contracted", { ...contraction });
    return { ...model, failure: null, judged, along, contractions };
  } catch (error) {
    const diverged = error instanceof NonFiniteLossError || error instanceof NonFiniteScoreError ||
      error instanceof NotPositiveDefiniteError;
    if (!diverged) throw error;
    return { ...model, failure: error.message, judged: null, along, contractions: [] };
  } finally {
    scope.close();
  }
}

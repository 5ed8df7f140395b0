/**
 * The parts of a study of samples: the yardstick, and a model for each objective and seed.
 *
 * @module
 */

import { foldIn, key as keyOf, normal, tf } from "../../lib/engine/mod.ts";
import { type Split, take } from "../../lib/data/mod.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { bindModel, initialModelParameters, type Model } from "../../lib/model/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import { COMPARED, type Compared } from "../digits/compared.ts";
import { fitDigits, INITIAL } from "../digits/fit.ts";
import { assertFits } from "../digits/memory.ts";
import { type DigitsModel, type Setup, setUp } from "../digits/setup.ts";
import type { Part, PartWatch } from "../study/study.ts";
import { aggregateLatents, decoded, priorLatents } from "./draws.ts";
import { shownOf } from "./grids.ts";
import { NonFiniteSamplesError } from "./non_finite_samples.ts";
import type { SamplesOptions } from "./options.ts";
import type { FailedModel, MeasuredModel, MeasuredYardstick, PartResult } from "./part_result.ts";
import { type Images, makeYardstick, type Yardstick } from "./yardstick.ts";

/** What the random streams of samples are folded from, beside those of the fit. */
const [PRIOR, AGGREGATE] = [3, 4];
/** How many samples are shown of each source: a hundred of the first seed's model, two rows of the others'. */
const SHOWN = { first: 100, others: 20 };
/** About how long a classifier's epoch, and measuring a model, take, in milliseconds: for the weights of parts. */
const COST = { classifierEpoch: 250, measuring: 250 };

/**
 * The yardstick, then models seed by seed, so that a run that is stopped has all objectives of its first seeds.
 *
 * @throws UsageError if a training cannot fit into memory
 */
export function partsOf(options: SamplesOptions, split: Split): Part<PartResult>[] {
  const { limit, seed, seeds, batch, epochs } = options;
  const digits = limit === null ? split : { ...split, train: take(split.train, limit) };
  const sizes = { data: split.train.height * split.train.width, batch, images: split.heldOut.count };
  for (const compared of COMPARED) assertFits(modelOf(compared, options), sizes);
  const steps = epochs * Math.ceil(digits.train.count / batch);
  // Made by the first part that is run, and kept for the others; whichever it is, it is the same.
  let made: Yardstick | undefined;
  const yardstick = async (watch: PartWatch): Promise<Yardstick> =>
    made ??= await makeYardstick(split, options, watch);
  const models = Array.from({ length: seeds }, (_, i) => seed + i).flatMap((at) =>
    COMPARED.map((compared): Part<PartResult> => ({
      name: `${compared.objective}-seed${at}`,
      weight: compared.cost * steps + COST.measuring,
      run: async (watch) => await measureModel(compared, at, options, digits, await yardstick(watch), watch),
    }))
  );
  return [{
    name: "yardstick",
    weight: COST.classifierEpoch * options.classifierEpochs + COST.measuring,
    run: async (watch) => await measureYardstick(options, await yardstick(watch), watch),
  }, ...models];
}

/** What a model of an objective is. */
const modelOf = (
  { objective, posterior }: Pick<Compared, "objective" | "posterior">,
  { beta, latent, hidden, activation }: SamplesOptions,
): DigitsModel => ({
  ...{ objective, posterior, likelihood: "gaussian", block: null },
  ...{ beta, latent, hidden, activation },
});

/** The yardstick, and an initial decoder's distance: all objectives start from the same of a seed. */
async function measureYardstick(
  options: SamplesOptions,
  { accuracy, floor, encoded, distance }: Yardstick,
  { signal }: PartWatch,
): Promise<MeasuredYardstick> {
  const scope = tf.openScope();
  try {
    const setup = setUp(modelOf(COMPARED[0]!, options), encoded.height * encoded.width);
    const key = keyOf(options.seed);
    const model = bindModel(
      setup.description,
      initialModelParameters(setup.description, foldIn(key, INITIAL)),
    );
    const untrained = await distance(samplesOf(setup, model, options, options.seed, encoded).prior, signal);
    return { kind: "yardstick", accuracy, floor, untrained, images: encoded.count };
  } finally {
    scope.close();
  }
}

/** Trains a model, and measures its samples; a model that diverges is a result too. */
async function measureModel(
  compared: Compared,
  seed: number,
  options: SamplesOptions,
  digits: Split,
  { encoded, distance }: Yardstick,
  { signal, progress }: PartWatch,
): Promise<MeasuredModel | FailedModel> {
  const { epochs, batch, learningRate, beta } = options;
  const trained = { objective: compared.objective, beta, seed };
  const scope = tf.openScope();
  try {
    const { setup, parameters } = await fitDigits(
      { ...modelOf(compared, options), epochs, batch, learningRate, seed },
      digits,
      { signal, progress },
    );
    const model = bindModel(setup.description, parameters);
    const samples = samplesOf(setup, model, options, seed, encoded);
    return {
      kind: "model",
      ...trained,
      prior: await distance(samples.prior, signal),
      aggregate: await distance(samples.aggregate, signal),
      digits: await shownOf(samples, encoded, seed === options.seed ? SHOWN.first : SHOWN.others),
    };
  } catch (error) {
    const diverged = error instanceof NonFiniteLossError || error instanceof NonFiniteSamplesError ||
      error instanceof NotPositiveDefiniteError;
    if (!diverged) throw error;
    return { kind: "failed", ...trained, failure: error.message };
  } finally {
    scope.close();
  }
}

/** The model's samples: the same noise for every objective of a seed, so that they differ by what was learned. */
function samplesOf(
  setup: Setup,
  model: Model,
  { beta, latent }: SamplesOptions,
  seed: number,
  digits: Yardstick["encoded"],
): { readonly prior: Images; readonly aggregate: Images } {
  const noise = (stream: number): Float32Array => normal(foldIn(keyOf(seed), stream), digits.count * latent);
  const [ofPrior, ofAggregate] = [noise(PRIOR), noise(AGGREGATE)];
  return {
    prior: (start, end) => decoded(model, priorLatents(ofPrior, latent, start, end)),
    aggregate: (start, end) =>
      decoded(model, aggregateLatents(setup, model, digits, beta, ofAggregate, start, end)),
  };
}

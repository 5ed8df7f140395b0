/**
 * The parts of a comparison, a training each, and what they come to.
 *
 * @module
 */

import { foldIn, key as keyOf, tf } from "../../lib/engine/mod.ts";
import { type Split, take } from "../../lib/data/mod.ts";
import type { CompareResults } from "../../properties/laws/trained.ts";
import { COMPARED, type Compared } from "../digits/compared.ts";
import { fitDigits, type Fitted } from "../digits/fit.ts";
import { assertFits } from "../digits/memory.ts";
import type { ActivationName } from "../digits/names.ts";
import { loadImages } from "../digits/options.ts";
import type { DigitsModel } from "../digits/setup.ts";
import { seedsFrom } from "../runner/seeds.ts";
import type { CommonOptions, Conclusion, Part, PartContext, Prepared } from "../runner/study.ts";
import { figuresOf, furthestOf, Models, OTHERS, percent, spread, tablesOf } from "./figures.ts";
import { contract, judge, track } from "./scoring.ts";
import type { Asked, CompareModel, CompareOptions, Snapshot } from "./study.ts";

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

/**
 * A part for every objective, β and seed, and one for the β-VAE with the smooth activation.
 *
 * @throws (rejects) RangeError for options of which no comparison can be made; UsageError if a training cannot fit into
 *   memory; DataError if the images cannot be read
 */
export async function prepare(
  options: CompareOptions & CommonOptions,
): Promise<Prepared<CompareModel, CompareResults>> {
  const { activation, smooth, betas, judged, batch, epochs } = options;
  const seeds = seedsFrom("compare", options.seed, options.seeds);
  if (smooth === activation) {
    throw new RangeError(`compare: smooth must be another activation than ${activation}, but it is the same`);
  }
  const split = await loadImages(options);
  const { source, sha256, notes, train, heldOut } = split;
  const digits: Split = judged === null ? split : { ...split, heldOut: take(heldOut, judged) };
  const trainings: (readonly [Compared, ActivationName])[] = [
    ...COMPARED.map((compared) => [compared, activation] as const),
    [COMPARED[0]!, smooth],
  ];
  const sizes = { data: train.height * train.width, batch, images: digits.heldOut.count };
  for (const [compared, activation] of trainings) {
    assertFits(modelOf(options, { compared, activation, beta: 1 }), sizes);
  }
  const steps = epochs * Math.ceil(train.count / batch);
  const parts = trainings.flatMap(([compared, activation]) =>
    betas.flatMap((beta) =>
      seeds.map((seed): Part<CompareModel> => ({
        name: `${activation}-${compared.objective}-${beta}-seed${seed}`,
        weight: compared.cost * (steps + SCORING[compared.objective === "beta-vae" ? "betaVae" : "other"]),
        run: (context) => trained({ compared, activation, beta, seed }, options, digits, context),
      }))
    )
  );
  return { data: { source, sha256 }, notes, parts, conclude: (models) => conclude(options, models) };
}

/** What a model of a part is. */
const modelOf = (
  { latent, hidden }: CompareOptions,
  { compared: { objective, posterior }, activation, beta }: Omit<Training, "seed">,
): DigitsModel => ({
  ...{ objective, posterior, activation, beta, latent, hidden },
  ...{ likelihood: "gaussian", block: null },
});

/**
 * Trains and scores one model.
 *
 * @throws (rejects) NonFiniteLossError or NotPositiveDefiniteError if it diverges; the signal's reason if it is aborted
 */
async function trained(
  training: Training,
  options: CompareOptions,
  digits: Split,
  { signal, progress }: PartContext,
): Promise<CompareModel> {
  const { compared: { objective }, activation, beta, seed } = training;
  const { epochs, batch, learningRate, pairs, columns, halvings } = options;
  const key = keyOf(seed);
  const isBetaVae = objective === "beta-vae";
  const along: Snapshot[] = [];
  const onEpoch = async (fitted: Fitted, epoch: number): Promise<void> => {
    const tracked = take(digits.heldOut, options.tracked);
    const values = await track(fitted, tracked, beta, { pairs, columns }, foldIn(key, TRACKED), signal);
    along.push({ epoch, values });
  };
  const scope = tf.openScope();
  try {
    const fitted = await fitDigits(
      { ...modelOf(options, training), epochs, batch, learningRate, seed },
      digits,
      { signal, progress, ...(isBetaVae ? { onEpoch } : {}) },
    );
    signal.throwIfAborted();
    const judged = await judge(fitted, digits.heldOut, beta, pairs, foldIn(key, JUDGED), signal);
    const at = take(digits.heldOut, options.contracted);
    const draws = { pairs: options.contractedPairs, halvings };
    const contractions = isBetaVae ? await contract(fitted, at, draws, foldIn(key, CONTRACTED), signal) : [];
    return { objective, activation, beta, seed, judged, along, contractions };
  } finally {
    scope.close();
  }
}

/**
 * Concludes from the trained models that are left.
 *
 * @throws (rejects) RangeError if no β-VAE is left, without which nothing can be compared
 */
export async function conclude(
  asked: Asked,
  all: readonly CompareModel[],
): Promise<Conclusion<CompareResults>> {
  if (!all.some(({ objective }) => objective === "beta-vae")) {
    throw new RangeError(
      `compare: a conclusion requires a trained β-VAE, but of ${all.length} trained models none is one; ` +
        "try the parts that failed again, or train with a lower learning rate",
    );
  }
  const models = new Models(asked, all);
  const numbers: Record<string, number> = {};
  for (const [name, value] of numbersOf(models)) if (value !== null) numbers[name] = value;
  return {
    results: resultsOf(all.filter(({ activation }) => activation === asked.activation)),
    numbers,
    answer: answerOf(asked, numbers),
    caveat:
      "All are trained for as many epochs, so a loss below the β-VAE's is a matter of training and of Σ, " +
      "optimal instead of learned, and not of a tighter bound; losses are in nats per digit, less (n/2) log 2π.",
    figures: await figuresOf(models),
    tables: tablesOf(models),
  };
}

/** Models as laws read them. */
const resultsOf = (models: readonly CompareModel[]): CompareResults => ({
  trained: models.map(({ objective, beta, seed, judged: { yardstick } }) => ({
    ...{ objective, beta, seed, yardstick },
  })),
  along: models.flatMap(({ beta, seed, along }) =>
    along.flatMap(({ epoch, values }) =>
      COMPARED.map(({ objective }) => {
        const { loss, terms } = values[objective];
        return { objective, beta, seed, epoch, loss, terms };
      })
    )
  ),
});

/** The key numbers, null where models lack: mean deviations and gaps in percent, orders as powers of t. */
function* numbersOf(models: Models): Generator<[name: string, value: number | null]> {
  const { asked: { activation, smooth }, betas, curves } = models;
  const means: number[] = [];
  for (const { objective } of OTHERS) {
    for (const beta of betas) {
      const mean = spread(models.deviations(objective, beta)).mean;
      if (mean !== null) means.push(mean);
      yield [`deviation.${objective}.beta=${beta}`, mean];
    }
  }
  yield ["deviation.furthest", furthestOf(means)];
  for (const kind of [activation, smooth]) {
    yield [`gap.${kind}.epoch1`, models.furthestGap(kind, 1)];
    yield [`gap.${kind}.end`, models.furthestGap(kind)];
  }
  for (const curve of curves) {
    const [name, orders] = [`order.${curve.activation}.${curve.which}`, models.orders(curve, betas)];
    yield [`${name}.trainings`, models.contractions(curve.activation, betas).length];
    yield [`${name}.resolved`, orders.length];
    yield [`${name}.mean`, spread(orders).mean];
    yield [`${name}.deviation`, spread(orders).deviation];
  }
}

/** One sentence; nothing is said of numbers that are not there. */
function answerOf({ activation, smooth }: Asked, numbers: Readonly<Record<string, number>>): string {
  const clause = (name: string, text: (value: number) => string): string[] =>
    numbers[name] === undefined ? [] : [text(numbers[name])];
  const size = (value: number): string => percent(Math.abs(value));
  const clauses = [
    ...clause(
      "deviation.furthest",
      (mean) => `trained by themselves, all are within ${size(mean)} of the β-VAE's loss`,
    ),
    ...[activation, smooth].flatMap((kind) =>
      clause(
        `gap.${kind}.end`,
        (mean) => `on β-VAEs with ${kind} the approximations are within ${size(mean)}`,
      )
    ),
    ...clause(
      `order.${smooth}.hessian.mean`,
      (power) => `as Σ shrinks to tΣ the Hessian errs like t to the ${power.toFixed(2)}`,
    ),
    ...clause(`order.${smooth}.jacobian.mean`, (power) => `the Jacobian like t to the ${power.toFixed(2)}`),
  ];
  const sentence = clauses.join("; ");
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)} (means over seeds).`;
}

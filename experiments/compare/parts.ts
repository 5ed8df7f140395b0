/**
 * The parts of a comparison: a training each.
 *
 * @module
 */

import { foldIn, key as keyOf, tf } from "../../lib/engine/mod.ts";
import { type Split, take } from "../../lib/data/mod.ts";
import type { ComparedObjective, CompareResults } from "../../properties/contract/trained.ts";
import { COMPARED } from "../digits/compared.ts";
import { fitDigits, type FitOptions, type Fitted, keptOf } from "../digits/fit.ts";
import { assertFits } from "../digits/memory.ts";
import { loadImages } from "../digits/options.ts";
import { seedsFrom } from "../runner/seeds.ts";
import type { CommonOptions, Part, PartContext, Prepared } from "../runner/study.ts";
import { conclude } from "./figures.ts";
import { contract, judge, track } from "./scoring.ts";
import type { CompareModel, CompareOptions } from "./study.ts";

/** The random streams of a part beside those of its fit. */
export const [JUDGED, TRACKED, CONTRACTED] = [3, 4, 5];
/** About how long tracking, judging and contracting take, in training steps. */
const SCORING = { betaVae: 300, other: 40 };

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
  const { source, sha256, notes, train } = split;
  const digits = judged === null ? split : { ...split, heldOut: take(split.heldOut, judged) };
  const steps = epochs * Math.ceil(train.count / batch);
  const kinds = [
    ...COMPARED.map((compared) => ({ ...compared, activation })),
    { ...COMPARED[0]!, activation: smooth },
  ];
  const parts = kinds.flatMap(({ objective, activation, cost }) =>
    betas.flatMap((beta) => {
      const model = { ...options, objective, activation, beta };
      assertFits(model, digits);
      return seeds.map((seed): Part<CompareModel> => ({
        name: `${activation}-${objective}-${beta}-seed${seed}`,
        weight: cost * (steps + SCORING[objective === "beta-vae" ? "betaVae" : "other"]),
        run: (context) => trained({ ...model, seed }, digits, context),
      }));
    })
  );
  return { data: { source, sha256 }, notes, parts, conclude: (models) => conclude(options, models) };
}

/** Trains and scores one model. */
async function trained(
  options: CompareOptions & FitOptions & { readonly objective: ComparedObjective },
  digits: Split,
  { signal, progress, log, keep }: PartContext,
): Promise<CompareModel> {
  const { objective, activation, beta, seed, pairs, contractedPairs, halvings } = options;
  const key = keyOf(seed);
  const isBetaVae = objective === "beta-vae";
  const [tracked, contracted] = [options.tracked, options.contracted].map((n) => take(digits.heldOut, n));
  const along: CompareModel["along"] = [];
  const onEpoch = async (fitted: Fitted, epoch: number): Promise<void> => {
    const values = await track(fitted, tracked!, beta, options, foldIn(key, TRACKED), signal);
    along.push({ epoch, values });
  };
  const scope = tf.openScope();
  try {
    const fitted = await fitDigits(options, digits, {
      signal,
      progress,
      log,
      ...(isBetaVae ? { onEpoch } : {}),
    });
    signal.throwIfAborted();
    keep(await keptOf(fitted));
    const judged = await judge(fitted, digits.heldOut, beta, pairs, foldIn(key, JUDGED), signal);
    const draws = { pairs: contractedPairs, halvings };
    const contractions = isBetaVae
      ? await contract(fitted, contracted!, draws, foldIn(key, CONTRACTED), signal)
      : [];
    return { objective, activation, beta, seed, judged, along, contractions };
  } finally {
    scope.close();
  }
}

/**
 * The parts of the study: trained models, and what is measured of them.
 *
 * @module
 */

import { encodeBase64 } from "@std/encoding/base64";
import { foldIn, type Key, key as keyOf, normalTensor, read, tf } from "../../lib/engine/mod.ts";
import { type Dataset, type Factors, sampleSame, type Split, take } from "../../lib/data/mod.ts";
import { bindModel, type Model } from "../../lib/model/mod.ts";
import {
  dci,
  factorVaeScore,
  type FixedFactorCodes,
  mutualInformationGap,
  separatedAttributePredictability,
} from "../../lib/scores/mod.ts";
import { judge } from "../compare/scoring.ts";
import { meanMetric } from "../digits/evaluate.ts";
import { fitDigits, type Fitted } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { assertFits } from "../digits/memory.ts";
import { loadImages } from "../digits/options.ts";
import { activeLatents, normalised } from "../metric/measures.ts";
import { sweptLatents } from "../mnist/figures.ts";
import { seedsFrom } from "../runner/seeds.ts";
import { turn } from "../runner/interruption.ts";
import type { Part, PartContext } from "../runner/study.ts";
import { decoded } from "../samples/models.ts";
import { MODEL_NAMES, type ModelName } from "./kinds.ts";
import type { ImagesModel, ImagesOptions, Measures } from "./study.ts";

/** The random streams of a part beside those of its fit. */
export const [JUDGED, VOTES, SAMPLES] = [3, 4, 5];
/** About how long a training step takes, in milliseconds: for the weights of parts. */
const COSTS: Readonly<Record<ModelName, number>> = {
  "mean-field": 6,
  "block": 6,
  "full": 6,
  "grae-star": 20,
  "grae-star-stochastic": 10,
};
/** Factors whose values are numbers in order, on a line. */
const ORDERED: readonly string[] = ["scale", "x", "y", "background"];
/** Images whose codes are compared with their factors, and those that are encoded at once. */
const [SCORED, AT_ONCE] = [2000, 500];
/** Images of one value of a factor, to a vote. */
const TO_A_VOTE = 64;
/** Samples, reconstructions and steps of a traversal that are shown. */
export const SHOWN = { samples: 20, reconstructions: 10, steps: 7 };

/** A model of the study as it is trained. */
const modelOf = (name: ModelName) =>
  name === "grae-star" || name === "grae-star-stochastic"
    ? { objective: name, posterior: null } as const
    : { objective: "beta-vae", posterior: name } as const;

/** Loads the data and lists the trainings, seed by seed. @throws (rejects) RangeError for the seeds; UsageError for sizes */
export async function prepare(options: ImagesOptions) {
  const { datasets, size, limit, epochs, batch } = options;
  const seeds = seedsFrom("images", options.seed, options.seeds);
  const splits = await Promise.all(
    datasets.map(async (dataset) => ({ dataset, split: await loadImages({ dataset, size, limit }) })),
  );
  for (const { split } of splits) {
    for (const name of MODEL_NAMES) assertFits({ ...options, ...modelOf(name) }, split);
  }
  const parts = seeds.flatMap((seed) =>
    splits.flatMap(({ dataset, split }) =>
      MODEL_NAMES.map((model): Part<ImagesModel> => ({
        name: `${dataset}-${model}-seed${seed}`,
        weight: COSTS[model] * (epochs * Math.ceil(split.train.count / batch) + 100),
        run: (context) =>
          trained({ ...options, seed }, { dataset, model, split }, seed === seeds[0], context),
      }))
    )
  );
  return { data: await dataOf(splits.map(({ split }) => split)), parts };
}

/** The sources of some splits, and the SHA-256 of theirs. */
async function dataOf(splits: readonly Split[]): Promise<Pick<Split, "source" | "sha256">> {
  const text = splits.map(({ sha256 }) => sha256).join("\n");
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return {
    source: splits.map(({ source }) => source).join("; "),
    sha256: Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

/** A model that a part trains. */
interface Task {
  readonly dataset: ImagesModel["dataset"];
  readonly model: ModelName;
  readonly split: Pick<Split, "train" | "heldOut"> & Split;
}

/** Trains a model and measures it. */
async function trained(
  options: ImagesOptions,
  { dataset, model, split }: Task,
  show: boolean,
  { signal, progress, log }: PartContext,
): Promise<ImagesModel> {
  const { beta, seed, pairs, votes } = options;
  const key = keyOf(seed), { train, heldOut } = split;
  const scope = tf.openScope();
  try {
    let before: number[][] = [];
    const fitted = await fitDigits({ ...options, ...modelOf(model) }, split, {
      signal,
      progress,
      log,
      onEpoch: async ({ setup, parameters }, epoch) => {
        if (epoch === 0) before = await meanMetric(setup, parameters, heldOut, signal);
      },
    });
    const metric = await meanMetric(fitted.setup, fitted.parameters, heldOut, signal);
    const active = activeLatents(metric, beta);
    const judged = await judge(fitted, heldOut, beta, pairs, foldIn(key, JUDGED), signal);
    const scored = take(train, SCORED);
    const [codes, own] = [await codesOf(fitted, scored, signal), await codesOf(fitted, heldOut, signal)];
    return {
      ...{ dataset, model, seed, metric },
      measures: {
        loss: judged.betaVaeLoss,
        offDiagonal: offDiagonal(metric, active),
        active: active.filter((is) => is).length,
        ...scoresOf(scored, codes, heldOut, own, votes, foldIn(key, VOTES)),
      },
      standardError: judged.standardError,
      offDiagonalBefore: offDiagonal(before, before.map(() => true))!,
      codes: encodeBase64(new Uint8Array(Float32Array.from(own.flatMap((row) => [...row])).buffer)),
      shown: show ? await picturesOf(fitted, heldOut, foldIn(key, SAMPLES)) : null,
    };
  } finally {
    scope.close();
  }
}

/** The mean of M_ij/√(M_ii M_jj) over pairs of some latents; null where there are none. */
export function offDiagonal(
  metric: readonly (readonly number[])[],
  counts: readonly boolean[],
): number | null {
  const entries = normalised(metric).flatMap((row, i) =>
    row.filter((_, j) => i !== j && counts[i]! && counts[j]!)
  );
  if (entries.length === 0) return null;
  // Rounding of the mean of |JᵀJ| in float32 may lead above 1.
  return Math.min(1, entries.reduce((sum, value) => sum + value, 0) / entries.length);
}

/** h(x), the means of posteriors: a row of d numbers for each image. @throws (rejects) the signal's reason if it is aborted */
export async function codesOf(
  { setup: { description }, parameters }: Fitted,
  dataset: Dataset,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const rows: Float32Array[] = [], { latent } = description;
  for (let start = 0; start < dataset.count; start += AT_ONCE) {
    await turn(signal);
    const mean = tf.tidy(() =>
      bindModel(description, parameters).encode(imagesOf(dataset, start, start + AT_ONCE)).mean
    );
    const values = await read(mean);
    mean.dispose();
    for (let at = 0; at < values.length; at += latent) rows.push(values.slice(at, at + latent));
  }
  return rows;
}

/** The classes of all images in some factors, `[image][factor]`. */
function classesOf({ count, factors }: Dataset, kept: readonly number[]): number[][] {
  const { names, classes } = factors!;
  const all = classes(Uint32Array.from({ length: count }, (_, i) => i));
  return Array.from({ length: count }, (_, i) => kept.map((f) => all[i * names.length + f]!));
}

/** The places of the factors that count, and of those whose values are in order. */
function placesOf({ names }: Factors): { readonly all: number[]; readonly ordered: number[] } {
  const all = names.map((_, f) => f);
  return { all, ordered: all.filter((f) => ORDERED.includes(names[f]!)) };
}

/**
 * Scores of codes against the factors of their images. All factors count for MIG and the FactorVAE score; those whose values are
 * in order for SAP and DCI, which take classes as numbers.
 *
 * @param images with factors; `codes` are theirs, `own` are those of the held-out ones
 */
export function scoresOf(
  images: Dataset,
  codes: readonly Float32Array[],
  heldOut: Dataset,
  own: readonly Float32Array[],
  votes: number,
  key: Key,
): Pick<Measures, "mig" | "factorVae" | "sap" | "disentanglement" | "completeness"> {
  const { all, ordered } = placesOf(images.factors!);
  const draw = (count: number, stream: number): FixedFactorCodes => {
    const factors = Array.from({ length: count }, (_, i) => i % all.length);
    return {
      factors,
      codes: factors.map((factor, i) => {
        const places = sampleSame(images, foldIn(key, 2 * i + stream), TO_A_VOTE, factor);
        return Array.from(places, (place) => codes[place]!);
      }),
    };
  };
  const latents = codes[0]!.length;
  const variances = Array.from({ length: latents }, (_, k) => {
    const mean = codes.reduce((sum, row) => sum + row[k]!, 0) / codes.length;
    return codes.reduce((sum, row) => sum + (row[k]! - mean) ** 2, 0) / codes.length;
  });
  const inOrder = ordered.length < 2 ? null : classesOf(images, ordered);
  const { disentanglement = null, completeness = null } = inOrder
    ? dci({ codes, factors: inOrder }, { codes: own, factors: classesOf(heldOut, ordered) })
    : {};
  return {
    mig: mutualInformationGap(codes, classesOf(images, all)),
    factorVae: factorVaeScore(draw(votes, 0), draw(Math.ceil(votes / 2), 1), variances),
    sap: inOrder && separatedAttributePredictability(codes, inOrder),
    disentanglement,
    completeness,
  };
}

/** Samples from N(0, I), reconstructions and traversals of a model, as bytes in base64. */
async function picturesOf(
  { setup: { description }, parameters }: Fitted,
  heldOut: Dataset,
  key: Key,
): Promise<NonNullable<ImagesModel["shown"]>> {
  const { width, height, channels = 1 } = heldOut;
  const bytes = async (pixels: (model: Model) => tf.Tensor): Promise<string> => {
    const shown = tf.tidy(() => pixels(bindModel(description, parameters)));
    const values = await read(shown);
    shown.dispose();
    return encodeBase64(Uint8Array.from(values, (value) => Math.round(255 * value)));
  };
  const images = (): tf.Tensor => imagesOf(heldOut, 0, SHOWN.reconstructions);
  return {
    ...{ width, height, channels },
    samples: await bytes((model) => decoded(model, normalTensor(key, [SHOWN.samples, description.latent]))),
    originals: await bytes(images),
    reconstructions: await bytes((model) => decoded(model, model.encode(images()).mean)),
    traversals: await bytes((model) =>
      decoded(model, sweptLatents(model.encode(imagesOf(heldOut, 0, 1)).mean, SHOWN.steps))
    ),
  };
}

/**
 * What a run of `mnist` does with its options, its seed and its images, apart from the mathematics: which key draws what, which images go
 * into which step, β and the learning rate of a step, the images and the β of a score, the places in a picture. Each is a function of its
 * own, so that a fault may take its place.
 *
 * @module
 */

import type { DigitsImages, DigitsOptions, DigitsState } from "../contract/digits_run.ts";
import type { FamilySpec, Matrix, ObjectiveName, Vector } from "../contract/specs.ts";
import { tabulate } from "./dense.ts";
import { distortion, type Likelihood, ofData } from "./likelihood.ts";
import type { Model } from "./model.ts";
import { folded, normals, order, seeded, wholes, type Words } from "./threefry.ts";

/** The streams of a run's key. */
const STREAM = { initial: 0, order: 1, noise: 2, scores: 3, samples: 4, pixels: 7 } as const;
/** The keys of images that are drawn once. */
const ONCE: Readonly<Record<keyof DigitsImages, Words>> = {
  heldOut: [0x68656c64, 0x6f757400],
  train: [0x74726169, 0x6e000000],
};

/** A step: how many were taken before it, in which epoch it is, and which batch of that epoch it has. */
export interface Step {
  readonly taken: number;
  readonly epoch: number;
  readonly index: number;
  /** Steps of an epoch, and of the run. */
  readonly perEpoch: number;
  readonly all: number;
}

/** The families whose Σ is optimised out. */
const OPTIMISED_OUT: Readonly<Partial<Record<ObjectiveName, FamilySpec["kind"]>>> = {
  grae: "full",
  "grae-block": "block",
  "grae-star": "mean-field",
  "grae-star-stochastic": "mean-field",
};

/** The decoder at an encoding, and what stands around it. */
export interface Shown {
  readonly model: Model;
  /** h of images `[count][data]`. */
  readonly encode: (x: Matrix) => Matrix;
  readonly heldOut: Matrix;
  readonly train: Matrix;
  readonly key: Words;
}

/** Every choice. */
export interface Wiring {
  readonly key: (options: DigitsOptions) => Words;
  readonly objective: (options: DigitsOptions) => ObjectiveName;
  readonly likelihood: (options: DigitsOptions, logSigma: Vector) => Likelihood;
  /** log σ before the first step, of so many data; none where it is not learned. */
  readonly logSigma: (options: DigitsOptions, data: number) => Vector;
  /** The learned family, or the one whose optimum scores the model. */
  readonly family: (options: DigitsOptions) => FamilySpec;
  readonly initialKey: (key: Words, network: number, layer: number) => Words;
  readonly deviation: (inputs: number, outputs: number) => number;
  /** The images that are trained on. */
  readonly trained: (images: DigitsImages, options: DigitsOptions) => Matrix;
  /** The places, among these, of a step's images. */
  readonly places: (key: Words, step: Step, count: number, batch: number) => readonly number[];
  /** The key of an epoch's pixels, where they are drawn. */
  readonly pixels: (key: Words, epoch: number) => Words;
  /** The key of the images that are drawn once. */
  readonly once: (set: keyof DigitsImages) => Words;
  readonly beta: (options: DigitsOptions, step: Step) => number;
  readonly rate: (options: DigitsOptions, step: Step) => number;
  readonly noiseKey: (key: Words, step: Step) => Words;
  /** ε of a batch: `[batch][latent]`. */
  readonly noise: (key: Words, batch: number, latent: number) => Matrix;
  /** A column for each example. */
  readonly columns: (key: Words, batch: number, latent: number) => Vector;
  /** The gradient of the batch, from the mean of its examples' and their number. */
  readonly clipped: (gradient: Vector, options: DigitsOptions) => Vector;
  /** The last `undecayed` parameters are log σ. */
  readonly update: (
    state: DigitsState,
    gradient: Vector,
    rate: number,
    options: DigitsOptions,
    undecayed: number,
  ) => DigitsState;
  /** The images of a score. */
  readonly scored: (set: keyof DigitsImages, sets: DigitsImages) => Matrix;
  readonly scoreBeta: (options: DigitsOptions) => number;
  readonly scoreKey: (key: Words, start: number, draw: number) => Words;
  /** The mean of an image's draws, and the variance of that mean. */
  readonly drawn: (values: Vector) => { readonly mean: number; readonly variance: number };
  /** The standard error of the mean over so many images from the sum of these variances. */
  readonly error: (variance: number, images: number) => number;
  /** What −log p has and a GRAE has not, of so many pixels. */
  readonly constant: (options: DigitsOptions, data: number) => number;
  /** The entries of the metric, from each image's G. */
  readonly metric: (grams: readonly Matrix[]) => Matrix;
  /** Where the metric is taken. */
  readonly metricAt: (shown: Shown) => Matrix;
  readonly sampled: (shown: Shown) => Matrix;
  readonly swept: (shown: Shown) => Matrix;
  /** The images that are reconstructed. */
  readonly reconstructed: (shown: Shown) => Matrix;
  /** The grid of originals and their reconstructions. */
  readonly pairs: (originals: Matrix, decoded: Matrix) => Matrix;
  /** A grey level of the decoder's output, 0 to 255 and not yet rounded. */
  readonly grey: (output: number, likelihood: Likelihood) => number;
  /** The σ that are reported. */
  readonly deviations: (logSigma: Vector) => Vector;
}

const mean = (values: Vector): number => values.reduce((a, b) => a + b, 0) / values.length;

/** E[x] given g: of the likelihoods that are no Gaussian log p is x g − A(g), with the slope −E[x] at x = 0. */
function meanAt(output: number, likelihood: Likelihood): number {
  if (likelihood.kind.endsWith("gaussian")) return output;
  return distortion(ofData(likelihood, 1)[0]!, 0)(output, 1);
}

/** The right choices. */
export const wiring: Wiring = {
  key: ({ seed }) => seeded(seed),
  objective: ({ objective }) => objective,
  likelihood: ({ likelihood }, logSigma) => {
    switch (likelihood) {
      case "gaussian":
        return { kind: "gaussian", variance: 1 };
      case "gaussian-learned":
      case "gaussian-per-pixel":
        return { kind: "scaled-gaussian", logSigma };
      default:
        return { kind: likelihood };
    }
  },
  logSigma: ({ likelihood }, data) => {
    const count = likelihood === "gaussian-learned" ? 1 : likelihood === "gaussian-per-pixel" ? data : 0;
    return Array<number>(count).fill(0);
  },
  family: ({ objective, posterior, block }) => {
    const kind = OPTIMISED_OUT[objective] ?? posterior ?? "mean-field";
    return kind === "block" ? { kind, size: block! } : { kind };
  },
  initialKey: (key, network, layer) => folded(key, STREAM.initial, network, layer),
  deviation: (inputs, outputs) => Math.sqrt(2 / (inputs + outputs)),
  trained: ({ train }, { limit }) => train.slice(0, limit ?? train.length),
  places: (key, { epoch, index }, count, batch) =>
    order(folded(key, STREAM.order, epoch), count).slice(index * batch, (index + 1) * batch),
  pixels: (key, epoch) => folded(key, STREAM.pixels, epoch),
  once: (set) => folded(ONCE[set], 0),
  beta: ({ beta, betaWarmup }, { taken, perEpoch }) =>
    beta * Math.min(1, betaWarmup === 0 ? 1 : (taken + 1) / (betaWarmup * perEpoch)),
  rate: ({ learningRate, learningRateSchedule }, { taken, all }) => {
    const done = taken / all;
    if (learningRateSchedule === "cosine") return learningRate * (1 + Math.cos(Math.PI * done)) / 2;
    return learningRate / (learningRateSchedule === "constant" || done < 0.5 ? 1 : done < 0.75 ? 10 : 100);
  },
  noiseKey: (key, { taken }) => folded(key, STREAM.noise, taken),
  noise: (key, batch, latent) => {
    const all = normals(key, batch * latent);
    return tabulate(batch, latent, (b, i) => all[b * latent + i]!);
  },
  columns: wholes,
  clipped: (gradient, { clipGradient }) => {
    const norm = Math.sqrt(gradient.reduce((sum, slope) => sum + slope * slope, 0));
    return clipGradient !== null && norm > clipGradient
      ? gradient.map((slope) => slope * clipGradient / norm)
      : gradient;
  },
  update: ({ step, parameters, first, second }, gradient, rate, { weightDecay }, undecayed) => {
    const decayed = parameters.length - undecayed;
    const m = first.map((old, i) => 0.9 * old + 0.1 * gradient[i]!);
    const v = second.map((old, i) => 0.999 * old + 0.001 * gradient[i]! ** 2);
    const [unbiased, correct] = [1 / (1 - 0.9 ** (step + 1)), 1 / (1 - 0.999 ** (step + 1))];
    return {
      step: step + 1,
      first: m,
      second: v,
      parameters: parameters.map((w, i) =>
        w -
        rate * ((i < decayed ? weightDecay * w : 0) + unbiased * m[i]! / (Math.sqrt(correct * v[i]!) + 1e-8))
      ),
    };
  },
  scored: (set, { train, heldOut }) => set === "train" ? train.slice(0, heldOut.length) : heldOut,
  scoreBeta: ({ beta }) => beta,
  scoreKey: (key, start, draw) => folded(key, STREAM.scores, start, draw),
  drawn: (values) => {
    const middle = mean(values);
    const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
    return { mean: middle, variance: squares / (values.length - 1) / values.length };
  },
  error: (variance, images) => Math.sqrt(variance) / images,
  constant: ({ likelihood }, data) =>
    likelihood.startsWith("gaussian") ? data / 2 * Math.log(2 * Math.PI) : 0,
  metric: (grams) =>
    grams[0]!.map((row, i) => row.map((_, j) => mean(grams.map((g) => Math.abs(g[i]![j]!))))),
  metricAt: ({ encode, heldOut }) => encode(heldOut),
  sampled: ({ key, model: { latent } }) => {
    const all = normals(folded(key, STREAM.samples), 100 * latent);
    return tabulate(100, latent, (row, i) => all[row * latent + i]!);
  },
  swept: ({ encode, heldOut, model: { latent } }) => {
    const [middle] = encode(heldOut.slice(0, 1));
    return tabulate(
      11 * latent,
      latent,
      (tile, i) => i === Math.floor(tile / 11) ? -3 + 6 * (tile % 11) / 10 : middle![i]!,
    );
  },
  reconstructed: ({ heldOut }) => heldOut.slice(0, 30),
  pairs: (originals, decoded) =>
    Array.from(
      { length: Math.ceil(originals.length / 10) },
      (_, row) => [originals, decoded].flatMap((images) => images.slice(10 * row, 10 * row + 10)),
    ).flat(),
  grey: (output, likelihood) => 255 * Math.min(1, Math.max(0, meanAt(output, likelihood))),
  deviations: (logSigma) => logSigma.map(Math.exp),
};

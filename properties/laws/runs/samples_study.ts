/**
 * What a run of `samples` must report.
 *
 * @module
 */

import type { LabelledImages, SamplesOptions, Tensors } from "../../contract/study_run.ts";
import type { DigitsState } from "../../contract/digits_run.ts";
import type { FamilySpec, Matrix, NetworkSpec, Vector } from "../../contract/specs.ts";
import type { Model as DigitsModel } from "../../oracle/model.ts";
import { COMPARED_OBJECTIVES, type ComparedObjective } from "../../contract/trained.ts";
import { biasGradients, classified } from "../../oracle/classifier.ts";
import { real } from "../../oracle/arithmetic.ts";
import type { DigitsOracle } from "../../oracle/digits_run.ts";
import { gramAt, optimalFactor, push } from "../../oracle/digits_score.ts";
import { type Wiring, wiring } from "../../oracle/digits_wiring.ts";
import { frechet } from "../../oracle/frechet.ts";
import { factor } from "../../oracle/posterior.ts";
import { folded, normals, order, seeded, type Words } from "../../oracle/threefry.ts";
import { exactly, type Must, Near, Such } from "./must.ts";
import { jacobianError, propagate, sumError } from "./rounding.ts";
import { Fit, imagesOf, meanOf, type PartMust, seedsOf, type StudyMust, TITLES } from "./study.ts";

/** Images to a step of the classifier. */
const CLASSIFIER_BATCH = 128;
/** Samples that are shown of a model. */
const SHOWN = 30;
/** Images, spread over all, on which the rounding of features is looked at. */
const LOOKED_AT = 32;

/** The sides of images, which are square. */
const sideOf = (pixels: number): number => Math.sqrt(pixels);

/** What a fault may take the place of. */
export interface SamplesWires {
  readonly digits: Partial<Wiring>;
  readonly trained: (objective: ComparedObjective) => ComparedObjective;
  readonly seed: (seed: number, objective: ComparedObjective) => number;
  /** The key of all that is measured. */
  readonly key: (seed: number) => Words;
  /** The images and labels that the classifier is trained on, and those that it is asked about. */
  readonly learnt: (digits: DigitsOracle, labels: Labels) => Labelled;
  readonly asked: (digits: DigitsOracle, labels: Labels) => Labelled;
  /** The halves of the training images, as places: those that are encoded, and the others. */
  readonly halves: (key: Words, count: number) => readonly [Vector, Vector];
  readonly noise: (seed: number, source: Source, count: number, latent: number) => Matrix;
  /** The features of an image. */
  readonly features: (network: NetworkSpec, x: Vector) => Vector;
  readonly distance: (one: Matrix, other: Matrix) => number;
  /** What distances are to, of the halves. */
  readonly target: (encoded: Matrix, reference: Matrix) => Matrix;
  /** The state of the untrained decoder. */
  readonly untrained: (digits: DigitsOracle) => DigitsState;
  /** The family whose optimal Σ encodes for a model without a posterior. */
  readonly family: (objective: ComparedObjective) => FamilySpec;
  /** The latents of a source, in place of each other. */
  readonly source: (source: Source) => Source;
}

type Source = "prior" | "aggregate";
type Labels = NonNullable<LabelledImages["labels"]>;
interface Labelled {
  readonly images: Matrix;
  readonly labels: Vector;
}

export const samplesWiring: SamplesWires = {
  digits: {},
  trained: (objective) => objective,
  seed: (seed) => seed,
  key: seeded,
  learnt: ({ sets }, { train }) => ({ images: sets.train, labels: train }),
  asked: ({ sets }, { heldOut }) => ({ images: sets.heldOut, labels: heldOut }),
  halves: (key, count) => {
    const all = order(folded(key, 6), count), half = Math.floor(count / 2);
    return [all.slice(0, half), all.slice(half, 2 * half)];
  },
  noise: (seed, source, count, latent) =>
    wiring.noise(folded(seeded(seed), source === "prior" ? 3 : 4), count, latent),
  features: (network, x) => classified(network, x).features,
  distance: frechet,
  target: (_, reference) => reference,
  untrained: (digits) => digits.initial(),
  family: (objective) => ({ kind: objective === "grae" ? "full" : "mean-field" }),
  source: (source) => source,
};

/** The classifier's network with these parameters, layer by layer W, then b. */
function networkOf(
  widths: Vector,
  parameters: (layer: number, kind: "weight" | "bias") => Vector,
): NetworkSpec {
  return widths.slice(1).map((outputs, layer) => {
    const weight = parameters(layer, "weight");
    return {
      weight: Array.from(
        { length: widths[layer]! },
        (_, row) => weight.slice(row * outputs, (row + 1) * outputs),
      ),
      bias: parameters(layer, "bias"),
      activation: layer < widths.length - 2 ? "relu" as const : "identity" as const,
    };
  });
}

/** Some of a list, spread over all. */
const spreadOver = <T>(all: readonly T[], count: number): T[] =>
  all.length <= count
    ? [...all]
    : Array.from({ length: count }, (_, i) => all[Math.floor(i * all.length / count)]!);

/** An image as it is decoded: cut off at 0 and 1. */
const decodedAt = ({ decoder }: DigitsModel, z: Vector): Vector =>
  push(decoder, z).output.map((value) => Math.min(1, Math.max(0, value)));

/** The classifier of a run and its halves of the images. */
class Measure {
  readonly #digits: DigitsOracle;
  readonly #labels: Labels;
  readonly #key: Words;
  readonly widths: Vector;
  readonly encoded: Matrix;
  readonly #reference: Matrix;
  #network: NetworkSpec | undefined;
  #target: { readonly features: Matrix; readonly off: number } | undefined;

  constructor(
    readonly options: SamplesOptions,
    { labels, ...images }: LabelledImages,
    readonly epsilon: number,
    readonly wires: SamplesWires,
  ) {
    if (labels === null) throw new RangeError("a run of samples must have labels, but has none");
    const all = { ...options, objective: "beta-vae", limit: null } as const;
    this.#digits = new Fit(all, { ...images, labels }, epsilon, wires.digits).digits;
    this.#labels = labels;
    this.#key = wires.key(options.seed);
    const { train } = this.#digits.sets;
    const classes = 1 + labels.train.reduce((most, label) => Math.max(most, label), 0);
    this.widths = [train[0]!.length, ...options.classifierHidden, classes];
    const [encoded, reference] = wires.halves(this.#key, train.length);
    this.encoded = encoded.map((place) => train[place]!);
    this.#reference = reference.map((place) => train[place]!);
  }

  /** Names and sizes of what is kept of the classifier. */
  get kept(): Record<string, number> {
    return Object.fromEntries(
      this.widths.slice(1).flatMap((outputs, layer) => [
        [`classifier.${layer}.weight`, this.widths[layer]! * outputs],
        [`classifier.${layer}.bias`, outputs],
        [`first_step.adam.first.classifier.${layer}.bias`, outputs],
      ]),
    );
  }

  /** The classifier that was kept. */
  load(tensors: Tensors): void {
    this.#network = networkOf(this.widths, (layer, kind) => tensors[`classifier.${layer}.${kind}`]!);
  }

  get #bound(): NetworkSpec {
    if (this.#network === undefined) {
      throw new RangeError("the part reals must be read first: it has the classifier");
    }
    return this.#network;
  }

  firstStep(): Must {
    const key = folded(this.#key, 5), { images, labels } = this.wires.learnt(this.#digits, this.#labels);
    const network = networkOf(this.widths, (layer, kind) => {
      const [inputs, outputs] = [this.widths[layer]!, this.widths[layer + 1]!];
      if (kind === "bias") return Array<number>(outputs).fill(0);
      const deviation = wiring.deviation(inputs, outputs);
      return normals(folded(key, 0, layer), inputs * outputs).map((one) => deviation * one);
    });
    const places = order(folded(key, 1, 0), images.length).slice(0, CLASSIFIER_BATCH);
    const sums = this.widths.slice(1).map((size) => ({
      slope: new Float64Array(size),
      size: new Float64Array(size),
      kinked: new Float64Array(size),
    }));
    for (const place of places) {
      const x = images[place]!;
      const { near } = propagate(network, x, x.map((one) => one * this.epsilon), this.epsilon);
      biasGradients(network, x, labels[place]!).forEach((slopes, layer) =>
        slopes.forEach((one, i) => {
          sums[layer]!.slope[i]! += one / places.length;
          sums[layer]!.size[i]! += Math.abs(one) / places.length;
          if (near.length > 0) sums[layer]!.kinked[i]! += 2 * Math.abs(one) / places.length;
        })
      );
    }
    const part = 4 * (jacobianError(network, this.epsilon) + sumError(this.widths.at(-1)!, this.epsilon));
    const typicalOf = (each: Float64Array): number => Math.sqrt(meanOf(Array.from(each, (one) => one * one)));
    return Object.fromEntries(sums.map(({ slope, size, kinked }, layer) => {
      const typical = typicalOf(size), kinks = typicalOf(kinked);
      const slopes = Array.from(slope, (one, i) =>
        new Near(
          0.1 * one,
          0.1 * (part * (size[i]! + typical) + kinked[i]! + kinks),
          "rounding of the gradient; a unit on a kink at an image",
        ));
      return [`first_step.adam.first.classifier.${layer}.bias`, slopes];
    }));
  }

  accuracy(): Near {
    const { images, labels } = this.wires.asked(this.#digits, this.#labels), network = this.#bound;
    let [right, open] = [0, 0];
    images.forEach((x, i) => {
      const { logits } = classified(network, x);
      const best = logits.indexOf(Math.max(...logits));
      const [most, next] = logits.toSorted((a, b) => b - a);
      const { error } = propagate(network, x, x.map((one) => one * this.epsilon), this.epsilon);
      if (most! - next! <= 2 * Math.max(...error)) open++;
      if (best === labels[i]) right++;
    });
    return new Near(right / images.length, open / images.length + 2 ** -50, "images between two classes");
  }

  /** Features of images, and what they are off by: the root of the mean of ‖error‖². */
  #featuresOf(images: Matrix, off: number): { readonly features: Matrix; readonly off: number } {
    const network = this.#bound;
    const errors = spreadOver(images, LOOKED_AT).map((x) => {
      const { error } = propagate(
        network.slice(0, -1),
        x,
        x.map((one) => off + one * this.epsilon),
        this.epsilon,
      );
      return Math.sqrt(error.reduce((sum, one) => sum + one * one, 0));
    });
    return { features: images.map((x) => this.wires.features(network, x)), off: Math.max(...errors) };
  }

  /**
   * The distance of images that are known to `off` a pixel. By Gelbrich's inequality a distance d of moments is no further from that of
   * points nearby than the root of the mean of their squared distances, so that d² is off by at most e(2d + e).
   */
  distance(images: Matrix, off = 0): Near {
    const target = this.#target ??= this.#featuresOf(this.wires.target(this.encoded, this.#reference), 0);
    const own = this.#featuresOf(images, off);
    const squared = this.wires.distance(own.features, target.features);
    const d = Math.sqrt(Math.max(0, squared)), e = own.off + target.off;
    // Eigenvalues that are 0 have roots of √ε.
    const size = [own, target].map(({ features }) =>
      meanOf(features.map((row) => row.reduce((a, b) => a + b * b, 0)))
    );
    const roots = 2 ** -24 * (size[0]! + size[1]!);
    return new Near(squared, e * (2 * d + e) + roots, "rounding of features; roots of eigenvalues of 0");
  }
}

/** The images of a source from a model, and what a pixel is off by. */
function drawnFrom(
  source: Source,
  fit: Fit,
  model: DigitsModel,
  images: Matrix,
  { seed, beta }: { readonly seed: number; readonly beta: number },
  wires: SamplesWires,
): { readonly images: Matrix; readonly off: number } {
  const d = model.latent, noise = wires.noise(seed, source, images.length, d), { epsilon } = fit;
  const codes = source === "prior" ? noise : images.map((x, i) => {
    const output = push(model.encoder, x).output, h = output.slice(0, d);
    const l = output.length > d
      ? factor(real, model.family, d, output.slice(d))
      : optimalFactor(model.family, gramAt(model, h).gram, beta);
    return h.map((value, row) => value + l[row]!.reduce((sum, one, k) => sum + one * noise[i]![k]!, 0));
  });
  const offs = spreadOver(codes.map((z, i) => [z, i] as const), LOOKED_AT).map(([z, i]) => {
    let off = 4 * epsilon * Math.max(...z.map(Math.abs));
    if (source === "aggregate") {
      const x = images[i]!;
      const { error } = propagate(model.encoder, x, x.map((one) => one * epsilon), epsilon);
      // The optimal Σ has the rounding of J beside.
      off += 4 * Math.max(...error) + 16 * jacobianError(model.decoder, epsilon);
    }
    return Math.max(...propagate(model.decoder, z, z.map(() => off), epsilon).error);
  });
  return { images: codes.map((z) => decodedAt(model, z)), off: Math.max(...offs) };
}

/** Bytes in base64, each half a grey level and what rounding does from a pixel. */
function bytesOf(images: Matrix, off: number): Such {
  const pixels = images.slice(0, SHOWN).flat().map((pixel) => 255 * pixel);
  const text = btoa(String.fromCharCode(...pixels.map(Math.round)));
  return new Such(text, (name, found, expect) => {
    const bytes = typeof found === "string" ? Uint8Array.fromBase64(found) : new Uint8Array();
    expect.is(`pixels of ${name}`, bytes.length, pixels.length);
    const within = {
      value: 0.5 + 255 * off,
      because: "half a grey level, and the rounding of the decoder",
      resolved: true,
    };
    pixels.forEach((pixel, i) => expect.close(`${name}, pixel ${i}`, bytes[i]!, pixel, within));
  });
}

interface Reals {
  readonly kind: "reals";
  readonly accuracy: number;
  readonly floor: number;
  readonly untrained: number;
  readonly images: number;
}
interface Model {
  readonly kind: "model";
  readonly objective: ComparedObjective;
  readonly beta: number;
  readonly seed: number;
  readonly prior: number;
  readonly aggregate: number;
}

function numbersOf(reals: Reals, models: readonly Model[]): Record<string, Must> {
  const { accuracy, floor, untrained, images } = reals;
  const numbers: Record<string, Must> = { accuracy, floor, untrained, images };
  const modelsOf = (objective: ComparedObjective): readonly Model[] =>
    models.filter((one) => one.objective === objective);
  const spread = (name: string, values: Vector): void => {
    if (values.length === 0) return;
    numbers[`${name}.mean`] = exactly(meanOf(values));
    numbers[`${name}.least`] = exactly(Math.min(...values));
    numbers[`${name}.most`] = exactly(Math.max(...values));
  };
  for (const source of ["prior", "aggregate"] as const) {
    const means: number[] = [], ratios: number[] = [];
    for (const objective of COMPARED_OBJECTIVES) {
      const own = modelsOf(objective);
      numbers[`seeds.${objective}`] = own.length;
      if (own.length === 0) continue;
      spread(`${source}.${objective}`, own.map((one) => one[source]));
      means.push(meanOf(own.map((one) => one[source])));
      if (objective === "beta-vae") continue;
      const each = own.flatMap((one) =>
        modelsOf("beta-vae").filter(({ seed }) => seed === one.seed).map((reference) =>
          one[source] / reference[source]
        )
      );
      if (each.length === 0) continue;
      spread(`ratio.${source}.${objective}`, each);
      ratios.push(meanOf(each));
    }
    spread(`${source}.means`, means);
    spread(`ratio.${source}.means`, ratios);
  }
  return numbers;
}

/** The table of distances. */
function distancesOf(
  { seeds }: SamplesOptions,
  { untrained, floor }: Reals,
  numbers: Record<string, Must>,
): Must {
  const names = { prior: "N(0, I)", aggregate: "the aggregate posterior" };
  const spread = (name: string): Must[] =>
    ["mean", "least", "most"].map((kind) => numbers[`${name}.${kind}`] ?? null);
  const rows = COMPARED_OBJECTIVES.flatMap((objective) =>
    (["prior", "aggregate"] as const).map((source): Must => [
      ...[TITLES[objective], names[source], `${numbers[`seeds.${objective}`]} of ${seeds}`],
      ...[...spread(`${source}.${objective}`), ...spread(`ratio.${source}.${objective}`)],
    ])
  );
  const alone = (
    what: string,
    squared: number,
  ): Must => [what, null, null, squared, ...Array<null>(5).fill(null)];
  return [
    ["samples of", "z from", "seeds", "d²", "least", "most", "ratio", "least ratio", "most ratio"],
    ...rows,
    alone("an untrained decoder", untrained),
    alone("the other half of the real images (floor)", floor),
  ];
}

/** What a run of `samples` must report. */
export function samplesMust(
  options: SamplesOptions,
  given: LabelledImages | null,
  epsilon: number,
  faults: Partial<SamplesWires> = {},
): StudyMust {
  const wires = { ...samplesWiring, ...faults }, images = imagesOf(given);
  const measure = new Measure(options, images, epsilon, wires);
  const side = sideOf(images.train[0]!.length);
  const reals: PartMust = {
    name: "reals",
    isFirst: true,
    kept: measure.kept,
    firstStep: () => measure.firstStep(),
    result: (tensors) => {
      measure.load(tensors);
      const fit = new Fit({ ...options, objective: "beta-vae" }, images, epsilon, wires.digits);
      const model = fit.digits.model(wires.untrained(fit.digits).parameters);
      const untrained = drawnFrom("prior", fit, model, measure.encoded, options, wires);
      return {
        kind: "reals",
        accuracy: measure.accuracy(),
        floor: measure.distance(measure.encoded),
        untrained: measure.distance(untrained.images, untrained.off),
        images: measure.encoded.length,
      };
    },
  };
  const models = seedsOf(options).flatMap((seed) =>
    COMPARED_OBJECTIVES.map((objective): PartMust => {
      const training = { ...options, objective: wires.trained(objective), seed: wires.seed(seed, objective) };
      const fit = (): Fit => new Fit(training, images, epsilon, wires.digits);
      return {
        name: `${objective}-seed${seed}`,
        isFirst: seed === options.seed,
        get kept() {
          return fit().kept;
        },
        firstStep: () => fit().firstStep(),
        result: (tensors) => {
          const own = fit(), bound = own.digits.model(own.end(tensors).parameters);
          const model = objective.startsWith("grae") ? { ...bound, family: wires.family(objective) } : bound;
          const { beta } = options;
          const drawn = (source: Source) =>
            drawnFrom(wires.source(source), own, model, measure.encoded, { seed, beta }, wires);
          const [prior, aggregate] = [drawn("prior"), drawn("aggregate")];
          return {
            ...{ kind: "model", objective, beta, seed },
            prior: measure.distance(prior.images, prior.off),
            aggregate: measure.distance(aggregate.images, aggregate.off),
            shown: {
              ...{ width: side, height: side, channels: 1 },
              prior: bytesOf(prior.images, prior.off),
              aggregate: bytesOf(aggregate.images, aggregate.off),
            },
          };
        },
      };
    })
  );
  return {
    parts: [reals, ...models],
    concluded: (results) => {
      const parts = results as readonly (Reals | Model)[];
      const first = parts.find((one) => one.kind === "reals")!;
      const own = parts.filter((one) => one.kind === "model");
      const { accuracy, floor, untrained } = first;
      return {
        results: {
          ...{ accuracy, floor, untrained },
          models: own.map(({ objective, beta, seed, prior, aggregate }) => ({
            ...{ objective, beta, seed, prior, aggregate },
          })),
        },
        numbers: numbersOf(first, own),
        tables: { "distances.csv": distancesOf(options, first, numbersOf(first, own)) },
      };
    },
  };
}

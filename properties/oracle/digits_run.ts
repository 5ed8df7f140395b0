/**
 * What a run of `mnist` gives, in float64 and from its options, its seed, its images and its states alone: its start, the gradient of a
 * step and the step, its scores, the metric of its decoder and its pictures.
 *
 * @module
 */

import type {
  DigitsEpoch,
  DigitsImages,
  DigitsOptions,
  DigitsParameters,
  DigitsRun,
  DigitsScore,
  DigitsScores,
  DigitsState,
} from "../contract/digits_run.ts";
import type { Matrix, NetworkGradient, NetworkSpec, ObjectiveName, Vector } from "../contract/specs.ts";
import { type Shown, type Step, type Wiring, wiring as right } from "./digits_wiring.ts";
import { type Draw, gramAt, push, scoreParts } from "./digits_score.ts";
import type { Case, Model, Value } from "./model.ts";
import { rawSize } from "./posterior.ts";
import { folded, normals, uniforms, type Words } from "./threefry.ts";

/** Draws per image where a loss is sampled, and how many images are scored at once. */
const [DRAWS, AT_ONCE] = [4, 500];

/** The objectives by name, each with its gradient. */
type Objectives = Readonly<Record<ObjectiveName, (given: Case) => Value>>;

/** One example of a step: its share in the gradient, and the case that gave it. */
export interface Example {
  readonly gradient: Vector;
  readonly given: Case;
}

const flat = (layers: readonly NetworkGradient[]): number[] =>
  layers.flatMap(({ weight, bias }) => [...weight.flat(), ...bias]);

/** A run by its options and its images. */
export class DigitsOracle {
  readonly #key: Words;
  readonly #train: Matrix;
  #sets: DigitsImages | undefined;
  /** Steps of an epoch. */
  readonly perEpoch: number;

  constructor(
    readonly options: DigitsOptions,
    private readonly images: DigitsImages,
    private readonly objectives: Objectives,
    private readonly wires: Wiring = right,
  ) {
    this.#key = wires.key(options);
    this.#train = wires.trained(images, options);
    this.perEpoch = Math.ceil(this.#train.length / options.batch);
  }

  /** Pixels from 0 to 1 as scores and pictures have them, made when they are asked for: they are many. */
  get sets(): DigitsImages {
    const once = (set: keyof DigitsImages, grey: Matrix): Matrix =>
      grey.map((image, id) => this.#pixels(image, folded(this.wires.once(set), id)));
    return this.#sets ??= {
      train: once("train", this.#train),
      heldOut: once("heldOut", this.images.heldOut),
    };
  }

  /** The pixels of an image, from 0 to 1. */
  #pixels(image: Vector, key: Words): Vector {
    const { binarise } = this.options;
    if (binarise === "none") return image.map((k) => Math.fround(k / 255));
    if (binarise === "fixed") return image.map((k) => k / 255 >= 0.5 ? 1 : 0);
    const u = uniforms(key, image.length);
    return image.map((k, i) => u[i]! < k / 255 ? 1 : 0);
  }

  /** The widths of both networks. */
  #widths(): readonly (readonly number[])[] {
    const { objective, latent, hidden } = this.options;
    const data = this.#train[0]!.length;
    const learned = objective !== "profiled" && !objective.startsWith("grae");
    const raw = learned ? rawSize(this.wires.family(this.options), latent) : 0;
    return [[data, ...hidden, latent + raw], [latent, ...hidden.toReversed(), data]];
  }

  /** log σ before the first step; empty where it is not learned. */
  #logSigma(): Vector {
    return this.wires.logSigma(this.options, this.#train[0]!.length);
  }

  /** The parameters of the networks in a state by name, with their number, in their order. */
  layout(): { readonly name: string; readonly count: number }[] {
    return this.#widths().flatMap((widths, network) =>
      widths.slice(1).flatMap((outputs, layer) => {
        const name = `${network === 0 ? "encoder" : "decoder"}.${layer}`;
        return [{ name: `${name}.weight`, count: widths[layer]! * outputs }, {
          name: `${name}.bias`,
          count: outputs,
        }];
      })
    );
  }

  /** The model with parameters in the order of a state. */
  model(parameters: Vector): Model {
    const { latent, activation } = this.options;
    let next = 0;
    const take = (count: number): number[] => parameters.slice(next, next += count) as number[];
    const [encoder, decoder] = this.#widths().map((widths): NetworkSpec =>
      widths.slice(1).map((outputs, layer) => ({
        weight: Array.from({ length: widths[layer]! }, () => take(outputs)),
        bias: take(outputs),
        activation: layer < widths.length - 2 ? activation : "identity",
      }))
    );
    const likelihood = this.wires.likelihood(this.options, parameters.slice(next));
    const family = this.wires.family(this.options);
    return { encoder: encoder!, decoder: decoder!, latent, likelihood, family };
  }

  /** The state before the first step. */
  initial(): DigitsState {
    const networks = this.#widths().flatMap((widths, network) =>
      widths.slice(1).flatMap((outputs, layer) => {
        const inputs = widths[layer]!;
        const drawn = normals(this.wires.initialKey(this.#key, network, layer), inputs * outputs);
        const deviation = this.wires.deviation(inputs, outputs);
        return [...drawn.map((one) => deviation * one), ...Array<number>(outputs).fill(0)];
      })
    );
    const parameters = [...networks, ...this.#logSigma()];
    return { step: 0, parameters, first: parameters.map(() => 0), second: parameters.map(() => 0) };
  }

  /** The place of the step that follows so many. */
  step(taken: number): Step {
    const { perEpoch, options: { epochs } } = this;
    const [epoch, index] = [Math.floor(taken / perEpoch), taken % perEpoch];
    return { taken, epoch, index, perEpoch, all: perEpoch * epochs };
  }

  /** The examples of the step from a state, each with the gradient of its loss. */
  *examples({ step: taken, parameters }: DigitsState): Generator<Example> {
    const { wires, options } = this;
    const step = this.step(taken), model = this.model(parameters);
    const places = wires.places(this.#key, step, this.#train.length, options.batch);
    const key = wires.noiseKey(this.#key, step), beta = wires.beta(options, step);
    const noise = wires.noise(key, places.length, options.latent);
    const columns = wires.columns(key, places.length, options.latent);
    const objective = wires.objective(options), { family } = model;
    for (const [b, place] of places.entries()) {
      const x = this.#pixels(this.#train[place]!, folded(wires.pixels(this.#key, step.epoch), place));
      const given: Case = {
        ...{ model, beta, x: [x], noise: [[noise[b]!]], columns: [columns[b]!] },
        ...(family.kind === "block" ? { block: family.size } : {}),
      };
      const { gradient: { encoder, decoder, logSigma } } = this.objectives[objective](given);
      yield { given, gradient: [...flat(encoder), ...flat(decoder), ...logSigma] };
    }
  }

  /** The gradient of a batch as the optimiser takes it, from its mean. */
  clipped(gradient: Vector): Vector {
    return this.wires.clipped(gradient, this.options);
  }

  /** The state after a step along a gradient. */
  next(state: DigitsState, gradient: Vector): DigitsState {
    const rate = this.wires.rate(this.options, this.step(state.step));
    return this.wires.update(state, gradient, rate, this.options, this.#logSigma().length);
  }

  /** The scores of a state after complete epochs. */
  epoch(state: DigitsParameters): DigitsEpoch {
    const scores = (set: keyof DigitsImages): DigitsScores =>
      this.#scores(state, this.wires.scored(set, this.sets));
    return {
      epoch: state.step / this.perEpoch,
      step: state.step,
      train: scores("train"),
      heldOut: scores("heldOut"),
    };
  }

  #scores({ parameters }: DigitsParameters, images: Matrix): DigitsScores {
    const { wires, options } = this;
    const model = this.model(parameters), beta = wires.scoreBeta(options);
    const parts: Record<string, Draw[]> = {};
    for (let start = 0; start < images.length; start += AT_ONCE) {
      const x = images.slice(start, start + AT_ONCE);
      const keys = Array.from({ length: DRAWS }, (_, draw) => wires.scoreKey(this.#key, start, draw));
      const found = scoreParts(wires.objective(options), {
        ...{ model, x, beta },
        noise: keys.map((key) => wires.noise(key, x.length, options.latent)),
        columns: keys.map((key) => wires.columns(key, x.length, options.latent)),
      });
      for (const [name, draws] of Object.entries(found)) (parts[name] ??= []).push(...draws);
    }
    const score = (name: string): DigitsScore => {
      const each = parts[name]!.map((draws) =>
        draws.length === 1 ? { mean: draws[0]!, variance: 0 } : wires.drawn(draws)
      );
      const sum = (values: Vector): number => values.reduce((a, b) => a + b, 0);
      return {
        value: sum(each.map((one) => one.mean)) / images.length,
        standardError: parts[name]![0]!.length === 1
          ? null
          : wires.error(sum(each.map(({ variance }) => variance)), images.length),
      };
    };
    const terms = Object.keys(parts).filter((name) => name.startsWith("terms."));
    return {
      images: images.length,
      loss: score("loss"),
      terms: Object.fromEntries(terms.map((name) => [name.slice("terms.".length), score(name).value])),
      evaluation: { "beta-vae": score("beta-vae"), grae: score("grae"), "grae-star": score("grae-star") },
    };
  }

  #shown({ parameters }: DigitsParameters): Shown {
    const model = this.model(parameters);
    const encode = (x: Matrix): Matrix =>
      x.map((image) => push(model.encoder, image).output.slice(0, model.latent));
    return { ...this.sets, model, encode, key: this.#key };
  }

  /** Mean |Jᵀ diag(w) J|. */
  metric(state: DigitsParameters): Matrix {
    const shown = this.#shown(state);
    return this.wires.metric(this.wires.metricAt(shown).map((z) => gramAt(shown.model, z).gram));
  }

  /** The pictures, their grey levels not rounded. */
  pictures(state: DigitsState): DigitsRun["pictures"] {
    const { wires } = this, shown = this.#shown(state), { model } = shown;
    const decoded = (z: Matrix): Matrix =>
      z.map((point) =>
        push(model.decoder, point).output.map((output) => wires.grey(output, model.likelihood))
      );
    const originals = wires.reconstructed(shown);
    const levels = originals.map((image) => image.map((pixel) => 255 * pixel));
    return {
      samples: decoded(wires.sampled(shown)),
      reconstructions: wires.pairs(levels, decoded(shown.encode(originals))),
      traversals: decoded(wires.swept(shown)),
    };
  }

  /** The key numbers of scores, losses by a Gaussian less its constant, so that all of them compare; and of the state that they are of. */
  numbers(
    { epoch, train, heldOut }: DigitsEpoch,
    { parameters }: DigitsState,
  ): Readonly<Record<string, number>> {
    const { wires, options } = this;
    const constant = wires.constant(options, this.sets.train[0]!.length);
    const own = wires.objective(options).startsWith("grae") ? 0 : constant;
    const named = Object.entries({ train, heldOut }).flatMap(([set, { loss, terms, evaluation }]) => {
      const less = (name: string, value: number | null, by: number): [string, number | null] => [
        `${set}.${name}`,
        value === null ? null : value - by,
      ];
      return [
        less("error", loss.standardError, 0),
        less("loss", loss.value, own),
        ...Object.entries(terms).map(([name, value]) =>
          less(`terms.${name}`, value, name === "reconstruction" ? own : 0)
        ),
        ...Object.entries(evaluation).map(([name, { value }]) =>
          less(`evaluation.${name}`, value, name === "beta-vae" ? constant : 0)
        ),
      ];
    });
    const finite = named.filter((entry): entry is [string, number] => entry[1] !== null);
    const count = this.#logSigma().length,
      sigmas = wires.deviations(parameters.slice(parameters.length - count));
    return {
      ...{ epochs: epoch, gaussianConstant: constant, ...Object.fromEntries(finite) },
      ...(count === 0 ? {} : { "sigma.least": Math.min(...sigmas), "sigma.most": Math.max(...sigmas) }),
    };
  }
}

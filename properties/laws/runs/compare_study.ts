/**
 * What a run of `compare` must report.
 *
 * @module
 */

import type { CompareOptions, LabelledImages } from "../../contract/study_run.ts";
import type { DigitsState } from "../../contract/digits_run.ts";
import type { FamilySpec, Matrix, NetworkSpec, Vector } from "../../contract/specs.ts";
import type { Model } from "../../oracle/model.ts";
import { COMPARED_OBJECTIVES, type ComparedObjective } from "../../contract/trained.ts";
import type { DigitsOracle } from "../../oracle/digits_run.ts";
import { type Draw, gramAt, push, scoreParts } from "../../oracle/digits_score.ts";
import { type Wiring, wiring } from "../../oracle/digits_wiring.ts";
import { real } from "../../oracle/arithmetic.ts";
import { logDensityGradient } from "../../oracle/likelihood.ts";
import { secondDirectional } from "../../oracle/network.ts";
import { factor } from "../../oracle/posterior.ts";
import { transpose } from "../../oracle/dense.ts";
import { folded, seeded, type Words } from "../../oracle/threefry.ts";
import { compare, exactly, type Must, Near, plain, Such } from "./must.ts";
import { jacobianError, propagate } from "./rounding.ts";
import { Fit, meanOf, type PartMust, seedsOf, type StudyMust, TITLES } from "./study.ts";
import { at, roundingOf, swings } from "./tolerance.ts";

/** Images that are scored at once, and contracted at once: each draws from a key of its own. */
const [SCORED, CONTRACTED] = [500, 4];

/** What a fault may take the place of. */
export interface CompareWires {
  readonly digits: Partial<Wiring>;
  /** The objective that is trained. */
  readonly trained: (objective: ComparedObjective) => ComparedObjective;
  readonly seed: (seed: number, objective: ComparedObjective) => number;
  /** The key of what a part does after its training: 3 to judge, 4 to track, 5 to contract. */
  readonly key: (seed: number, stream: 3 | 4 | 5) => Words;
  /** The images of a stream. */
  readonly images: (digits: DigitsOracle, stream: 3 | 4 | 5, count: number) => Matrix;
  /** β of a score. */
  readonly beta: (beta: number, stream: 3 | 4) => number;
  /** The family whose optimal Σ judges a model without a posterior of its own. */
  readonly judgedBy: (objective: ComparedObjective) => FamilySpec;
  /** The noise of the second of a pair. */
  readonly other: (noise: Matrix) => Matrix;
  /** What losses with a density have, and GRAE has not. */
  readonly constant: (data: number, objective: ComparedObjective) => number;
  /** The state in which losses are tracked after so many epochs: 0 or all. */
  readonly tracked: (digits: DigitsOracle, end: DigitsState, epoch: number) => DigitsState;
  /** The factor t of Σ after so many halvings. */
  readonly t: (halvings: number) => number;
  /** The part of f that is quadratic in t, over t. */
  readonly quadratic: (curvature: number) => number;
}

export const compareWiring: CompareWires = {
  digits: {},
  trained: (objective) => objective,
  seed: (seed) => seed,
  key: (seed, stream) => folded(seeded(seed), stream),
  images: ({ sets }, _, count) => sets.heldOut.slice(0, count),
  beta: (beta) => beta,
  judgedBy: (objective) => ({ kind: objective === "grae" ? "full" : "mean-field" }),
  other: (noise) => noise.map((row) => row.map((one) => -one)),
  constant: (data, objective) => objective.startsWith("grae") ? 0 : data / 2 * Math.log(2 * Math.PI),
  tracked: (digits, end, epoch) => epoch === 0 ? digits.initial() : end,
  t: (halvings) => 2 ** -halvings,
  quadratic: (curvature) => curvature / 2,
};

const add = (values: Vector): number => values.reduce((sum, one) => sum + one, 0);

/** A mean over images from `[image][draw]`, and the standard error of the draws. */
function scoreOf(each: readonly Draw[]): { readonly mean: number; readonly error: number } {
  const drawn = each.map((draws) => wiring.drawn(draws));
  return {
    mean: meanOf(drawn.map(({ mean }) => mean)),
    error: wiring.error(add(drawn.map(({ variance }) => variance)), each.length),
  };
}

/** Losses of a model on images by name, `[image][draw]`. A β-VAE's draw is the mean of a pair. */
function lossesOf(
  objective: ComparedObjective,
  model: Model,
  x: Matrix,
  given: { readonly beta: number; readonly key: Words; readonly draws: number },
  wires: CompareWires,
): Record<string, Draw[]> {
  const { beta, key, draws } = given, found: Record<string, Draw[]> = {}, { latent } = model;
  const isPaired = objective === "beta-vae";
  for (let start = 0; start < x.length; start += SCORED) {
    const some = x.slice(start, start + SCORED);
    const keys = Array.from({ length: draws }, (_, draw) => folded(key, start, draw));
    const noise = isPaired ? keys.map((own) => wiring.noise(own, some.length, latent)) : [];
    const columns = objective === "grae-star-stochastic"
      ? keys.map((own) => wiring.columns(own, some.length, latent))
      : [];
    const parts = scoreParts(objective, {
      ...{ model, x: some, beta, columns },
      noise: [...noise, ...noise.map(wires.other)],
    });
    for (const [name, each] of Object.entries(parts)) {
      if (!name.startsWith("terms.")) continue;
      const own = each.map((values) =>
        isPaired ? values.slice(0, draws).map((value, i) => (value + values[draws + i]!) / 2) : values
      );
      (found[name.slice("terms.".length)] ??= []).push(...own);
    }
  }
  return found;
}

/** The sum of terms, image by image and draw by draw. */
const totalOf = (terms: Readonly<Record<string, readonly Draw[]>>): Draw[] => {
  const each = Object.values(terms);
  return each[0]!.map((_, image) =>
    Array.from(
      { length: Math.max(...each.map((one) => one[image]!.length)) },
      (_, draw) => add(each.map((one) => one[image]![draw] ?? one[image]![0]!)),
    )
  );
};

/**
 * The largest error of a decoder's number at z and along lines from it. A ReLU that is off at z may be on elsewhere, so that none is
 * taken to hide an error.
 */
function reachError(decoder: NetworkSpec, z: Vector, lines: Matrix, off: number, epsilon: number): number {
  const open = decoder.map((layer) =>
    layer.activation === "relu" ? { ...layer, activation: "leaky-relu" as const } : layer
  );
  const longest = lines.toSorted((a, b) =>
    add(b.map((one) => one * one)) - add(a.map((one) => one * one))
  )[0]!;
  const points = [0, 1, -1].map((sign) => z.map((one, i) => one + sign * longest[i]!));
  return Math.max(
    ...points.flatMap((point) =>
      propagate(open, point, point.map((one) => off + epsilon * Math.abs(one)), epsilon).error
    ),
  );
}

/** The part of a run that trains a model. */
class Compared {
  readonly #fit: Fit;

  constructor(
    readonly options: CompareOptions,
    readonly trained: { readonly objective: ComparedObjective; readonly beta: number; readonly seed: number },
    readonly wires: CompareWires,
    fit: Fit,
  ) {
    this.#fit = fit;
  }

  #rounding(model: Model, x: Matrix, beta: number): number {
    const grams = x.map((image) =>
      gramAt(model, push(model.encoder, image).output.slice(0, model.latent)).gram
    );
    const metric = grams[0]!.map((row, i) =>
      row.map((_, j) => meanOf(grams.map((g) => Math.abs(g[i]![j]!))))
    );
    return roundingOf(model, x, beta, metric, this.#fit.epsilon).loss.value;
  }

  judged(end: DigitsState): Must {
    const { wires, options, trained: { objective, beta, seed } } = this, { digits } = this.#fit;
    const own = digits.model(end.parameters);
    const model = objective.startsWith("grae") ? { ...own, family: wires.judgedBy(objective) } : own;
    const x = wires.images(digits, 3, options.judged ?? Infinity), at = wires.beta(beta, 3);
    const given = { beta: at, key: wires.key(seed, 3), draws: options.pairs };
    const { mean, error } = scoreOf(totalOf(lossesOf("beta-vae", model, x, given, wires)));
    const off = this.#rounding(model, x, at), because = "rounding of −log p and of Σ";
    return {
      betaVaeLoss: new Near(mean - wires.constant(x[0]!.length, "beta-vae"), off, because),
      standardError: new Near(error, 2 * off / Math.sqrt(x.length), because),
    };
  }

  /** All objectives on a state. */
  tracked(state: DigitsState): Must {
    const { wires, options, trained: { beta, seed } } = this, { digits } = this.#fit;
    const model = digits.model(state.parameters), x = wires.images(digits, 4, options.tracked);
    const at = wires.beta(beta, 4), off = this.#rounding(model, x, at);
    const because = "rounding of −log p, of the code and of JᵀJ; units on a kink";
    return Object.fromEntries(COMPARED_OBJECTIVES.map((objective) => {
      const sampled = objective === "beta-vae" || objective === "grae-star-stochastic";
      const draws = objective === "beta-vae" ? options.pairs : options.columns;
      const given = { beta: at, key: wires.key(seed, 4), draws };
      const terms = lossesOf(objective, model, x, given, wires);
      const constant = wires.constant(x[0]!.length, objective);
      const { error } = sampled ? scoreOf(totalOf(terms)) : { error: null };
      const means = Object.entries(terms).map(([name, each]) =>
        [name, meanOf(each.map(meanOf)) - (name === "reconstruction" ? constant : 0)] as const
      );
      return [objective, {
        loss: new Near(add(means.map(([, mean]) => mean)), off, because),
        terms: Object.fromEntries(means.map(([name, mean]) => [name, new Near(mean, off, because)])),
        standardError: error === null ? null : new Near(error, 2 * off / Math.sqrt(x.length), because),
      }];
    }));
  }

  /** The errors of both Taylor losses as the posterior contracts. */
  contractions(end: DigitsState): Must {
    const { wires, options: { contracted, contractedPairs: pairs, halvings }, trained: { seed } } = this;
    const { digits, epsilon } = this.#fit, model = digits.model(end.parameters), d = model.latent;
    const x = wires.images(digits, 5, contracted), key = wires.key(seed, 5);
    const times = Array.from({ length: halvings + 1 }, (_, k) => wires.t(k));
    const drawn = times.map((): { readonly each: number[][]; readonly off: number[] } => ({
      each: [],
      off: [],
    }));
    const left: number[] = [], leftOff: number[] = [];
    x.forEach((image, i) => {
      const batch = Math.floor(i / CONTRACTED) * CONTRACTED;
      const many = Math.min(CONTRACTED, x.length - batch);
      const noise = wiring.noise(folded(key, batch), many * pairs, d).slice((i - batch) * pairs).slice(
        0,
        pairs,
      );
      const encoded = push(model.encoder, image).output, h = encoded.slice(0, d);
      const l = factor(real, model.family, d, encoded.slice(d));
      const lines = noise.map((e) => l.map((row) => add(row.map((one, k) => one * e[k]!))));
      const { output: g, columns } = push(model.decoder, h, lines);
      const slope = logDensityGradient(model.likelihood, [image], [g])[0]!;
      const bends = transpose(secondDirectional(model.decoder, [h], [transpose(lines)])[0]!);
      const f = (z: Vector): number => {
        const at = push(model.decoder, z).output;
        return add(at.map((value, k) => (image[k]! - value) ** 2)) / 2;
      };
      const { near, encoded: codeOff } = at(model, image, epsilon);
      const swing = near.length === 0 ? 0 : 2 * swings(model, h, near);
      const known = reachError(model.decoder, h, lines, codeOff, epsilon);
      const residual = Math.sqrt(add(slope.map((one) => one * one)));
      const f0 = f(h), j = 2 * jacobianError(model.decoder, epsilon);
      times.forEach((t, k) => {
        const off: number[] = [];
        drawn[k]!.each.push(lines.map((line, p) => {
          const column = columns[p]!, bend = bends[p]!;
          const square = add(column.map((one) => one * one));
          const curvature = square - add(bend.map((one, n) => one * slope[n]!));
          const [up, down] = [1, -1].map((sign) => h.map((one, n) => one + sign * Math.sqrt(t) * line[n]!));
          // |g(h ± √t l) − g(h)| is about √t ‖Jl‖, and each of its pixels is known to twice the decoder's error.
          const change = Math.sqrt(t * square), pixel = 2 * known;
          const bent = Math.sqrt(add(bend.map((one) => one * one)));
          off.push(
            pixel * (change + residual + pixel * Math.sqrt(image.length)) +
              t / 2 *
                (j * (square + residual * bent) + pixel * bent + swing * add(line.map((one) => one * one))),
          );
          return (f(up!) + f(down!)) / 2 - f0 - t * wires.quadratic(curvature);
        }));
        drawn[k]!.off.push(meanOf(off));
      });
      const own = secondDirectional(model.decoder, [h], [l])[0]!;
      left.push(add(own.map((row, n) => slope[n]! * add(row))) / 2);
      const bent = Math.sqrt(add(own.map((row) => add(row) ** 2)));
      leftOff.push((2 * known * Math.sqrt(image.length) + 2 * j * residual) * bent);
    });
    const first = meanOf(left), firstOff = meanOf(leftOff);
    return times.map((t, k) => {
      const { mean, error } = scoreOf(drawn[k]!.each), off = meanOf(drawn[k]!.off);
      const because = "rounding of g and of its derivatives; units on a kink";
      return {
        t,
        hessian: new Near(-mean, off, because),
        jacobian: new Near(t * first - mean, off + t * firstOff, because),
        leftOut: new Near(t * first, t * firstOff, because),
        standardError: new Near(error, 2 * off / Math.sqrt(x.length), because),
      };
    });
  }
}

/** Losses after an epoch whose state was not kept: their terms must add up to them. */
function sumsOf(like: Must): Must {
  return new Such(plain(like), (name, found, expect) => {
    const values = (found ?? {}) as Partial<Record<ComparedObjective, { terms: Record<string, number> }>>;
    const must = Object.fromEntries(COMPARED_OBJECTIVES.map((objective) => {
      const terms = values[objective]?.terms ?? {}, each = Object.values(terms);
      const loss = exactly(add(each), add(each.map(Math.abs)));
      const error = new Such(null, () => {});
      return [objective, { loss, terms, standardError: error }];
    }));
    compare(name, found, must, expect);
  });
}

/** A part's report, as far as key numbers look at it. */
interface Reported {
  readonly objective: ComparedObjective;
  readonly activation: string;
  readonly beta: number;
  readonly seed: number;
  readonly judged: { readonly betaVaeLoss: number; readonly standardError: number };
  readonly along: readonly {
    readonly epoch: number;
    readonly values: Readonly<
      Record<ComparedObjective, { readonly loss: number; readonly terms: Record<string, number> }>
    >;
  }[];
  readonly contractions: readonly {
    readonly t: number;
    readonly hessian: number;
    readonly jacobian: number;
    readonly standardError: number;
  }[];
}

/** The number that is furthest from 0, the first of equals; null of none. */
const furthestOf = (values: Vector): number | null =>
  values.length === 0 ? null : values.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0]!;

/** The power of t that an error falls like, over the four smallest; null where draws hide it. */
function orderOf(contractions: Reported["contractions"], which: "hessian" | "jacobian"): number | null {
  const last = contractions.slice(-4);
  if (last.some((one) => 2 * one.standardError >= Math.abs(one[which]))) return null;
  const x = last.map(({ t }) => Math.log2(t)), y = last.map((one) => Math.log2(Math.abs(one[which])));
  const [a, b] = [meanOf(x), meanOf(y)];
  return add(x.map((one, i) => (one - a) * (y[i]! - b))) / add(x.map((one) => (one - a) ** 2));
}

function numbersOf(options: CompareOptions, models: readonly Reported[]): Record<string, Must> {
  const { activation, smooth, betas, epochs } = options, numbers: Record<string, Must> = {};
  const put = (name: string, value: number | null, scale = 1): void => {
    if (value !== null) numbers[name] = exactly(value, Math.abs(value) + scale);
  };
  const modelsOf = (objective: ComparedObjective, beta: number, kind: string): Reported[] =>
    models.filter((one) => one.objective === objective && one.beta === beta && one.activation === kind);
  const deviations: number[] = [];
  for (const objective of COMPARED_OBJECTIVES.slice(1)) {
    for (const beta of betas.toSorted((a, b) => a - b)) {
      const ratios = modelsOf(objective, beta, activation).flatMap(({ seed, judged }) =>
        modelsOf("beta-vae", beta, activation).filter((one) => one.seed === seed).map((one) =>
          100 * (judged.betaVaeLoss - one.judged.betaVaeLoss) / one.judged.betaVaeLoss
        )
      );
      if (ratios.length === 0) continue;
      deviations.push(meanOf(ratios));
      put(`deviation.${objective}.beta=${beta}`, meanOf(ratios), 100);
    }
  }
  put("deviation.furthest", furthestOf(deviations), 100);
  for (const kind of [activation, smooth]) {
    for (const [name, epoch] of [["epoch1", 1], ["end", epochs]] as const) {
      const gaps = COMPARED_OBJECTIVES.slice(1, -1).flatMap((objective) =>
        betas.flatMap((beta) => {
          const values = modelsOf("beta-vae", beta, kind).flatMap(({ along }) =>
            along.filter((one) => one.epoch === epoch).map(({ values }) => values)
          );
          const each = values.map((one) => 100 * (one[objective].loss / one["beta-vae"].loss - 1));
          return each.length === 0 ? [] : [meanOf(each)];
        })
      );
      put(`gap.${kind}.${name}`, furthestOf(gaps), 100);
    }
  }
  for (
    const [kind, which] of [[smooth, "hessian"], [smooth, "jacobian"], [activation, "jacobian"]] as const
  ) {
    const own = models.filter((one) => one.objective === "beta-vae" && one.activation === kind);
    const orders = own.flatMap(({ contractions }) => orderOf(contractions, which) ?? []);
    const name = `order.${kind}.${which}`;
    Object.assign(numbers, { [`${name}.trainings`]: own.length, [`${name}.resolved`]: orders.length });
    if (orders.length === 0) continue;
    const mean = meanOf(orders), squares = add(orders.map((one) => (one - mean) ** 2));
    put(`${name}.mean`, mean);
    // The root of a small sum of squares is known to the root of its rounding.
    if (orders.length > 1) {
      numbers[`${name}.deviation`] = new Near(Math.sqrt(squares / (orders.length - 1)), 1e-9, "float64");
    }
  }
  return numbers;
}

/** The mean, the deviation and so on of numbers as cells; empty where there are none, and a deviation of one. */
function spreadOf(values: Vector): Record<"mean" | "deviation" | "least" | "most", Must> {
  if (values.length === 0) return { mean: null, deviation: null, least: null, most: null };
  const mean = meanOf(values), size = Math.max(...values.map(Math.abs)) + 100;
  const squares = add(values.map((one) => (one - mean) ** 2));
  return {
    mean: exactly(mean, size),
    deviation: values.length === 1
      ? null
      : new Near(Math.sqrt(squares / (values.length - 1)), 2 ** -24 * size, "float64"),
    least: exactly(Math.min(...values), size),
    most: exactly(Math.max(...values), size),
  };
}

/** The tables: how models are judged, and how tight each approximation is. */
function tablesOf(options: CompareOptions, models: readonly Reported[]): Record<string, Must> {
  const { activation, smooth, epochs } = options, betas = options.betas.toSorted((a, b) => a - b);
  const modelsOf = (objective: ComparedObjective, beta: number, kind: string): Reported[] =>
    models.filter((one) => one.objective === objective && one.beta === beta && one.activation === kind);
  const trained = COMPARED_OBJECTIVES.flatMap((objective) =>
    betas.map((beta): Must => {
      const own = modelsOf(objective, beta, activation), losses = own.map(({ judged }) => judged.betaVaeLoss);
      const references = modelsOf("beta-vae", beta, activation);
      const loss = spreadOf(losses), draws = spreadOf(own.map(({ judged }) => judged.standardError));
      const deviation = spreadOf(own.flatMap(({ seed, judged }) =>
        references.filter((one) => one.seed === seed).map((one) =>
          100 * (judged.betaVaeLoss - one.judged.betaVaeLoss) / one.judged.betaVaeLoss
        )
      ));
      const cells = [loss.mean, loss.deviation, draws.most, deviation.mean, deviation.least, deviation.most];
      return [TITLES[objective], beta, own.length, ...cells];
    })
  );
  const gaps = [activation, smooth].flatMap((kind) =>
    betas.map((beta): Must => {
      const values = modelsOf("beta-vae", beta, kind).flatMap(({ along }) =>
        along.filter(({ epoch }) => epoch === epochs).map((one) => one.values)
      );
      const means = COMPARED_OBJECTIVES.map((objective) =>
        spreadOf(values.map((one) => one[objective].loss)).mean
      );
      return [kind, beta, values.length, ...means];
    })
  );
  const head = [
    "objective",
    "β",
    "models",
    "loss",
    "± over seeds",
    "± of draws",
    "deviation",
    "lowest",
    "highest",
  ];
  return {
    "trained.csv": [head, ...trained],
    "gap.csv": [["activation", "β", "trainings", ...COMPARED_OBJECTIVES.map((one) => TITLES[one])], ...gaps],
  };
}

/** What a run of `compare` must report. */
export function compareMust(
  options: CompareOptions,
  images: LabelledImages,
  epsilon: number,
  given: Partial<CompareWires> = {},
): StudyMust {
  const wires = { ...compareWiring, ...given };
  const kinds = [
    ...COMPARED_OBJECTIVES.map((objective) => ({ objective, activation: options.activation })),
    { objective: COMPARED_OBJECTIVES[0], activation: options.smooth },
  ];
  const parts = kinds.flatMap(({ objective, activation }) =>
    options.betas.flatMap((beta) =>
      seedsOf(options).map((seed): PartMust => {
        const training = { ...options, activation, beta, objective: wires.trained(objective) };
        const fit = (): Fit =>
          new Fit({ ...training, seed: wires.seed(seed, objective) }, images, epsilon, wires.digits);
        return {
          name: `${activation}-${objective}-${beta}-seed${seed}`,
          isFirst: seed === options.seed && beta === options.betas[0],
          get kept() {
            return fit().kept;
          },
          firstStep: () => fit().firstStep(),
          result: (tensors) => {
            const own = fit(), end = own.end(tensors), isBetaVae = objective === "beta-vae";
            const part = new Compared(options, { objective, beta, seed }, wires, own);
            // States of other epochs are not kept.
            const along = isBetaVae
              ? Array.from({ length: options.epochs + 1 }, (_, epoch): Must => ({
                epoch,
                values: epoch === 0 || epoch === options.epochs
                  ? part.tracked(wires.tracked(own.digits, end, epoch))
                  : sumsOf(part.tracked(end)),
              }))
              : [];
            return {
              ...{ objective, activation, beta, seed, judged: part.judged(end), along },
              contractions: isBetaVae ? part.contractions(end) : [],
            };
          },
        };
      })
    )
  );
  return {
    parts,
    concluded: (results) => {
      const models = results as readonly Reported[];
      const own = models.filter(({ activation }) => activation === options.activation);
      return {
        results: {
          trained: own.map(({ objective, beta, seed, judged: { betaVaeLoss } }) => ({
            objective,
            beta,
            seed,
            betaVaeLoss,
          })),
          along: own.flatMap(({ beta, seed, along }) =>
            along.flatMap(({ epoch, values }) =>
              COMPARED_OBJECTIVES.map((objective) => ({
                ...{
                  objective,
                  beta,
                  seed,
                  epoch,
                  loss: values[objective].loss,
                  terms: values[objective].terms,
                },
              }))
            )
          ),
        },
        numbers: numbersOf(options, models),
        tables: tablesOf(options, models),
      };
    },
  };
}

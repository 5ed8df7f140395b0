/**
 * What a run of `metric` must report.
 *
 * @module
 */

import type { FitOptions, LabelledImages } from "../../contract/study_run.ts";
import type { DigitsState } from "../../contract/digits_run.ts";
import type { Matrix, Vector } from "../../contract/specs.ts";
import type { TrainedMetric } from "../../contract/trained.ts";
import type { DigitsOracle } from "../../oracle/digits_run.ts";
import { gramAt, push } from "../../oracle/digits_score.ts";
import type { Wiring } from "../../oracle/digits_wiring.ts";
import { real } from "../../oracle/arithmetic.ts";
import { factor } from "../../oracle/posterior.ts";
import { exactly, type Must, Near } from "./must.ts";
import { jacobianError, propagate } from "./rounding.ts";
import { Fit, meanOf, medianOf, type PartMust, seedsOf, type StudyMust } from "./study.ts";
import { at, roundingOf, swings } from "./tolerance.ts";

type Panel = Pick<TrainedMetric, "label" | "family" | "beta" | "latent" | "block">;

/** The panels of the slide "MNIST", and two controls. */
const PANELS: readonly Panel[] = [
  { label: "a", family: "block", beta: 0.2, latent: 8, block: 2 },
  { label: "b", family: "block", beta: 0.4, latent: 8, block: 2 },
  { label: "c", family: "block", beta: 0.6, latent: 12, block: 2 },
  { label: "d", family: "block", beta: 1, latent: 8, block: 2 },
  { label: "mean-field", family: "mean-field", beta: 0.2, latent: 8, block: 2 },
  { label: "full", family: "full", beta: 0.2, latent: 8, block: 2 },
];
/** Pairs of variances of a model. */
const PAIRS = 120;

/** What a fault may take the place of. */
export interface MetricWires {
  readonly digits: Partial<Wiring>;
  readonly seed: (seed: number, panel: Panel) => number;
  /** The state of the metric before training. */
  readonly before: (digits: DigitsOracle, end: DigitsState) => DigitsState;
  readonly after: (digits: DigitsOracle, end: DigitsState) => DigitsState;
  /** Whether an entry of the metric counts as outside blocks, as inside, or not at all. */
  readonly place: (i: number, j: number, block: number) => "outside" | "inside" | null;
  /** The images whose variances are taken, of so many. */
  readonly spread: (count: number, images: number) => Vector;
  /** The variance of a latent from its row of L. */
  readonly found: (row: Vector) => number;
  readonly predicted: (beta: number, square: number) => number;
}

export const metricWiring: MetricWires = {
  digits: {},
  seed: (seed) => seed,
  before: (digits) => digits.initial(),
  after: (_, end) => end,
  place: (i, j, block) => {
    if (i === j) return null;
    return Math.floor(i / block) === Math.floor(j / block) ? "inside" : "outside";
  },
  spread: (count, images) => Array.from({ length: images }, (_, i) => Math.floor(i * count / images)),
  found: (row) => row.reduce((sum, one) => sum + one * one, 0),
  predicted: (beta, square) => beta / (beta + square),
};

/** The mean entry outside blocks, and that inside. */
function meansOf(
  metric: Matrix,
  block: number,
  place: MetricWires["place"],
): Record<"outside" | "inside", number> {
  const sums = { outside: [0, 0], inside: [0, 0] };
  metric.forEach((row, i) =>
    row.forEach((entry, j) => {
      const where = place(i, j, block);
      if (where === null) return;
      sums[where][0]! += entry;
      sums[where][1]! += 1;
    })
  );
  return { outside: sums.outside[0]! / sums.outside[1]!, inside: sums.inside[0]! / sums.inside[1]! };
}

/** The metric of a state, and what rounding does to it. */
function metricOf(
  fit: Fit,
  state: DigitsState,
  beta: number,
): { readonly metric: Matrix; readonly off: number } {
  const metric = fit.digits.metric(state);
  const { metric: part } = roundingOf(
    fit.digits.model(state.parameters),
    fit.digits.sets.heldOut,
    beta,
    metric,
    fit.epsilon,
  );
  return { metric, off: part * Math.max(...metric.flat()) };
}

/** Learned variances and predicted ones, image by image. */
function variancesOf(fit: Fit, state: DigitsState, { beta, latent }: Panel, wires: MetricWires): Must {
  const model = fit.digits.model(state.parameters), { heldOut } = fit.digits.sets;
  const images = Math.min(heldOut.length, Math.floor(PAIRS / latent));
  return wires.spread(heldOut.length, images).flatMap((place) => {
    const x = heldOut[place]!, epsilon = fit.epsilon;
    const output = push(model.encoder, x).output;
    const { error } = propagate(model.encoder, x, x.map((pixel) => pixel * epsilon), epsilon);
    const worst = Math.max(...error) + 8 * epsilon;
    const l = factor(real, model.family, latent, output.slice(latent));
    const h = output.slice(0, latent), { gram } = gramAt(model, h);
    const { decoded, near } = at(model, x, epsilon);
    const share = 2 * (jacobianError(model.decoder, epsilon) + decoded);
    const swing = near.length === 0 ? 0 : 2 * swings(model, h, near);
    return l.map((row, k) => {
      // An entry of the diagonal is off by a part, one below it by itself.
      const size = row.reduce((sum, one, j) => sum + 2 * Math.abs(one) * (j === k ? Math.abs(one) : 1), 0);
      const square = gram[k]![k]!, slope = beta / (beta + square) ** 2;
      const off = share * gram.reduce((sum, own, i) => sum + own[i]!, 0) + swing;
      return {
        found: new Near(wires.found(row), size * worst, "rounding of the encoder"),
        predicted: new Near(
          wires.predicted(beta, square),
          Math.max(slope, beta / (beta + Math.max(0, square - off)) ** 2) * off + 4 * epsilon,
          "rounding of J; units on a kink",
        ),
      };
    });
  });
}

/** Key numbers of the models of a panel. */
function panelNumbers(label: string, models: readonly TrainedMetric[]): Record<string, Must> {
  const numbers: Record<string, Must> = { [`seeds.${label}`]: models.length };
  const spread = (name: string, values: Vector): void => {
    if (values.length === 0) return;
    numbers[`${name}.${label}.mean`] = exactly(meanOf(values));
    numbers[`${name}.${label}.least`] = exactly(Math.min(...values));
    numbers[`${name}.${label}.most`] = exactly(Math.max(...values));
  };
  spread("before", models.map(({ ratio }) => ratio.before));
  spread("after", models.map(({ ratio }) => ratio.after));
  const active = models.map(({ metric: { after }, beta }) => after.map((row, k) => row[k]! >= beta / 10));
  const ratios = models.map(({ metric: { after }, block }, m) => {
    const cosines = after.map((row, i) =>
      row.map((entry, j) => entry === 0 ? 0 : entry / Math.sqrt(after[i]![i]! * after[j]![j]!))
    );
    const { outside, inside } = meansOf(
      cosines,
      block,
      (i, j) => active[m]![i] && active[m]![j] ? metricWiring.place(i, j, block) : null,
    );
    return outside / inside;
  }).filter(Number.isFinite);
  spread("active", ratios);
  numbers[`active.${label}.seeds`] = ratios.length;
  numbers[`collapsed.${label}`] = active.flat().filter((is) => !is).length;
  const logs = models.flatMap(({ variances }) =>
    variances.map(({ found, predicted }) => [Math.log(found), Math.log(predicted)] as const)
  );
  const apart = logs.map(([found, predicted]) => Math.abs(found - predicted));
  numbers[`variances.${label}.factor`] = exactly(Math.exp(medianOf(apart)));
  const [x, y] = [meanOf(logs.map(([found]) => found)), meanOf(logs.map(([, predicted]) => predicted))];
  const moment = (product: (found: number, predicted: number) => number): number =>
    meanOf(logs.map(([found, predicted]) => product(found - x, predicted - y)));
  const deviation = Math.sqrt(moment((a) => a * a) * moment((_, b) => b * b));
  numbers[`variances.${label}.correlation`] = exactly(moment((a, b) => a * b) / deviation, 1);
  return numbers;
}

/** What a run of `metric` must report. */
export function metricMust(
  options: FitOptions,
  images: LabelledImages,
  epsilon: number,
  given: Partial<MetricWires> = {},
): StudyMust {
  const wires = { ...metricWiring, ...given };
  const parts = seedsOf(options).flatMap((seed) =>
    PANELS.map((panel): PartMust => {
      const { label, family, beta, latent, block } = panel;
      const training = { ...options, objective: "beta-vae", posterior: family, beta, latent, block } as const;
      const fit = (): Fit =>
        new Fit({ ...training, seed: wires.seed(seed, panel) }, images, epsilon, wires.digits);
      return {
        name: `${label}-${seed}`,
        isFirst: seed === options.seed,
        get kept() {
          return fit().kept;
        },
        firstStep: () => fit().firstStep(),
        result: (tensors) => {
          const own = fit(), end = own.end(tensors);
          const states = { before: wires.before(own.digits, end), after: wires.after(own.digits, end) };
          const metric: Record<string, Must> = {}, ratio: Record<string, Must> = {};
          for (const [when, state] of Object.entries(states)) {
            const { metric: entries, off } = metricOf(own, state, beta);
            const because = "rounding of a product of the layers; units on a kink";
            metric[when] = entries.map((row) => row.map((entry) => new Near(entry, off, because)));
            const { outside, inside } = meansOf(entries, block, wires.place), value = outside / inside;
            // Both are means of entries that are off by so much.
            const within = off < inside ? off * (1 + value) / (inside - off) : Infinity;
            ratio[when] = new Near(value, within, because);
          }
          return { ...panel, seed, metric, ratio, variances: variancesOf(own, end, panel, wires) };
        },
      };
    })
  );
  return {
    parts,
    concluded: (results) => {
      const models = results as readonly TrainedMetric[];
      const numbers = PANELS.flatMap(({ label }) => {
        const own = models.filter((model) => model.label === label);
        return own.length === 0 ? [] : Object.entries(panelNumbers(label, own));
      });
      const kinds = ["before", "after", "active"].flatMap((kind) =>
        ["mean", "least", "most"].map((which) => `${kind}.${which}`)
      );
      const columns = [
        "seeds",
        ...kinds,
        "active.seeds",
        "collapsed",
        "variances.factor",
        "variances.correlation",
      ];
      const rows = PANELS.filter(({ label }) => models.some((model) => model.label === label)).map(
        (panel): Must => {
          const { label, family, beta, latent, block } = panel;
          const all: Record<string, Must> = Object.fromEntries(numbers);
          const cells = columns.map((column) => {
            const [kind, ...which] = column.split(".");
            return all[[kind, label, ...which].join(".")] ?? null;
          });
          return [label, family, beta, latent, block, ...cells];
        },
      );
      return {
        results: { models: models as unknown as Must },
        numbers: Object.fromEntries(numbers),
        tables: { "panels.csv": [["panel", "family", "β", "latents", "block", ...columns], ...rows] },
      };
    },
  };
}

/**
 * Figures and tables from the trained models of a comparison.
 *
 * @module
 */

import { chart, type ChartAxis, type ChartSeries, toSvg } from "../../lib/figure/mod.ts";
import type { ComparedObjective } from "../../properties/laws/trained.ts";
import { COMPARED } from "../digits/compared.ts";
import type { ActivationName } from "../digits/names.ts";
import { spreadOf } from "../runner/spread.ts";
import type { Figure, Table } from "../runner/study.ts";
import { orderOf } from "./scoring.ts";
import type { Asked, CompareModel, Contraction, Snapshot } from "./study.ts";

/** All but the β-VAE. */
export const OTHERS = COMPARED.slice(1);

/** The spread of numbers; of none, nulls. */
export const spread = (values: readonly number[]) =>
  values.length > 0 ? spreadOf(values) : { mean: null, deviation: null, least: null, most: null };
/** The number furthest from 0; null of none. */
export const furthestOf = (values: readonly number[]): number | null =>
  values.reduce<number | null>((a, b) => a === null || Math.abs(b) > Math.abs(a) ? b : a, null);
/** "−5.80%"; "none" for null. */
export const percent = (value: number | null): string =>
  value === null ? "none" : `${value.toFixed(2).replace("-", "−")}%`;

/** A number of a model, or of what it was along its training. */
type Measure = (snapshot: Snapshot) => number;
const lossOf = (objective: ComparedObjective): Measure => ({ values }) => values[objective].loss;
const termOf = (objective: ComparedObjective, name: string): Measure => ({ values }) =>
  values[objective].terms[name] ?? NaN;
const less = (a: Measure, b: Measure): Measure => (snapshot) => a(snapshot) - b(snapshot);
/** An objective less the β-VAE loss on the same model, in nats per digit. */
const gapOf = (objective: ComparedObjective): Measure => less(lossOf(objective), lossOf("beta-vae"));
/** The same in percent of the β-VAE loss. */
const relativeGapOf = (objective: ComparedObjective): Measure => (snapshot) =>
  100 * gapOf(objective)(snapshot) / lossOf("beta-vae")(snapshot);

/** ½‖x − g(h)‖² and (β/2)‖h‖², common to all objectives. */
const [RECONSTRUCTION, PRIOR] = [termOf("grae", "reconstruction"), termOf("grae", "prior")];
/** E_q ½‖x − g(z)‖² − ½‖x − g(h)‖²: the noise's cost to the β-VAE. */
const NOISE = less(termOf("beta-vae", "reconstruction"), RECONSTRUCTION);
/** β KL − (β/2)‖h‖² = (β/2)(tr Σ − log|Σ| − d), the same in the β-VAE and the Taylor losses. */
const DIVERGENCE = less(termOf("beta-vae", "kl"), PRIOR);
/**
 * Terms in nats per digit, with a legend if they are drawn. Curvature stands for noise, and a volume for noise and
 * divergence, whose least value over Σ it is (S1). The last three add up to GRAE less the β-VAE: what Gauss–Newton misses;
 * −β KL(Σ learned ‖ the best of its family) (S2); −β KL(the best mean-field Σ ‖ the best) (G3).
 */
const TERMS: readonly (readonly [column: string, of: Measure, legend?: string])[] = [
  ["reconstruction", RECONSTRUCTION],
  ["prior", PRIOR],
  ["noise", NOISE, "β-VAE: noise"],
  ["curvature, Hessian", termOf("taylor-hessian", "curvature"), "Taylor: Hessian"],
  ["curvature, Jacobian", termOf("taylor-jacobian", "curvature"), "Taylor: Jacobian"],
  ["β KL less prior", DIVERGENCE],
  ["noise + that", (snapshot) => NOISE(snapshot) + DIVERGENCE(snapshot), "β-VAE: noise + KL"],
  ["volume, GRAE", termOf("grae", "volume"), "GRAE: volume"],
  ["volume, GRAE*", termOf("grae-star", "volume"), "GRAE*: volume"],
  ["expansion", gapOf("taylor-jacobian")],
  ["Σ optimal", less(lossOf("grae-star"), lossOf("taylor-jacobian"))],
  ["Σ full", less(lossOf("grae"), lossOf("grae-star"))],
];

/** The error of a Taylor loss on the β-VAEs of one activation. */
interface Curve {
  readonly name: string;
  readonly activation: ActivationName;
  readonly which: "hessian" | "jacobian";
}

/** The trained models of a comparison, asked by what was trained; lists are over seeds. */
export class Models {
  readonly betas: readonly number[];
  /** The β in the middle, at which curves over time and t are drawn. */
  readonly middle: number;
  /** Both losses where g is smooth, and Gauss–Newton with the other activation. */
  readonly curves: readonly [Curve, Curve, Curve];

  constructor(readonly asked: Asked, readonly all: readonly CompareModel[]) {
    const { activation, smooth } = asked;
    this.betas = asked.betas.toSorted((a, b) => a - b);
    this.middle = this.betas[Math.floor((this.betas.length - 1) / 2)]!;
    this.curves = [
      { name: `Hessian, ${smooth}`, activation: smooth, which: "hessian" },
      { name: `Jacobian, ${smooth}`, activation: smooth, which: "jacobian" },
      { name: `Jacobian, ${activation}`, activation, which: "jacobian" },
    ];
  }

  /** The models of an objective at one β. */
  of(objective: ComparedObjective, beta: number, kind = this.asked.activation): readonly CompareModel[] {
    return this.all.filter((model) =>
      model.objective === objective && model.beta === beta && model.activation === kind
    );
  }

  /** By how many percent the losses of models are above that of the β-VAE with the same seed, where it is left. */
  deviations(objective: ComparedObjective, beta: number): number[] {
    const references = this.of("beta-vae", beta);
    return this.of(objective, beta).flatMap(({ seed, judged: { yardstick } }) => {
      const reference = references.find((of) => of.seed === seed);
      return reference ? [100 * (yardstick / reference.judged.yardstick - 1)] : [];
    });
  }

  /** A measure of the β-VAEs of one β after so many epochs. */
  along(measure: Measure, kind: ActivationName, beta: number, epoch = this.asked.epochs): number[] {
    return this.of("beta-vae", beta, kind).flatMap(({ along }) =>
      along.filter((snapshot) => snapshot.epoch === epoch).map(measure)
    );
  }

  /** The mean gap, in percent, that is furthest from 0: over β and all objectives but the sampled one. */
  furthestGap(kind: ActivationName, epoch?: number): number | null {
    return furthestOf(
      OTHERS.flatMap(({ objective }) =>
        objective === "grae-star-stochastic"
          ? []
          : this.betas.flatMap((beta) =>
            spread(this.along(relativeGapOf(objective), kind, beta, epoch)).mean ?? []
          )
      ),
    );
  }

  /** The contracted posteriors of each β-VAE. */
  contractions(kind: ActivationName, betas: readonly number[]): readonly (readonly Contraction[])[] {
    return betas.flatMap((beta) => this.of("beta-vae", beta, kind).map(({ contractions }) => contractions));
  }

  /** The orders of a curve, of those that the draws resolve. */
  orders({ activation, which }: Curve, betas: readonly number[]): number[] {
    return this.contractions(activation, betas).flatMap((contractions) => orderOf(contractions, which) ?? []);
  }
}

/** A figure that is to be drawn. */
interface Drawing extends Omit<Figure, "content"> {
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly ChartSeries[];
}

const BANDS = "Curves are means over seeds, bands go from the lowest to the highest.";
const BETA: ChartAxis = { title: "β", log: true };
const ABOVE: ChartAxis = { title: "loss above the β-VAE's", unit: "%" };

/** The mean at every x with a band from the lowest to the highest, where there are values; no curve without any. */
function band(
  name: string,
  xs: readonly number[],
  at: (x: number) => readonly number[],
  dashed = false,
): ChartSeries[] {
  const points = xs.flatMap((x) => {
    const values = at(x);
    if (values.length === 0) return [];
    const { mean, least: low, most: high } = spreadOf(values);
    // The rounding of the mean of equal numbers may put it outside them.
    return [{ x, y: Math.min(high, Math.max(low, mean)), low, high }];
  });
  return points.length === 0 ? [] : [{ name, points, dashed }];
}

/** A curve for every objective. That of Taylor (Jacobian) is dashed, so that Taylor (Hessian) is seen where both are one. */
const byObjective = (
  xs: readonly number[],
  at: (objective: ComparedObjective, x: number) => readonly number[],
): ChartSeries[] =>
  COMPARED.flatMap(({ objective, name }) =>
    band(name, xs, (x) => at(objective, x), objective === "taylor-jacobian")
  );

/** The figures of which there are curves. */
export async function figuresOf(models: Models): Promise<Figure[]> {
  const { activation, smooth } = models.asked;
  const drawings = [
    ...trainedDrawings(models),
    ...alongDrawings(models, activation),
    ...alongDrawings(models, smooth),
    orderDrawing(models),
  ];
  const figures: Figure[] = [];
  for (const { x, y, series, ...figure } of drawings) {
    if (series.length > 0) figures.push({ ...figure, content: await toSvg(chart({ x, y, series })) });
  }
  return figures;
}

/** Each objective trained, all judged by the same loss. */
function trainedDrawings(models: Models): Drawing[] {
  const { betas, all } = models;
  const errors = all.map(({ judged }) => 100 * judged.standardError / Math.abs(judged.yardstick));
  const deviations = (objective: ComparedObjective, beta: number) => models.deviations(objective, beta);
  const { least, most } = spread(
    OTHERS.flatMap(({ objective }) => betas.flatMap((beta) => deviations(objective, beta))),
  );
  return [{
    file: "yardstick.svg",
    title: "Every objective trained, judged as a β-VAE",
    caption:
      "For a posterior of covariance tΣ an objective is the β-VAE loss up to O(t²) (Taylor, Hessian) or O(t) (T2), " +
      `with Σ learned or optimal (S1). ${BANDS} Draws err by ${percent(furthestOf(errors))} at most.`,
    x: BETA,
    y: { title: "held-out β-VAE loss", unit: "nats per digit" },
    series: byObjective(
      betas,
      (objective, beta) => models.of(objective, beta).map((of) => of.judged.yardstick),
    ),
  }, {
    file: "deviation.svg",
    title: "How far from the β-VAE",
    caption:
      "What the expansion drops (T2, T4), the posteriors' families (G3), a Σ that is learned instead of optimal " +
      `(S2) and noisy gradients set them apart. ${BANDS} All lie from ${percent(least)} to ${percent(most)}.`,
    x: BETA,
    y: ABOVE,
    series: least === null ? [] : byObjective(betas, deviations),
  }];
}

/** The objectives on the β-VAEs of one activation. */
function alongDrawings(models: Models, kind: ActivationName): Drawing[] {
  const { betas, middle, asked: { epochs } } = models;
  const relative = (objective: ComparedObjective, beta: number, epoch = epochs): number[] =>
    models.along(relativeGapOf(objective), kind, beta, epoch);
  const first = furthestOf(OTHERS.flatMap(({ objective }) => relative(objective, middle, 1)));
  const missed = betas.flatMap((beta) => models.along(gapOf("taylor-jacobian"), kind, beta));
  return [{
    file: `along-${kind}.svg`,
    title: `Along a training, ${kind}, β = ${middle}`,
    caption:
      "At a given decoder what the expansion drops falls with Σ (T2), and GRAE ≤ GRAE* ≤ Taylor (Jacobian), as Σ is " +
      `optimal over a larger family (G1), or optimal instead of learned (S2). ${BANDS} All are losses on the same ` +
      `β-VAEs; after one epoch the furthest is at ${percent(first)}.`,
    x: { title: "epoch", whole: true },
    y: ABOVE,
    series: byObjective(
      Array.from({ length: epochs }, (_, i) => i + 1),
      (objective, epoch) => relative(objective, middle, epoch),
    ),
  }, {
    file: `gap-${kind}.svg`,
    title: `How tight after training, ${kind}`,
    caption:
      "The Taylor losses differ from the β-VAE's by the remainder alone; GRAE and GRAE* have the best Σ of their " +
      `families, which can only lower them. ${BANDS} The furthest is at ${
        percent(models.furthestGap(kind))
      }.`,
    x: BETA,
    y: ABOVE,
    series: byObjective(betas, relative),
  }, {
    file: `terms-${kind}.svg`,
    title: `Term by term after training, ${kind}`,
    caption:
      "The noise's cost to the β-VAE corresponds to the curvature of Taylor; that and the rest of β KL to the " +
      `volumes, their least value over Σ (S1). ${BANDS} Curvature by the Jacobian is off by up to ` +
      `${Math.abs(furthestOf(missed) ?? 0).toPrecision(2)} nats.`,
    x: BETA,
    y: { title: "term", unit: "nats per digit", zero: true },
    series: TERMS.flatMap(([, measure, legend]) =>
      legend === undefined ? [] : band(
        legend,
        betas,
        (beta) => models.along(measure, kind, beta),
        legend === "Taylor: Jacobian",
      )
    ),
  }];
}

/** The errors of the Taylor losses over t at the middle β on axes of powers. */
function orderDrawing(models: Models): Drawing {
  const { middle, curves } = models;
  const all = (kind: ActivationName): Contraction[] => models.contractions(kind, [middle]).flat();
  const at = ({ activation }: Curve, t: number, value: (c: Contraction) => number): number[] =>
    all(activation).filter((c) => c.t === t).map((c) => Math.abs(value(c))).filter((error) => error > 0);
  const times = [...new Set(curves.flatMap(({ activation }) => all(activation).map(({ t }) => t)))];
  const last = Math.min(...times);
  const anchor = spread(at(curves[0], last, (c) => c.hessian)).mean;
  const powers = curves.flatMap((curve) => {
    const { mean } = spread(models.orders(curve, [middle]));
    return mean === null ? [] : [`${mean.toFixed(2)} (${curve.name})`];
  });
  return {
    file: "order.svg",
    title: `Error over the posterior's spread, β = ${middle}`,
    caption: "With a smooth decoder the Hessian errs by O(t²), and Gauss–Newton by O(t), to first order by " +
      `a term that is drawn without a fit (T2); kinks err by O(t) in the mean. ${BANDS} Powers of t at the smallest: ` +
      `${powers.join(", ") || "none that the draws resolve"}.`,
    x: { title: "t, posterior N(h, tΣ)", log: true },
    y: { title: "|Taylor less β-VAE|", unit: "nats per digit", log: true },
    series: [
      ...curves.flatMap((curve) => band(curve.name, times, (t) => at(curve, t, (c) => c[curve.which]))),
      ...band("theory, Jacobian", times, (t) => at(curves[0], t, (c) => c.leftOut), true),
      ...anchor === null ? [] : band("slope 2", times, (t) => [anchor * (t / last) ** 2], true),
    ],
  };
}

/** The tables; a cell is empty where no model is left to tell. */
export function tablesOf(models: Models): Table[] {
  const { asked: { activation, smooth }, betas, curves } = models;
  return [
    {
      file: "trained.csv",
      title: "The trained models",
      caption:
        "Held-out β-VAE loss in nats per digit, with the learned posterior or, where Σ is optimised out, the optimal " +
        "one (S1) of the objective's family: full for GRAE, mean-field for all others. With the optimal mean-field Σ it is " +
        "higher by the price of mean-field. Deviations are from the β-VAE with the same seed, in percent. Means over seeds.",
      head: [
        ...[
          "objective",
          "β",
          "models",
          "loss",
          "± over seeds",
          "± of draws",
          "deviation",
          "lowest",
          "highest",
        ],
        ...["mean-field Σ", "GRAE", "reconstruction"],
      ],
      rows: COMPARED.flatMap(({ objective, name }) =>
        betas.map((beta) => {
          const judged = models.of(objective, beta).map((model) => model.judged);
          const loss = spread(judged.map(({ yardstick }) => yardstick));
          const deviation = spread(models.deviations(objective, beta));
          return [
            ...[name, beta, judged.length, loss.mean, loss.deviation],
            furthestOf(judged.map(({ standardError }) => standardError)),
            ...[deviation.mean, deviation.least, deviation.most],
            spread(judged.map(({ meanField }) => meanField)).mean,
            spread(judged.map(({ grae }) => grae)).mean,
            spread(judged.map(({ reconstruction }) => reconstruction)).mean,
          ];
        })
      ),
    },
    ...[activation, smooth].flatMap((kind) => alongTables(models, kind)),
    {
      file: "order.csv",
      title: "The order of the error",
      caption:
        "Slope of log |Taylor less β-VAE| over log t for posteriors N(h, tΣ), fitted to the smallest t: over the " +
        "trainings whose draws resolve it. The error at t = 1 is in nats per digit, the mean of all.",
      head: ["Taylor", "β", "trainings", "resolved", "slope", "± over seeds", "error at t = 1"],
      rows: curves.flatMap((curve) =>
        betas.map((beta) => {
          const all = models.contractions(curve.activation, [beta]);
          const orders = models.orders(curve, [beta]);
          const { mean, deviation } = spread(orders);
          const whole = spread(all.map(([first]) => Math.abs(first![curve.which]))).mean;
          return [curve.name, beta, all.length, orders.length, mean, deviation, whole];
        })
      ),
    },
  ];
}

/** The objectives on the β-VAEs of one activation after their training. */
function alongTables(models: Models, kind: ActivationName): Table[] {
  const table = (
    [name, title, caption]: readonly [name: string, title: string, caption: string],
    columns: readonly (readonly [head: string, of: Measure, ...unknown[]])[],
  ): Table => ({
    file: `${name}-${kind}.csv`,
    title: `${title}, ${kind}`,
    caption: `${caption} Nats per digit after the training, means over seeds.`,
    head: ["β", "trainings", ...columns.map(([head]) => head)],
    rows: models.betas.map((beta) => [
      ...[beta, models.of("beta-vae", beta, kind).length],
      ...columns.map(([, measure]) => spread(models.along(measure, kind, beta)).mean),
    ]),
  });
  const tight = "The β-VAE loss, and each objective on the same model less that.";
  const terms =
    "Reconstruction ½‖x − g(h)‖² and prior (β/2)‖h‖² are common to all. Curvature stands for noise, which is its " +
    "cost to the β-VAE, and the volumes for noise and the rest of β KL. The last three add up to GRAE less the β-VAE: the " +
    "expansion by the Jacobian, Σ optimal instead of learned (S2), and full instead of mean-field (G3).";
  const gaps = OTHERS.map(({ objective, name }) => [name, gapOf(objective)] as const);
  return [
    table(["gap", "How tight each approximation is", tight], [["β-VAE", lossOf("beta-vae")], ...gaps]),
    table(["terms", "Term by term", terms], TERMS),
  ];
}

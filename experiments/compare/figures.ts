/**
 * The conclusion from the trained models of a comparison: key numbers, an answer, figures and tables.
 *
 * @module
 */

import type { ChartAxis, ChartSeries } from "../../figure/mod.ts";
import type { ComparedObjective, CompareResults } from "../../properties/contract/trained.ts";
import { COMPARED } from "../digits/compared.ts";
import type { ActivationName } from "../digits/names.ts";
import { nounOf } from "../digits/options.ts";
import { charted } from "../runner/charted.ts";
import { spreadOf } from "../runner/spread.ts";
import type { Conclusion, Figure, Table } from "../runner/study.ts";
import { orderOf } from "./scoring.ts";
import type { CompareModel, CompareOptions, Tracked } from "./study.ts";

/** The options that a conclusion looks at. */
export type Asked = Pick<CompareOptions, "betas" | "activation" | "smooth" | "epochs" | "dataset">;

/** All but the β-VAE. */
const OTHERS = COMPARED.slice(1);

/** The spread of numbers; of none, nulls. */
const spread = (values: readonly number[]) =>
  values.length > 0 ? spreadOf(values) : { mean: null, deviation: null, least: null, most: null };
/** The number furthest from 0; null of none. */
const furthestOf = (values: readonly number[]): number | null =>
  values.reduce<number | null>((a, b) => a === null || Math.abs(b) > Math.abs(a) ? b : a, null);
/** The trained models of a comparison, by objective, β and activation; lists are over seeds, without parts that failed. */
class Models {
  /** From the lowest to the highest. */
  readonly betas: readonly number[];

  constructor(readonly asked: Asked, readonly all: readonly CompareModel[]) {
    this.betas = asked.betas.toSorted((a, b) => a - b);
  }

  /** The models of an objective at one β. */
  of(objective: ComparedObjective, beta: number, kind = this.asked.activation): CompareModel[] {
    return this.all.filter((model) =>
      model.objective === objective && model.beta === beta && model.activation === kind
    );
  }

  /** By how many percent the losses of models are above that of the β-VAE with the same seed, where it is left. */
  deviations(objective: ComparedObjective, beta: number): number[] {
    const references = this.of("beta-vae", beta);
    return this.of(objective, beta).flatMap(({ seed, judged: { betaVaeLoss } }) => {
      const reference = references.find((other) => other.seed === seed);
      return reference ? [100 * (betaVaeLoss / reference.judged.betaVaeLoss - 1)] : [];
    });
  }

  /** The objectives on the β-VAEs of one β after so many epochs. */
  values(kind: ActivationName, beta: number, after = this.asked.epochs): Tracked[] {
    return this.of("beta-vae", beta, kind).flatMap(({ along }) =>
      along.filter(({ epoch }) => epoch === after).map(({ values }) => values)
    );
  }

  /** By how many percent an objective is above the β-VAE loss there. */
  gaps(objective: ComparedObjective, ...at: Parameters<Models["values"]>): number[] {
    return this.values(...at).map((values) => {
      const { loss } = values["beta-vae"];
      return 100 * (values[objective].loss - loss) / loss;
    });
  }

  /** The mean gap that is furthest from 0: over β and all objectives but the sampled one. */
  furthestGap(kind: ActivationName, after?: number): number | null {
    const exact = OTHERS.filter(({ objective }) => objective !== "grae-star-stochastic");
    return furthestOf(
      exact.flatMap(({ objective }) =>
        this.betas.flatMap((beta) => spread(this.gaps(objective, kind, beta, after)).mean ?? [])
      ),
    );
  }
}

/** The errors that are looked at: of both Taylor losses where g is smooth, and of Gauss–Newton with the other activation. */
const curvesOf = ({ activation, smooth }: Asked) =>
  [
    { name: `Hessian, ${smooth}`, activation: smooth, which: "hessian" },
    { name: `Jacobian, ${smooth}`, activation: smooth, which: "jacobian" },
    { name: `Jacobian, ${activation}`, activation, which: "jacobian" },
  ] as const;

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
  const numbers = numbersOf(models);
  const { activation, smooth } = asked;
  const size = (name: string): string => `${shownOf(numbers)(name).replace("−", "")}%`;
  const power = (which: string): string => shownOf(numbers)(`order.${smooth}.${which}.mean`);
  const own = all.filter((model) => model.activation === activation);
  return {
    results: {
      trained: own.map(({ objective, beta, seed, judged: { betaVaeLoss } }) => ({
        ...{ objective, beta, seed, betaVaeLoss },
      })),
      along: own.flatMap(({ beta, seed, along }) =>
        along.flatMap(({ epoch, values }) =>
          COMPARED.map(({ objective }) => {
            const { loss, terms } = values[objective];
            return { objective, beta, seed, epoch, loss, terms };
          })
        )
      ),
    },
    numbers,
    answer: `Trained by themselves, all are within ${size("deviation.furthest")} of the β-VAE's loss; ` +
      `on β-VAEs the approximations are within ${size(`gap.${activation}.end`)} with ${activation}, ` +
      `and within ${size(`gap.${smooth}.end`)} with ${smooth}; ` +
      `as Σ shrinks to tΣ, the error of the Hessian falls like t to the ${power("hessian")}, ` +
      `that of the Jacobian like t to the ${power("jacobian")} (means over seeds).`,
    caveat:
      "All are trained for as many epochs, so a loss below the β-VAE's is a matter of training and of Σ, " +
      `optimal instead of learned, and not of a tighter bound; losses are in nats per ${
        nounOf(asked)
      }, less (n/2) log 2π.`,
    figures: await figuresOf(models, numbers),
    tables: tablesOf(models),
  };
}

type Numbers = Readonly<Record<string, number>>;

/** The key numbers: mean deviations and gaps in percent, orders as powers of t; none where models lack. */
function numbersOf(models: Models): Numbers {
  const { asked, betas, all } = models;
  const numbers: Record<string, number> = {};
  const add = (name: string, value: number | null): void => {
    if (value !== null) numbers[name] = value;
  };
  for (const { objective } of OTHERS) {
    for (const beta of betas) {
      add(`deviation.${objective}.beta=${beta}`, spread(models.deviations(objective, beta)).mean);
    }
  }
  add("deviation.furthest", furthestOf(Object.values(numbers)));
  for (const kind of [asked.activation, asked.smooth]) {
    add(`gap.${kind}.epoch1`, models.furthestGap(kind, 1));
    add(`gap.${kind}.end`, models.furthestGap(kind));
  }
  for (const { activation, which } of curvesOf(asked)) {
    const own = all.filter((model) => model.objective === "beta-vae" && model.activation === activation);
    const orders = own.flatMap(({ contractions }) => orderOf(contractions, which) ?? []);
    const name = `order.${activation}.${which}`;
    add(`${name}.trainings`, own.length);
    add(`${name}.resolved`, orders.length);
    add(`${name}.mean`, spread(orders).mean);
    add(`${name}.deviation`, spread(orders).deviation);
  }
  return numbers;
}

/** Key numbers in texts: "−5.80"; "?" for one that is missing. */
const shownOf = (numbers: Numbers) => (name: string): string =>
  numbers[name]?.toFixed(2).replace("-", "−") ?? "?";

/** The mean at every x that has values, with a band from the lowest to the highest; no curve without values. */
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
async function figuresOf(models: Models, numbers: Numbers): Promise<Figure[]> {
  const { asked, betas } = models;
  const { activation, epochs } = asked;
  // At which curves over epochs and t are drawn.
  const middle = betas[Math.floor((betas.length - 1) / 2)]!;
  const bands = "Curves are means over seeds, bands go from the lowest to the highest.";
  const above: ChartAxis = { title: "loss above the β-VAE's", unit: "%" };
  const shown = shownOf(numbers);
  const powers = curvesOf(asked).map(({ name, activation, which }) =>
    `${shown(`order.${activation}.${which}.mean`)} (${name})`
  );
  const drawings = [{
    file: "deviation.svg",
    title: "Every objective trained: how far from the β-VAE",
    caption:
      "All are judged by the held-out β-VAE loss: what the expansion drops (T2, T4), the posteriors' families (G3), " +
      `a Σ that is learned instead of optimal (S2) and noisy gradients set them apart. ${bands} The furthest mean is at ` +
      `${shown("deviation.furthest")}%.`,
    x: { title: "β", log: true },
    y: above,
    series: "deviation.furthest" in numbers
      ? byObjective(betas, (objective, beta) => models.deviations(objective, beta))
      : [],
  }, {
    file: `along-${activation}.svg`,
    title: `Along a training, ${activation}, β = ${middle}`,
    caption:
      "At a given decoder what the expansion drops falls with Σ (T2), and GRAE ≤ GRAE* ≤ Taylor (Jacobian), as Σ is " +
      `optimal over a larger family (G1), or optimal instead of learned (S2). ${bands} All are losses on the same β-VAEs; ` +
      `over all β the furthest mean is at ${shown(`gap.${activation}.epoch1`)}% after one epoch, and at ` +
      `${shown(`gap.${activation}.end`)}% in the end.`,
    x: { title: "epoch", whole: true },
    y: above,
    series: byObjective(
      Array.from({ length: epochs }, (_, i) => i + 1),
      (objective, epoch) => models.gaps(objective, activation, middle, epoch),
    ),
  }, {
    file: "order.svg",
    title: `Error over the posterior's spread, β = ${middle}`,
    caption: "With a smooth decoder the Hessian errs by O(t²), and Gauss–Newton by O(t), to first order by " +
      `a term that is drawn without a fit (T2); kinks err by O(t) in the mean. ${bands} Powers of t at the smallest, over ` +
      `all β where draws resolve it: ${powers.join(", ")}.`,
    x: { title: "t, posterior N(h, tΣ)", log: true },
    y: { title: "|Taylor less β-VAE|", unit: `nats per ${nounOf(asked)}`, log: true },
    series: orderSeries(models, middle),
  }];
  const figures: Figure[] = [];
  for (const { x, y, series, ...figure } of drawings) {
    if (series.length > 0) figures.push(await charted(figure, [{ x, y, series }]));
  }
  return figures;
}

/** The errors of the Taylor losses over t at one β, for axes of powers. */
function orderSeries({ asked, all }: Models, beta: number): ChartSeries[] {
  const curves = curvesOf(asked);
  const own = all.filter((model) => model.objective === "beta-vae" && model.beta === beta);
  const times = [...new Set(own.flatMap(({ contractions }) => contractions.map(({ t }) => t)))];
  const at = (kind: ActivationName, derivative: "hessian" | "jacobian" | "leftOut", t: number): number[] =>
    own.filter(({ activation }) => activation === kind).flatMap(({ contractions }) =>
      contractions.filter((c) => c.t === t && c[derivative] !== 0).map((c) => Math.abs(c[derivative]))
    );
  const last = Math.min(...times);
  const anchor = spread(at(asked.smooth, "hessian", last)).mean;
  return [
    ...curves.flatMap(({ name, activation, which }) => band(name, times, (t) => at(activation, which, t))),
    ...band("theory, Jacobian", times, (t) => at(asked.smooth, "leftOut", t), true),
    ...anchor === null ? [] : band("slope 2", times, (t) => [anchor * (t / last) ** 2], true),
  ];
}

/** The tables; a cell is empty where no model is left to tell. */
function tablesOf(models: Models): Table[] {
  const { asked: { activation, smooth }, betas } = models, each = nounOf(models.asked);
  return [{
    file: "trained.csv",
    title: "The trained models",
    caption:
      `Held-out β-VAE loss in nats per ${each}, with the learned posterior or, where Σ is optimised out, the optimal ` +
      "one (S1) of the objective's family: full for GRAE, mean-field for all others. Deviations are from the β-VAE with the " +
      "same seed, in percent. Means over seeds.",
    head: [
      ...["objective", "β", "models", "loss", "± over seeds", "± of draws"],
      ...["deviation", "lowest", "highest"],
    ],
    rows: COMPARED.flatMap(({ objective, name }) =>
      betas.map((beta) => {
        const judged = models.of(objective, beta).map((model) => model.judged);
        const loss = spread(judged.map(({ betaVaeLoss }) => betaVaeLoss));
        const deviation = spread(models.deviations(objective, beta));
        return [
          ...[name, beta, judged.length, loss.mean, loss.deviation],
          spread(judged.map(({ standardError }) => standardError)).most,
          ...[deviation.mean, deviation.least, deviation.most],
        ];
      })
    ),
  }, {
    file: "gap.csv",
    title: "How tight each approximation is",
    caption: `All losses on the same β-VAEs after their training, in nats per ${each}. Means over seeds.`,
    head: ["activation", "β", "trainings", ...COMPARED.map(({ name }) => name)],
    rows: [activation, smooth].flatMap((kind) =>
      betas.map((beta) => {
        const values = models.values(kind, beta);
        return [
          ...[kind, beta, values.length],
          ...COMPARED.map(({ objective }) => spread(values.map((value) => value[objective].loss)).mean),
        ];
      })
    ),
  }];
}

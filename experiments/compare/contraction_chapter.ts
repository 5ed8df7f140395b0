/**
 * T2 on the trained β-VAEs: how the error of the Taylor losses falls as the posterior contracts.
 *
 * @module
 */

import { chart, type ChartSeries, toSvg } from "../../lib/figure/mod.ts";
import { fitOrder } from "../../properties/laws/order.ts";
import type { ActivationName } from "../digits/names.ts";
import type { Figure } from "../study/study.ts";
import { bandSeries } from "./band_series.ts";
import type { Chapter } from "./chapter.ts";
import { meanAndDeviation, small } from "./format.ts";
import { PIECEWISE_LINEAR } from "./piecewise_linear.ts";
import type { CompareOptions } from "./options.ts";
import type { Contraction, PartResult } from "./part_result.ts";
import { spreadOf } from "../study/spread.ts";
import { middleOf } from "./tracked_training.ts";

/** How many of the smallest t an order is fitted to. */
const FITTED = 4;

/** Why a piecewise linear decoder is no better than a smooth one with Gauss–Newton. */
const KINKS =
  "At a digit off the kinks of a piecewise linear decoder the error vanishes faster than any power of t (T4). " +
  "But about √t of all units lie within a spread √t of their kinks, where each errs by about √t, so that the mean over " +
  "digits is of order t, as that of Gauss–Newton with a smooth decoder.";

type Which = "hessian" | "jacobian";

/** The orders of the contractions at the smallest t; those that draws hide are left out. */
function orders(contractions: readonly (readonly Contraction[])[], which: Which): number[] {
  return contractions.flatMap((of) => {
    const points = of.slice(-FITTED).map((at) => ({
      t: at.t,
      error: Math.abs(at[which]),
      rounding: at.standardError,
    }));
    const { slope, resolved } = fitOrder(points);
    return resolved ? [slope] : [];
  });
}

/** The mean |error| at t = 1, in nats. */
function wholeError(contractions: readonly (readonly Contraction[])[], which: Which): string {
  const errors = contractions.flatMap(([first]) => first ? [Math.abs(first[which])] : []);
  return errors.length > 0 ? small(spreadOf(errors).mean) : "–";
}

/** Mean ± standard deviation over seeds. */
function orderText(slopes: readonly number[]): string {
  if (slopes.length === 0) return "unresolved";
  return meanAndDeviation(slopes);
}

/** Tables, figures and sentences on the contracted posteriors. */
export async function contractionChapter(
  options: CompareOptions,
  results: readonly PartResult[],
): Promise<Chapter> {
  const { activation, smooth, contracted, contractedPairs, seeds } = options;
  const betas = options.betas.toSorted((a, b) => a - b);
  const of = (kind: ActivationName, beta?: number): readonly (readonly Contraction[])[] =>
    results.filter((result) =>
      result.activation === kind && result.contractions.length > 0 &&
      (beta === undefined || result.beta === beta)
    ).map(({ contractions }) => contractions);
  if (of(smooth).length === 0 && of(activation).length === 0) {
    return {
      words: ["No β-VAE ended its training, so no posterior was contracted."],
      figures: [],
      tables: [],
    };
  }
  const curves: readonly (readonly [string, ActivationName, Which])[] = [
    [`${smooth}: Taylor (Hessian)`, smooth, "hessian"],
    [`${smooth}: Taylor (Jacobian)`, smooth, "jacobian"],
    [`${activation}: Taylor (Jacobian)`, activation, "jacobian"],
  ];
  const draws =
    `${contracted} held-out digits, ${contractedPairs} pairs ±ε to each, the quadratic part taken from every ` +
    "pair (its mean is known)";
  const table = {
    title: "The order of the error",
    caption:
      `Slope of log |Taylor less β-VAE| over log t for posteriors N(h, tΣ), fitted to the ${FITTED} smallest t: ` +
      `mean ± standard deviation over seeds (those whose draws resolve it). ${draws}.`,
    head: ["β", ...curves.map(([name]) => name), "error of each at t = 1, nats"],
    rows: betas.map((beta) => [
      String(beta),
      ...curves.map(([, kind, which]) => orderText(orders(of(kind, beta), which))),
      curves.map(([, kind, which]) => wholeError(of(kind, beta), which)).join(", "),
    ]),
  };
  const [full, gaussNewton, kinked] = curves.map(([, kind, which]) => orderText(orders(of(kind), which)));
  const relative = of(smooth).flatMap((all) => all.flatMap((at) => at.standardError / Math.abs(at.hessian)));
  const precision = relative.length > 0
    ? ` The standard error of the draws is ${
      (100 * spreadOf(relative).mean).toFixed(0)
    } % of the Hessian's error in the mean.`
    : "";
  const words = [
    `T2 on the trained models: as Σ contracts to tΣ, the error of Taylor (Hessian) with ${smooth} falls like t to the ` +
    `${full}, that of Taylor (Jacobian) like t to the ${gaussNewton}; theory says 2 and 1. With ${activation} it is ` +
    `t to the ${kinked} (means ± standard deviations over β and seeds).${precision}`,
    `With β the spread of the posterior grows (S3), and with it the error: at t = 1 the mean |error| goes from ` +
    `β = ${betas[0]} to β = ${betas.at(-1)} ${
      curves.map(([name, kind, which]) =>
        `from ${wholeError(of(kind, betas[0]), which)} to ${
          wholeError(of(kind, betas.at(-1)), which)
        } nats (${name})`
      ).join(", ")
    }.`,
    ...(PIECEWISE_LINEAR.includes(activation) ? [KINKS] : []),
  ];
  const figure = await orderFigure(
    middleOf(betas),
    curves,
    of,
    `${draws}; bands over ${seeds} seeds`,
    words[0]!,
  );
  return { words, figures: figure ? [figure] : [], tables: [table] };
}

/** The errors over t on axes of powers, with what theory says of them. */
async function orderFigure(
  beta: number,
  curves: readonly (readonly [string, ActivationName, Which])[],
  of: (kind: ActivationName, beta: number) => readonly (readonly Contraction[])[],
  how: string,
  seen: string,
): Promise<Figure | null> {
  const times = [...new Set(curves.flatMap(([, kind]) => of(kind, beta).flat().map(({ t }) => t)))];
  const at = (kind: ActivationName, t: number, value: (c: Contraction) => number): number[] =>
    of(kind, beta).flatMap((all) => all.filter((c) => c.t === t).map((c) => Math.abs(value(c))))
      .filter((error) => error > 0);
  const series: ChartSeries[] = curves.flatMap(([name, kind, which]) =>
    bandSeries(name, times, (t) => at(kind, t, (c) => c[which]))
  );
  if (series.length === 0) return null;
  const smooth = curves[0]![1];
  const line = (name: string, value: (t: number) => number[]): ChartSeries[] =>
    bandSeries(name, times, value).map(({ name, points }) => ({
      name,
      points: points.map(({ x, y }) => ({ x, y })),
      dashed: true,
    }));
  series.push(...line("theory: t · ½|(x − g)ᵀ tr(∇²g Σ)|", (t) => at(smooth, t, (c) => c.leftOut)));
  const last = Math.min(...times);
  const anchor = at(smooth, last, (c) => c.hessian);
  if (anchor.length > 0) {
    series.push(...line("slope 2, through the last", (t) => [spreadOf(anchor).mean * (t / last) ** 2]));
  }
  const x = { title: "t, with the posterior N(h, tΣ)", log: true };
  const y = { title: "|Taylor less β-VAE|", unit: "nats per digit", log: true };
  return {
    file: "order.svg",
    title: `The error over the spread of the posterior, β = ${beta}`,
    theory: "With a smooth decoder the full Hessian errs by O(t²); Gauss–Newton by O(t), to first order by " +
      "½ (x − g)ᵀ tr(∇²g Σ) t, which is drawn without a fit (T2).",
    seen: `${seen} ${how}.`,
    content: await toSvg(chart({ x, y, series })),
  };
}

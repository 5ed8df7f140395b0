/**
 * T2 on the trained β-VAEs: how the error of the Taylor losses falls as the posterior contracts.
 *
 * @module
 */

import { chart, type ChartSeries, toSvg } from "../../lib/figure/mod.ts";
import { spreadOf } from "../study/spread.ts";
import type { Figure } from "../study/study.ts";
import { bandSeries } from "./band_series.ts";
import type { Chapter } from "./chapter.ts";
import { type Curve, curvesOf, FITTED, ordersOf, orderText, wholeErrorText } from "./contraction_curves.ts";
import { contractionWords, orderWords } from "./contraction_words.ts";
import { endedOf, overSeeds } from "./format.ts";
import type { CompareOptions } from "./options.ts";
import type { Contraction, PartResult } from "./part_result.ts";
import { middleOf } from "./tracked_training.ts";

/** Tables, figures and sentences on the contracted posteriors. */
export async function contractionChapter(
  options: CompareOptions,
  results: readonly PartResult[],
): Promise<Chapter> {
  const { activation, smooth, contracted, contractedPairs, seeds } = options;
  const betas = options.betas.toSorted((a, b) => a - b);
  const curves = curvesOf(activation, smooth, results);
  if (curves.every(({ of }) => of().length === 0)) {
    return {
      words: ["No β-VAE ended its training, so no posterior was contracted."],
      figures: [],
      tables: [],
    };
  }
  const draws =
    `${contracted} held-out digits, ${contractedPairs} pairs ±ε to each, the quadratic part taken from every ` +
    "pair (its mean is known)";
  const orderOf = (curve: Curve, beta: number): string => {
    const orders = ordersOf(curve, beta);
    return orderText(orders) + (orders.count > 0 ? endedOf(orders.count, seeds) : "");
  };
  const table = {
    title: "The order of the error",
    caption:
      `Slope of log |Taylor less β-VAE| over log t for posteriors N(h, tΣ), fitted to the ${FITTED} smallest t: ` +
      `mean ± standard deviation ${overSeeds(seeds)} and whose draws resolve it. ${draws}.`,
    head: ["β", ...curves.map(({ name }) => name), "error of each at t = 1, nats"],
    rows: betas.map((beta) => [
      String(beta),
      ...curves.map((curve) => orderOf(curve, beta)),
      curves.map((curve) => wholeErrorText(curve, beta)).join(", "),
    ]),
  };
  const figure = await orderFigure(
    middleOf(betas),
    curves,
    `${draws}; curves are means ${overSeeds(seeds)}, bands go from the lowest to the highest`,
  );
  return { words: contractionWords(curves, betas), figures: figure ? [figure] : [], tables: [table] };
}

/** The errors over t on axes of powers, with what theory says of them. */
async function orderFigure(
  beta: number,
  curves: readonly [Curve, Curve, Curve],
  how: string,
): Promise<Figure | null> {
  const [full] = curves;
  const times = [...new Set(curves.flatMap(({ of }) => of(beta).flat().map(({ t }) => t)))];
  const at = ({ of }: Curve, t: number, value: (c: Contraction) => number): number[] =>
    of(beta).flatMap((all) => all.filter((c) => c.t === t).map((c) => Math.abs(value(c))))
      .filter((error) => error > 0);
  const series: ChartSeries[] = curves.flatMap((curve) =>
    bandSeries(curve.name, times, (t) => at(curve, t, (c) => c[curve.which]))
  );
  if (series.length === 0) return null;
  const line = (name: string, value: (t: number) => number[]): ChartSeries[] =>
    bandSeries(name, times, value).map(({ name, points }) => ({
      name,
      points: points.map(({ x, y }) => ({ x, y })),
      dashed: true,
    }));
  series.push(...line("theory: t · ½|(x − g)ᵀ tr(∇²g Σ)|", (t) => at(full, t, (c) => c.leftOut)));
  const last = Math.min(...times);
  const anchor = at(full, last, (c) => c.hessian);
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
    seen: `${orderWords(curves, beta)} ${how}.`,
    content: await toSvg(chart({ x, y, series })),
  };
}

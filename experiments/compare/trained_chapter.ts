/**
 * The second view: each objective trained, all judged by the same yardstick.
 *
 * @module
 */

import { chart, type ChartAxis, toSvg } from "../../lib/figure/mod.ts";
import type { ComparedObjective } from "../../properties/laws/trained.ts";
import { spreadOf } from "../study/spread.ts";
import type { Figure, Table } from "../study/study.ts";
import { objectiveSeries } from "./band_series.ts";
import { type Cell, cellsOf, type JudgedModel } from "./cells.ts";
import type { Chapter } from "./chapter.ts";
import { COMPARED } from "../digits/compared.ts";
import { failureWords } from "./failure_words.ts";
import { endedOf, meanAndDeviation, overSeeds, percentOf, signed } from "./format.ts";
import type { CompareOptions } from "./options.ts";
import type { PartResult } from "./part_result.ts";
import { trainedWords } from "./trained_words.ts";

const BETA: ChartAxis = { title: "β", log: true };

/** A column of a table. */
interface Column {
  readonly head: string;
  readonly objective: ComparedObjective;
  readonly text: (cell: Cell) => string;
}

/** A table of β by objective. */
function tableOf(
  title: string,
  caption: string,
  cells: readonly Cell[],
  columns: readonly Column[],
): Table {
  return {
    title,
    caption,
    head: ["β", ...columns.map(({ head }) => head)],
    rows: [...new Set(cells.map(({ beta }) => beta))].map((beta) => [
      String(beta),
      ...columns.map(({ objective, text }) => {
        const cell = cells.find((at) => at.objective === objective && at.beta === beta);
        return cell && cell.models.length > 0 ? text(cell) : "failed";
      }),
    ]),
  };
}

/** The trained models in tables. */
function tablesOf({ seeds }: CompareOptions, cells: readonly Cell[]): Table[] {
  const columns = (text: (cell: Cell) => string): Column[] =>
    COMPARED.map(({ objective, name }) => ({ head: name, objective, text }));
  const each = (pick: (model: JudgedModel) => number) => ({ models }: Cell): string =>
    meanAndDeviation(models.map(pick)) + endedOf(models.length, seeds);
  const errors = cells.flatMap(({ models }) => models.map(({ standardError }) => standardError));
  const error = errors.length === 0
    ? ""
    : ` The standard error of the draws is at most ${Math.max(...errors).toPrecision(2)} nats.`;
  return [
    tableOf(
      "The yardstick",
      "Held-out β-VAE loss less (n/2) log 2π, nats per digit, of models trained by each objective: mean ± standard " +
        `deviation ${
          overSeeds(seeds)
        }. The posterior is the learned one or, where Σ is optimised out, that with the ` +
        "optimal Σ (S1) of the objective's family: full for GRAE, mean-field for all others. The last column judges " +
        `GRAE's models with the optimal mean-field Σ: what it is above GRAE is the price of mean-field.${error}`,
      cells,
      [...columns(each(({ yardstick }) => yardstick)), {
        head: "GRAE, mean-field Σ",
        objective: "grae",
        text: each(({ meanField }) => meanField),
      }],
    ),
    tableOf(
      "Deviation from the β-VAE",
      "The yardstick relative to that of the β-VAE trained with the same seed, in percent: mean (lowest to highest) " +
        `${overSeeds(seeds)}.`,
      cells,
      columns(({ deviations }) =>
        deviations.length === 0
          ? "no β-VAE"
          : percentOf(spreadOf(deviations)).replace(" %", "") + endedOf(deviations.length, seeds)
      ).slice(1),
    ),
    tableOf(
      "The same models by GRAE, and how well they reconstruct",
      `GRAE / ½‖x − g(h)‖², held out, nats per digit: means ${overSeeds(seeds)}.`,
      cells,
      columns(({ models }) => {
        const mean = (pick: (model: JudgedModel) => number): string =>
          spreadOf(models.map(pick)).mean.toFixed(2);
        return `${mean(({ grae }) => grae)} / ${mean(({ reconstruction }) => reconstruction)}` +
          endedOf(models.length, seeds);
      }),
    ),
  ];
}

/** Tables, figures and sentences on the trained models. */
export async function trainedChapter(
  options: CompareOptions,
  results: readonly PartResult[],
): Promise<Chapter> {
  const cells = cellsOf(options, results);
  const words = [...trainedWords(options, cells), failureWords(options, results)];
  const tables = tablesOf(options, cells);
  const betas = options.betas.toSorted((a, b) => a - b);
  const series = (pick: (cell: Cell) => readonly number[]) =>
    objectiveSeries(
      betas,
      (objective, beta) =>
        cells.filter((cell) => cell.objective === objective && cell.beta === beta).flatMap(pick),
    );
  const figures: Figure[] = [];
  const yardsticks = series(({ models }) => models.map(({ yardstick }) => yardstick));
  if (yardsticks.length > 0) {
    const y = { title: "held-out β-VAE loss", unit: "nats per digit" };
    figures.push({
      file: "yardstick.svg",
      title: "Every objective trained, judged as a β-VAE",
      theory:
        "Taylor (Hessian) is the β-VAE loss up to O(t²) for a posterior of spread tΣ, the others are up to O(t), or to " +
        "the kinks where g is piecewise linear (T2, T4), with Σ learned or optimal (S1, G2, G3): where that is small, " +
        "each reaches about the same β-VAE loss.",
      seen: words[0] ?? "",
      content: await toSvg(chart({ x: BETA, y, series: yardsticks })),
    });
  }
  const deviations = series(({ deviations }) => deviations);
  if (deviations.length > 0) {
    const all = cells.flatMap(({ deviations }) => deviations);
    figures.push({
      file: "deviation.svg",
      title: "How far from the β-VAE",
      theory:
        "What the expansion drops (T2, T4), the posteriors' families (G3), a Σ that is learned and amortised instead of " +
        "optimal (S2), the noise of gradients, and how far as many steps lead set the objectives apart.",
      seen:
        `Curves are means ${
          overSeeds(options.seeds)
        }, bands go from the lowest to the highest; all lie from ` +
        `${signed(Math.min(...all), 2)} % to ${signed(Math.max(...all), 2)} %.`,
      content: await toSvg(
        chart({ x: BETA, y: { title: "deviation from the β-VAE", unit: "%" }, series: deviations }),
      ),
    });
  }
  return { words, figures, tables };
}

/**
 * The second view: each objective trained, all judged by the same yardstick.
 *
 * @module
 */

import { chart, type ChartAxis, toSvg } from "../../lib/figure/mod.ts";
import type { ComparedObjective } from "../../properties/laws/trained.ts";
import type { Figure, Table } from "../study/study.ts";
import { objectiveSeries } from "./band_series.ts";
import { type Cell, cellsOf } from "./cells.ts";
import type { Chapter } from "./chapter.ts";
import { COMPARED, nameOf } from "./compared.ts";
import { percentOf, signed } from "./format.ts";
import type { CompareOptions } from "./options.ts";
import type { PartResult } from "./part_result.ts";
import { spreadOf } from "./spread.ts";
import { trainedWords } from "./trained_words.ts";

const BETA: ChartAxis = { title: "β", log: true };

/** A table of β by objective. */
function tableOf(
  title: string,
  caption: string,
  cells: readonly Cell[],
  objectives: readonly ComparedObjective[],
  text: (cell: Cell) => string,
): Table {
  return {
    title,
    caption,
    head: ["β", ...objectives.map(nameOf)],
    rows: [...new Set(cells.map(({ beta }) => beta))].map((beta) => [
      String(beta),
      ...objectives.map((objective) => {
        const cell = cells.find((at) => at.objective === objective && at.beta === beta);
        return cell && cell.yardsticks.length > 0 ? text(cell) : "failed";
      }),
    ]),
  };
}

/** Tables, figures and sentences on the trained models. */
export async function trainedChapter(
  options: CompareOptions,
  results: readonly PartResult[],
): Promise<Chapter> {
  const cells = cellsOf(options, results);
  const words = trainedWords(options, cells);
  const objectives = COMPARED.map(({ objective }) => objective);
  const others = objectives.slice(1);
  const over = `mean ± standard deviation over ${options.seeds} seeds`;
  const meanAndSd = (values: readonly number[]): string => {
    const { mean, sd } = spreadOf(values);
    return `${mean.toFixed(2)} ± ${sd.toFixed(2)}`;
  };
  const tables = [
    tableOf(
      "The yardstick",
      `Held-out β-VAE loss less (n/2) log 2π, nats per digit, of models trained by each objective: ${over}.`,
      cells,
      objectives,
      ({ yardsticks }) => meanAndSd(yardsticks),
    ),
    tableOf(
      "Deviation from the β-VAE",
      "The yardstick relative to that of the β-VAE trained with the same seed, in percent: mean (lowest to highest).",
      cells,
      others,
      ({ deviations }) =>
        deviations.length === 0 ? "no β-VAE" : percentOf(spreadOf(deviations)).replace(" %", ""),
    ),
    tableOf(
      "The same models by GRAE, and how well they reconstruct",
      `GRAE / ½‖x − g(h)‖², held out, nats per digit: means over ${options.seeds} seeds.`,
      cells,
      objectives,
      ({ graes, reconstructions }) =>
        `${spreadOf(graes).mean.toFixed(2)} / ${spreadOf(reconstructions).mean.toFixed(2)}`,
    ),
  ];
  const betas = options.betas.toSorted((a, b) => a - b);
  const series = (pick: (cell: Cell) => readonly number[]) =>
    objectiveSeries(
      betas,
      (objective, beta) =>
        cells.filter((cell) => cell.objective === objective && cell.beta === beta).flatMap(pick),
    );
  const figures: Figure[] = [];
  const yardsticks = series(({ yardsticks }) => yardsticks);
  if (yardsticks.length > 0) {
    const y = { title: "held-out β-VAE loss", unit: "nats per digit" };
    figures.push({
      file: "yardstick.svg",
      title: "Every objective trained, judged as a β-VAE",
      theory:
        "The deterministic objectives are the β-VAE loss to second order in the posterior's spread (T2), with Σ " +
        "learned or optimal (S1, G2, G3): where the expansion holds, training by any of them gives the same model.",
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
        "Nothing but what the expansion drops, and the posteriors' families, can set the objectives apart.",
      seen:
        `Curves are means over ${options.seeds} seeds, bands go from the lowest to the highest; all lie from ` +
        `${signed(Math.min(...all), 2)} % to ${signed(Math.max(...all), 2)} %.`,
      content: await toSvg(
        chart({ x: BETA, y: { title: "deviation from the β-VAE", unit: "%" }, series: deviations }),
      ),
    });
  }
  return { words, figures, tables };
}

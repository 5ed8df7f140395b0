/**
 * The first view: every objective along the training of a β-VAE.
 *
 * All objectives share the reconstruction at the mean, ½‖x − g(h)‖², and (β/2)‖h‖². What is left corresponds: the
 * reconstruction that noise costs the β-VAE, E_q ½‖x − g(z)‖² − ½‖x − g(h)‖², to the curvature term of a Taylor loss; and
 * both together with the rest of β KL to the volume of GRAE, which is the least that they can be over Σ (S1).
 *
 * @module
 */

import { chart, type ChartAxis, type ChartSeries, toSvg } from "../../lib/figure/mod.ts";
import type { ComparedObjective } from "../../properties/laws/trained.ts";
import type { ActivationName } from "../digits/names.ts";
import type { Figure } from "../study/study.ts";
import { alongTables } from "./along_tables.ts";
import { alongWords, progressWords } from "./along_words.ts";
import { bandSeries, objectiveSeries } from "./band_series.ts";
import type { Chapter } from "./chapter.ts";
import { type Corresponding, corresponding } from "./corresponding.ts";
import { overSeeds } from "./format.ts";
import type { CompareOptions } from "./options.ts";
import type { PartResult } from "./part_result.ts";
import { endsAt, gapOf, middleOf, type TrackedTraining } from "./tracked_training.ts";

const BETA: ChartAxis = { title: "β", log: true };

/** The terms that correspond, by name. */
const TERMS: readonly (readonly [string, keyof Corresponding])[] = [
  ["β-VAE: what noise costs", "noise"],
  ["Taylor (Hessian): −½ tr(H_f Σ)", "hessian"],
  ["Taylor (Jacobian): ½ tr(GΣ)", "jacobian"],
  ["β-VAE: noise + β KL − (β/2)‖h‖²", "spread"],
  ["GRAE: volume", "volume"],
  ["GRAE*: volume", "volumeStar"],
];

/** Tables, figures and sentences on the β-VAEs with one activation. */
export async function alongChapter(
  options: CompareOptions,
  results: readonly PartResult[],
  activation: ActivationName,
): Promise<Chapter> {
  const { seeds, epochs } = options;
  const trainings: TrackedTraining[] = results
    .filter((result) =>
      result.activation === activation && result.failure === null && result.along.length > 0
    )
    .map(({ beta, seed, along }) => ({ beta, seed, snapshots: along }));
  const betas = options.betas.toSorted((a, b) => a - b);
  const words = alongWords(options, trainings, activation);
  const tables = alongTables(options, trainings, activation);
  const figures: Figure[] = [];
  const draw = async (
    file: string,
    figure: Pick<Figure, "title" | "theory" | "seen">,
    x: ChartAxis,
    y: ChartAxis,
    series: ChartSeries[],
  ): Promise<void> => {
    if (series.length === 0) return;
    const content = await toSvg(chart({ x, y, series }));
    figures.push({ file: `${file}-${activation}.svg`, ...figure, content });
  };
  const bands = `means ${overSeeds(seeds)}, bands from the lowest to the highest`;
  const middle = middleOf(betas);
  const atMiddle = trainings.filter(({ beta }) => beta === middle);
  const atEpoch = (objective: ComparedObjective, epoch: number): number[] =>
    endsAt(trainings, middle, epoch).map((snapshot) => gapOf(snapshot, objective));
  await draw(
    "along",
    {
      title: `Along the training of a β-VAE with ${activation}, β = ${middle}`,
      theory:
        "At a given decoder what the expansion drops falls with Σ (T2); but the decoder learns, and bends, as Σ does. " +
        "GRAE ≤ GRAE* ≤ Taylor (Jacobian) at every point: Σ is optimal over a larger family (G1), or optimal instead of " +
        "learned (S2).",
      seen: `${progressWords(atMiddle, epochs, activation, `at β = ${middle} over seeds`)} Curves: ${bands}.`,
    },
    { title: "epoch" },
    { title: "objective less the β-VAE loss", unit: "nats per digit" },
    objectiveSeries(Array.from({ length: epochs }, (_, i) => i + 1), atEpoch),
  );
  const inPercent = (objective: ComparedObjective, beta: number): number[] =>
    endsAt(trainings, beta, epochs).map((end) => 100 * gapOf(end, objective) / end.values["beta-vae"].loss);
  await draw(
    "gap",
    {
      title: `How tight each approximation is after training, ${activation}`,
      theory:
        "The Taylor losses differ from the β-VAE by the remainder alone; GRAE and GRAE* also have the best Σ of " +
        "their families, which can only lower them.",
      seen: `${words[0] ?? ""} Curves: ${bands}.`,
    },
    BETA,
    { title: "objective less the β-VAE loss", unit: "% of it" },
    objectiveSeries(betas, inPercent),
  );
  const term = (name: keyof Corresponding) => (beta: number): number[] =>
    endsAt(trainings, beta, epochs).map((end) => corresponding(end)[name]);
  await draw(
    "terms",
    {
      title: `Term by term after training, ${activation}`,
      theory:
        "½‖x − g(h)‖² and (β/2)‖h‖² are common to all. What noise costs the β-VAE corresponds to the curvature " +
        "terms; that and the rest of β KL to the volume, their least value over Σ (S1).",
      seen: `${words[2] ?? ""} Curves: ${bands}.`,
    },
    BETA,
    { title: "term", unit: "nats per digit", zero: true },
    TERMS.flatMap(([title, name]) => bandSeries(title, betas, term(name))),
  );
  return { words, figures, tables };
}

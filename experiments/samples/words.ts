/**
 * What a study of samples found, in sentences.
 *
 * @module
 */

import { PIECEWISE_LINEAR } from "../compare/piecewise_linear.ts";
import type { ActivationName } from "../digits/names.ts";
import type { SamplesOptions } from "./options.ts";
import type { MeasuredYardstick } from "./part_result.ts";
import { nameWithSeeds, type ObjectiveSummary, someOf, type Source, SOURCES, spreadText } from "./summary.ts";

/** The sentences, the most important first. */
export function wordsOf(
  rows: readonly ObjectiveSummary[],
  { accuracy, floor, untrained, images }: MeasuredYardstick,
  options: SamplesOptions,
): string[] {
  return [
    ...distanceWords(rows, options),
    ...curvatureWords(rows, options.activation),
    ...failureWords(rows),
    `Two halves of the real digits, ${images} each, are ${
      floor.toFixed(2)
    } apart, which is optimistic, because the classifier in whose features this is was trained on both; an ` +
    `untrained decoder's samples are ${untrained.toFixed(1)} from one half. The classifier gets ` +
    `${(100 * accuracy).toFixed(1)}% of the held-out digits right.`,
  ];
}

/** How far samples are from real digits. */
function distanceWords(rows: readonly ObjectiveSummary[], { seeds, beta }: SamplesOptions): string[] {
  const ended = rows.filter(({ models }) => models.length > 0);
  if (ended.length === 0) return ["No training ended: there is nothing to compare."];
  const range = (source: Source): string => {
    const means = ended.flatMap(({ distance: { spread } }) => spread ? [spread[source].mean] : []);
    return `${Math.min(...means).toFixed(1)} to ${Math.max(...means).toFixed(1)}`;
  };
  const [priorRatios, aggregateRatios] = SOURCES.map((source) =>
    ended.flatMap(({ objective, name, seeds, ratio: { spread, count } }) =>
      objective !== "beta-vae" && spread
        ? [`${name} ${spreadText(spread[source])}${someOf(count, seeds)}`]
        : []
    ).join("; ") || "none, as no pair of trainings with the same seed ended"
  );
  const left = rows.filter(({ failed }) => failed.length > 0).map(nameWithSeeds).join("; ");
  const byObjective = `by objective${left && ` (${left})`}`;
  const models = ended.flatMap((row) => row.models);
  const trained = rows.reduce((sum, row) => sum + row.seeds, 0);
  const nearer = models.filter(({ prior, aggregate }) => aggregate < prior).length;
  return [
    `Over ${seeds} seeds at β = ${beta}, samples from N(0, I) have a Fréchet distance to real digits of ` +
    `${range("prior")} on average, ${byObjective}; as multiples of the β-VAE's with the same seed, mean ` +
    `(least–most): ${priorRatios}.`,
    `Samples from the aggregate posterior have ${
      range("aggregate")
    }, ${byObjective}; as multiples of the β-VAE's: ` +
    `${aggregateRatios}.`,
    `The aggregate posterior's samples are nearer to real digits than those from N(0, I) in ${nearer} of ` +
    `${models.length} models` + (models.length === trained ? "" : `, of ${trained} that were trained`) +
    (nearer > models.length / 2 ? ": N(0, I) reaches where no digit is encoded." : "."),
  ];
}

/** Whether it mattered which curvature a Taylor loss has, seed by seed. */
function curvatureWords(rows: readonly ObjectiveSummary[], activation: ActivationName): string[] {
  const jacobian = rows.find(({ objective }) => objective === "taylor-jacobian");
  const hessian = rows.find(({ objective }) => objective === "taylor-hessian");
  const apart = hessian?.models.flatMap(({ seed, prior }) => {
    const other = jacobian?.models.find((model) => model.seed === seed);
    return other ? [Math.abs(prior / other.prior - 1)] : [];
  }) ?? [];
  if (apart.length === 0) return [];
  const most = Math.max(...apart);
  const linear = PIECEWISE_LINEAR.includes(activation);
  const found = most === 0 ? "are equal" : `differ by at most ${(100 * most).toPrecision(2)}%`;
  const why = !linear ? "" : `: with ${activation} the losses are equal off the kinks (T4)` +
    (most === 0 ? "" : ", and what differs is rounding, which training amplifies");
  return [`The two Taylor losses' distances from N(0, I) ${found}${why}.`];
}

/** Which models diverged, and how. */
function failureWords(rows: readonly ObjectiveSummary[]): string[] {
  const failed = rows.filter((row) => row.failed.length > 0);
  const [first] = failed.flatMap((row) => row.failed);
  if (!first) return ["Every training ended."];
  const hessian = failed.some(({ objective }) => objective === "taylor-hessian")
    ? " Taylor (Hessian) is unbounded below where βI − H_f is not positive definite (S5)."
    : "";
  return [
    `Some models diverged, and are in no number; those that are left: ${
      failed.map(nameWithSeeds).join("; ")
    }. The first says: ${first.failure}.${hessian}`,
  ];
}

/**
 * The first view in sentences.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/laws/trained.ts";
import type { ActivationName } from "../digits/names.ts";
import { spreadOf } from "../study/spread.ts";
import { COMPARED, nameOf } from "../digits/compared.ts";
import { corresponding } from "./corresponding.ts";
import { signed } from "./format.ts";
import type { CompareOptions } from "./options.ts";
import type { Snapshot } from "./part_result.ts";
import { endsAt, gapOf, type TrackedTraining } from "./tracked_training.ts";

/** The trainings at one β at their end, at least one. */
interface Ended {
  readonly beta: number;
  readonly ends: readonly Snapshot[];
}

/** A mean gap at the end of the trainings at one β. */
interface Gap {
  readonly objective: ComparedObjective;
  readonly beta: number;
  readonly nats: number;
  readonly percent: number;
}

/** The one furthest from none relative to the β-VAE loss. */
const furthest = (gaps: readonly Gap[]): Gap | undefined =>
  gaps.toSorted((a, b) => Math.abs(b.percent) - Math.abs(a.percent))[0];

const described = ({ beta, nats, percent }: Gap): string =>
  `${signed(nats, 3)} nats (${signed(percent, 2)} %) at β = ${beta}`;

/** At which β, of those with a training, every approximation is within 2 %. */
function closeWords(gaps: readonly Gap[]): string {
  const betas = [...new Set(gaps.map(({ beta }) => beta))].toSorted((a, b) => a - b);
  const isApart = (at: number): boolean =>
    gaps.some(({ beta, percent }) => beta === at && Math.abs(percent) > 2);
  const apart = betas.filter(isApart).join(", ");
  const close = betas.filter((beta) => !isApart(beta)).join(", ");
  if (apart === "") return ` All are within 2 % at β = ${close}.`;
  return ` At β = ${apart} some are more than 2 % off${
    close === "" ? "" : `; at β = ${close} all are within`
  }.`;
}

/** At the end, over the training, term by term, and the order of the bounds: a sentence each. */
export function alongWords(
  { betas, epochs }: CompareOptions,
  trainings: readonly TrackedTraining[],
  activation: ActivationName,
): string[] {
  const ended: Ended[] = betas.map((beta) => ({ beta, ends: endsAt(trainings, beta, epochs) }))
    .filter(({ ends }) => ends.length > 0);
  if (ended.length === 0) return [`No β-VAE with ${activation} ended its training.`];
  const gaps = COMPARED.slice(1).map(({ objective }) => ({
    objective,
    gaps: ended.map(({ beta, ends }): Gap => {
      const nats = spreadOf(ends.map((end) => gapOf(end, objective))).mean;
      return {
        objective,
        beta,
        nats,
        percent: 100 * nats / spreadOf(ends.map(({ values }) => values["beta-vae"].loss)).mean,
      };
    }),
  }));
  const at = gaps.flatMap(({ objective, gaps }) => {
    const worst = furthest(gaps);
    return worst ? [`${nameOf(objective)} ${described(worst)}`] : [];
  });
  const errors = ended.flatMap(({ ends }) => ends.map(({ values }) => values["beta-vae"].standardError ?? 0));
  const terms = ended.flatMap(({ ends }) => ends.map(corresponding));
  const most = (pick: (of: typeof terms[number]) => number): string =>
    Math.max(...terms.map((of) => Math.abs(pick(of)))).toPrecision(2);
  const snapshots = trainings.flatMap(({ snapshots }) => snapshots);
  return [
    `On β-VAEs trained with ${activation} the approximations are at the end furthest from the β-VAE loss, relative to ` +
    `it, at: ${at.join("; ")} (means over seeds; the β-VAE's own standard error is at most ${
      Math.max(...errors).toPrecision(2)
    } nats).${closeWords(gaps.flatMap(({ gaps }) => gaps))}`,
    progressWords(trainings, epochs, activation, "over β and seeds"),
    `Term by term with ${activation}: what noise costs the β-VAE is missed by at most ` +
    `${most(({ hessian, noise }) => hessian - noise)} nats by −½ tr(H_f Σ) and ` +
    `${
      most(({ truncation }) => truncation)
    } by ½ tr(GΣ); a Σ that is optimal instead of learned lowers the loss ` +
    `by up to ${most(({ optimum }) => optimum)}, the full family instead of mean-field by up to ` +
    `${most(({ family }) => family)}.${gainWords(ended)}`,
    orderWords(snapshots.map(({ values }) => values.grae.loss - values["grae-star"].loss), activation),
  ];
}

/** Where noise lowers the reconstruction beyond its own error, which no curvature term of a minimum can say. */
function gainWords(ended: readonly Ended[]): string {
  const gains = ended.flatMap(({ beta, ends }) => {
    const noise = spreadOf(ends.map((end) => corresponding(end).noise)).mean;
    const error = Math.hypot(...ends.map(({ values }) => values["beta-vae"].standardError ?? 0)) /
      ends.length;
    return noise < -2 * error ? [`${signed(noise, 3)} nats at β = ${beta}`] : [];
  });
  if (gains.length === 0) return "";
  return ` Noise even improves the reconstruction (${
    gains.join(", ")
  }): the decoder is used as its average over q, ` +
    "not at the mean, and ½ tr(GΣ) ≥ 0 cannot follow.";
}

/**
 * How the gap of Taylor (Jacobian) changes from the start to the end.
 *
 * @param over what the mean is over
 */
export function progressWords(
  trainings: readonly TrackedTraining[],
  epochs: number,
  activation: ActivationName,
  over: string,
): string {
  if (trainings.length === 0) return "";
  const at = (epoch: number): string => {
    const found = trainings.flatMap(({ snapshots }) =>
      snapshots.filter((snapshot) => snapshot.epoch === epoch)
    );
    return `${spreadOf(found.map((s) => Math.abs(gapOf(s, "taylor-jacobian")))).mean.toPrecision(2)} nats`;
  };
  return `Along the training with ${activation} the mean |gap| of Taylor (Jacobian) ${over} goes from ` +
    `${at(0)} before it to ${at(1)} after one epoch and ${at(epochs)} at the end.`;
}

/** Whether GRAE stays below GRAE*, [G1]. */
function orderWords(differences: readonly number[], activation: string): string {
  const above = differences.filter((difference) => difference > 0);
  const held = above.length === 0
    ? `at all ${differences.length}`
    : `at all but ${above.length} of ${differences.length} (by ${
      Math.max(...above).toExponential(1)
    } at most)`;
  return `GRAE ≤ GRAE* (G1) ${held} points of the trainings with ${activation}.`;
}

/**
 * The first view in sentences.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/laws/trained.ts";
import type { ActivationName } from "../digits/names.ts";
import { COMPARED, nameOf } from "./compared.ts";
import { corresponding } from "./corresponding.ts";
import { signed } from "./format.ts";
import type { CompareOptions } from "./options.ts";
import type { Snapshot } from "./part_result.ts";
import { spreadOf } from "../study/spread.ts";
import { endsAt, gapOf, type TrackedTraining } from "./tracked_training.ts";

/** A mean gap at the end of the trainings at one β. */
interface Gap {
  readonly objective: ComparedObjective;
  readonly beta: number;
  readonly nats: number;
  readonly percent: number;
}

const furthest = (gaps: readonly Gap[]): Gap | undefined =>
  gaps.toSorted((a, b) => Math.abs(b.percent) - Math.abs(a.percent))[0];

const described = ({ beta, nats, percent }: Gap): string =>
  `${signed(nats, 3)} nats (${signed(percent, 2)} %) at β = ${beta}`;

/** Up to which β every approximation is within 2 %. */
function closeWords(gaps: readonly Gap[], betas: readonly number[]): string {
  const apart = gaps.filter(({ percent }) => Math.abs(percent) > 2).map(({ beta }) => beta);
  if (apart.length === 0) return " All are within 2 % for every β.";
  const below = betas.filter((beta) => beta < Math.min(...apart));
  return below.length === 0
    ? ` Some part by more than 2 % from β = ${Math.min(...apart)} on.`
    : ` All are within 2 % up to β = ${Math.max(...below)}.`;
}

/** At the end, over the training, term by term, and the order of the bounds: a sentence each. */
export function alongWords(
  { betas, epochs }: CompareOptions,
  trainings: readonly TrackedTraining[],
  activation: ActivationName,
): string[] {
  const ended = betas.map((beta) => ({ beta, ends: endsAt(trainings, beta, epochs) }))
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
    `On β-VAEs trained with ${activation} the approximations miss the β-VAE loss at the end by at most: ` +
    `${at.join("; ")} (means over seeds; the β-VAE's own standard error is at most ${
      Math.max(...errors).toPrecision(2)
    } nats).${closeWords(gaps.flatMap(({ gaps }) => gaps), betas)}`,
    progressWords(trainings, epochs, activation),
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

/** Where noise lowers the reconstruction, which no curvature term of a minimum can say. */
function gainWords(ended: readonly { readonly beta: number; readonly ends: readonly Snapshot[] }[]): string {
  const gains = ended.map(({ beta, ends }) => ({
    beta,
    noise: spreadOf(ends.map((end) => corresponding(end).noise)).mean,
  })).filter(({ noise }) => noise < 0);
  if (gains.length === 0) return "";
  const list = gains.map(({ beta, noise }) => `${signed(noise, 3)} nats at β = ${beta}`).join(", ");
  return ` There noise even improves the reconstruction (${list}): the decoder is used as its average over q, not ` +
    "at the mean, and ½ tr(GΣ) ≥ 0 cannot follow.";
}

/** How the gap of Taylor (Jacobian) changes from the start to the end. */
function progressWords(trainings: readonly TrackedTraining[], epochs: number, activation: string): string {
  const at = (epoch: number): string => {
    const found = trainings.flatMap(({ snapshots }) =>
      snapshots.filter((snapshot) => snapshot.epoch === epoch)
    );
    if (found.length === 0) return "unknown";
    return `${spreadOf(found.map((s) => Math.abs(gapOf(s, "taylor-jacobian")))).mean.toPrecision(2)} nats`;
  };
  return `Along the training with ${activation} the mean |gap| of Taylor (Jacobian) over β and seeds goes from ` +
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

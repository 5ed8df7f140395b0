/**
 * The trainings of β-VAEs along which the objectives were tracked.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/laws/trained.ts";
import type { Snapshot } from "./part_result.ts";

/** A β-VAE's training that ended. */
export interface TrackedTraining {
  readonly beta: number;
  readonly seed: number;
  /** From the one before training to that after the last epoch. */
  readonly snapshots: readonly Snapshot[];
}

/** An objective less the β-VAE loss, in nats. */
export function gapOf({ values }: Snapshot, objective: ComparedObjective): number {
  return values[objective].loss - values["beta-vae"].loss;
}

/** The snapshots of the trainings at a β after so many epochs. */
export function endsAt(
  trainings: readonly TrackedTraining[],
  beta: number,
  epochs: number,
): readonly Snapshot[] {
  return trainings.filter((training) => training.beta === beta)
    .flatMap(({ snapshots }) => snapshots.filter(({ epoch }) => epoch === epochs));
}

/** The β in the middle, at which curves over time are drawn. */
export function middleOf(betas: readonly number[]): number {
  const ascending = betas.toSorted((a, b) => a - b);
  return ascending[Math.floor((ascending.length - 1) / 2)] ?? NaN;
}

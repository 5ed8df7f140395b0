/**
 * What a study found, in sentences.
 *
 * @module
 */

import type {
  Fit,
  Landings,
  TrainedFamily,
  TrueActivation,
  TrueWeights,
} from "../../properties/laws/trained.ts";
import type { TurnResult } from "./parts.ts";

/** From here on a fit counts as W itself up to signed permutation: columns within 8 degrees on average. */
export const RECOVERED = 0.99;

/** Which fits; all where a field is left out. */
export interface Selection {
  readonly weights?: TrueWeights;
  readonly activation?: TrueActivation;
  readonly latent?: number;
  readonly family?: TrainedFamily;
}

/** The fits of a selection. */
export function select(fits: readonly Fit[], wanted: Selection): Fit[] {
  return fits.filter((fit) =>
    Object.entries(wanted).every(([name, value]) => fit[name as keyof Selection] === value)
  );
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.floor(half - 0.5)]! + sorted[Math.floor(half)]!) / 2;
}

/** An alignment as it is printed, rounded down so that only an exact one is 1. */
export const shown = (alignment: number): string => (Math.floor(1000 * alignment) / 1000).toFixed(3);
const least = (values: readonly number[]): number => Math.min(...values);
const most = (values: readonly number[]): number => Math.max(...values);

/** "in 20 of 20 seeds (worst .998)" */
function recovered(fits: readonly Fit[], to: "toTruth" | "toPrincipal"): string {
  const values = fits.map((fit) => fit[to]);
  const count = values.filter((value) => value >= RECOVERED).length;
  return `in ${count} of ${values.length} seeds (alignment: worst ${shown(least(values))}, median ${
    shown(median(values))
  })`;
}

/** The sentences, the most important first. */
export function wordsOf(
  fits: readonly Fit[],
  landings: readonly Landings[],
  turns: readonly TurnResult[],
): string[] {
  const plane = { latent: 2, activation: "identity" } as const;
  const words: string[] = [];
  const say = (selection: Selection, sentence: (fits: Fit[]) => string): void => {
    const found = select(fits, selection);
    if (found.length > 0) words.push(sentence(found));
  };
  say(
    { ...plane, weights: "distinct", family: "mean-field" },
    (found) =>
      `Two latents, orthogonal columns of distinct norms, linear decoder: the mean-field family recovers W up to signed permutation ${
        recovered(found, "toTruth")
      }.`,
  );
  for (const landing of landings) words.push(landingWords(landing));
  for (const activation of ["leaky-relu", "tanh"] as const) {
    say(
      { latent: 2, activation, weights: "distinct", family: "mean-field" },
      (found) => `The same with ν = ${activation}: ${recovered(found, "toTruth")}.`,
    );
  }
  for (const latent of [3, 5]) {
    say(
      { latent, weights: "distinct", family: "mean-field" },
      (found) => `${latent} latents, all ν: mean-field recovers W ${recovered(found, "toTruth")}.`,
    );
  }
  say(
    { ...plane, weights: "generic", family: "mean-field" },
    (found) =>
      `Uniqueness is not disentanglement: for a generic W the mean-field family is unique too, but lands on the principal axes, ${
        recovered(found, "toPrincipal")
      }, and not on the columns of W, ${recovered(found, "toTruth")}.`,
  );
  say(
    { ...plane, weights: "equal", family: "mean-field" },
    (found) =>
      `Columns of equal norms: nothing tells the rotations apart, and mean-field meets W only ${
        recovered(found, "toTruth")
      }.`,
  );
  for (const family of ["isotropic", "full"] as const) {
    say(
      { ...plane, weights: "distinct", family },
      (found) =>
        `The ${family} family ends at any rotation even for distinct norms: it meets W only ${
          recovered(found, "toTruth")
        }.`,
    );
  }
  say(
    { latent: 4, weights: "distinct", family: "block" },
    (found) =>
      `Blocks of 2 have a meaning of their own only from 4 latents on: at 4 they meet the single columns of W ${
        recovered(found, "toTruth")
      }, as rotations within a block cost nothing.`,
  );
  for (const turn of turns) words.push(turnWords(turn));
  return words;
}

function landingWords({ family, optimiser, angles, uniformP }: Landings): string {
  const near = angles.filter((angle) => Math.min(angle, Math.PI / 2 - angle) < Math.PI / 36).length;
  const how = optimiser === "adam"
    ? "Adam, which does not turn with the latents"
    : "gradient descent, which turns with the latents";
  const verdict = uniformP < 0.01 ? "are not uniform" : "cannot be told from uniform ones";
  return `${
    family === "full" ? "Full" : "Mean-field"
  } family, ${how}: the angles between A and W of ${angles.length} fits ${verdict} (Kuiper's test, p = ${
    uniformP.toPrecision(2)
  }); ${near} are within 5° of a signed permutation, where uniform ones would be ${
    Math.round(angles.length / 9)
  }.`;
}

function turnWords({ activation, angles, curves }: TurnResult): string {
  const middle = angles.reduce(
    (best, angle, i) => Math.abs(angle - Math.PI / 4) < Math.abs(angles[best]! - Math.PI / 4) ? i : best,
    0,
  );
  const parts = curves.map(({ family, excess, theory }) => {
    const at = excess.map((row) => row[middle]! - row[0]!);
    const said = theory ? ` (theory ${(theory[middle]! - theory[0]!).toFixed(3)})` : "";
    return `${family} ${least(at).toFixed(3)} to ${most(at).toFixed(3)} nats${said}`;
  });
  return `Turning trained mean-field models by π/4 and letting q follow, ν = ${activation}, costs: ${
    parts.join(", ")
  }.`;
}

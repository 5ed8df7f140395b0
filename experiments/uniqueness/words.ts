/**
 * What a study found, in sentences: each says what is asked, what was counted, and what theory has for it.
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
import { median } from "../study/median.ts";
import { BLOCKED } from "./case.ts";
import { nameOfTurn, valuesOf } from "./names.ts";
import type { MeasuredFit, TurnResult } from "./parts.ts";

/** From here on a fit counts as W itself up to signed permutation: columns within 8 degrees on average. */
export const RECOVERED = 0.99;
/** What theory has for ν that bend. */
export const BENT =
  "no linear encoder inverts a bent decoder, so that the one place is near W and not W itself";

/** Which fits; all where a field is left out. */
export interface Selection {
  readonly weights?: TrueWeights;
  readonly activation?: TrueActivation;
  readonly latent?: number;
  readonly family?: TrainedFamily;
}

/** The fits of a selection. */
export function select<Of extends Fit>(fits: readonly Of[], wanted: Selection): Of[] {
  return fits.filter((fit) =>
    Object.entries(wanted).every(([name, value]) => fit[name as keyof Selection] === value)
  );
}

/** Nats to a thousandth, with a sign that is none of a hyphen, and no sign of what rounds to 0. */
const nats = (value: number): string => value.toFixed(3).replace(/^-0\.000$/, "0.000").replace("-", "−");

/** An alignment as it is printed, rounded down so that only an exact one is 1. */
export const shown = (alignment: number): string => (Math.floor(1000 * alignment) / 1000).toFixed(3);
const least = (values: readonly number[]): number => Math.min(...values);
const most = (values: readonly number[]): number => Math.max(...values);

/** "18 of 20" */
function share(values: readonly number[]): string {
  return `${values.filter((value) => value >= RECOVERED).length} of ${values.length}`;
}

/** "(alignment: worst .998, median .999)" */
const alignment = (values: readonly number[]): string =>
  `(alignment: worst ${shown(least(values))}, median ${shown(median(values))})`;

/** The sentences, the most important first. */
export function wordsOf(
  fits: readonly MeasuredFit[],
  landings: readonly Landings[],
  turns: readonly TurnResult[],
): string[] {
  const plane = { latent: 2, activation: "identity" } as const;
  const words: string[] = [];
  const say = (selection: Selection, sentence: (fits: MeasuredFit[]) => string): void => {
    const found = select(fits, selection);
    if (found.length > 0) words.push(sentence(found));
  };
  const to = (found: readonly Fit[], which: "toTruth" | "toPrincipal"): number[] =>
    found.map((fit) => fit[which]);
  for (const activation of valuesOf(fits, "activation")) {
    say({ latent: 2, activation, weights: "distinct", family: "mean-field" }, (found) => {
      const values = to(found, "toTruth");
      const theory = activation === "identity" ? "all" : BENT;
      return `Two latents, orthogonal columns of distinct norms, ν = ${activation}: ${
        share(values)
      } mean-field fits are W ` +
        `up to signed permutation ${alignment(values)}; by theory ${theory}.`;
    });
  }
  for (const landing of landings) words.push(landingWords(landing));
  for (const latent of valuesOf(fits, "latent").filter((latent) => latent > 2)) {
    say({ latent, weights: "distinct", family: "mean-field" }, (found) => {
      const bends = valuesOf(found, "activation");
      const values = to(found, "toTruth");
      const of = `${valuesOf(found, "seed").length} seeds, ${bends.length} ν`;
      return `${latent} latents, ν = ${bends.join(", ")}: ${
        share(values)
      } mean-field fits (${of}) are W up to signed ` +
        `permutation ${alignment(values)}.`;
    });
  }
  say({ ...plane, weights: "generic", family: "mean-field" }, (found) => {
    const [axes, columns] = [to(found, "toPrincipal"), to(found, "toTruth")];
    return `For a generic W, by theory, the mean-field family is unique too, and not disentangled: ${
      share(axes)
    } mean-field ` +
      `fits are its principal axes ${alignment(axes)}, and ${share(columns)} its columns ${
        alignment(columns)
      }.`;
  });
  say({ ...plane, weights: "equal", family: "mean-field" }, (found) => {
    const values = to(found, "toTruth");
    return `Of columns of equal norms, by theory, any rotation is as good: ${
      share(values)
    } mean-field fits are W ${alignment(values)}.`;
  });
  for (const family of ["isotropic", "full"] as const) {
    say({ ...plane, weights: "distinct", family }, (found) => {
      const values = to(found, "toTruth");
      return `To the ${family} family, by theory, any rotation is as good even for distinct norms: ${
        share(values)
      } of its ` +
        `fits are W ${alignment(values)}.`;
    });
  }
  say({ latent: BLOCKED, weights: "distinct", family: "block" }, (found) => {
    const spans = found.flatMap(({ toBlocks }) => toBlocks ?? []);
    const values = to(found, "toTruth");
    return `Blocks of 2 at ${BLOCKED} latents, ν = ${valuesOf(found, "activation").join(", ")}: ${
      share(spans)
    } block fits span ` +
      `pairs of principal axes (mean cos² of the angles between them: worst ${shown(least(spans))}, median ${
        shown(median(spans))
      }), and ${share(values)} are W in their single columns ${
        alignment(values)
      }; by theory all span pairs, and any ` +
      "rotation within a block is as good.";
  });
  for (const turn of turns) words.push(turnWords(turn));
  return words;
}

function landingWords({ family, optimiser, angles, uniformP }: Landings): string {
  const near = angles.filter((angle) => Math.min(angle, Math.PI / 2 - angle) < Math.PI / 36).length;
  const how = optimiser === "adam"
    ? "Adam, which does not turn with the latents"
    : "gradient descent, which turns with the latents";
  const verdict = uniformP < 0.01 ? "are not uniform" : "cannot be told from uniform ones";
  const caveat = family === "mean-field" && optimiser === "adam"
    ? "; its training need not have converged, and more or fewer steps may gather more or fewer"
    : "";
  return `${
    family === "full" ? "Full" : "Mean-field"
  } family, ${how}: the angles between A and W of ${angles.length} fits ${verdict} (Kuiper's test, p = ${
    uniformP.toPrecision(2)
  }); ${near} are within 5° of a signed permutation, where uniform ones would be ${
    Math.round(angles.length / 9)
  }${caveat}.`;
}

function turnWords({ activation, latent, angles, curves }: TurnResult): string {
  const middle = angles.reduce(
    (best, angle, i) => Math.abs(angle - Math.PI / 4) <= Math.abs(angles[best]! - Math.PI / 4) ? i : best,
    0,
  );
  const rises = (rows: readonly (readonly number[])[]): number[] => rows.map((row) => row[middle]! - row[0]!);
  const range = (values: readonly number[]): string => `${nats(least(values))} to ${nats(most(values))}`;
  const parts = curves.map((curve) => {
    const at = rises(curve.excess);
    const theory = curve.theory && rises(curve.theory);
    const apart = theory && most(theory.map((value, m) => Math.abs(at[m]! - value)));
    const said = theory ? ` (at most ${apart!.toFixed(3)} from theory, ${range(theory)})` : "";
    return `${nameOfTurn(curve)} ${range(at)} nats${said}`;
  });
  const degrees = Math.round(angles[middle]! * 1800 / Math.PI) / 10;
  return `Turning trained mean-field models with ${latent} latents by ${degrees}° and letting q follow, ν = ${activation}, ` +
    `costs each model: ${parts.join("; ")}.`;
}

/**
 * The angles at which fits with two latents land, for E5.
 *
 * @module
 */

import type { Clause } from "../../contract/clause.ts";
import { exact } from "../../contract/tolerance.ts";
import type { Orientations, UniquenessResults } from "../../contract/trained.ts";
import { quantile, rayleigh } from "../reference/statistics.ts";
import { ofUniqueness } from "./every_run.ts";
import type { Scale } from "./threshold.ts";
import {
  GATHERED,
  NINTH_ORIENTATION_ANGLE,
  ORIENTATION_ANGLE,
  ORIENTATIONS,
  UNIFORM_LEVEL,
  WIDEST_GAP,
} from "./thresholds.ts";

/** Angles are known up to a signed permutation of two axes. */
const PERIOD = Math.PI / 2;

/** Looks at each kind of orientations of a family. */
function ofOrientations(
  says: string,
  family: Orientations["family"],
  examine: (orientations: Orientations, name: string, scale: Scale) => void,
): Clause {
  return ofUniqueness(says, ({ orientations }: UniquenessResults, scale) => {
    const of = orientations.filter((one) => one.family === family);
    for (const one of of) {
      const name = `${family} by ${one.optimiser}`;
      scale.atLeast(`${name}: orientations`, one.angles.length, ORIENTATIONS);
      for (const angle of one.angles) {
        scale.is(`${name}: ${angle} is in [0, π/2)`, angle >= 0 && angle < PERIOD, true);
      }
      examine(one, name, scale);
    }
    scale.is(`${family} fits by gradient descent have landed`, of.some(isByDescent), true);
  });
}

const isByDescent = ({ optimiser }: Orientations): boolean => optimiser === "gradient-descent";

/** The widest arc of the circle of angles in which there is none. */
function widestGap(angles: readonly number[]): number {
  const inOrder = angles.toSorted((a, b) => a - b);
  return Math.max(...inOrder.map((angle, i) => (inOrder[i + 1] ?? inOrder[0]! + PERIOD) - angle));
}

/** Where full posteriors land. */
export const uniform = ofOrientations(
  "full covariance by gradient descent from random starts: the angles are not told from uniform ones",
  "full",
  (orientations, name, scale) => {
    // Adam turns with the axes of the parameters, so that its angles need not be uniform.
    if (!isByDescent(orientations)) return;
    scale.atLeast(`${name}: p of uniform angles`, orientations.uniformP, UNIFORM_LEVEL);
    scale.atLeast(`${name}: Rayleigh's p of the same`, rayleigh(orientations.angles, PERIOD), UNIFORM_LEVEL);
    scale.within(`${name}: the widest gap`, widestGap(orientations.angles), 0, WIDEST_GAP);
  },
);

/** Where mean-field posteriors land. */
export const gathered = ofOrientations(
  "mean-field by gradient descent: every angle is that of W, in short trainings nine of ten",
  "mean-field",
  (orientations, name, scale) => {
    const { angles, uniformP } = orientations;
    // Where Adam lands is measured, and nothing is claimed of it.
    if (!isByDescent(orientations)) return;
    const off = angles.map((angle) => Math.min(angle, PERIOD - angle));
    scale.within(`${name}: ninth decile of the angle to W`, quantile(off, 0.9), 0, NINTH_ORIENTATION_ANGLE);
    // Short trainings need not all have come to their end.
    for (const angle of scale.short ? [] : off) {
      scale.within(`${name}: angle to W`, angle, 0, ORIENTATION_ANGLE);
    }
    scale.atMost(`${name}: p of uniform angles`, uniformP, GATHERED);
    scale.notBelow(`${name}: p`, uniformP, 0, exact("a probability"));
  },
);

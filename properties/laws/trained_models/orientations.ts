/**
 * The orientations of fits with two latents, for E5.
 *
 * @module
 */

import { type Clause, exact } from "../../contract/mod.ts";
import type { Orientations, UniquenessResults } from "../../contract/trained.ts";
import { quantile, rayleigh } from "../reference/statistics.ts";
import { ofUniqueness } from "./every_run.ts";
import { both, most, says, type Scale, type Threshold } from "./threshold.ts";

/** What E5 allows of orientations: angles in radians, and p of uniform ones. */
export const ALLOWED = {
  count: { run: 20, short: 10, because: "Rayleigh's p is good to 0.001 from 10 angles on" },
  ninthDecile: most([0.017, 0.14], [0.011, 0.088]),
  /** Of whole runs; short trainings need not all have come to their end. */
  any: {
    run: 0.028,
    short: Infinity,
    because: "the most over a hundred seeds was 0.018; half as much again is allowed",
  },
  /** p below which uniform angles are rejected: as often a false alarm, were the seeds drawn anew. */
  uniform: both(1e-4, "the level of the test"),
  gathered: { run: 1e-6, short: 1e-3, because: "p of angles that are all alike, by their number" },
  /** The widest arc of [0, π/2), as a circle, without an angle. */
  widestGap: {
    run: 0.3,
    short: 0.8,
    because:
      "n uniform angles leave a gap above g with a probability of n exp(−2ng/π) at the most: 5e-7 for 100 above 0.3, 8e-4 for 20 above 0.8; seen were 0.078 and 0.39",
  },
} as const satisfies Readonly<Record<string, Threshold>>;

/** Angles are known up to a signed permutation of two axes. */
const PERIOD = Math.PI / 2;

/** Looks at each kind of orientations of a family. */
function ofOrientations(
  says: string,
  family: Orientations["family"],
  examine: (orientations: Orientations, name: string, scale: Scale) => void,
): Clause {
  return ofUniqueness(says, ({ orientations }: UniquenessResults, scale) => {
    const own = orientations.filter((one) => one.family === family);
    for (const one of own) {
      const name = `${family} by ${one.optimiser}`;
      scale.enough(`${name}: orientations`, one.angles.length, ALLOWED.count);
      for (const angle of one.angles) {
        scale.is(`${name}: ${angle} is in [0, π/2)`, angle >= 0 && angle < PERIOD, true);
      }
      examine(one, name, scale);
    }
    scale.is(`${family} fits by gradient descent are there`, own.some(isByDescent), true);
  });
}

const isByDescent = ({ optimiser }: Orientations): boolean => optimiser === "gradient-descent";

/** The widest arc of the circle of angles in which there is none. */
function widestGap(angles: readonly number[]): number {
  const inOrder = angles.toSorted((a, b) => a - b);
  return Math.max(...inOrder.map((angle, i) => (inOrder[i + 1] ?? inOrder[0]! + PERIOD) - angle));
}

/** Orientations of full posteriors. */
export const uniform = ofOrientations(
  says`full covariance by gradient descent from random starts: the angles are not told from uniform ones at the level ${ALLOWED.uniform}, and leave no gap above ${ALLOWED.widestGap}`,
  "full",
  (orientations, name, scale) => {
    // Adam turns with the axes of the parameters, so that its angles need not be uniform.
    if (!isByDescent(orientations)) return;
    scale.atLeast(`${name}: p of uniform angles`, orientations.uniformP, ALLOWED.uniform);
    scale.atLeast(
      `${name}: Rayleigh's p of the same`,
      rayleigh(orientations.angles, PERIOD),
      ALLOWED.uniform,
    );
    scale.within(`${name}: the widest gap`, widestGap(orientations.angles), 0, ALLOWED.widestGap);
  },
);

/** Orientations of mean-field posteriors. */
export const gathered = ofOrientations(
  says`mean-field by gradient descent: nine of ten angles are within ${ALLOWED.ninthDecile} of W's, and in whole runs every one within ${ALLOWED.any.run}`,
  "mean-field",
  (orientations, name, scale) => {
    const { angles, uniformP } = orientations;
    // Orientations by Adam are measured, and nothing is claimed of them.
    if (!isByDescent(orientations)) return;
    const off = angles.map((angle) => Math.min(angle, PERIOD - angle));
    scale.within(`${name}: ninth decile of the angle to W`, quantile(off, 0.9), 0, ALLOWED.ninthDecile);
    // Short trainings need not all have come to their end.
    for (const angle of scale.short ? [] : off) {
      scale.within(`${name}: angle to W`, angle, 0, ALLOWED.any);
    }
    scale.atMost(`${name}: p of uniform angles`, uniformP, ALLOWED.gathered);
    scale.notBelow(`${name}: p`, uniformP, 0, exact("a probability"));
  },
);

/**
 * E5: a mean-field posterior finds the axes of the true decoder; a full one lands at any rotation.
 *
 * @module
 */

import type { Clause } from "../clause.ts";
import { law } from "../law.ts";
import { mean, range, rayleigh } from "../reference/statistics.ts";
import { exact, tolerance } from "../tolerance.ts";
import type { Fit, Landings, UniquenessResults } from "../trained.ts";
import { ofUniqueness } from "./every_run.ts";
import { firstTwice, grouped, seedsOf } from "./groups.ts";
import type { Scale } from "./threshold.ts";
import {
  ARBITRARY_RANGE,
  FIT_SEEDS,
  GATHERED,
  LANDING_ANGLE,
  LANDINGS,
  NOT_RECOVERED,
  PLANE_SEEDS,
  RECOVERED,
  SAME_AXES,
  SAME_LOSS,
  UNIFORM_LEVEL,
  WIDEST_GAP,
} from "./thresholds.ts";

/** Angles are known up to a signed permutation of two axes. */
const PERIOD = Math.PI / 2;

/** The problem that fits share. */
const problem = ({ weights, activation, latent }: Fit): string => `${weights}, ${activation}, d ${latent}`;
const kind = (fit: Fit): string => `${problem(fit)}, ${fit.family}`;
const fitName = (fit: Fit): string => `${kind(fit)}, seed ${fit.seed}`;

const enough = ofUniqueness(
  "linear decoders of each kind were fitted, each problem by mean-field and full posteriors with the same seeds, none twice",
  ({ fits }, scale) => {
    scale.is("a fit that is there twice", firstTwice(fits, fitName) ?? "none", "none");
    for (const weights of ["distinct", "equal", "generic"] as const) {
      const linear = fits.filter((fit) => fit.weights === weights && fit.activation === "identity");
      scale.is(`a linear decoder with ${weights} columns is there`, linear.length > 0, true);
    }
    for (const [name, of] of grouped(fits, problem)) {
      const seeds = seedsOf(of);
      scale.atLeast(`${name}: seeds`, seeds.length, of[0]!.latent === 2 ? PLANE_SEEDS : FIT_SEEDS);
      // Other problems are for other families, such as blocks.
      const compared = of.filter(({ family }) => family === "mean-field" || family === "full");
      if (compared.length === 0) continue;
      for (const family of ["mean-field", "full"]) {
        const own = of.filter((fit) => fit.family === family);
        scale.is(`${name}, ${family}: seeds`, seedsOf(own).join(), seeds.join());
      }
    }
  },
);

const rounding = tolerance("cosines of float32 columns", { c: 16, epsilon: 2 ** -24 });

const cosines = ofUniqueness(
  "means of |cosine| lie in [0, 1], and are the same to W's columns and its principal axes where these are one",
  ({ fits }, scale) => {
    for (const fit of fits) {
      for (const [axes, value] of [["columns", fit.toTruth], ["principal axes", fit.toPrincipal]] as const) {
        scale.notBelow(`${fitName(fit)}: to ${axes}`, value, 0, rounding);
        scale.notBelow(`${fitName(fit)}: what is lacking to 1 to ${axes}`, 1 - value, 0, rounding);
      }
      if (fit.weights === "distinct") {
        scale.within(
          `${fitName(fit)}: toTruth less toPrincipal`,
          fit.toTruth - fit.toPrincipal,
          0,
          SAME_AXES,
        );
      }
    }
  },
);

/** Looks at each kind of fits, all of its seeds together. */
function ofKind(
  says: string,
  chosen: (fit: Fit) => boolean,
  examine: (fits: readonly Fit[], name: string, scale: Scale) => void,
): Clause {
  return ofUniqueness(says, ({ fits }, scale) => {
    const of = grouped(fits.filter(chosen), kind);
    for (const [name, same] of of) examine(same, name, scale);
    scale.is("some fit is of this kind", of.size > 0, true);
  });
}

const recovered = ofKind(
  "mean-field, distinct norms: W is recovered up to signed permutation by every seed, whatever ν",
  ({ weights, family }) => weights === "distinct" && family === "mean-field",
  (fits, _, scale) => {
    for (const fit of fits) scale.within(`${fitName(fit)}: |cosine| to W`, fit.toTruth, 1, RECOVERED);
  },
);

const principal = ofKind(
  "mean-field, a linear decoder with oblique columns: the principal axes of W are found by every seed, not W's columns",
  ({ weights, family, activation }) =>
    weights === "generic" && family === "mean-field" && activation === "identity",
  (fits, name, scale) => {
    for (const fit of fits) {
      scale.within(`${fitName(fit)}: |cosine| to the principal axes`, fit.toPrincipal, 1, RECOVERED);
    }
    scale.atMost(`${name}: mean |cosine| to W`, mean(fits.map(({ toTruth }) => toTruth)), NOT_RECOVERED);
  },
);

/** The rotation is arbitrary: W is not found in the mean, and seeds differ. */
function arbitrary(fits: readonly Fit[], name: string, scale: Scale): void {
  const values = fits.map(({ toTruth }) => toTruth);
  scale.atMost(`${name}: mean over seeds of |cosine| to W`, mean(values), NOT_RECOVERED);
  scale.atLeast(`${name}: range over seeds of |cosine| to W`, range(values), ARBITRARY_RANGE);
}

const equal = ofKind(
  "mean-field, a linear decoder with columns of equal norms: nothing singles out W, and seeds differ",
  ({ weights, family, activation }) =>
    weights === "equal" && family === "mean-field" && activation === "identity",
  arbitrary,
);

const full = ofKind(
  "full and isotropic posteriors, a linear decoder with distinct norms: any rotation is as good, and seeds differ",
  ({ weights, family, activation }) =>
    weights === "distinct" && (family === "full" || family === "isotropic") && activation === "identity",
  arbitrary,
);

const sameLoss = ofUniqueness(
  "with orthogonal columns of distinct norms the full family reaches no lower loss than mean-field, nor a higher one",
  ({ fits }, scale) => {
    const linear = fits.filter(({ weights, activation }) =>
      weights === "distinct" && activation === "identity"
    );
    for (const [name, of] of grouped(linear, problem)) {
      const loss = (family: string): number =>
        mean(of.filter((fit) => fit.family === family).map(({ loss }) => loss));
      const difference = (loss("full") - loss("mean-field")) / Math.abs(loss("mean-field"));
      scale.within(`${name}: full less mean-field, relative`, difference, 0, SAME_LOSS);
    }
  },
);

/** Looks at each kind of landings of a family. */
function ofLandings(
  says: string,
  family: Landings["family"],
  examine: (landings: Landings, name: string, scale: Scale) => void,
): Clause {
  return ofUniqueness(says, ({ landings }: UniquenessResults, scale) => {
    const of = landings.filter((one) => one.family === family);
    for (const one of of) {
      const name = `${family} by ${one.optimiser}`;
      scale.atLeast(`${name}: landings`, one.angles.length, LANDINGS);
      for (const angle of one.angles) {
        scale.is(`${name}: ${angle} is in [0, π/2)`, angle >= 0 && angle < PERIOD, true);
      }
      examine(one, name, scale);
    }
    scale.is(`${family} fits by gradient descent have landed`, of.some(isByDescent), true);
  });
}

const isByDescent = ({ optimiser }: Landings): boolean => optimiser === "gradient-descent";

/** The widest arc of the circle of angles in which there is none. */
function widestGap(angles: readonly number[]): number {
  const inOrder = angles.toSorted((a, b) => a - b);
  return Math.max(...inOrder.map((angle, i) => (inOrder[i + 1] ?? inOrder[0]! + PERIOD) - angle));
}

const uniform = ofLandings(
  "full covariance by gradient descent from random starts: the angles are not told from uniform ones",
  "full",
  (landings, name, scale) => {
    // Adam turns with the axes of the parameters, so that its angles need not be uniform.
    if (!isByDescent(landings)) return;
    scale.atLeast(`${name}: p of uniform angles`, landings.uniformP, UNIFORM_LEVEL);
    scale.atLeast(`${name}: Rayleigh's p of the same`, rayleigh(landings.angles, PERIOD), UNIFORM_LEVEL);
    scale.within(`${name}: the widest gap`, widestGap(landings.angles), 0, WIDEST_GAP);
  },
);

const gathered = ofLandings(
  "mean-field by gradient descent: every angle is that of W",
  "mean-field",
  (landings, name, scale) => {
    const { angles, uniformP } = landings;
    // Where Adam lands is measured, and nothing is claimed of it.
    if (!isByDescent(landings)) return;
    for (const angle of angles) {
      scale.within(`${name}: angle to W`, Math.min(angle, PERIOD - angle), 0, LANDING_ANGLE);
    }
    scale.atMost(`${name}: p of uniform angles`, uniformP, GATHERED);
    scale.notBelow(`${name}: p`, uniformP, 0, exact("a probability"));
  },
);

/** E5. */
export const E5 = law({
  id: "E5",
  title: "What a posterior's family makes unique",
  statement:
    "for x = ν(Wz) + ε a mean-field posterior recovers W up to signed permutation over all seeds; a full one, or W with columns of equal norms, lands at arbitrary rotations",
  tex: String.raw`x=\nu(Wz)+\varepsilon:\quad A_{\text{mean-field}}=WPS,\qquad A_{\text{full}}=WR`,
  source: "Choice of Q can lead to uniqueness",
  kind: "empirical",
  assumptions: [
    "W has orthogonal columns; oblique ones give its principal axes",
    "training has come near an optimum",
  ],
  expected: "holds under stated assumptions",
  clauses: [enough, cosines, recovered, principal, equal, full, sameLoss, uniform, gathered],
});

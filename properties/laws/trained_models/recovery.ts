/**
 * E5: a mean-field posterior finds the axes of the true decoder; a full one lands at any rotation.
 *
 * @module
 */

import type { Clause } from "../../contract/clause.ts";
import type { Fit, TrueActivation } from "../../contract/trained.ts";
import { law, tex } from "../../contract/law.ts";
import { tolerance } from "../../contract/tolerance.ts";
import { mean, median, range } from "../reference/statistics.ts";
import { arbitraryAlignment } from "./arbitrary_rotation.ts";
import { ofUniqueness } from "./every_run.ts";
import { firstTwice, grouped, seedsOf } from "./groups.ts";
import { gathered, uniform } from "./orientations.ts";
import type { Scale } from "./threshold.ts";
import {
  ARBITRARY_LEVEL,
  ARBITRARY_RANGE,
  FIT_SEEDS,
  PLANE_SEEDS,
  RECOVERED_BEYOND_THE_PLANE,
  RECOVERED_BY_LEAKY_RELU,
  RECOVERED_IN_THE_PLANE,
  SAME_AXES,
  SAME_LOSS,
} from "./thresholds.ts";

/** The problem that fits share. */
const problem = ({ weights, activation, latent }: Fit): string => `${weights}, ${activation}, d ${latent}`;
const kind = (fit: Fit): string => `${problem(fit)}, ${fit.family}`;
const fitName = (fit: Fit): string => `${kind(fit)}, seed ${fit.seed}`;

/** Other problems are for other families, such as blocks. */
const isCompared = ({ family }: Fit): boolean => family === "mean-field" || family === "full";

/** Every ν. */
const ACTIVATIONS: readonly TrueActivation[] = ["identity", "leaky-relu", "tanh"];

const enough = ofUniqueness(
  "linear decoders of each kind were fitted, in a whole run one with each ν, each problem by mean-field and full posteriors with the same seeds, none twice",
  ({ fits }, scale) => {
    scale.is("a fit that is there twice", firstTwice(fits, fitName) ?? "none", "none");
    for (const weights of ["distinct", "equal", "generic"] as const) {
      const linear = fits.filter((fit) => fit.weights === weights && fit.activation === "identity");
      scale.is(`a linear decoder with ${weights} columns is there`, linear.length > 0, true);
    }
    // Short trainings are of linear decoders alone.
    for (const activation of scale.short ? [] : ACTIVATIONS) {
      const there = fits.some((fit) => fit.weights === "distinct" && fit.activation === activation);
      scale.is(`a decoder with distinct columns and ${activation} is there`, there, true);
    }
    for (const [name, of] of grouped(fits, problem)) {
      const seeds = seedsOf(of);
      scale.atLeast(`${name}: seeds`, seeds.length, of[0]!.latent === 2 ? PLANE_SEEDS : FIT_SEEDS);
      if (!of.some(isCompared)) continue;
      for (const family of ["mean-field", "full"]) {
        const own = of.filter((fit) => fit.family === family);
        scale.is(`${name}, ${family}: seeds`, seedsOf(own).join(), seeds.join());
      }
    }
  },
);

const rounding = tolerance("cosines in float64 of columns with some tens of entries", {
  c: 64,
  epsilon: 2 ** -53,
});

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

/** Columns of one kind are found: in the plane by every seed, beyond it by the median one. */
function found(
  fits: readonly Fit[],
  name: string,
  cosine: (fit: Fit) => number,
  columns: string,
  scale: Scale,
): void {
  const { latent, activation } = fits[0]!;
  if (latent > 2) {
    const typical = median(fits.map(cosine));
    scale.within(`${name}: median |cosine| to ${columns}`, typical, 1, RECOVERED_BEYOND_THE_PLANE);
    return;
  }
  const threshold = activation === "leaky-relu" ? RECOVERED_BY_LEAKY_RELU : RECOVERED_IN_THE_PLANE;
  for (const fit of fits) scale.within(`${fitName(fit)}: |cosine| to ${columns}`, cosine(fit), 1, threshold);
}

/** The mean over seeds of |cosine| to W is what random rotations come to. */
function notFound(fits: readonly Fit[], name: string, scale: Scale): void {
  const bound = arbitraryAlignment(fits.length, fits[0]!.latent, scale.of(ARBITRARY_LEVEL));
  const values = fits.map(({ toTruth }) => toTruth);
  scale.notAbove(`${name}: mean over seeds of |cosine| to W`, mean(values), bound, ARBITRARY_LEVEL.because);
}

const recovered = ofKind(
  "mean-field, distinct norms, each ν that was fitted: W is recovered up to signed permutation, with two latents by every seed, with more by the median one",
  ({ weights, family }) => weights === "distinct" && family === "mean-field",
  (fits, name, scale) => found(fits, name, ({ toTruth }) => toTruth, "W", scale),
);

const principal = ofKind(
  "mean-field, a linear decoder with oblique columns: the principal axes of W are found, by as many seeds, not W's columns",
  ({ weights, family, activation }) =>
    weights === "generic" && family === "mean-field" && activation === "identity",
  (fits, name, scale) => {
    found(fits, name, ({ toPrincipal }) => toPrincipal, "the principal axes", scale);
    notFound(fits, name, scale);
  },
);

/** The rotation is arbitrary: W is not found in the mean, and seeds differ. */
function arbitrary(fits: readonly Fit[], name: string, scale: Scale): void {
  notFound(fits, name, scale);
  const values = fits.map(({ toTruth }) => toTruth);
  scale.atLeast(`${name}: range over seeds of |cosine| to W`, range(values), ARBITRARY_RANGE);
}

const equal = ofKind(
  "mean-field, a linear decoder with columns of equal norms: nothing singles out W, and seeds differ",
  ({ weights, family, activation }) =>
    weights === "equal" && family === "mean-field" && activation === "identity",
  arbitrary,
);

const full = ofKind(
  "full and isotropic posteriors, distinct norms, each ν that was fitted: any rotation is as good (U2), and seeds differ",
  ({ weights, family }) => weights === "distinct" && (family === "full" || family === "isotropic"),
  arbitrary,
);

const sameLoss = ofUniqueness(
  "with orthogonal columns of distinct norms the full family reaches no lower loss than mean-field, nor a higher one",
  ({ fits }, scale) => {
    const linear = fits.filter((fit) =>
      fit.weights === "distinct" && fit.activation === "identity" && isCompared(fit)
    );
    for (const [name, of] of grouped(linear, problem)) {
      const loss = (family: string): number =>
        mean(of.filter((fit) => fit.family === family).map(({ loss }) => loss));
      const difference = (loss("full") - loss("mean-field")) / Math.abs(loss("mean-field"));
      scale.within(`${name}: full less mean-field, relative`, difference, 0, SAME_LOSS);
    }
  },
);

/** E5. */
export const E5 = law({
  id: "E5",
  title: "What a posterior's family makes unique",
  statement:
    "for x = ν(Wz) + ε a mean-field posterior recovers W up to signed permutation, over all seeds with two latents and in the median with more; a full one, or linear W with columns of equal norms, lands at arbitrary rotations",
  tex: tex`x=\nu(Wz)+\varepsilon:\quad A_{\text{mean-field}}=WPS,\qquad A_{\text{full}}=WR`,
  source: "Choice of Q can lead to uniqueness",
  kind: "empirical",
  assumptions: [
    "W has orthogonal columns; oblique ones give its principal axes",
    "training has come near an optimum",
    "ν is the identity, leaky ReLU or tanh; in short trainings it is the identity",
  ],
  expected: "holds under stated assumptions",
  clauses: [enough, cosines, recovered, principal, equal, full, sameLoss, uniform, gathered],
});

/**
 * Faults in the price of a rotation, in the optima on either side of it, and in the terms of the ELBO.
 *
 * @module
 */

import type { Matrix, ObjectiveCase, ObjectiveValue, Vector } from "../contract/subject.ts";
import { inverse, logDeterminant, product, trace, transpose } from "../oracle/dense.ts";
import { oracle } from "../oracle/mod.ts";
import { diagonalOf, mapped, withChangedTerms, withModel } from "./altered.ts";
import { type Mutant, type Part, planted, replacing } from "./mutant.ts";

const { symmetry } = oracle;

/** RᵀPR */
const rotated = (p: Matrix, r: Matrix): Matrix => product(product(transpose(r), p), r);
const logs = (p: Matrix): number => p.reduce((sum, row, i) => sum + Math.log(row[i]!), 0);

/** For any P, and in closed form in the plane. */
const withGap = replacing("symmetry.meanFieldGap"), withPlane = replacing("symmetry.planeMeanFieldGap");

const { objectives, optimalCovariance } = oracle;

const withProfiled = replacing("objectives.profiled");
/** The profiled loss of another family. */
const profiledOf = (given: ObjectiveCase, kind: "full" | "mean-field"): ObjectiveValue =>
  objectives.profiled(withModel(given, { family: { kind } }));
/** Every term of the KL with something added that may depend on the case. */
const withExtra =
  (name: "profiled" | "beta-vae") => (extra: (given: ObjectiveCase, example: number) => number): Part =>
    withChangedTerms(name)(({ kl }, given) => ({
      kl: kl!.map((value, example) => value + given.beta * extra(given, example)),
    }));

const profiledExtra = withExtra("profiled");
const betaVaeExtra = withExtra("beta-vae");
const betaVaeTerms = withChangedTerms("beta-vae");

/** The encoder's output for one example. */
const encoded = ({ model, x }: ObjectiveCase, example: number): Vector =>
  oracle.apply(model.encoder, [x[example]!])[0]!;

/** The faults, by the laws that must reject them. */
export const optimumMutants: readonly Mutant[] = planted({
  // The mean-field gap
  "U5": {
    "mean-field-gap-beta-absent: the mean-field gap is not multiplied by β": withGap((p, r, beta) =>
      symmetry.meanFieldGap(p, r, beta) / beta
    ),
    "mean-field-gap-lost-half: the mean-field gap has β for β/2": withGap((p, r, beta) =>
      2 * symmetry.meanFieldGap(p, r, beta)
    ),
    "mean-field-gap-log-determinant-dropped: log|P| is dropped, as if it were a constant that does not matter":
      withGap((p, r, beta) => beta / 2 * logs(rotated(p, r))),
    "mean-field-gap-negative: the mean-field gap has the sign of an ELBO": withGap((p, r, beta) =>
      -symmetry.meanFieldGap(p, r, beta)
    ),
    "mean-field-gap-wrong-side: the diagonal is that of RPRᵀ": withGap((p, r, beta) =>
      symmetry.meanFieldGap(p, transpose(r), beta)
    ),
    "mean-field-gap-of-covariance: the covariance P⁻¹ is rotated, and its diagonal taken: the other Kullback–Leibler divergence":
      withGap((p, r, beta) => symmetry.meanFieldGap(inverse(p), r, beta)),
    "mean-field-gap-trace: the logarithms are taken of the mean of the diagonal, which bounds them": withGap(
      (p, r, beta) => beta / 2 * (p.length * Math.log(trace(rotated(p, r)) / p.length) - logDeterminant(p)),
    ),
    "mean-field-gap-diagonal-of-p: the diagonal of P is taken before the rotation": withGap((p, _, beta) =>
      beta / 2 * (logs(p) - logDeterminant(p))
    ),
    "plane-single-angle: the closed form has sin²θ for sin²2θ": withPlane(([p, q], angle, beta) =>
      beta / 2 * Math.log1p((p! - q!) ** 2 * Math.sin(angle) ** 2 / (4 * p! * q!))
    ),
    "plane-lost-four: the closed form lacks the 4 below (P₁₁ − P₂₂)²": withPlane(([p, q], angle, beta) =>
      beta / 2 * Math.log1p((p! - q!) ** 2 * Math.sin(2 * angle) ** 2 / (p! * q!))
    ),
    "plane-sum-below: the closed form divides by (P₁₁ + P₂₂)², not by 4P₁₁P₂₂": withPlane(
      ([p, q], angle, beta) =>
        beta / 2 * Math.log1p((p! - q!) ** 2 * Math.sin(2 * angle) ** 2 / (p! + q!) ** 2),
    ),
    "plane-not-squared: the closed form has |P₁₁ − P₂₂|, not its square": withPlane(([p, q], angle, beta) =>
      beta / 2 * Math.log1p(Math.abs(p! - q!) * Math.sin(2 * angle) ** 2 / (4 * p! * q!))
    ),
    "plane-beta-absent: the closed form is not multiplied by β": withPlane((p, angle, beta) =>
      symmetry.planeMeanFieldGap(p, angle, beta) / beta
    ),
    "plane-degrees: the angle is taken in degrees": withPlane((p, angle, beta) =>
      symmetry.planeMeanFieldGap(p, angle * Math.PI / 180, beta)
    ),
  },
  // Optima and the ELBO
  "U5 U6": {
    "optimum-full-is-mean-field: the best covariance of the full family is the diagonal one": withProfiled(
      (given) =>
        given.model.family.kind === "full" ? profiledOf(given, "mean-field") : objectives.profiled(given),
    ),
  },
  "U5 U7": {
    "optimum-mean-field-is-full: mean-field silently learns a full covariance, so that nothing tells rotations apart":
      withProfiled((given) =>
        given.model.family.kind === "mean-field" ? profiledOf(given, "full") : objectives.profiled(given)
      ),
  },
  "U7": {
    "optimum-isotropic-is-mean-field: the isotropic family has one variance for each latent": withProfiled(
      (given) =>
        given.model.family.kind === "isotropic"
          ? profiledOf(given, "mean-field")
          : objectives.profiled(given),
    ),
  },
  "U6": {
    "optimum-anisotropic-prior: the first latent has a prior of variance 2 in the optimum": profiledExtra(
      (given, example) => -(encoded(given, example)[0]! ** 2) / 4,
    ),
    "optimum-diagonal-of-inverse: the optimal covariance of the full family keeps only the diagonal of (I + G/β)⁻¹":
      {
        optimalCovariance: (family, gram, beta) => optimalCovariance(family, gram, beta).map(diagonalOf),
      },
    "optimum-axis-jitter: 1e-3 is added to one variance of the optimum, for safety": {
      optimalCovariance: (family, gram, beta) =>
        optimalCovariance(family, gram, beta).map((sigma) =>
          mapped(sigma, (entry, i, j) => i === 0 && j === 0 ? entry + 1e-3 : entry)
        ),
    },
  },
  "U5 U6 U7": {
    "optimum-log-determinant-dropped: the KL at the optimum lacks log|Σ*|, which the families differ in":
      profiledExtra((given, example) => {
        const { model, x, beta } = given;
        const h = [encoded(given, example).slice(0, model.latent)];
        const w = oracle.curvature(model.likelihood, [x[example]!], oracle.apply(model.decoder, h));
        const [sigma] = optimalCovariance(model.family, oracle.gram(model.decoder, h, w), beta);
        return logDeterminant(sigma!) / 2;
      }),
  },
  "U2": {
    "elbo-anisotropic-prior: the prior of the first latent has the variance 2 in the KL": betaVaeExtra(
      (given, example) => -(encoded(given, example)[0]! ** 2) / 4,
    ),
    "elbo-diagonal-kl: the KL of a full covariance counts the diagonal of its factor only": betaVaeExtra(
      (given, example) => {
        const below = encoded(given, example).slice(2 * given.model.latent);
        return -below.reduce((sum, entry) => sum + entry * entry, 0) / 2;
      },
    ),
  },
  "U2 U7": {
    "elbo-diagonal-samples: samples are h + diag(L) ε, whatever is below the diagonal": betaVaeTerms(
      (_, given) => {
        const { encoder, latent } = given.model, last = encoder.at(-1)!;
        const bias = last.bias.map((entry, i) => i < 2 * latent ? entry : 0);
        const diagonal = withModel(given, { encoder: encoder.with(-1, { ...last, bias }) });
        return { reconstruction: objectives["beta-vae"](diagonal).terms.reconstruction! };
      },
    ),
  },
});

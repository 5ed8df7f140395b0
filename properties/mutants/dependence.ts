/**
 * Faults in the criterion of Darmois and Skitovitch, and in cumulants and characteristic functions.
 *
 * @module
 */

import type { FactorSpec, Matrix, Vector } from "../contract/subject.ts";
import { product, transpose } from "../oracle/dense.ts";
import { oracle } from "../oracle/mod.ts";
import { mapped } from "./altered.ts";
import { type Mutant, planted, replacing } from "./mutant.ts";

const { symmetry } = oracle;
const { characteristicFunction: phi, fourthCumulant, factorisationGap } = symmetry;

const criterion = replacing("symmetry.preservesMeanField");
const withCumulant = replacing("symmetry.fourthCumulant");
const crossCumulants = replacing("symmetry.crossCumulants");
const withPhi = replacing("symmetry.characteristicFunction");
const gap = replacing("symmetry.factorisationGap");

const equal = (v: Vector, tolerance = 1e-12): boolean =>
  Math.max(...v) - Math.min(...v) <= tolerance * Math.max(...v);
const isSignedPermutation = (r: Matrix): boolean =>
  r.every((row) => row.filter((entry) => Math.abs(entry) > 1e-12).length === 1);

function gaussianised(factor: FactorSpec): FactorSpec {
  return factor.kind === "mixture" ? { kind: "gaussian", variance: factor.variance } : factor;
}

/** The faults, by the laws that must reject them. */
export const dependenceMutants: readonly Mutant[] = planted({
  // The criterion and its components
  "U3 X3 X4": {
    "criterion-as-printed: all variances are compared, whatever R mixes": criterion((_, v) => equal(v)),
    "criterion-by-columns: the outputs that a latent reaches are joined, not the latents that an output mixes":
      {
        "symmetry.preservesMeanField": (r, v) => symmetry.preservesMeanField(transpose(r), v),
        "symmetry.mixedComponents": (r) => symmetry.mixedComponents(transpose(r)),
      },
    "criterion-neighbours-only: only latents next to each other are compared": criterion((r, v) =>
      r.every((row) =>
        v.every((value, k) => k === 0 || row[k]! * row[k - 1]! === 0 || equal([value, v[k - 1]!]))
      )
    ),
    "criterion-too-lenient: variances within 1e-3 are taken for equal": criterion((r, v) =>
      r.every((row) => equal(v.filter((_, k) => Math.abs(row[k]!) > 1e-12), 1e-3))
    ),
    "criterion-rounding-mixes: cos(π/2) = 6e-17 counts as mixing": criterion((r, v) =>
      r.every((row) => equal(v.filter((_, k) => row[k] !== 0)))
    ),
  },
  "U3 U7 X3 X4": {
    "criterion-permutations-only: only signed permutations are taken to keep mean-field": criterion((r) =>
      isSignedPermutation(r)
    ),
    "criterion-always-yes: the criterion always says yes": criterion(() => true),
    "criterion-always-no: the criterion says that a rotation always leaves the family, as printed": criterion(
      () => false,
    ),
  },
  "U3 X3": {
    "criterion-printed-or-permutation: all variances equal or R a signed permutation: a rotation of one block is forgotten":
      criterion((r, v) => equal(v) || isSignedPermutation(r)),
  },
  "U3": {
    "components-not-closed: latents are joined to the first one of each output only, without going on from there":
      {
        "symmetry.mixedComponents": (r) =>
          r.map((_, k) => k).flatMap((k) => {
            const joined = r.filter((row) => Math.abs(row[k]!) > 1e-12).flatMap((row) =>
              row.flatMap((entry, i) => (i === k + 1 && Math.abs(entry) > 1e-12 ? [i] : []))
            );
            return [[...new Set([k, ...joined])]];
          }).filter((component, k, all) => !all.slice(0, k).some((other) => other.includes(component[0]!))),
      },
    "components-all-joined: all latents are one component unless R is a signed permutation": {
      "symmetry.mixedComponents": (
        r,
      ) => (isSignedPermutation(r) ? r.map((_, k) => [k]) : [r.map((_, k) => k)]),
    },
  },
  // Cumulants
  "U4": {
    "cumulant-fourth-moment: the fourth moment is taken for the fourth cumulant: 3 (E u²)² is not subtracted":
      withCumulant((f) => fourthCumulant(f) + 3 * f.variance ** 2),
    "cumulant-kurtosis: the excess kurtosis is taken for the fourth cumulant, whatever the variance":
      withCumulant((f) => fourthCumulant(f) / f.variance ** 2),
    "cumulant-variance-once: the excess kurtosis is multiplied by the variance, not by its square":
      withCumulant((f) => fourthCumulant(f) / f.variance),
    "cumulant-sign-lost: fourth cumulants are never negative": withCumulant((f) =>
      Math.abs(fourthCumulant(f))
    ),
    "cumulant-student-degrees: the excess kurtosis of Student-t is 6/(ν − 2)": withCumulant((f) =>
      f.kind === "student-t" ? 6 / (f.degrees - 2) * f.variance ** 2 : fourthCumulant(f)
    ),
    "cross-cumulant-not-squared: cum(y_i, y_i, y_j, y_j) is Σ_k R_ik R_jk κ_k": crossCumulants((r, kappa) =>
      product(mapped(r, (entry, _, k) => entry * kappa[k]!), transpose(r))
    ),
    "cross-cumulant-negative: cum(y_i, y_i, y_j, y_j) has the wrong sign": crossCumulants((r, kappa) =>
      symmetry.crossCumulants(r, kappa.map((k) => -k))
    ),
    "cross-cumulant-transposed: cum(y_i, y_i, y_j, y_j) is Σ_k R_ki² R_kj² κ_k": crossCumulants((r, kappa) =>
      symmetry.crossCumulants(transpose(r), kappa)
    ),
    "cross-cumulant-permutations: cum(y_i, y_i, y_j, y_j) counts the six orders of its arguments":
      crossCumulants((r, kappa) =>
        mapped(symmetry.crossCumulants(r, kappa), (c, i, j) => i === j ? c : 6 * c)
      ),
    // Characteristic functions
    "laplace-scale-for-deviation: the standard deviation of Laplace is taken for its scale": withPhi(
      (f, s) => (f.kind === "laplace" ? 1 / (1 + f.variance * s * s) : phi(f, s)),
    ),
    "logistic-scale-for-deviation: the standard deviation of the logistic is taken for its scale": withPhi(
      (f, s) => phi(f.kind === "logistic" ? { ...f, variance: f.variance * Math.PI ** 2 / 3 } : f, s),
    ),
    "uniform-width-for-half-width: the uniform law has the half-width √12 σ": withPhi((f, s) =>
      phi(f, f.kind === "uniform" ? 2 * s : s)
    ),
    "student-not-scaled: Student-t is not scaled to its variance": withPhi((f, s) =>
      phi(f.kind === "student-t" ? { ...f, variance: f.variance * f.degrees / (f.degrees - 2) } : f, s)
    ),
    "student-one-degree-more: Student-t has one degree of freedom more": withPhi((f, s) =>
      phi(f.kind === "student-t" ? { ...f, degrees: f.degrees + 1 } : f, s)
    ),
    "mixture-taken-for-gaussian: a law with the moments of a Gaussian up to the fifth is taken for one": {
      "symmetry.characteristicFunction": (f, s) => phi(gaussianised(f), s),
      "symmetry.factorisationGap": (r, factors, s) => factorisationGap(r, factors.map(gaussianised), s),
    },
    "gap-wrong-side: φ_y is taken at R s": gap((r, factors, s) => {
      const joint = product(r, s.map((value) => [value])).flat();
      const right = product(transpose(r), s.map((value) => [value])).flat();
      const value = (at: Vector): number => factors.reduce((p, f, k) => p * phi(f, at[k]!), 1);
      return factorisationGap(r, factors, s) - value(right) + value(joint);
    }),
    "gap-of-latents: φ_y is compared with the product over the latents at s, not over the outputs": gap(
      (r, factors, s) => {
        const right = product(transpose(r), s.map((value) => [value])).flat();
        return factors.reduce((p, f, k) => p * phi(f, right[k]!), 1) -
          factors.reduce((p, f, k) => p * phi(f, s[k]!), 1);
      },
    ),
    "gap-of-fourth-cumulants: dependence is judged by fourth cumulants alone, which see nothing where they vanish or cancel":
      gap((r, factors, s) =>
        factors.every((f) => fourthCumulant(f) === 0) ? 0 : factorisationGap(r, factors, s)
      ),
    "gap-of-covariances: dependence is judged by covariances: equal variances show none": gap(
      (r, factors, s) =>
        factorisationGap(r, factors.map(({ variance }) => ({ kind: "gaussian", variance })), s),
    ),
  },
});

/**
 * Faults in cumulants and characteristic functions.
 *
 * @module
 */

import type { FactorSpec, Vector } from "../../contract/subject.ts";
import { product, transpose } from "../../oracle/dense.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { withSymmetry } from "./transform.ts";

const { symmetry } = oracle;
const { characteristicFunction: phi, fourthCumulant, factorisationGap } = symmetry;

/** A fault in one fourth cumulant. */
const withCumulant = (faulty: (factor: FactorSpec) => number) => withSymmetry({ fourthCumulant: faulty });

/** Mistakes in cumulants. */
const cumulantMutants: readonly Mutant[] = [
  mutant(
    "cumulant-fourth-moment",
    "the fourth moment is taken for the fourth cumulant: 3 (E u²)² is not subtracted",
    ["U4"],
    withCumulant((f) => fourthCumulant(f) + 3 * f.variance ** 2),
  ),
  mutant(
    "cumulant-kurtosis",
    "the excess kurtosis is taken for the fourth cumulant, whatever the variance",
    ["U4"],
    withCumulant((f) => fourthCumulant(f) / f.variance ** 2),
  ),
  mutant(
    "cumulant-variance-once",
    "the excess kurtosis is multiplied by the variance, not by its square",
    ["U4"],
    withCumulant((f) => fourthCumulant(f) / f.variance),
  ),
  mutant(
    "cumulant-sign-lost",
    "fourth cumulants are never negative",
    ["U4"],
    withCumulant((f) => Math.abs(fourthCumulant(f))),
  ),
  mutant(
    "cumulant-student-degrees",
    "the excess kurtosis of Student-t is 6/(ν − 2)",
    ["U4"],
    withCumulant((f) => f.kind === "student-t" ? 6 / (f.degrees - 2) * f.variance ** 2 : fourthCumulant(f)),
  ),
  mutant(
    "cross-cumulant-not-squared",
    "cum(y_i, y_i, y_j, y_j) is Σ_k R_ik R_jk κ_k",
    ["U4"],
    withSymmetry({
      crossCumulants: (r, kappa) =>
        product(r.map((row) => row.map((entry, k) => entry * kappa[k]!)), transpose(r)),
    }),
  ),
  mutant(
    "cross-cumulant-negative",
    "cum(y_i, y_i, y_j, y_j) has the wrong sign",
    ["U4"],
    withSymmetry({ crossCumulants: (r, kappa) => symmetry.crossCumulants(r, kappa.map((k) => -k)) }),
  ),
  mutant(
    "cross-cumulant-transposed",
    "cum(y_i, y_i, y_j, y_j) is Σ_k R_ki² R_kj² κ_k",
    ["U4"],
    withSymmetry({ crossCumulants: (r, kappa) => symmetry.crossCumulants(transpose(r), kappa) }),
  ),
  mutant(
    "cross-cumulant-permutations",
    "cum(y_i, y_i, y_j, y_j) counts the six orders of its arguments",
    ["U4"],
    withSymmetry({
      crossCumulants: (r, kappa) =>
        symmetry.crossCumulants(r, kappa).map((row, i) => row.map((c, j) => (i === j ? c : 6 * c))),
    }),
  ),
];

/** A fault in the characteristic function of one kind; the gap follows. */
const withPhi = (faulty: (factor: FactorSpec, s: number) => number) =>
  withSymmetry({ characteristicFunction: faulty });

/** Mistakes in characteristic functions. */
const characteristicMutants: readonly Mutant[] = [
  mutant(
    "laplace-scale-for-deviation",
    "the standard deviation of Laplace is taken for its scale",
    ["U4"],
    withPhi((f, s) => (f.kind === "laplace" ? 1 / (1 + f.variance * s * s) : phi(f, s))),
  ),
  mutant(
    "logistic-scale-for-deviation",
    "the standard deviation of the logistic is taken for its scale",
    ["U4"],
    withPhi((f, s) => phi(f.kind === "logistic" ? { ...f, variance: f.variance * Math.PI ** 2 / 3 } : f, s)),
  ),
  mutant(
    "uniform-width-for-half-width",
    "the uniform law has the half-width √12 σ",
    ["U4"],
    withPhi((f, s) => phi(f, f.kind === "uniform" ? 2 * s : s)),
  ),
  mutant(
    "student-not-scaled",
    "Student-t is not scaled to its variance",
    ["U4"],
    withPhi((f, s) =>
      phi(f.kind === "student-t" ? { ...f, variance: f.variance * f.degrees / (f.degrees - 2) } : f, s)
    ),
  ),
  mutant(
    "student-one-degree-more",
    "Student-t has one degree of freedom more",
    ["U4"],
    withPhi((f, s) => phi(f.kind === "student-t" ? { ...f, degrees: f.degrees + 1 } : f, s)),
  ),
  mutant(
    "mixture-taken-for-gaussian",
    "a law with the moments of a Gaussian up to the fifth is taken for one",
    ["U4"],
    withSymmetry({
      characteristicFunction: (f, s) => phi(gaussianised(f), s),
      factorisationGap: (r, factors, s) => factorisationGap(r, factors.map(gaussianised), s),
    }),
  ),
  mutant(
    "gap-wrong-side",
    "φ_y is taken at R s",
    ["U4"],
    withSymmetry({
      factorisationGap: (r, factors, s) => {
        const joint = product(r, s.map((value) => [value])).flat();
        const right = product(transpose(r), s.map((value) => [value])).flat();
        const value = (at: Vector): number => factors.reduce((p, f, k) => p * phi(f, at[k]!), 1);
        return factorisationGap(r, factors, s) - value(right) + value(joint);
      },
    }),
  ),
  mutant(
    "gap-of-latents",
    "φ_y is compared with the product over the latents at s, not over the outputs",
    ["U4"],
    withSymmetry({
      factorisationGap: (r, factors, s) => {
        const right = product(transpose(r), s.map((value) => [value])).flat();
        return factors.reduce((p, f, k) => p * phi(f, right[k]!), 1) -
          factors.reduce((p, f, k) => p * phi(f, s[k]!), 1);
      },
    }),
  ),
  mutant(
    "gap-of-fourth-cumulants",
    "dependence is judged by fourth cumulants alone, which see nothing where they vanish or cancel",
    ["U4"],
    withSymmetry({
      factorisationGap: (r, factors, s) =>
        factors.every((f) => fourthCumulant(f) === 0) ? 0 : factorisationGap(r, factors, s),
    }),
  ),
  mutant(
    "gap-of-covariances",
    "dependence is judged by covariances: equal variances show none",
    ["U4"],
    withSymmetry({
      factorisationGap: (r, factors, s) =>
        factorisationGap(r, factors.map(({ variance }) => ({ kind: "gaussian", variance })), s),
    }),
  ),
];

function gaussianised(factor: FactorSpec): FactorSpec {
  return factor.kind === "mixture" ? { kind: "gaussian", variance: factor.variance } : factor;
}

/** Mistakes in what shows dependence. */
export const dependenceMutants: readonly Mutant[] = [...cumulantMutants, ...characteristicMutants];

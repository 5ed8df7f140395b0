/**
 * Faults in the profiled and Taylor (Jacobian) losses.
 *
 * @module
 */

import { type Mutant, mutant } from "../mutant.ts";
import { changed, objectives, scaledTerm, withObjective } from "./with_objective.ts";

/** Mistakes in the profiled and Taylor losses. */
export const profiledMutants: readonly Mutant[] = [
  mutant(
    "profiled-constant-lost",
    "−log p drops (n/2) log 2πσ²",
    ["G2", "G3"],
    changed("profiled", (terms, { model, x }) => {
      const { likelihood } = model;
      const constant = likelihood.kind === "gaussian" ? Math.log(2 * Math.PI * likelihood.variance) / 2 : 0;
      return {
        ...terms,
        reconstruction: terms.reconstruction!.map((value) => value - x[0]!.length * constant),
      };
    }),
  ),
  mutant(
    "profiled-curvature-lost",
    "the profiled loss forgets ½ tr(GΣ)",
    ["S1", "S4", "G2", "G3"],
    scaledTerm("profiled", "curvature", () => 0),
  ),
  mutant(
    "profiled-family-ignored",
    "the profiled loss takes the optimum of the full family for every family",
    ["S4", "G3"],
    withObjective(
      "profiled",
      (given) => objectives.profiled({ ...given, model: { ...given.model, family: { kind: "full" } } }),
    ),
  ),
  mutant(
    "profiled-mean-field-always",
    "the profiled loss takes the mean-field optimum for every family",
    ["S1", "S4", "G2", "G3"],
    withObjective(
      "profiled",
      (given) => objectives.profiled({ ...given, model: { ...given.model, family: { kind: "mean-field" } } }),
    ),
  ),
  mutant(
    "profiled-beta-absent",
    "the KL of the profiled loss is not multiplied by β",
    ["S1", "S4", "G2", "G3"],
    scaledTerm("profiled", "kl", ({ beta }) => 1 / beta),
  ),
  mutant(
    "taylor-lost-half",
    "the curvature term is tr(GΣ), without ½",
    ["S1", "S2", "S4", "G2", "G3"],
    scaledTerm("taylor-jacobian", "curvature", () => 2),
  ),
  mutant(
    "taylor-negative-curvature",
    "the curvature term has the sign of H_p, not of G = −JᵀH_pJ",
    ["S1", "S2", "S4", "G2", "G3"],
    scaledTerm("taylor-jacobian", "curvature", () => -1),
  ),
  mutant(
    "taylor-kl-beta-twice",
    "the KL is multiplied by β twice",
    ["S1", "S2", "S4", "G2", "G3"],
    scaledTerm("taylor-jacobian", "kl", ({ beta }) => beta),
  ),
  mutant(
    "taylor-kl-negative",
    "the KL is logged, and minimised, with the wrong sign",
    ["S1", "S2", "S4", "G2", "G3"],
    scaledTerm("taylor-jacobian", "kl", () => -1),
  ),
];

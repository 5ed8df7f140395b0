/**
 * Faults in the Gauss–Newton loss and in the sampled loss that it approximates.
 *
 * @module
 */

import type { ObjectiveCase, Subject, Vector } from "../contract/subject.ts";
import { oracle } from "../oracle/mod.ts";
import { withChangedTerms, withObjective, withScaledLogs } from "./implementation/altered.ts";
import { type Mutant, mutant } from "./mutant.ts";

const { objectives } = oracle;

/** A Taylor loss whose curvature is that of another case. */
export function curvatureOf(
  name: "taylor-hessian" | "taylor-jacobian",
  other: (given: ObjectiveCase) => ObjectiveCase,
): Subject {
  return withChangedTerms(
    name,
    (_, given) => ({ curvature: objectives[name](other(given)).terms.curvature! }),
  );
}

/** Mistakes in the Gauss–Newton loss. */
export const jacobianMutants: readonly Mutant[] = [
  mutant(
    "jacobian-loss-log-variance-as-sigma",
    "log σ² is taken for log σ in the curvature: L_ii = exp(2 raw)",
    ["H4", "T1", "T2", "T4", "T6"],
    curvatureOf("taylor-jacobian", (given) => withScaledLogs(given, 2)),
  ),
  mutant(
    "jacobian-loss-sigma-for-variance",
    "the curvature is weighted by σ where it should be by σ²",
    ["H4", "T1", "T2", "T4", "T6"],
    curvatureOf("taylor-jacobian", (given) => withScaledLogs(given, 1 / 2)),
  ),
  mutant(
    "jacobian-loss-is-the-full-hessian",
    "the Gauss–Newton loss has the decoder's second derivatives in it",
    ["H4", "T2", "T6"],
    withObjective("taylor-jacobian", (given) => objectives["taylor-hessian"](given)),
  ),
  mutant(
    "jacobian-loss-weights-ignored",
    "G is JᵀJ whatever the likelihood",
    ["H4", "T1", "T2", "T4", "T6"],
    curvatureOf("taylor-jacobian", (given) => ({
      ...given,
      model: { ...given.model, likelihood: { kind: "gaussian", variance: 1 } },
    })),
  ),
  mutant(
    "jacobian-loss-isotropic-shared",
    "the isotropic family spreads its variance over the latents: σ²/d each",
    ["H4", "T1", "T2", "T4", "T5", "T6"],
    withChangedTerms("taylor-jacobian", ({ curvature }, { model }) => ({
      curvature: curvature!.map((term) => (model.family.kind === "isotropic" ? term / model.latent : term)),
    })),
  ),
  mutant(
    "jacobian-loss-expanded-at-the-prior",
    "the expansion is made at z = 0, the mean of the prior, not at h",
    ["H4", "T1", "T2", "T4", "T6"],
    withObjective("taylor-jacobian", (given) => {
      const { encoder, latent } = given.model;
      const last = encoder.at(-1)!;
      const zeroed = (row: Vector): Vector => row.map((entry, i) => (i < latent ? 0 : entry));
      const layer = { ...last, weight: last.weight.map(zeroed), bias: zeroed(last.bias) };
      const model = { ...given.model, encoder: [...encoder.slice(0, -1), layer] };
      return objectives["taylor-jacobian"]({ ...given, model });
    }),
  ),
];

/** Mistakes in the sampled loss. */
export const samplingMutants: readonly Mutant[] = [
  mutant(
    "beta-vae-mean-of-outputs",
    "samples of the decoder's output are averaged before the loss is taken",
    ["T1", "T4"],
    withObjective("beta-vae", (given) => {
      const still = { ...given, noise: [given.noise![0]!.map((row) => row.map(() => 0))] };
      return objectives["beta-vae"](still);
    }),
  ),
  mutant(
    "beta-vae-first-sample-only",
    "only the first of S samples is used",
    ["T1", "T4"],
    withObjective(
      "beta-vae",
      (given) => objectives["beta-vae"]({ ...given, noise: given.noise!.slice(0, 1) }),
    ),
  ),
  mutant(
    "beta-vae-samples-summed",
    "the losses of the samples are summed, not averaged",
    ["T1", "T4"],
    withChangedTerms("beta-vae", ({ reconstruction }, { noise }) => ({
      reconstruction: reconstruction!.map((term) => term * noise!.length),
    })),
  ),
  mutant(
    "beta-vae-variance-for-sigma",
    "z = h + σ²ε",
    ["T1", "T4"],
    withChangedTerms("beta-vae", (_, given) => ({
      reconstruction: objectives["beta-vae"](withScaledLogs(given, 2)).terms.reconstruction!,
    })),
  ),
];

/**
 * Faults in mixtures of posteriors, in maps of each latent alone, and in latents of which some are not Gaussian.
 *
 * @module
 */

import type { ObjectiveCase } from "../../contract/subject.ts";
import { transpose } from "../../oracle/dense.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { withSymmetry } from "./transform.ts";

const { symmetry, objectives } = oracle;

/** The β-VAE on the noise that is chosen. */
const withNoise = (
  chosen: (noise: NonNullable<ObjectiveCase["noise"]>) => NonNullable<ObjectiveCase["noise"]>,
) => ({
  ...oracle,
  objectives: {
    ...objectives,
    "beta-vae": (given: ObjectiveCase) => objectives["beta-vae"]({ ...given, noise: chosen(given.noise!) }),
  },
});

/** Mistakes that U9, U10 and X5 must reject. */
export const completionMutants: readonly Mutant[] = [
  mutant(
    "mixture-first-sample",
    "of the samples of a posterior the first alone is decoded",
    ["U9"],
    withNoise((noise) => noise.slice(0, 1)),
  ),
  mutant(
    "mixture-centred-samples",
    "the mean of the samples is taken off each of them, as if they were of one Gaussian",
    ["U9"],
    withNoise((noise) =>
      noise.map((sample) =>
        sample.map((row, b) =>
          row.map((entry, i) => entry - noise.reduce((sum, other) => sum + other[b]![i]!, 0) / noise.length)
        )
      )
    ),
  ),
  mutant("mixture-half-divergence", "KL(q‖p) is halved twice", ["U9"], {
    ...oracle,
    kl: (family, mean, raw) => oracle.kl(family, mean, raw).map((value) => value / 2),
  }),
  mutant(
    "completion-unturned",
    "r#q keeps the covariance of q, so that the completion adds nothing to the family",
    ["U9"],
    withSymmetry({
      transformGaussian: (r, q) => ({ ...symmetry.transformGaussian(r, q), covariance: q.covariance }),
    }),
  ),
  mutant(
    "each-latent-signs-lost",
    "of z ↦ −z the sign is lost in the mean",
    ["U10"],
    withSymmetry({
      transformGaussian: (r, q) => symmetry.transformGaussian(r.map((row) => row.map(Math.abs)), q),
    }),
  ),
  mutant(
    "each-latent-decoder-forwards",
    "g∘r⁻¹ is taken to be g∘r: of an order of latents the inverse is another",
    ["U10"],
    withSymmetry({ transformDecoder: (r, g) => symmetry.transformDecoder(transpose(r), g) }),
  ),
  mutant(
    "each-latent-order-mixes",
    "latents that change places are taken for latents that are mixed",
    ["U10"],
    withSymmetry({
      mixedComponents: (r) =>
        r.every((row, i) => row[i] !== 0) ? symmetry.mixedComponents(r) : [r.map((_, i) => i)],
    }),
  ),
  mutant("each-latent-first-row", "the first point of a batch is decoded with a bias", ["U10"], {
    ...oracle,
    apply: (network, z) =>
      oracle.apply(network, z).map((row, k) => (k === 0 ? row.map((entry) => entry + 1) : row)),
  }),
  mutant(
    "some-gaussian-as-printed",
    "one latent that is not Gaussian is taken to make every rotation visible, as the slide has it",
    ["X5"],
    withSymmetry({
      factorisationGap: (r, factors, s) =>
        symmetry.factorisationGap(r, factors, s) +
        (factors.every(({ kind }) => kind === "gaussian") ? 0 : 0.1 * (1 - Math.abs(r[0]![0]!))),
    }),
  ),
  mutant(
    "some-gaussian-hides",
    "one Gaussian latent is taken to hide every rotation",
    ["X5"],
    withSymmetry({
      factorisationGap: (r, factors, s) =>
        factors.some(({ kind }) => kind === "gaussian") ? 0 : symmetry.factorisationGap(r, factors, s),
    }),
  ),
  mutant("bernoulli-pixels-mixed", "log p of a Bernoulli adds a product of neighbouring logits", ["H3"], {
    ...oracle,
    logDensity: (likelihood, x, g) =>
      oracle.logDensity(likelihood, x, g).map((value, b) =>
        likelihood.kind === "gaussian"
          ? value
          : value + 0.01 * g[b]!.reduce((sum, entry, k) => sum + entry * (g[b]![k + 1] ?? 0), 0)
      ),
  }),
];

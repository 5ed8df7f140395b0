/**
 * Faults in mixtures of posteriors, in maps of each latent alone, and in latents of which some are not Gaussian.
 *
 * @module
 */

import type { ObjectiveCase } from "../contract/subject.ts";
import { transpose } from "../oracle/dense.ts";
import { oracle } from "../oracle/mod.ts";
import { type Mutant, type Part, planted, replacing } from "./mutant.ts";

const { symmetry, objectives } = oracle;

type Noise = NonNullable<ObjectiveCase["noise"]>;
/** The β-VAE on the noise that is chosen. */
const withNoise = (chosen: (noise: Noise) => Noise): Part =>
  replacing("objectives.beta-vae")((given) =>
    objectives["beta-vae"]({ ...given, noise: chosen(given.noise!) })
  );

/** Mistakes that U9, U10 and X5 must reject. */
export const completionMutants: readonly Mutant[] = planted({
  "U9": {
    "mixture-first-sample: of the samples of a posterior the first alone is decoded": withNoise((noise) =>
      noise.slice(0, 1)
    ),
    "mixture-centred-samples: the mean of the samples is taken off each of them, as if they were of one Gaussian":
      withNoise((noise) =>
        noise.map((sample) =>
          sample.map((row, b) =>
            row.map((entry, i) => entry - noise.reduce((sum, other) => sum + other[b]![i]!, 0) / noise.length)
          )
        )
      ),
    "mixture-half-divergence: KL(q‖p) is halved twice": {
      kl: (family, mean, raw) => oracle.kl(family, mean, raw).map((value) => value / 2),
    },
    "completion-unturned: r#q keeps the covariance of q, so that the completion adds nothing to the family": {
      "symmetry.transformGaussian": (r, q) => ({
        ...symmetry.transformGaussian(r, q),
        covariance: q.covariance,
      }),
    },
  },
  "U10": {
    "each-latent-signs-lost: of z ↦ −z the sign is lost in the mean": {
      "symmetry.transformGaussian": (r, q) =>
        symmetry.transformGaussian(r.map((row) => row.map(Math.abs)), q),
    },
    "each-latent-decoder-forwards: g∘r⁻¹ is taken to be g∘r: of an order of latents the inverse is another": {
      "symmetry.transformDecoder": (r, g) => symmetry.transformDecoder(transpose(r), g),
    },
    "each-latent-order-mixes: latents that change places are taken for latents that are mixed": {
      "symmetry.mixedComponents": (r) =>
        r.every((row, i) => row[i] !== 0) ? symmetry.mixedComponents(r) : [r.map((_, i) => i)],
    },
    "each-latent-first-row: the first point of a batch is decoded with a bias": {
      apply: (network, z) =>
        oracle.apply(network, z).map((row, k) => (k === 0 ? row.map((entry) => entry + 1) : row)),
    },
  },
  "X5": {
    "some-gaussian-as-printed: one latent that is not Gaussian is taken to make every rotation visible, as the slide has it":
      {
        "symmetry.factorisationGap": (r, factors, s) =>
          symmetry.factorisationGap(r, factors, s) +
          (factors.every(({ kind }) => kind === "gaussian") ? 0 : 0.1 * (1 - Math.abs(r[0]![0]!))),
      },
    "some-gaussian-hides: one Gaussian latent is taken to hide every rotation": {
      "symmetry.factorisationGap": (r, factors, s) =>
        factors.some(({ kind }) => kind === "gaussian") ? 0 : symmetry.factorisationGap(r, factors, s),
    },
  },
  "H3": {
    "bernoulli-pixels-mixed: log p of a Bernoulli adds a product of neighbouring logits": {
      logDensity: (likelihood, x, g) =>
        oracle.logDensity(likelihood, x, g).map((value, b) =>
          likelihood.kind === "gaussian"
            ? value
            : value + 0.01 * g[b]!.reduce((sum, entry, k) => sum + entry * (g[b]![k + 1] ?? 0), 0)
        ),
    },
  },
});

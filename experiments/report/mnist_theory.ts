/**
 * What theory says of the pictures of a run of mnist, and what its last scores say.
 *
 * @module
 */

import type { Score } from "../digits/per_image.ts";
import { OPTIMISED_OUT } from "../digits/optimised_out.ts";
import type { EpochMetrics } from "../mnist/metrics.ts";
import type { TrainOptions } from "../mnist/train_options.ts";

/** What a picture is to be read by. */
export interface Reading {
  readonly theory: string;
  readonly seen: string;
}

/** `12.345 ± 0.010 nats`; what overflowed float32 is said not to be finite. */
export function nats({ value, standardError }: Score): string {
  if (!Number.isFinite(value)) return "no finite number of nats";
  return `${value.toFixed(3)}${standardError === null ? "" : ` ± ${standardError.toFixed(3)}`} nats`;
}

const exact = (value: number | undefined): string => nats({ value: value ?? NaN, standardError: null });

/** The last scores' terms: `reconstruction 24.250 nats, kl 5.250 nats`. */
export function termList({ heldOut }: EpochMetrics): string {
  return Object.entries(heldOut.terms).map(([name, value]) => `${name} ${exact(value)}`).join(", ");
}

/** Why no rotation stands out to σ²I. */
const ISOTROPIC = "An isotropic posterior sees tr JᵀJ alone: any rotation of the latents is as good.";

/** Which entries of JᵀJ the run's family of posteriors leaves alone. */
export function metricTheory({ objective, posterior, block, latent }: TrainOptions): string {
  const family = posterior ?? OPTIMISED_OUT[objective];
  if (family === "isotropic") return ISOTROPIC;
  if (family === "full" || block === latent) {
    return "A full covariance of the posterior fits any JᵀJ: all its entries are free.";
  }
  return family === "block"
    ? `A posterior with blocks of ${block} asks nothing of the entries inside a block, outlined, and presses those ` +
      "outside towards 0."
    : "A posterior of independent latents presses the entries off the diagonal towards 0.";
}

/** What each picture is to be read by, given the scores after the last epoch. */
export function readings(
  options: TrainOptions,
  last: EpochMetrics,
): Readonly<Record<"samples" | "reconstructions" | "traversals" | "metric" | "curves", Reading>> {
  const { train, heldOut } = last;
  const { "beta-vae": betaVae, grae, "grae-star": graeStar } = heldOut.yardsticks;
  const ofCode = ["kl", "prior"].filter((name) => name in heldOut.terms);
  const costs = ofCode.map((name) => `the ${name} term is ${exact(heldOut.terms[name])} per held-out digit`);
  return {
    samples: {
      theory:
        "The loss draws the codes of digits to the prior N(0, I), so that what is decoded from draws of it " +
        "should look like digits.",
      seen: `Decoder means at draws of the prior; ${
        costs.join(", ") || "the loss has no term of the code alone"
      }.`,
    },
    reconstructions: {
      theory:
        "What costs more nats in the code than it saves in the reconstruction is left out of the drawing.",
      seen: "Held-out digits, each above the decoder's mean at its encoding; the reconstruction term is " +
        `${exact(heldOut.terms["reconstruction"])} held out and ${
          exact(train.terms["reconstruction"])
        } in training.`,
    },
    traversals: {
      theory: options.posterior === "isotropic"
        ? ISOTROPIC
        : "Latents between which the posterior has no covariance are pressed to change the picture in " +
          "directions orthogonal to each other, wherever the decoder stands.",
      seen: `${options.latent} latents, a row for each, swept around the encoding of one held-out digit.`,
    },
    metric: {
      theory: metricTheory(options),
      seen: `Mean |JᵀJ| over held-out digits. GRAE* is above GRAE by ${exact(graeStar.value - grae.value)} ` +
        "per digit, which is 0 only where every JᵀJ is diagonal.",
    },
    curves: {
      theory:
        "GRAE* is never below GRAE; both follow the β-VAE loss as far as its Taylor approximation holds.",
      seen: `After the last epoch, held out: loss ${nats(heldOut.loss)}, β-VAE ${nats(betaVae)} with its ` +
        `constant, GRAE ${nats(grae)}, GRAE* ${nats(graeStar)}.`,
    },
  };
}

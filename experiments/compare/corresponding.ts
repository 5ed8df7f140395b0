/**
 * Terms of the objectives that stand for each other.
 *
 * @module
 */

import type { Snapshot } from "./part_result.ts";

/** What the objectives have in common, and what stands for the same in them, in nats per digit. */
export interface Corresponding {
  /** ½‖x − g(h)‖², common to all. */
  readonly reconstruction: number;
  /** (β/2)‖h‖², common to all. */
  readonly prior: number;
  /** E_q ½‖x − g(z)‖² − ½‖x − g(h)‖²: what noise costs the β-VAE. */
  readonly noise: number;
  /** −½ tr(H_f Σ), which stands for it. */
  readonly hessian: number;
  /** ½ tr(GΣ), which stands for it. */
  readonly jacobian: number;
  /** β KL − (β/2)‖h‖² = (β/2)(tr Σ − log|Σ| − d), the same in the β-VAE and the Taylor losses. */
  readonly divergence: number;
  /** noise + divergence. */
  readonly spread: number;
  /** (β/2) log|I + G/β|, which stands for that in GRAE. */
  readonly volume: number;
  /** The same in GRAE*. */
  readonly volumeStar: number;
  /** jacobian − noise: what the expansion misses. */
  readonly truncation: number;
  /** GRAE* less Taylor (Jacobian) = −β KL(Σ learned ‖ the best of its family) ≤ 0 (S2). */
  readonly optimum: number;
  /** GRAE less GRAE* = −β KL(the best mean-field Σ ‖ the best) ≤ 0 (G3). */
  readonly family: number;
}

/** The terms of a snapshot. */
export function corresponding({ values }: Snapshot): Corresponding {
  const term = (objective: keyof typeof values, name: string): number => values[objective].terms[name] ?? NaN;
  const reconstruction = term("grae", "reconstruction");
  const prior = term("grae", "prior");
  const noise = term("beta-vae", "reconstruction") - reconstruction;
  const divergence = term("beta-vae", "kl") - prior;
  const jacobian = term("taylor-jacobian", "curvature");
  return {
    reconstruction,
    prior,
    noise,
    hessian: term("taylor-hessian", "curvature"),
    jacobian,
    divergence,
    spread: noise + divergence,
    volume: term("grae", "volume"),
    volumeStar: term("grae-star", "volume"),
    truncation: values["taylor-jacobian"].loss - values["beta-vae"].loss,
    optimum: values["grae-star"].loss - values["taylor-jacobian"].loss,
    family: values.grae.loss - values["grae-star"].loss,
  };
}

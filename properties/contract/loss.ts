/**
 * Losses and penalties as people write them, on plain arrays, each beside the convention that it declares.
 *
 * @module
 */

import type { Matrix, NetworkSpec, Vector } from "./specs.ts";

/** How entries become one number. */
export const reductions = ["sum", "mean"] as const;
/** One of them. */
export type Reduction = typeof reductions[number];

/**
 * The reconstruction of one entry x by x̂: `half-mse` ½(x − x̂)², `mse` (x − x̂)², `gaussian` (x − x̂)²/(2σ²) + ½ log 2πσ², `bce`
 * −x log x̂ − (1 − x) log(1 − x̂) of probabilities x̂, `bce-with-logits` the same of σ(x̂).
 */
export const reconstructionNames = ["half-mse", "mse", "gaussian", "bce", "bce-with-logits"] as const;
/** One of them. */
export type ReconstructionName = typeof reconstructionNames[number];

/** The convention of a VAE's loss: reconstruction + β KL(N(μ, σ²) ‖ N(0, I)), with how each is reduced. */
export interface LossConvention {
  /** Of one entry; `half-mse` when absent. */
  readonly reconstruction?: ReconstructionName;
  /** σ² of the reconstruction `gaussian`, above 0; 1 when absent. */
  readonly variance?: number;
  /** How the entries of an example are reduced; `sum` when absent. */
  readonly pixels?: Reduction;
  /** How the latents' divergences are reduced; `sum` when absent. */
  readonly latents?: Reduction;
  /** How examples are reduced, together or term by term; `none` gives one loss an example. `mean` when absent. */
  readonly batch?: Reduction | "none" | { readonly reconstruction: Reduction; readonly kl: Reduction };
  /** β, above 0; when absent it is the `beta` of each case. */
  readonly beta?: number;
  /** The largest number that is added inside a logarithm of `bce`, or at which x̂ and 1 − x̂ are clamped from below; 0 when absent. */
  readonly guard?: number;
}

/** The arguments of a VAE's loss. */
export interface LossCase {
  /** `[batch][data]`, in [0, 1] */
  readonly x: Matrix;
  /** x̂ `[batch][data]`: means, probabilities or logits, as the convention says. */
  readonly decoded: Matrix;
  /** μ `[batch][latent]` */
  readonly mean: Matrix;
  /** log σ² `[batch][latent]` */
  readonly logVariance: Matrix;
  /** β: that of the convention, where it has one. */
  readonly beta: number;
}

/** A VAE's loss with its parts. Where the batch is reduced by `none`, each is `[batch]`. */
export interface LossTerms {
  /** What is minimised. */
  readonly loss: number | Vector;
  /** The reconstruction. */
  readonly reconstruction?: number | Vector;
  /** The divergence before it is multiplied by β. */
  readonly kl?: number | Vector;
  /** The gradient of the loss, or of the sum of one loss an example, in each argument. */
  readonly gradient?: {
    /** `[batch][data]` */
    readonly decoded: Matrix;
    /** `[batch][latent]` */
    readonly mean: Matrix;
    /** `[batch][latent]` */
    readonly logVariance: Matrix;
  };
}

/**
 * Penalties on the Jacobian J of a decoder g: `jacobian-norm` ‖J‖²_F, `summed-outputs` ‖∂(Σ_k g_k)/∂z‖², `squared-outputs`
 * ‖∂(Σ_k g_k²)/∂z‖², `spectral-norm` ‖J‖₂, `grae` (β/2) log|I + JᵀJ/β|, `grae-star` (β/2) Σ_i log(1 + ‖J_{:i}‖²/β).
 */
export const penaltyNames = [
  "jacobian-norm",
  "summed-outputs",
  "squared-outputs",
  "spectral-norm",
  "grae",
  "grae-star",
] as const;
/** One of them. */
export type PenaltyName = typeof penaltyNames[number];

/** The convention of a penalty on a Jacobian. */
export interface PenaltyConvention {
  /** Of one example. */
  readonly kind: PenaltyName;
  /** A factor of it, above 0; 1 when absent. */
  readonly weight?: number;
  /** How examples are reduced; `mean` when absent. */
  readonly batch?: Reduction | "none";
}

/** The arguments of a penalty on the Jacobian of a decoder. */
export interface PenaltyCase {
  /** The decoder's layers, whose activations are smooth. */
  readonly network: NetworkSpec;
  /** The same decoder as a function, `[batch][latent]` ↦ `[batch][data]`. JSON has no functions: another process makes its own. */
  readonly decoder: (z: Matrix) => Matrix;
  /** `[batch][latent]` */
  readonly z: Matrix;
  /** β > 0 of `grae` and `grae-star`. */
  readonly beta: number;
}

/** What a subject says of itself that laws must know. */
export interface Declared {
  /** The convention of `vaeLoss`. */
  readonly lossConvention?: LossConvention;
  /** The convention of `regulariser`; GRAE when absent. */
  readonly penalty?: PenaltyConvention;
}

/** The fields of a convention of a loss. */
export const lossFields = Object.keys(
  {
    reconstruction: true,
    variance: true,
    pixels: true,
    latents: true,
    batch: true,
    beta: true,
    guard: true,
  } satisfies Record<keyof LossConvention, true>,
);

/** The fields of a convention of a penalty. */
export const penaltyFields = Object.keys(
  { kind: true, weight: true, batch: true } satisfies Record<keyof PenaltyConvention, true>,
);

/** A convention of a loss, complete but for β. */
export type CompleteLossConvention = Required<Omit<LossConvention, "beta">>;

/**
 * A convention of a loss with what is absent filled in.
 *
 * @throws RangeError for a name or a number that it may not have
 */
export function completeLossConvention(given: LossConvention = {}): CompleteLossConvention {
  const { reconstruction = "half-mse", pixels = "sum", latents = "sum", batch = "mean" } = given;
  const { variance = 1, guard = 0, beta = 1 } = given;
  oneOf("lossConvention.reconstruction", reconstruction, reconstructionNames);
  oneOf("lossConvention.pixels", pixels, reductions);
  oneOf("lossConvention.latents", latents, reductions);
  if (typeof batch === "object") {
    oneOf("lossConvention.batch.reconstruction", batch.reconstruction, reductions);
    oneOf("lossConvention.batch.kl", batch.kl, reductions);
  } else {
    oneOf("lossConvention.batch", batch, [...reductions, "none"]);
  }
  number("lossConvention.variance", variance, variance > 0, "above 0");
  number("lossConvention.beta", beta, beta > 0, "above 0");
  number("lossConvention.guard", guard, guard >= 0 && guard <= 1e-3, "from 0 to 0.001");
  return { reconstruction, variance, pixels, latents, batch, guard };
}

/**
 * A convention of a penalty with what is absent filled in: GRAE, once, the mean over the batch.
 *
 * @throws RangeError for a name or a number that it may not have
 */
export function completePenalty(given: PenaltyConvention = { kind: "grae" }): Required<PenaltyConvention> {
  const { kind, weight = 1, batch = "mean" } = given;
  oneOf("penalty.kind", kind, penaltyNames);
  number("penalty.weight", weight, weight > 0, "above 0");
  oneOf("penalty.batch", batch, [...reductions, "none"]);
  return { kind, weight, batch };
}

function oneOf(field: string, value: unknown, known: readonly string[]): void {
  if (known.some((name) => name === value)) return;
  throw new RangeError(`${field} must be one of ${known.join(", ")}, but is ${value}`);
}

function number(field: string, value: number, accepted: boolean, must: string): void {
  if (typeof value === "number" && accepted) return;
  throw new RangeError(`${field} must be a number ${must}, but is ${value}`);
}

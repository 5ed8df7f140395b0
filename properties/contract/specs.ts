/**
 * The data that laws and subjects exchange: networks, models, families and objectives as plain arrays.
 *
 * Matrices are arrays of rows. Sizes: `batch` examples, `data` = n observed dimensions, `latent` = d.
 *
 * @module
 */

/** A vector. */
export type Vector = readonly number[];
/** A matrix as an array of rows. */
export type Matrix = readonly Vector[];
/** A value now or later. */
export type Eventually<T> = T | Promise<T>;

/** Activation functions: leaky-relu has slope 0.2 below 0, elu has α = 1, gelu is u Φ(u) with the exact Φ. */
export const activationNames = [
  "identity",
  "relu",
  "leaky-relu",
  "tanh",
  "sigmoid",
  "softplus",
  "elu",
  "gelu",
] as const;
/** One of them. */
export type ActivationName = typeof activationNames[number];

/** One dense layer: y = activation(u W + b), with W as `[in][out]`. */
export interface LayerSpec {
  /** W `[in][out]` */
  readonly weight: Matrix;
  /** b `[out]` */
  readonly bias: Vector;
  /** Applied to every entry. */
  readonly activation: ActivationName;
}

/** Layers in order. */
export type NetworkSpec = readonly LayerSpec[];

/** Gaussian with mean g and variance σ², or Bernoulli with logits g. */
export type LikelihoodSpec =
  | { readonly kind: "gaussian"; readonly variance: number }
  | { readonly kind: "bernoulli" };

/** The variational family; `size` latents to a block. */
export type FamilySpec =
  | { readonly kind: "isotropic" | "mean-field" | "full" }
  | { readonly kind: "block"; readonly size: number };

/**
 * An encoder–decoder pair. The encoder's outputs are the mean h (d numbers) and, for objectives with a learned
 * posterior, the raw factor of Σ = L Lᵀ: first log L_ii (d numbers; one for isotropic), then the entries of L
 * strictly below the diagonal that lie inside a block, row by row. Mean-field and isotropic have none of these.
 */
export interface ModelSpec {
  /** `[data]` to the mean and the raw factor. */
  readonly encoder: NetworkSpec;
  /** `[latent]` to `[data]`. */
  readonly decoder: NetworkSpec;
  /** d */
  readonly latent: number;
  /** The likelihood, whose mean or logits the decoder gives. */
  readonly likelihood: LikelihoodSpec;
  /** The posterior's family. */
  readonly family: FamilySpec;
}

/** Every objective by name. */
export const objectiveNames = [
  "beta-vae",
  "taylor-hessian",
  "taylor-jacobian",
  "profiled",
  "grae",
  "grae-block",
  "grae-star",
  "grae-star-stochastic",
] as const;
/** The objectives by name. */
export type ObjectiveName = typeof objectiveNames[number];

/** One evaluation of an objective. */
export interface ObjectiveCase {
  /** The model. */
  readonly model: ModelSpec;
  /** `[batch][data]` */
  readonly x: Matrix;
  /** β > 0 */
  readonly beta: number;
  /** β-VAE only: ε, `[sample][batch][latent]`, z_s = h + L ε_s. */
  readonly noise?: readonly Matrix[];
  /** Stochastic GRAE* only: one column index per example. */
  readonly columns?: Vector;
  /** GRAE-block only: latents per block. */
  readonly block?: number;
}

/** The gradient of the loss in every parameter, layer by layer. */
export interface NetworkGradient {
  /** ∂loss/∂W `[in][out]` */
  readonly weight: Matrix;
  /** ∂loss/∂b `[out]` */
  readonly bias: Vector;
}

/**
 * The value of an objective. `loss` is the mean over the batch of the sum of the terms. Terms, by objective:
 * beta-vae: reconstruction, kl (β KL); taylor-* and profiled: reconstruction, curvature, kl;
 * grae*: reconstruction, prior ((β/2)‖h‖²), volume (the log-determinant term).
 */
export interface ObjectiveValue {
  /** The mean over the batch. */
  readonly loss: number;
  /** Each term by its name, `[batch]`. */
  readonly terms: Readonly<Record<string, Vector>>;
  /** The gradient of the loss, where the subject gives it. */
  readonly gradient?: {
    readonly encoder: readonly NetworkGradient[];
    readonly decoder: readonly NetworkGradient[];
  };
}

/** A normal law of the latents: mean `[latent]`, covariance `[latent][latent]`. */
export interface GaussianSpec {
  /** `[latent]` */
  readonly mean: Vector;
  /** `[latent][latent]` */
  readonly covariance: Matrix;
}

/**
 * A symmetric law of one latent with mean 0 and the given variance v: Laplace, logistic, uniform, Student-t with more than 4
 * degrees of freedom scaled to v, or the mixture ⅙ N(−m, v/4) + ⅔ N(0, v/4) + ⅙ N(m, v/4) with m² = 9v/4, whose moments are
 * Gaussian up to the fifth.
 */
export type FactorSpec =
  | {
    readonly kind: "gaussian" | "laplace" | "logistic" | "uniform" | "mixture";
    readonly variance: number;
  }
  | { readonly kind: "student-t"; readonly variance: number; readonly degrees: number };

/** A short training run on one batch. The subject draws noise and columns from the seed; those of `given` are not used. */
export interface TrainingCase {
  /** The objective that is minimised. */
  readonly objective: ObjectiveName;
  /** The model, its data and β. */
  readonly given: ObjectiveCase;
  /** How many steps to take, from 1. */
  readonly steps: number;
  /** Of the optimiser, above 0. */
  readonly learningRate: number;
  /** A whole number from 0. */
  readonly seed: number;
  /** True if steps may be replayed from a recording of the first ones, for subjects that record. */
  readonly replay?: boolean;
}

/** A training run whose β and learning rate change from step to step, and whose gradients and weights are held down. */
export interface ScheduledCase extends TrainingCase {
  /** N: in step t = 1, 2, … β is min(1, t/N) of that of `given`; 0 for none. */
  readonly warmUp: number;
  /**
   * The factor of the learning rate in step t of T: 1; or (1 + cos(π(t − 1)/T))/2; or 1, a tenth from
   * (t − 1)/T = 1/2 on, and a hundredth from 3/4 on.
   */
  readonly rates: "constant" | "cosine" | "step";
  /** λ ≥ 0: each step takes λ times the learning rate of a weight away from it, beside what Adam does. */
  readonly weightDecay: number;
  /** c > 0: a gradient whose norm, over all weights, is above c is scaled down to it; null for none. */
  readonly clip: number | null;
}

/** The end of a training run. */
export interface Trained {
  /** All parameters: encoder, then decoder; of each layer the weight, row by row, then the bias. */
  readonly weights: Vector;
  /** Buffers that were not there before the run and still are; 0 where memory is managed. */
  readonly leaked: number;
}

/** A kind of numbers that an array may hold. */
export type NumberKind = "float32" | "int32" | "bool";

/** A kernel on numbers that are held as a given kind: linear algebra on `a`, or an objective at `given.x`. */
export type KindCase =
  & { readonly kind: NumberKind }
  & (
    | { readonly algebra: "cholesky" | "logDeterminant" | "inverse" | "solve"; readonly a: Matrix }
    | { readonly objective: ObjectiveName; readonly given: ObjectiveCase }
  );

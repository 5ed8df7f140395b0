/**
 * What a law examines. A subject is a set of capabilities over plain arrays, so that the library on each engine,
 * an independent oracle, a planted fault and somebody else's loss can all be held to the same laws.
 *
 * Every capability is optional and may be asynchronous. Matrices are arrays of rows. Sizes: `batch` examples,
 * `data` = n observed dimensions, `latent` = d.
 *
 * @module
 */

import type { TrainedModels } from "./trained.ts";

/** A vector. */
export type Vector = readonly number[];
/** A matrix as an array of rows. */
export type Matrix = readonly Vector[];
/** A value now or later. */
export type Eventually<T> = T | Promise<T>;

/** Activation functions: leaky-relu has slope 0.2 below 0, elu has α = 1, gelu is u Φ(u) with the exact Φ. */
export type ActivationName =
  | "identity"
  | "relu"
  | "leaky-relu"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "elu"
  | "gelu";

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
  /** What the decoder's output means. */
  readonly likelihood: LikelihoodSpec;
  /** The posterior's family. */
  readonly family: FamilySpec;
}

/** The objectives by name. */
export type ObjectiveName =
  | "beta-vae"
  | "taylor-hessian"
  | "taylor-jacobian"
  | "profiled"
  | "grae"
  | "grae-block"
  | "grae-star"
  | "grae-star-stochastic";

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
  /** What is minimised. */
  readonly objective: ObjectiveName;
  /** What is trained, on which data. */
  readonly given: ObjectiveCase;
  /** How many steps to take, from 1. */
  readonly steps: number;
  /** Of the optimiser, above 0. */
  readonly learningRate: number;
  /** A whole number from 0. */
  readonly seed: number;
}

/** Where a run ended. */
export interface Trained {
  /** All parameters: encoder, then decoder; of each layer the weight, row by row, then the bias. */
  readonly weights: Vector;
  /** Buffers that were not there before the run and still are; 0 where memory is managed. */
  readonly leaked: number;
}

/** Everything a law may ask for. */
export interface Subject {
  /** Its name, for the record. */
  readonly name: string;
  /** Unit roundoff of its arithmetic: 2⁻⁵³ or 2⁻²⁴. */
  readonly epsilon: number;

  /** g(z): `[batch][latent]` ↦ `[batch][data]`. */
  readonly apply?: (network: NetworkSpec, z: Matrix) => Eventually<Matrix>;
  /** ∂g/∂z at each row of z: `[batch][data][latent]`. */
  readonly jacobian?: (network: NetworkSpec, z: Matrix) => Eventually<readonly Matrix[]>;
  /** One column of the Jacobian per example: `[batch][data]`. */
  readonly jacobianColumns?: (network: NetworkSpec, z: Matrix, columns: Vector) => Eventually<Matrix>;
  /** Jᵀ diag(w) J for weights `[batch][data]` (all 1 when absent): `[batch][latent][latent]`. */
  readonly gram?: (network: NetworkSpec, z: Matrix, weights?: Matrix) => Eventually<readonly Matrix[]>;
  /** d²g(z + t l)/dt² at 0 for every column l of `directions` `[batch][latent][k]`: `[batch][data][k]`. */
  readonly secondDirectional?: (
    network: NetworkSpec,
    z: Matrix,
    directions: readonly Matrix[],
  ) => Eventually<readonly Matrix[]>;

  /** log p(x; g), `[batch]`, constants kept. */
  readonly logDensity?: (likelihood: LikelihoodSpec, x: Matrix, g: Matrix) => Eventually<Vector>;
  /** ∂ log p/∂g, `[batch][data]`. */
  readonly logDensityGradient?: (likelihood: LikelihoodSpec, x: Matrix, g: Matrix) => Eventually<Matrix>;
  /** w = −diag H_p, `[batch][data]`. */
  readonly curvature?: (likelihood: LikelihoodSpec, x: Matrix, g: Matrix) => Eventually<Matrix>;

  /** Lower Cholesky factor of each matrix. */
  readonly cholesky?: (a: readonly Matrix[]) => Eventually<readonly Matrix[]>;
  /** log|A| of each SPD matrix. */
  readonly logDeterminant?: (a: readonly Matrix[]) => Eventually<Vector>;
  /** ∂ Σ_b c_b log|A_b| / ∂A. */
  readonly logDeterminantGradient?: (
    a: readonly Matrix[],
    cotangent: Vector,
  ) => Eventually<readonly Matrix[]>;
  /** A⁻¹ of each SPD matrix. */
  readonly inverse?: (a: readonly Matrix[]) => Eventually<readonly Matrix[]>;
  /** A⁻¹ B for SPD A. */
  readonly solve?: (a: readonly Matrix[], b: readonly Matrix[]) => Eventually<readonly Matrix[]>;

  /** KL(N(mean, L Lᵀ) ‖ N(0, I)) in nats, `[batch]`, from the raw factor of {@link ModelSpec}. */
  readonly kl?: (family: FamilySpec, mean: Matrix, rawFactor: Matrix) => Eventually<Vector>;
  /** Σ from the raw factor: `[batch][latent][latent]`. */
  readonly covariance?: (
    family: FamilySpec,
    latent: number,
    rawFactor: Matrix,
  ) => Eventually<readonly Matrix[]>;
  /** Draws from the posterior of one example: `[count][latent]`. */
  readonly sample?: (
    family: FamilySpec,
    mean: Vector,
    rawFactor: Vector,
    seed: number,
    count: number,
  ) => Eventually<Matrix>;
  /** argmin over the family of ½ tr(GΣ) + (β/2)(tr Σ − log|Σ| − d). */
  readonly optimalCovariance?: (
    family: FamilySpec,
    gram: readonly Matrix[],
    beta: number,
  ) => Eventually<readonly Matrix[]>;
  /** (I − H_f/β)⁻¹; throws RangeError with the offending eigenvalue unless βI − H_f ≻ 0. */
  readonly optimalCovarianceOfHessian?: (
    hessian: readonly Matrix[],
    beta: number,
  ) => Eventually<readonly Matrix[]>;

  /** Trains a model by the subject's own optimiser. */
  readonly train?: (given: TrainingCase) => Eventually<Trained>;

  /** The volume regularisers as functions of a Jacobian `[data][latent]`. */
  readonly volume?: {
    /** (β/2) log|I + JᵀJ/β| */
    readonly grae?: (jacobian: Matrix, beta: number) => Eventually<number>;
    /** (β/2) Σ_blocks log|I + J_BᵀJ_B/β| */
    readonly graeBlock?: (jacobian: Matrix, beta: number, block: number) => Eventually<number>;
    /** (β/2) Σ_i log(1 + ‖J_{:i}‖²/β) */
    readonly graeStar?: (jacobian: Matrix, beta: number) => Eventually<number>;
    /** (β/2) d log(1 + ‖J_{:i}‖²/β) for the given column */
    readonly graeStarStochastic?: (jacobian: Matrix, beta: number, column: number) => Eventually<number>;
  };

  /** Maps of the latent space that preserve its prior. R is an orthogonal matrix `[latent][latent]`. */
  readonly symmetry?: {
    /** The law of R z for z of the given law. */
    readonly transformGaussian?: (rotation: Matrix, q: GaussianSpec) => Eventually<GaussianSpec>;
    /** g∘Rᵀ; throws RangeError unless R is orthogonal to within 1e-6. */
    readonly transformDecoder?: (rotation: Matrix, decoder: NetworkSpec) => Eventually<NetworkSpec>;
    /**
     * The connected components of the graph that joins two latents wherever some output of R mixes both: latents in increasing
     * order, components by their first latent. Entries of R below 1e-12 are rounding.
     */
    readonly mixedComponents?: (rotation: Matrix) => Eventually<readonly Vector[]>;
    /** Whether R z is mean-field for z ~ N(μ, diag v). Relative differences of variances below 1e-12 are rounding. */
    readonly preservesMeanField?: (rotation: Matrix, variances: Vector) => Eventually<boolean>;
    /** The fourth cumulant E u⁴ − 3 (E u²)². */
    readonly fourthCumulant?: (factor: FactorSpec) => Eventually<number>;
    /** cum(y_i, y_i, y_j, y_j) `[latent][latent]` of y = R u for independent u with these fourth cumulants. */
    readonly crossCumulants?: (rotation: Matrix, cumulants: Vector) => Eventually<Matrix>;
    /** φ(s) = E cos(s u) */
    readonly characteristicFunction?: (factor: FactorSpec, s: number) => Eventually<number>;
    /** φ_y(s) − Π_i φ_{y_i}(s_i) of y = R u for independent u. */
    readonly factorisationGap?: (
      rotation: Matrix,
      factors: readonly FactorSpec[],
      s: Vector,
    ) => Eventually<number>;
    /** (β/2) [Σ_i log (RᵀPR)_ii − log|P|] */
    readonly shortfall?: (precision: Matrix, rotation: Matrix, beta: number) => Eventually<number>;
    /** The same for P = diag(p) `[2]` and the rotation by an angle. */
    readonly planeShortfall?: (p: Vector, angle: number, beta: number) => Eventually<number>;
    /**
     * z ↦ R(‖z‖) z for each row of z `[batch][latent]`: one plane rotation after the other, for the pairs (0, 1), (0, 2), …,
     * (1, 2), …, by the angles rate · ‖z‖². A positive angle turns the first axis of its pair towards the second.
     */
    readonly swirl?: (rates: Vector, z: Matrix) => Eventually<Matrix>;
    /** The inverse map. */
    readonly unswirl?: (rates: Vector, z: Matrix) => Eventually<Matrix>;
  };

  /** The objectives. */
  readonly objectives?: {
    readonly [Name in ObjectiveName]?: (given: ObjectiveCase) => Eventually<ObjectiveValue>;
  };

  /** Models that have been trained. */
  readonly trained?: TrainedModels;
}

/**
 * The subject of laws: a set of capabilities over plain arrays, so that the library on each engine,
 * an independent oracle, a planted fault and somebody else's loss can all be held to the same laws.
 *
 * Every capability is optional and may be asynchronous. Matrices are arrays of rows. Sizes: `batch` examples,
 * `data` = n observed dimensions, `latent` = d.
 *
 * @module
 */

import type {
  ActivationName,
  Eventually,
  FactorSpec,
  FamilySpec,
  GaussianSpec,
  KindCase,
  LikelihoodSpec,
  Matrix,
  NetworkSpec,
  ObjectiveCase,
  ObjectiveName,
  ObjectiveValue,
  ScheduledCase,
  Trained,
  TrainingCase,
  Vector,
} from "./specs.ts";
import type { Declared, LossCase, LossTerms, PenaltyCase } from "./loss.ts";
import type { LikelihoodValue, SampledLikelihood, ScaledGaussianValue } from "./likelihoods.ts";
import type { ScoreFunctions } from "./scores.ts";
import type { TrainedModels } from "./trained.ts";

export type * from "./likelihoods.ts";
export type * from "./loss.ts";
export type * from "./scores.ts";
export type * from "./specs.ts";

/** The kinds that a subject takes; all of them where a list is absent. It is examined on cases of these alone. */
export interface Offers {
  /** Families of posteriors. */
  readonly families?: readonly FamilySpec["kind"][];
  /** Activations besides the identity, which every network may have. */
  readonly activations?: readonly ActivationName[];
  /** Likelihoods. */
  readonly likelihoods?: readonly LikelihoodSpec["kind"][];
}

/**
 * A promise of more than every correct subject keeps. A subject that makes it is held to it.
 *
 * - `graded determinants`: log|I + JᵀJ/β| is as accurate as by a Cholesky or a triangular factor: rounding is magnified by the
 *   condition of the matrix scaled to a unit diagonal, and log|I| is 0. Other right routes (eigenvalues, log|βI + JᵀJ| − d log β) lose more.
 * - `relative volumes`: volume terms are accurate relative to themselves, however small: by singular values or column norms and log(1 + x)
 *   near 0. A determinant of I + JᵀJ/β has lost what is below its 1.
 * - `Adam`: it trains by Adam without weight decay, whose first step is the learning rate at most.
 */
export type Pledge = typeof pledges[number];

/** Every promise. */
export const pledges = ["graded determinants", "relative volumes", "Adam"] as const;

/** Everything a law may ask for. */
export interface Subject extends Declared {
  /** Its name, for the record. */
  readonly name: string;
  /** Unit roundoff of its arithmetic: 2⁻⁵³ or 2⁻²⁴. */
  readonly epsilon: number;
  /** The kinds that it takes, where these are not all. */
  readonly offers?: Offers;
  /** Its promises; none when absent. */
  readonly promises?: readonly Pledge[];
  /**
   * The step h of the central differences by which `jacobian`, `jacobianColumns`, `gram` and the Jacobian of `regulariser` are computed, where they are: (g(z + h e_i) −
   * g(z − h e_i))/2h. Absent where derivatives have rounding alone.
   */
  readonly differenceStep?: number;

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

  /** Continuous Bernoulli with logits g, density ∝ exp(g x) on [0, 1]. */
  readonly continuousBernoulli?: (x: Matrix, g: Matrix) => Eventually<LikelihoodValue>;
  /**
   * Gaussian with mean g and deviations exp(log σ): one for all data, one a channel (data j has that of j modulo their number), or one each.
   */
  readonly scaledGaussian?: (x: Matrix, g: Matrix, logSigma: Vector) => Eventually<ScaledGaussianValue>;
  /** Draws x from p(x; g) at one output g `[data]`: `[draw][data]`. */
  readonly sampleLikelihood?: (
    likelihood: SampledLikelihood,
    g: Vector,
    seed: number,
    count: number,
  ) => Eventually<Matrix>;

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

  /** KL(N(mean, L Lᵀ) ‖ N(0, I)) in nats, `[batch]`, from the raw factor of `ModelSpec`. */
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

  /**
   * The numbers that a kernel makes, or the loss, where what it takes is held as the given kind. It answers for float32, and
   * throws a TypeError for any other kind, which names that kind and how to convert it.
   */
  readonly ofKind?: (given: KindCase) => Eventually<Vector>;

  /** Trains a model by the subject's own optimiser. */
  readonly train?: (given: TrainingCase) => Eventually<Trained>;

  /** The same with schedules, decoupled weight decay and clipped gradients. */
  readonly trainScheduled?: (given: ScheduledCase) => Eventually<Trained>;

  /** A VAE's loss by `lossConvention`: a number, one an example where the batch is reduced by `none`, or these with their parts. */
  readonly vaeLoss?: (given: LossCase) => Eventually<number | Vector | LossTerms>;
  /** A penalty on the decoder's Jacobian by `penalty`: a number, or one an example where the batch is reduced by `none`. */
  readonly regulariser?: (given: PenaltyCase) => Eventually<number | Vector>;

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
    /** True iff R z is mean-field for z ~ N(μ, diag v). Relative differences of variances below 1e-12 are rounding. */
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
    /** The mean-field gap (β/2) [Σ_i log (RᵀPR)_ii − log|P|], in nats. */
    readonly meanFieldGap?: (precision: Matrix, rotation: Matrix, beta: number) => Eventually<number>;
    /** The same for P = diag(p) `[2]` and the rotation by an angle. */
    readonly planeMeanFieldGap?: (p: Vector, angle: number, beta: number) => Eventually<number>;
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

  /** Numbers that papers report of models. */
  readonly scores?: ScoreFunctions;

  /** Models that have been trained. */
  readonly trained?: TrainedModels;
}

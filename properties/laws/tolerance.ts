/**
 * Tolerances that laws share, each derived from the operations of a computation and the condition of its case. None is tuned.
 *
 * @module
 */

import { added, exact, type Tolerance, tolerance } from "../contract/tolerance.ts";
import type { LikelihoodSpec, Matrix, NetworkSpec, ObjectiveCase, Pledge } from "../contract/subject.ts";
import { type Conditioning, identityPlusGram } from "./reference/identity_plus_gram.ts";
import { jacobianBound, outputBound } from "./reference/network_bound.ts";
import { largest } from "./reference/algebra.ts";

/**
 * log|A| of A = I + JᵀJ/β for J `[n][d]`, by a graded route: a Cholesky or triangular factor, or singular values of J.
 *
 * Write A = D H D with D = diag(A_ii)^½. Forming JᵀJ and factoring disturb each entry of H by at most (n + d + 3)ε
 * (Cauchy–Schwarz; Higham 2002, theorem 10.3; rounding J itself is 2 of these), and log|H| by the d eigenvalues' worth of that over λ_min(H).
 * A route through singular values errs by √κ(A) instead of 1/λ_min(H). Summing the logarithms adds d ε times their size.
 *
 * @param size n and d
 */
function logDeterminantTolerance(
  size: { readonly data: number; readonly latent: number },
  conditioning: Conditioning,
  epsilon: number,
  scale = 1,
): Tolerance {
  const { data, latent } = size;
  return tolerance("log|I + JᵀJ/β|: rounding of JᵀJ over the smallest eigenvalue of its correlation", {
    c: 2 * latent * (data + latent + 3),
    kappa: conditioning.scaled + Math.sqrt(conditioning.plain) + conditioning.logs,
    epsilon,
    scale,
  });
}

/** A Jacobian `[data][latent]` and β. */
interface VolumeCase {
  readonly jacobian: Matrix;
  readonly beta: number;
}

/** (β/2) log|I + JᵀJ/β|, and so every sum of it over blocks or columns, by a graded route: see above. */
export function volumeTolerance({ jacobian, beta }: VolumeCase, epsilon: number): Tolerance {
  const { conditioning } = identityPlusGram(jacobian, beta);
  const size = { data: jacobian.length, latent: jacobian[0]!.length };
  return logDeterminantTolerance(size, conditioning, epsilon, beta / 2);
}

/** How a subject computes: its unit roundoff, and what it promises. */
interface Precision {
  readonly epsilon: number;
  readonly promises: readonly Pledge[];
}

/**
 * (β/2) log|I + JᵀJ/β|, and every sum of it over blocks, by whatever right route, unless the subject promises a graded one.
 *
 * Each computed eigenvalue of A = I + JᵀJ/β, or of I + JJᵀ/β, is off by at most p ε‖A‖, p a low power of the size (Higham 2002, section
 * 9.6 and chapter 20; Golub and Van Loan, section 8.3.5), and so is the matrix whose pivots are found. No eigenvalue is below 1, so that
 * each logarithm is off by at most that. log|βI + JᵀJ| − d log β cancels d |log β|, which costs d |log β| ε more. Where c κ ε ≥ 1 an
 * eigenvalue may come out below 0, and its logarithm as NaN.
 */
export function routeTolerance(given: VolumeCase, { epsilon, promises }: Precision): Tolerance {
  if (promises.includes("graded determinants")) return volumeTolerance(given, epsilon);
  const { jacobian, beta } = given;
  const data = jacobian.length, latent = jacobian[0]!.length;
  const { plain, logs } = identityPlusGram(jacobian, beta).conditioning;
  const because =
    "log|I + JᵀJ/β| by any route: rounding of the matrix over its smallest eigenvalue, 1, and of d log β";
  const c = 2 * Math.max(data, latent) * (data + latent + 3);
  const kappa = plain + logs + Math.abs(Math.log(beta));
  return { ...tolerance(because, { c, kappa, epsilon, scale: beta / 2 }), lossy: true };
}

/** The same at J = 0, where a graded route has nothing to round. */
export function zeroVolumeTolerance(given: VolumeCase, precision: Precision): Tolerance {
  return precision.promises.includes("graded determinants")
    ? exact("log 1 = 0 without rounding")
    : routeTolerance(given, precision);
}

/**
 * Σ (β/2) log|I + JᵀJ/β| over blocks J `[n][b]` of columns, relative to its value V.
 *
 * With x_i = ‖J_i‖²/β, A = D H D as above, D_ii² = 1 + x_i, forming JᵀJ and factoring disturb A_ij by at most (n + b + 3)ε D_i D_j w_i w_j,
 * w_i² = x_i/(1 + x_i): where x is small the 1 is not disturbed. So log|A| is off by that times Σ w_i²/λ_min(H), and
 * Σ w_i² ≤ Σ log(1 + x_i) ≤ b log(1 + Σ x_i) ≤ b log|A|. A route through singular values errs by √κ(A) instead of 1/λ_min(H);
 * log(1 + x) itself takes 5ε, and rounding J, β and the products 8 more. Below ‖J‖²/β = 1e-12 the scale is that of 1e-12.
 */
export function relativeVolumeTolerance(
  blocks: readonly Matrix[],
  beta: number,
  value: number,
  epsilon: number,
): Tolerance {
  const data = blocks[0]!.length, size = blocks[0]![0]!.length;
  const kappa = Math.max(
    ...blocks.map((block) => {
      // One column is a sum of squares: nothing magnifies its rounding.
      if (size === 1) return 1;
      const { conditioning } = identityPlusGram(block, beta);
      return conditioning.scaled + Math.sqrt(conditioning.plain);
    }),
  );
  return tolerance("a volume relative to itself: rounding of JᵀJ/β and of log(1 + x)", {
    c: 2 * size * (data + size + 3) + 2 * blocks.length + 13,
    kappa,
    epsilon,
    scale: Math.max(value, beta / 2 * 1e-12),
  });
}

/**
 * Entries of A⁻¹ for SPD A `[d][d]` with ‖A⁻¹‖ = `norm`: a backward stable solve errs by (3d + 1) d κ ε ‖A⁻¹‖
 * (Higham 2002, section 14.1), and rounding the entries of A by d more.
 */
export function inverseTolerance(d: number, kappa: number, epsilon: number, norm = 1): Tolerance {
  return tolerance("A⁻¹: rounding of A magnified by κ(A)", {
    c: 2 * d * (3 * d + 2),
    kappa,
    epsilon,
    scale: norm,
  });
}

/**
 * ½ tr(GΣ) + (β/2)(tr Σ − log|Σ| − d) where Σ is near (I + G/β)⁻¹: ‖G‖‖Σ‖/β is at most κ = κ(I + G/β), so rounding is c κ ε β;
 * an error of Σ itself enters by its square, since Σ is a minimum.
 */
export function covarianceLossTolerance(d: number, kappa: number, beta: number, epsilon: number): Tolerance {
  return tolerance("½ tr(GΣ) + (β/2)(tr Σ − log|Σ| − d): rounding of GΣ, which κ bounds", {
    c: 8 * d * (3 * d + 2),
    kappa,
    epsilon,
    scale: beta,
  });
}

/** A decoder in rotated latents and in its own, at the rows of z. */
export function rotatedDecoderTolerance(decoder: NetworkSpec, z: Matrix, epsilon: number): Tolerance {
  const d = z[0]!.length;
  return tolerance("a decoder: rounding of its largest number", {
    c: 8 * (decoder.length + d),
    epsilon,
    scale: outputBound(decoder, d * largest(z)),
  });
}

/** A linear model's objective, into which the volume of its Jacobian enters by a graded route. */
export function linearTolerance(volume: VolumeCase, given: ObjectiveCase, epsilon: number): Tolerance {
  return added(objectiveTolerance(given, epsilon), volumeTolerance(volume, epsilon));
}

/**
 * An objective on a small model. Every number that is added is bounded from the weights alone: |g| ≤ B, ‖J‖²_F ≤ L²; the
 * log-determinant is conditioned by κ ≤ 1 + w L²/β with w the largest curvature of −log p.
 */
export function objectiveTolerance(given: ObjectiveCase, epsilon: number): Tolerance {
  const { model, x, beta } = given;
  const { likelihood, latent } = model;
  const data = x[0]!.length;
  const h = outputBound(model.encoder, largest(x)), g = outputBound(model.decoder, h);
  const weight = likelihood.kind === "gaussian" ? 1 / likelihood.variance : 1 / 4;
  const kappa = 1 + weight * jacobianBound(model.decoder) / beta;
  return tolerance("an objective: rounding of its largest numbers, and of JᵀJ over the smallest eigenvalue", {
    c: 2 * (4 * (model.encoder.length + model.decoder.length) + latent * (data + latent + 3)),
    epsilon,
    // κ enters the log-determinant only, so it is a part of the size, not a factor of all of it.
    scale: data * fitBound(likelihood, largest(x), g) + beta * latent * (1 + h * h) +
      beta / 2 * (kappa + Math.log(kappa)),
  });
}

/** A bound on |log p(x_k|g_k)| and on what is added up to it, for |x_k| ≤ x and |g_k| ≤ g. */
export function fitBound(likelihood: LikelihoodSpec, x: number, g: number): number {
  if (likelihood.kind === "bernoulli") return 2 * g + 1;
  const weight = 1 / likelihood.variance;
  return (x + g) ** 2 * weight + Math.abs(Math.log(weight)) + 2;
}

/**
 * The toy model x = ν(Wz) + ε, how fitted decoders lie to W, and what they lose.
 *
 * @module
 */

import { CholeskyDecomposition, Matrix as Dense, QrDecomposition } from "ml-matrix";
import { munkres } from "munkres";
import { assertShape, type Axes, foldIn, type Key, normal, tf, uniform } from "../../lib/engine/mod.ts";
import { orthogonalMatrix } from "../../lib/linalg/mod.ts";
import { type Family, family as familyOf } from "../../lib/model/mod.ts";
import { LEAKY_SLOPE } from "../../lib/network/mod.ts";
import type { Matrix } from "../../lib/symmetry/mod.ts";
import type { TrueActivation, TrueWeights } from "../../properties/laws/trained.ts";

/** ν by name, on the numbers that data are made of, and on the tensors of a decoder. */
export const ACTIVATE: Readonly<
  Record<TrueActivation, { ofNumber: (u: number) => number; ofTensor: (u: tf.Tensor) => tf.Tensor }>
> = {
  identity: { ofNumber: (u) => u, ofTensor: (u) => u },
  "leaky-relu": {
    ofNumber: (u) => (u < 0 ? LEAKY_SLOPE * u : u),
    ofTensor: (u) => tf.leakyRelu(u, LEAKY_SLOPE),
  },
  tanh: { ofNumber: Math.tanh, ofTensor: tf.tanh },
};

/** The decoder that makes the data. */
export interface TrueModel {
  /** W: `[data][latent]`. */
  readonly weights: Matrix;
  /** Its principal axes, the left singular vectors, orthonormal: `[data][latent]`. */
  readonly axes: Matrix;
}

/**
 * The smallest of d distinct norms, the largest of which is 1: 0.6/d.
 *
 * A larger one brings neighbouring norms so close that little tells their columns apart; a smaller one makes the last column
 * drown in the noise of .05. Both cost training by samples very many steps.
 */
export const smallestNorm = (latent: number): number => 0.6 / latent;

/**
 * A true decoder in a random orientation: W = U diag(s), U with orthonormal columns and s falling from 1 to
 * {@link smallestNorm} in equal ratios (`distinct`) or all 1 (`equal`); or W = U diag(s) Vᵀ with the distinct s and V a
 * random rotation (`generic`), whose columns are not orthogonal.
 *
 * @param data n ≥ latent
 * @param latent d ≥ 2
 * @throws RangeError for the sizes
 */
export function trueModel(kind: TrueWeights, data: number, latent: number, key: Key): TrueModel {
  if (!(latent >= 2)) {
    throw new RangeError(`trueModel: uniqueness needs at least 2 latents to rotate, but there are ${latent}`);
  }
  if (!(data >= latent)) {
    throw new RangeError(
      `trueModel: ${latent} orthogonal columns need at least as many data dimensions, but there are ${data}`,
    );
  }
  const columns = orthogonalMatrix(foldIn(key, 0), data).slice(0, latent);
  const axes = Array.from({ length: data }, (_, i) => columns.map((column) => column[i]!));
  const norms = columns.map((_, j) => (kind === "equal" ? 1 : smallestNorm(latent) ** (j / (latent - 1))));
  const scaled = axes.map((row) => row.map((v, j) => v * norms[j]!));
  if (kind !== "generic") return { weights: scaled, axes };
  const rotation = orthogonalMatrix(foldIn(key, 1), latent);
  const weights = scaled.map((row) => rotation.map((v) => v.reduce((sum, x, j) => sum + x * row[j]!, 0)));
  return { weights, axes };
}

/**
 * Examples of x = ν(Wz) + ε, z ~ N(0, I), ε ~ N(0, σ² I).
 *
 * Source: slide "Generative model of data".
 *
 * @param weights W: `[data][latent]`
 * @param noise σ ≥ 0
 * @param key draws z and ε; z does not depend on σ
 * @returns `[count, data]`, row by row
 */
export function observe(
  weights: Matrix,
  activation: TrueActivation,
  noise: number,
  count: number,
  key: Key,
): Float32Array {
  const [data, latent] = [weights.length, weights[0]!.length];
  const z = normal(foldIn(key, 0), count * latent);
  const x = normal(foldIn(key, 1), count * data);
  for (let example = 0; example < count; example++) {
    weights.forEach((row, k) => {
      const u = row.reduce((sum, w, j) => sum + w * z[example * latent + j]!, 0);
      const at = example * data + k;
      x[at] = ACTIVATE[activation].ofNumber(u) + noise * x[at]!;
    });
  }
  return x;
}

const dense = (rows: Matrix): Dense => new Dense(rows.map((row) => [...row]));

/**
 * How the spans of blocks of columns lie to axes: the mean of cos² over the principal angles between each block's span and
 * that of as many axes, for the partition of the axes for which it is largest.
 *
 * Σ cos² between the spans of orthonormal Q and U is ‖QᵀU‖² = Σ_j ‖Qᵀu_j‖², a sum over axes: the best partition is an
 * assignment. It is 1 iff every block spans some of the axes, however its columns lie within.
 *
 * Source: Å. Björck and G. Golub, *Numerical methods for computing angles between linear subspaces*, 1973.
 *
 * @param estimate columns, those of a block beside each other, independent: `[data][latent]`
 * @param axes orthonormal columns: `[data][latent]`
 * @param block columns to a block, a divisor of their number
 */
export function blockAlignment(estimate: Matrix, axes: Matrix, block: number): number {
  const [columns, u] = [dense(estimate), dense(axes)];
  const latent = u.columns;
  const blocks = Array.from({ length: latent / block }, (_, b) => {
    const span = columns.subMatrix(0, u.rows - 1, b * block, (b + 1) * block - 1);
    const inside = new QrDecomposition(span).orthogonalMatrix.transpose().mmul(u);
    return Array.from({ length: latent }, (_, j) => inside.getColumn(j).reduce((sum, v) => sum + v * v, 0));
  });
  const share = (axis: number, column: number): number => blocks[Math.floor(column / block)]![axis]!;
  const all = Array.from({ length: latent }, (_, i) => i);
  const matches = munkres(all.map((axis) => all.map((column) => 1 - share(axis, column))));
  return matches.reduce((sum, [axis, column]) => sum + share(axis, column), 0) / latent;
}

/** Where a decoder with two latents lies in the plane of the turned and scaled W. */
export interface PlaneFit {
  /** a */
  readonly along: number;
  /** b */
  readonly across: number;
  /** The angle of (a, b) in radians, modulo signed permutation: in [0, π/2). */
  readonly angle: number;
}

const QUARTER = Math.PI / 2;

/**
 * The a and b for which W [[a, −b], [b, a]] is nearest to A, in the sum of squares; A with one column turned round where
 * it is W mirrored.
 *
 * W and W [[0, −1], [1, 0]] are orthogonal to each other and equally long, so both are projections.
 *
 * @param estimate A: `[data, 2]`
 * @param truth W: `[data, 2]`
 * @throws TypeError for a wrong shape
 */
export function planeFit(estimate: Matrix, truth: Matrix): PlaneFit {
  const axes: Axes = new Map();
  assertShape("planeFit", "truth", { shape: [truth.length, truth[0]?.length ?? 0] }, "data 2", axes);
  assertShape("planeFit", "estimate", { shape: [estimate.length, estimate[0]?.length ?? 0] }, "data 2", axes);
  const product = (i: number, j: number): number =>
    truth.reduce((sum, row, k) => sum + row[i]! * estimate[k]![j]!, 0);
  const square = truth.reduce((sum, row) => sum + row[0]! ** 2 + row[1]! ** 2, 0);
  const mirrored = product(0, 0) * product(1, 1) < product(0, 1) * product(1, 0);
  const sign = mirrored ? -1 : 1;
  const along = (product(0, 0) + sign * product(1, 1)) / square;
  const across = (product(1, 0) - sign * product(0, 1)) / square;
  const angle = ((Math.atan2(across, along) % QUARTER) + QUARTER) % QUARTER;
  return { along, across, angle };
}

/** Below this λ, p is 1 to ten digits, and its series has not yet begun to converge. */
const SMALLEST = 0.4;
const TERMS = 100;

/**
 * Kuiper's test that numbers are uniform on a circle of circumference 1, whatever point is its origin.
 *
 * V = max_i (i/n − u₍ᵢ₎) + max_i (u₍ᵢ₎ − (i − 1)/n), p = 2 Σ_j (4j²λ² − 1) exp(−2j²λ²) with
 * λ = V (√n + 0.155 + 0.24/√n).
 *
 * Source: N. Kuiper, *Tests concerning random points on a circle*, 1960; M. Stephens, *Use of the Kolmogorov–Smirnov,
 * Cramér–von Mises and related statistics without extensive tables*, 1970, for λ.
 *
 * @param numbers in [0, 1), in any order
 * @returns V, and the chance p of at least this V if the numbers are uniform, in [0, 1]
 * @throws RangeError for no numbers, or one outside
 */
export function kuiperTest(numbers: ArrayLike<number>): { readonly statistic: number; readonly p: number } {
  const sorted = Float64Array.from(numbers);
  const n = sorted.length;
  if (n === 0) throw new RangeError("kuiperTest: at least one number is required, but there is none");
  sorted.forEach((u, i) => {
    if (!(u >= 0 && u < 1)) {
      throw new RangeError(`kuiperTest: numbers must be in [0, 1), but number ${i} is ${u}`);
    }
  });
  sorted.sort();
  let [above, below] = [0, 0];
  sorted.forEach((u, i) => {
    above = Math.max(above, (i + 1) / n - u);
    below = Math.max(below, u - i / n);
  });
  const statistic = above + below;
  const lambda = statistic * (Math.sqrt(n) + 0.155 + 0.24 / Math.sqrt(n));
  if (lambda < SMALLEST) return { statistic, p: 1 };
  let p = 0;
  for (let j = 1; j <= TERMS; j++) {
    const square = (j * lambda) ** 2;
    p += 2 * (4 * square - 1) * Math.exp(-2 * square);
  }
  return { statistic, p: Math.min(1, Math.max(0, p)) };
}

/** What {@link linearLoss} takes. */
export interface LinearLoss {
  /** A of the decoder g(z) = Az: `[data][latent]` */
  readonly estimate: Matrix;
  /** W of the data x = Wz + ε: `[data][latent]` */
  readonly truth: Matrix;
  /** σ > 0, of the data and of the likelihood. */
  readonly noise: number;
  /** β > 0 */
  readonly beta: number;
  /** Of q. */
  readonly family: Family;
}

/**
 * The expected β-VAE loss of a linear decoder with everything else optimised out, h(x) and Σ in its family, in nats:
 *
 * (β/2)[tr(S M⁻¹) + log|M| − n log βσ²] + (n/2) log 2πσ² + (β/2)[R(P) − log|P|],
 * S = WWᵀ + σ²I, M = AAᵀ + βσ²I, P = I + AᵀA/(βσ²),
 *
 * where R(P) is log|P| restricted to the family: Σ_blocks log|P_B|, Σ_i log P_ii, or d log(tr P/d).
 *
 * Source: slides "Gaussian p(z), q(z|x), p(x|z)" and "Choice of Q can lead to uniqueness".
 */
export function linearLoss({ estimate, truth, noise, beta, family }: LinearLoss): number {
  const [a, w] = [dense(estimate), dense(truth)];
  const variance = noise ** 2;
  const n = a.rows;
  const moment = plusIdentity(w.mmul(w.transpose()), variance);
  const marginal = new CholeskyDecomposition(plusIdentity(a.mmul(a.transpose()), beta * variance));
  const fit = marginal.solve(moment).trace() + logDeterminant(marginal) - n * Math.log(beta * variance);
  const precision = plusIdentity(a.transpose().mmul(a).mul(1 / (beta * variance)), 1);
  const lost = restricted(precision, family) - logDeterminant(new CholeskyDecomposition(precision));
  return beta / 2 * (fit + lost) + n / 2 * Math.log(2 * Math.PI * variance);
}

/** A + cI */
const plusIdentity = (a: Dense, c: number): Dense => Dense.add(a, Dense.eye(a.rows, a.rows, c));
/** log|A| */
const logDeterminant = ({ lowerTriangularMatrix }: CholeskyDecomposition): number =>
  2 * lowerTriangularMatrix.diagonal().reduce((sum, v) => sum + Math.log(v), 0);

/** The log-determinant of the best precision in the family. */
function restricted(precision: Dense, { name, block }: Family): number {
  const d = precision.rows;
  if (name === "isotropic") return d * Math.log(precision.trace() / d);
  let sum = 0;
  for (let start = 0; start < d; start += block) {
    const part = precision.subMatrix(start, start + block - 1, start, start + block - 1);
    sum += logDeterminant(new CholeskyDecomposition(part));
  }
  return sum;
}

/** How far the plane of {@link planeOfLoss} reaches along a and b. */
export const REACH = 1.5;
const CELLS = 120;

/**
 * The loss of the decoders A = W [[a, −b], [b, a]] with q optimised out, less the least of the full family, at the centres of
 * cells of [−{@link REACH}, {@link REACH}]², W with two orthogonal columns of distinct norms: `[b][a]` in nats.
 */
export function planeOfLoss(
  name: "mean-field" | "full",
  { noise, beta }: Pick<LinearLoss, "noise" | "beta">,
): number[][] {
  // No orientation of W matters to the loss, and further data dimensions add a constant.
  const [s, t] = [1, smallestNorm(2)];
  const at = (a: number, b: number, of: "mean-field" | "full"): number => {
    const estimate = [[s * a, -s * b], [t * b, t * a]];
    return linearLoss({ estimate, truth: [[s, 0], [0, t]], noise, beta, family: familyOf(of, 2) });
  };
  // The full family has its least at every angle.
  const least = Math.min(...Array.from({ length: 400 }, (_, i) => at((i + 1) / 200, 0, "full")));
  const centres = Array.from({ length: CELLS }, (_, i) => REACH * (2 * (i + 0.5) / CELLS - 1));
  return centres.map((b) => centres.map((a) => at(a, b, name) - least));
}

/** Points around the origin, and as many at it. */
const CORNERS = 6;
/** How many points {@link cubature} has. */
export const CUBATURE_POINTS = 2 * CORNERS;

/**
 * Noise for a loss without sampling error: points of equal weight in two dimensions whose mean over them is that over
 * N(0, I) for every polynomial up to the fifth degree. Half are at 0 and half on a hexagon of radius 2, since
 * (0 + 2²)/2 = E‖ε‖² and (0 + 2⁴)/2 = E‖ε‖⁴.
 *
 * For a linear decoder the loss is exact. The hexagon is turned by a random angle for each example, so that what is left for
 * others favours no direction.
 *
 * @returns ε: `[sample, batch, 2]`
 */
export function cubature(key: Key, batch: number): tf.Tensor {
  const angles = uniform(key, batch);
  const noise = new Float32Array(CUBATURE_POINTS * batch * 2);
  for (let corner = 0; corner < CORNERS; corner++) {
    angles.forEach((u, example) => {
      const angle = 2 * Math.PI * (u + corner / CORNERS);
      noise.set([2 * Math.cos(angle), 2 * Math.sin(angle)], 2 * (corner * batch + example));
    });
  }
  return tf.tensor(noise, [CUBATURE_POINTS, batch, 2]);
}

/**
 * The toy model x = ν(Wz) + ε of `uniqueness`, and measures of what is fitted to it, in float64.
 *
 * @module
 */

import { Matrix as Dense, QrDecomposition } from "ml-matrix";
import type { FamilySpec, Matrix, Vector } from "../contract/specs.ts";
import type { TrueActivation, TrueWeights } from "../contract/trained.ts";
import { real } from "./arithmetic.ts";
import { optimalCovariance } from "./covariance.ts";
import { inverse, logDeterminant, product, tabulate, trace, transpose } from "./dense.ts";
import { factor } from "./posterior.ts";
import { activations } from "./smooth.ts";
import { folded, normals, uniforms, type Words } from "./threefry.ts";

const identity = (d: number): number[][] => tabulate(d, d, (i, j) => i === j ? 1 : 0);
const plus = (a: Matrix, b: Matrix): number[][] => a.map((row, i) => row.map((one, j) => one + b[i]![j]!));
const times = (a: Matrix, c: number): number[][] => a.map((row) => row.map((one) => c * one));

/** Rows that Gram and Schmidt make orthonormal of Gaussian ones: Q of a QR decomposition whose R has a positive diagonal. */
function orthogonal(key: Words, n: number): number[][] {
  const all = normals(key, n * n).map(Math.fround);
  const columns = new Dense(tabulate(n, n, (i, j) => all[j * n + i]!));
  const { orthogonalMatrix: q, upperTriangularMatrix: r } = new QrDecomposition(columns);
  return tabulate(n, n, (i, j) => q.get(j, i) * Math.sign(r.get(i, i)));
}

/** W, and its left singular vectors: `[data][latent]` each. */
export function trueWeights(
  kind: TrueWeights,
  data: number,
  latent: number,
  key: Words,
): { readonly weights: Matrix; readonly axes: Matrix } {
  const axes = transpose(orthogonal(folded(key, 0), data).slice(0, latent));
  const norm = (j: number): number =>
    kind === "equal" ? 1 : Math.exp(Math.log(0.6 / latent) * j / (latent - 1));
  const scaled = axes.map((row) => row.map((one, j) => one * norm(j)));
  const weights = kind === "generic"
    ? product(scaled, transpose(orthogonal(folded(key, 1), latent)))
    : scaled;
  return { weights, axes };
}

/** Examples of x: `[count][data]`. */
export function observed(
  weights: Matrix,
  activation: TrueActivation,
  noise: number,
  count: number,
  key: Words,
): number[][] {
  const data = weights.length, latent = weights[0]!.length;
  const z = normals(folded(key, 0), count * latent).map(Math.fround);
  const epsilon = normals(folded(key, 1), count * data).map(Math.fround);
  return tabulate(count, data, (example, i) => {
    const u = weights[i]!.reduce((sum, w, j) => sum + w * z[example * latent + j]!, 0);
    return Math.fround(activations[activation](u, 0) + noise * epsilon[example * data + i]!);
  });
}

/** A member of an ensemble: g(z) = ν(Az) + b, h(x) = Cx + c, and L with Σ = L Lᵀ. */
export interface Member {
  /** A `[data][latent]`. */
  readonly a: Matrix;
  readonly b: Vector;
  /** C `[latent][data]`. */
  readonly c: Matrix;
  readonly d: Vector;
  /** L, or raw numbers of a family. */
  readonly spread: { readonly root: Matrix } | { readonly family: FamilySpec; readonly raw: Vector };
}

/** Added to Σ in the determinant of an unconstrained L. */
const FLOOR = 1e-6;

/** L `[latent][latent]`. */
const rootOf = ({ spread, d }: Member): Matrix =>
  "root" in spread ? spread.root : factor(real, spread.family, d.length, spread.raw);

/** What a loss is made of. */
export interface Toy {
  readonly activation: TrueActivation;
  /** σ. */
  readonly noise: number;
  readonly beta: number;
}

const along = (matrix: Matrix, vector: Vector): number[] =>
  matrix.map((row) => row.reduce((sum, one, k) => sum + one * vector[k]!, 0));

/** log|Σ| of a member. */
function logVolume(member: Member, root: Matrix): number {
  if (!("root" in member.spread)) return 2 * root.reduce((sum, row, i) => sum + Math.log(row[i]!), 0);
  return logDeterminant(plus(product(root, transpose(root)), times(identity(root.length), FLOOR)));
}

/**
 * The β-VAE loss of a member, the mean over examples `[count][data]` and over draws `[draw][count][latent]`; and the sum of what float32
 * rounds in it, which a unit roundoff multiplies.
 */
export function toyLoss(
  member: Member,
  x: Matrix,
  draws: readonly Matrix[],
  { activation, noise, beta }: Toy,
): { readonly loss: number; readonly rounded: number } {
  const root = rootOf(member), n = x[0]!.length, latent = root.length, nu = activations[activation];
  const volume = logVolume(member, root), spread = root.flat().reduce((sum, one) => sum + one * one, 0);
  let [loss, rounded] = [0, 0];
  const size = (matrix: Matrix, vector: Vector): number[] =>
    matrix.map((row) => row.reduce((sum, one, k) => sum + Math.abs(one * vector[k]!), 0));
  x.forEach((image, i) => {
    const h = along(member.c, image).map((one, k) => one + member.d[k]!);
    const hSize = size(member.c, image).map((one, k) => one + Math.abs(member.d[k]!));
    const kl = (h.reduce((sum, one) => sum + one * one, 0) + spread - volume - latent) / 2;
    loss += beta * kl;
    rounded += beta *
      (h.reduce((sum, one, k) => sum + 2 * Math.abs(one) * hSize[k]! + one * one, 0) + spread +
        Math.abs(volume) + latent);
    for (const draw of draws) {
      const z = along(root, draw[i]!).map((one, k) => one + h[k]!);
      const zSize = size(root, draw[i]!).map((one, k) => one + hSize[k]!);
      const g = along(member.a, z), gSize = size(member.a, zSize);
      let [square, off] = [0, 0];
      g.forEach((u, k) => {
        const value = nu(u, 0) + member.b[k]!, residual = image[k]! - value;
        square += residual * residual;
        off += 2 * Math.abs(residual) * (2 * gSize[k]! + Math.abs(member.b[k]!) + Math.abs(image[k]!));
      });
      loss += square / (2 * noise ** 2) / draws.length;
      rounded += (off + 8 * square) / (2 * noise ** 2) / draws.length;
    }
  });
  const constant = n / 2 * Math.log(2 * Math.PI * noise ** 2);
  return { loss: loss / x.length + constant, rounded: rounded / x.length + Math.abs(constant) };
}

/** The gradient of {@link toyLoss} with one draw, by name as parts keep it; what is not linear is written out. */
export function toyGradient(
  member: Member,
  x: Matrix,
  draw: Matrix,
  { activation, noise, beta }: Toy,
):
  & Readonly<Record<"decoder.weight" | "decoder.bias" | "encoder.weight" | "encoder.bias" | "spread", Vector>>
  & {
    readonly rounded: number;
  } {
  const root = rootOf(member), latent = root.length, data = x[0]!.length, nu = activations[activation];
  const zero = (rows: number, columns: number): number[][] => tabulate(rows, columns, () => 0);
  const a = zero(latent, data), b = Array<number>(data).fill(0), c = zero(data, latent);
  const d = Array<number>(latent).fill(0), l = zero(latent, latent);
  let rounded = 0;
  const share = 1 / x.length;
  x.forEach((image, i) => {
    const h = along(member.c, image).map((one, k) => one + member.d[k]!);
    const z = along(root, draw[i]!).map((one, k) => one + h[k]!), u = along(member.a, z);
    const slope = u.map((one, k) => (nu(one, 0) + member.b[k]! - image[k]!) / noise ** 2);
    const inner = slope.map((one, k) => one * nu(u[k]!, 1));
    const toZ = along(transpose(member.a), inner), toH = toZ.map((one, k) => one + beta * h[k]!);
    slope.forEach((one, k) => b[k]! += share * one);
    z.forEach((one, j) => inner.forEach((other, k) => a[j]![k]! += share * one * other));
    image.forEach((one, k) => toH.forEach((other, j) => c[k]![j]! += share * one * other));
    toH.forEach((one, j) => d[j]! += share * one);
    toZ.forEach((one, r) => draw[i]!.forEach((other, s) => l[r]![s]! += share * one * other));
    // Products of these sizes are added up; a unit of which rounding decides the side of its kink has another slope.
    const most = (...all: Vector): number => Math.max(1, ...all.map(Math.abs));
    const size = most(...u, ...image, ...z) * most(...z, ...image, ...draw[i]!) * most(...member.a.flat()) *
      latent;
    rounded += share * data * size / noise ** 2;
    if (activation === "leaky-relu" && u.some((one) => Math.abs(one) < 2 ** -18 * size)) {
      rounded += share * 2 ** 24 * Math.max(...slope.map(Math.abs)) * size;
    }
  });
  const { spread } = member;
  let own: number[];
  if ("root" in spread) {
    const floored = inverse(plus(product(root, transpose(root)), times(identity(latent), FLOOR)));
    const volume = product(floored, root);
    own = transpose(l.map((row, i) => row.map((one, j) => one + beta * (root[i]![j]! - volume[i]![j]!))))
      .flat();
  } else {
    const all = l.map((row, i) => row.map((one, j) => one + beta * root[i]![j]!));
    const diagonal = root.map((row, i) => all[i]![i]! * row[i]! - beta);
    if (spread.family.kind === "isotropic") own = [diagonal.reduce((sum, one) => sum + one, 0)];
    else {
      const block = spread.family.kind === "block"
        ? spread.family.size
        : spread.family.kind === "full"
        ? latent
        : 1;
      own = [
        ...diagonal,
        ...all.flatMap((row, i) =>
          row.filter((_, j) => j < i && Math.floor(i / block) === Math.floor(j / block))
        ),
      ];
    }
  }
  return {
    ...{
      "decoder.weight": a.flat(),
      "decoder.bias": b,
      "encoder.weight": c.flat(),
      "encoder.bias": d,
      spread: own,
    },
    rounded,
  };
}

/** Noise of equal weights in two dimensions, exact to the fifth degree: six corners of a hexagon of radius 2, and six times the origin. */
export function hexagons(key: Words, count: number): Matrix[] {
  const u = uniforms(key, count);
  return Array.from({ length: 12 }, (_, point) =>
    u.map((turn) => {
      if (point >= 6) return [0, 0];
      const angle = 2 * Math.PI * (turn + point / 6);
      return [2 * Math.cos(angle), 2 * Math.sin(angle)];
    }));
}

/**
 * The least β-VAE loss of a linear decoder A on data x = Wz + ε by any h and by Σ in a family: the loss itself at the best linear h and
 * the best Σ.
 */
export function leastLoss(a: Matrix, w: Matrix, family: FamilySpec, noise: number, beta: number): number {
  const n = a.length, d = a[0]!.length, variance = noise ** 2, at = transpose(a);
  const gram = times(product(at, a), 1 / variance);
  const second = plus(product(w, transpose(w)), times(identity(n), variance));
  const h = product(inverse(plus(product(at, a), times(identity(d), beta * variance))), at);
  const residual = plus(identity(n), times(product(a, h), -1));
  const energy = trace(product(product(residual, second), transpose(residual))) / variance;
  const codes = trace(product(product(h, second), transpose(h)));
  const [sigma] = optimalCovariance(family, [gram], beta);
  return (energy + trace(product(gram, sigma!))) / 2 + n / 2 * Math.log(2 * Math.PI * variance) +
    beta / 2 * (codes + trace(sigma!) - logDeterminant(sigma!) - d);
}

/** The mean |cosine| of the columns of two matrices `[data][latent]`, matched one to one so that it is the largest: over all subsets. */
export function alignment(estimate: Matrix, truth: Matrix): number {
  const [columns, wanted] = [transpose(estimate), transpose(truth)], d = wanted.length;
  const length = (v: Vector): number => Math.sqrt(v.reduce((sum, one) => sum + one * one, 0));
  const cosine = (u: Vector, v: Vector): number => {
    const size = length(u) * length(v);
    return size === 0 ? 0 : Math.abs(u.reduce((sum, one, k) => sum + one * v[k]!, 0)) / size;
  };
  // best[set] for the first columns of the truth, as many as the set has members.
  const best = new Float64Array(2 ** d).fill(-Infinity);
  best[0] = 0;
  for (let set = 0; set < 2 ** d; set++) {
    const next = set.toString(2).replaceAll("0", "").length;
    if (next === d) continue;
    columns.forEach((column, j) => {
      if (set >> j & 1) return;
      const with_ = set | 1 << j;
      best[with_] = Math.max(best[with_]!, best[set]! + cosine(column, wanted[next]!));
    });
  }
  return best.at(-1)! / d;
}

/**
 * The turn and scale of W that comes nearest to A, both `[data][2]`, by complex numbers: with columns A₁ + iA₂ = Σ over rows, W's rows as
 * w₁ + i w₂, A (turned round where it mirrors W) is W times a − ib.
 *
 * @returns a, b, and the angle modulo a quarter turn
 */
export function inPlane(
  estimate: Matrix,
  truth: Matrix,
): { readonly along: number; readonly across: number; readonly angle: number } {
  const fit = (mirrored: 1 | -1): { re: number; im: number } => {
    // The least squares factor c of conj(W) c ≈ conj(A), row by row as complex numbers.
    let [re, im, size] = [0, 0, 0];
    truth.forEach(([p, q], k) => {
      const [s, t] = [estimate[k]![0]!, mirrored * estimate[k]![1]!];
      re += p! * s + q! * t;
      im += q! * s - p! * t;
      size += p! * p! + q! * q!;
    });
    return { re: re / size, im: im / size };
  };
  const [plain, mirrored] = [fit(1), fit(-1)];
  const size = ({ re, im }: { re: number; im: number }): number => re * re + im * im;
  const { re, im } = size(mirrored) > size(plain) ? mirrored : plain;
  const quarter = Math.PI / 2, angle = Math.atan2(im, re);
  return { along: re, across: im, angle: angle - quarter * Math.floor(angle / quarter) };
}

/**
 * Kuiper's test of uniformity on a circle of circumference 1: the chance of a statistic at least as large.
 *
 * Source: M. Stephens, Use of the Kolmogorov-Smirnov, Cramér-von Mises and related statistics without extensive tables, 1970.
 */
export function kuiper(values: Vector): number {
  const n = values.length, sorted = values.toSorted((p, q) => p - q);
  let [above, below] = [-Infinity, -Infinity];
  sorted.forEach((u, i) => {
    above = Math.max(above, (i + 1) / n - u);
    below = Math.max(below, u - i / n);
  });
  const root = Math.sqrt(n), lambda = (above + below) * (root + 0.155 + 0.24 / root);
  if (lambda < 0.4) return 1;
  let p = 0;
  for (let j = 60; j >= 1; j--) {
    p += (8 * j * j * lambda * lambda - 2) * Math.exp(-2 * j * j * lambda * lambda);
  }
  return Math.min(1, Math.max(0, p));
}

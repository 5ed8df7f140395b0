/**
 * Made-up results of `uniqueness`, from fitted matrices; any step may be replaced.
 *
 * @module
 */

import type { Matrix, Vector } from "../contract/subject.ts";
import type { Fit, Orientations, UniquenessResults } from "../contract/trained.ts";
import { product, tabulate, transpose } from "../oracle/dense.ts";
import { normal, uniform } from "../oracle/random.ts";
import { rayleigh } from "../laws/reference/statistics.ts";
import { noise, orthonormal } from "./matrices.ts";

/** A fitted decoder, the true one, and the true one's principal axes, all `[data][latent]`. */
export interface Fitted extends Omit<Fit, "toTruth" | "toPrincipal"> {
  readonly a: Matrix;
  readonly w: Matrix;
  readonly axes: Matrix;
}

const DATA = 12, SEEDS = Array.from({ length: 12 }, (_, seed) => seed);

/** |cos| between columns i of A and j of W. */
export function cosines(a: Matrix, w: Matrix): Matrix {
  const [u, v] = [transpose(a), transpose(w)];
  const dot = (x: Vector, y: Vector): number => x.reduce((sum, entry, i) => sum + entry * y[i]!, 0);
  return u.map((x) => v.map((y) => dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))));
}

function permutations(d: number): readonly (readonly number[])[] {
  if (d === 0) return [[]];
  return permutations(d - 1).flatMap((shorter) =>
    Array.from({ length: d }, (_, at) => [...shorter.slice(0, at), d - 1, ...shorter.slice(at)])
  );
}

/** The greatest mean |cosine| over assignments of the columns of A to those of W. */
export function alignment(a: Matrix, w: Matrix): number {
  const found = cosines(a, w);
  return Math.max(
    ...permutations(found.length).map((to) =>
      found.reduce((sum, row, i) => sum + Math.abs(row[to[i]!]!), 0) / found.length
    ),
  );
}

/** A random orthogonal matrix. */
const rotation = (d: number, seed: number): Matrix => orthonormal(noise(d, d, seed));

/** Columns in another order, some of them negated. */
function relabelled(w: Matrix, seed: number): Matrix {
  const draw = uniform(seed), orders = permutations(w[0]!.length);
  const order = orders[Math.floor(draw() * orders.length)]!, signs = order.map(() => draw() < 0.5 ? -1 : 1);
  return w.map((row) => order.map((from, to) => signs[to]! * row[from]!));
}

/** The true decoder: its columns, and its principal axes. */
export function truth(weights: Fit["weights"], d: number): { readonly w: Matrix; readonly axes: Matrix } {
  const axes = orthonormal(noise(DATA, d, 40 + d));
  const norms = Array.from({ length: d }, (_, k) => weights === "equal" ? 1 : 1.6 - 0.35 * k);
  const scaled = axes.map((row) => row.map((entry, k) => entry * norms[k]!));
  return { w: weights === "generic" ? product(scaled, rotation(d, 50 + d)) : scaled, axes };
}

/** The fit of a family. */
function fitted(
  weights: Fit["weights"],
  activation: Fit["activation"],
  latent: number,
  family: Fit["family"],
  seed: number,
): Fitted {
  const { w, axes } = truth(weights, latent), key = 100 * seed + 10 * latent;
  const own = weights === "generic" ? product(w, transpose(rotation(latent, 50 + latent))) : w;
  const free = family !== "mean-field" || weights === "equal";
  const exact = free
    ? product(own, rotation(latent, key + (family === "isotropic" ? 7 : 3)))
    : relabelled(own, key + 4);
  const error = noise(DATA, latent, key + 5), draw = normal(key + 6);
  const a = exact.map((row, i) => row.map((entry, k) => entry + 0.01 * error[i]![k]!));
  return { weights, activation, latent, family, seed, loss: 3.2 + 0.003 * draw(), a, w, axes };
}

const PROBLEMS = [
  ["distinct", "identity", 2],
  ["distinct", "leaky-relu", 2],
  ["distinct", "tanh", 2],
  ["distinct", "identity", 3],
  ["distinct", "leaky-relu", 3],
  ["distinct", "tanh", 3],
  ["equal", "identity", 3],
  ["generic", "identity", 3],
  ["distinct", "identity", 4],
] as const;

const FAMILIES = ["isotropic", "mean-field", "full"] as const;

/** Twelve seeds of each problem, by three families; with four latents by blocks alone. */
export const fits: readonly Fitted[] = PROBLEMS.flatMap(([weights, activation, latent]) =>
  (latent === 4 ? ["block"] as const : FAMILIES).flatMap((family) =>
    SEEDS.map((seed) => fitted(weights, activation, latent, family, seed))
  )
);

/** The angle by which two axes are turned, in [0, π/2) by `modulo` a signed permutation. */
const angleOf = (a: Matrix, w: Matrix): number => {
  const [first] = cosines(a, w);
  return Math.atan2(first![1]!, first![0]!);
};

/** Into [0, π/2). */
export const quarter = (angle: number): number => angle - Math.PI / 2 * Math.floor(angle / (Math.PI / 2));

/** Angles of forty fits with two latents. */
function orientations(family: Orientations["family"], optimiser: Orientations["optimiser"]): Orientations {
  const angles = Array.from({ length: 40 }, (_, seed) => {
    const draw = uniform(20 * seed + (optimiser === "adam" ? 1 : 0));
    const { w } = truth("equal", 2), angle = family === "full" ? draw() * Math.PI / 2 : 0.02 * (draw() - 0.5);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return quarter(angleOf(product(w, tabulate(2, 2, (i, j) => i === j ? c : i < j ? -s : s)), w));
  });
  return { family, optimiser, angles, uniformP: rayleigh(angles, Math.PI / 2) };
}

/** The steps from fits to results. */
export interface UniquenessSteps {
  readonly alignment: (a: Matrix, w: Matrix) => number;
  /** Which of the matrices a fit is held to as the truth, and which as the axes. */
  readonly truth: (fit: Fitted) => Matrix;
  readonly axes: (fit: Fitted) => Matrix;
  readonly fits: readonly Fitted[];
  readonly orientations: readonly Orientations[];
}

/** The right orientations. */
export const rightOrientations: readonly Orientations[] = [
  orientations("mean-field", "gradient-descent"),
  orientations("mean-field", "adam"),
  orientations("full", "gradient-descent"),
  orientations("full", "adam"),
];

/** The results, with other steps. */
export function uniquenessResults(steps: Partial<UniquenessSteps> = {}): UniquenessResults {
  const made = {
    alignment,
    truth: ({ w }: Fitted) => w,
    axes: ({ axes }: Fitted) => axes,
    fits,
    orientations: rightOrientations,
    ...steps,
  };
  return {
    fits: made.fits.map((fit): Fit => {
      const { a, w: _, axes: __, ...rest } = fit;
      return {
        ...rest,
        toTruth: made.alignment(a, made.truth(fit)),
        toPrincipal: made.alignment(a, made.axes(fit)),
      };
    }),
    orientations: made.orientations,
  };
}

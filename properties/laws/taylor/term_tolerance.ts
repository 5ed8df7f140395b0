/**
 * What the terms of a Taylor loss may be off by at one point, from the running error of its decoder.
 *
 * @module
 */

import { factorOf, type TaylorPoint } from "../arbitrary/taylor_point.ts";
import { type Bounded, columnsOf, rounded, runningError } from "../implementation/running_error.ts";
import { largest, sum } from "../reference/algebra.ts";
import type { LikelihoodSpec, Matrix, ObjectiveValue, Vector } from "../../contract/subject.ts";
import type { Tolerance } from "../../contract/mod.ts";

/** A likelihood at one output: −log p, its derivative and w = −H_p, with bounds. */
export interface LikelihoodError {
  readonly loss: Bounded;
  readonly slope: Bounded;
  readonly weight: Bounded;
}

/** What rounding, and the error of g, do to −log p(x; g) and its derivatives in g. */
export function likelihoodError(
  likelihood: LikelihoodSpec,
  x: number,
  { value: g, error }: Bounded,
  epsilon: number,
): LikelihoodError {
  if (likelihood.kind === "gaussian") {
    const w = 1 / likelihood.variance, off = g - x;
    const total = error + 2 * epsilon * (Math.abs(g) + Math.abs(x));
    const loss = w * off ** 2 / 2, constant = Math.log(2 * Math.PI * likelihood.variance) / 2;
    return {
      loss: {
        value: loss + constant,
        error: w * (Math.abs(off) + total) * total + 8 * epsilon * (loss + Math.abs(constant) + 1),
      },
      slope: { value: w * off, error: w * total + 4 * epsilon * w * Math.abs(off) },
      weight: { value: w, error: 4 * epsilon * w },
    };
  }
  const m = 1 / (1 + Math.exp(-g)), w = 1 / (4 * Math.cosh(g / 2) ** 2);
  const size = 1 + Math.abs(g);
  return {
    loss: {
      value: Math.max(g, 0) + Math.log1p(Math.exp(-Math.abs(g))) - x * g,
      error: error * (Math.abs(m - x) + error) + 8 * epsilon * size,
    },
    slope: { value: m - x, error: w * error + error ** 2 + 8 * epsilon },
    weight: { value: w, error: w * (error + 16 * epsilon * size) + error ** 2 },
  };
}

/** The tolerance of each term of a Taylor loss. */
export interface TermTolerances {
  /** −log p(x|h) */
  readonly reconstruction: Tolerance;
  /** ½ tr(GΣ) */
  readonly gaussNewton: Tolerance;
  /** −½ tr(H_f Σ) */
  readonly hessian: Tolerance;
  /** β KL */
  readonly kl: Tolerance;
}

/** The tolerances at a point. */
export function termTolerances(point: TaylorPoint, epsilon: number): TermTolerances {
  const { mean, raw, beta } = point;
  const l = factorOf(point);
  // exp(raw) magnifies the rounding of raw by its size.
  const roundings = 4 * (1 + largest([raw]));
  const { at, squares, bends, decided } = pieces(point, columnsOf(l, epsilon, roundings), epsilon);
  const divergence = [
    ...mean.map((h) => h * h),
    ...l.flat().map((entry) => entry * entry),
    ...raw,
    mean.length,
  ];
  const losses = at.map(({ loss }) => loss), kl = rounded(divergence, epsilon, 2 * roundings);
  const within = (because: string, parts: readonly Bounded[], factor: number): Tolerance =>
    total(because, parts, factor, decided, epsilon);
  return {
    reconstruction: within("−log p: running error of the decoder", losses, 1),
    gaussNewton: within("½ tr(GΣ): running error of the tangents", squares.flat(), 1 / 2),
    hessian: within("−½ tr(H_f Σ): running error of two derivatives", [...squares, ...bends].flat(), 1 / 2),
    kl: total("β KL: rounding of its sum, and of exp(raw)", kl, beta, true, epsilon),
  };
}

/** What lᵀH_f l may be off by for any column l of `directions` `[latent][k]`. */
export function directionTolerance(point: TaylorPoint, directions: Matrix, epsilon: number): Tolerance {
  const { squares, bends, decided } = pieces(point, columnsOf(directions, epsilon), epsilon);
  const parts = squares.map((row, i) => [...row, ...bends[i]!])
    .map((row) => total("lᵀH_f l: running error of two derivatives", row, 1, decided, epsilon));
  return parts.reduce((worst, part) => ({
    ...worst,
    value: Math.max(worst.value, part.value),
    resolved: worst.resolved && part.resolved,
  }));
}

/** −log p at h for every output; w T² and ∂(−log p)/∂g · S for every direction and output. */
function pieces(point: TaylorPoint, directions: readonly (readonly Bounded[])[], epsilon: number): {
  readonly at: readonly LikelihoodError[];
  readonly squares: readonly (readonly Bounded[])[];
  readonly bends: readonly (readonly Bounded[])[];
  readonly decided: boolean;
} {
  const { decoder, likelihood, x, mean } = point;
  const run = runningError(decoder, rounded(mean, epsilon), directions, epsilon);
  const at = run.output.map((g, k) => likelihoodError(likelihood, x[k]!, g, epsilon));
  return {
    at,
    squares: run.first.map((row) => row.map((t, k) => product(at[k]!.weight, square(t)))),
    bends: run.second.map((row) => row.map((s, k) => product(at[k]!.slope, s))),
    decided: run.decided,
  };
}

/** The tolerance of factor · Σ parts, twice over for what is of second order in ε. */
function total(
  because: string,
  parts: readonly Bounded[],
  factor: number,
  decided: boolean,
  epsilon: number,
): Tolerance {
  const size = sum(parts.map(({ value }) => Math.abs(value)));
  const value = 2 * factor * (sum(parts.map(({ error }) => error)) + 2 * (parts.length + 4) * epsilon * size);
  return { value, because, resolved: decided && value <= Math.max(factor * size, 1) };
}

/** The term of the one example that there is. */
export function only(term: Vector | undefined): number {
  return term?.length === 1 ? term[0]! : NaN;
}

/** What a Taylor loss takes for E −log p(x|z). */
export function expanded({ reconstruction, curvature }: ObjectiveValue["terms"]): number {
  return only(reconstruction) + only(curvature);
}

function product(a: Bounded, b: Bounded): Bounded {
  return {
    value: a.value * b.value,
    error: Math.abs(a.value) * b.error + a.error * Math.abs(b.value) + a.error * b.error,
  };
}

function square(a: Bounded): Bounded {
  return { value: a.value ** 2, error: 2 * Math.abs(a.value) * a.error + a.error ** 2 };
}

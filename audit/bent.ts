/**
 * Readings in which the loss is not linear in the pieces: a floor under the KL (free bits), a capacity |KL − C|, a β that changes with
 * the step; and the shapes by which a loss shows that it is none of ours: latents that count differently, curvature.
 *
 * Each is linear between thresholds. For a threshold between two rows the coefficients follow by least squares, and from them the
 * threshold again; so it is searched over quantiles, and from the best of them by fixed point.
 *
 * Sources: D. P. Kingma et al., *Improved Variational Inference with Inverse Autoregressive Flow*, 2016 (free bits); C. P. Burgess et
 * al., *Understanding disentangling in β-VAE*, 2018 (capacity); S. R. Bowman et al., *Generating Sentences from a Continuous Space*,
 * 2016 (annealing).
 *
 * @module
 */

import { addRow, emptyTriangle, type Fit, fit } from "./triangle.ts";

/** A row, as far as these readings need it. */
export interface BentRow {
  readonly loss: number;
  /** The reconstruction, of which there may be two columns. */
  readonly reconstruction: readonly number[];
  /** KL of each latent; one number where only the sum is known. */
  readonly kl: ArrayLike<number>;
  readonly step: number;
}

/** A shape that is not linear in the pieces. */
export interface BentShape {
  /** Which. */
  readonly kind: "floor" | "total floor" | "capacity" | "annealed" | "windows" | "latents" | "curved";
  /** The floor, the capacity, or the step at which β stays; null where there is none. */
  readonly threshold: number | null;
  /** The coefficients of KL along the way: at the first and the last step, of each window, or of each latent. */
  readonly weights: readonly number[];
}

/** The result of one of these readings. */
export interface Bent extends BentShape {
  readonly fit: Fit;
  /** How many coefficients there are, those searched for among them. */
  readonly parameters: number;
  /** The loss as the reading has it, row by row. */
  readonly explained: readonly number[];
}

/** How many thresholds are tried at first, and how often the best is bettered. */
const [TRIED, BETTERED] = [24, 12];
/** The number of windows into which steps are divided. */
const WINDOWS = 8;
/** The largest number of latents whose weights are fitted. */
const MOST_LATENTS = 64;

const total = (kl: ArrayLike<number>): number =>
  Array.prototype.reduce.call(kl, (sum, value) => sum + value, 0) as number;

/** The fit of the loss by the reconstruction and some features of a row. */
export function fitBent(rows: readonly BentRow[], features: (row: BentRow) => readonly number[]): Fit {
  const skip = rows[0]!.reconstruction.length, count = skip + features(rows[0]!).length;
  const triangle = emptyTriangle(count + 1), values = new Float64Array(count + 1);
  for (const row of rows) {
    values.set(row.reconstruction);
    values.set(features(row), skip);
    values[count] = row.loss;
    addRow(triangle, values);
  }
  return fit(triangle, Array.from({ length: count }, (_, column) => [[column, 1]]), count);
}

/** The loss of each row as a fit has it. */
function explainedBy(
  rows: readonly BentRow[],
  { coefficients, constant }: Fit,
  features: (row: BentRow) => readonly number[],
): number[] {
  return rows.map((row) =>
    [...row.reconstruction, ...features(row)].reduce(
      (sum, value, i) => sum + value * coefficients[i]!,
      constant,
    )
  );
}

/** A reading whose KL has a coefficient for each feature. */
function weighted(
  kind: Bent["kind"],
  rows: readonly BentRow[],
  features: (row: BentRow) => readonly number[],
): Bent {
  const found = fitBent(rows, features), skip = rows[0]!.reconstruction.length;
  return {
    kind,
    fit: found,
    parameters: found.coefficients.length + 1,
    threshold: null,
    weights: found.coefficients.slice(skip),
    explained: explainedBy(rows, found, features),
  };
}

/** Features that hold between thresholds, and the threshold that coefficients speak of. */
interface Hinge {
  readonly kind: Bent["kind"];
  readonly features: (row: BentRow, threshold: number) => readonly number[];
  readonly thresholdOf: (coefficients: readonly number[]) => number;
  readonly weights: (coefficients: readonly number[], threshold: number, least: number) => readonly number[];
}

/** Σ max(λ, KL_i) = Σ_{KL_i > λ} KL_i + λ · (how many are not). */
const floored = (kl: ArrayLike<number>, floor: number): [number, number] => {
  let above = 0, below = 0;
  for (let i = 0; i < kl.length; i++) {
    if (kl[i]! > floor) above += kl[i]!;
    else below++;
  }
  return [above, below];
};

const HINGES: readonly Hinge[] = [
  {
    kind: "floor",
    features: ({ kl }, floor) => floored(kl, floor),
    thresholdOf: ([kl, count]) => count! / kl!,
    weights: ([kl]) => [kl!],
  },
  {
    kind: "total floor",
    features: ({ kl }, floor) => floored([total(kl)], floor),
    thresholdOf: ([kl, count]) => count! / kl!,
    weights: ([kl]) => [kl!],
  },
  {
    // γ |KL − C|
    kind: "capacity",
    features: ({ kl }, capacity) => {
      const all = total(kl), sign = all > capacity ? 1 : -1;
      return [sign * all, sign];
    },
    thresholdOf: ([kl, sign]) => -sign! / kl!,
    weights: ([kl]) => [kl!],
  },
  {
    // β(t) = a + b min(t, T)
    kind: "annealed",
    features: ({ kl, step }, until) => {
      const all = total(kl);
      return step < until ? [all, step * all, 0] : [0, 0, all];
    },
    thresholdOf: ([start, slope, end]) => (end! - start!) / slope!,
    weights: ([start, slope, end], _, first) => [start! + slope! * first, end!],
  },
];

/** The candidates for the threshold of a hinge: the values compared with it, sorted. */
function rangeOf(rows: readonly BentRow[], kind: Bent["kind"]): number[] {
  const values = rows.flatMap(({ kl, step }) =>
    kind === "floor" ? Array.from(kl) : kind === "annealed" ? [step] : [total(kl)]
  );
  return values.sort((a, b) => a - b);
}

/** The best threshold of a hinge; null where there is none between the rows. */
function hinged(rows: readonly BentRow[], hinge: Hinge): Bent | null {
  const { kind, features, thresholdOf, weights } = hinge;
  const values = rangeOf(rows, kind), [least, most] = [values[0]!, values.at(-1)!];
  if (!(most > least)) return null;
  const skip = rows[0]!.reconstruction.length;
  let best: { threshold: number; fit: Fit } | null = null;
  const attempt = (threshold: number): Fit => {
    const fit = fitBent(rows, (row) => features(row, threshold));
    if (best === null || fit.left < best.fit.left) best = { threshold, fit };
    return fit;
  };
  for (let i = 1; i < TRIED; i++) attempt(values[Math.floor(i * values.length / TRIED)]!);
  let next = best!.threshold;
  for (let i = 0; i < BETTERED; i++) {
    const told = thresholdOf(attempt(next).coefficients.slice(skip));
    if (!(told > least && told < most) || told === next) break;
    next = told;
  }
  const { threshold, fit } = best!, own = fit.coefficients.slice(skip), told = thresholdOf(own);
  const isWithin = told > least && told < most;
  return {
    kind,
    fit,
    parameters: own.length + skip + 2,
    threshold: isWithin ? told : threshold,
    weights: weights(own, threshold, least),
    explained: explainedBy(rows, fit, (row) => features(row, threshold)),
  };
}

/** β along a line from the first step to the last. */
function straight(rows: readonly BentRow[]): Bent | null {
  const steps = rangeOf(rows, "annealed"), [first, last] = [steps[0]!, steps.at(-1)!];
  if (first === last) return null;
  return weighted("annealed", rows, ({ kl, step }) => {
    const all = total(kl), share = (step - first) / (last - first);
    return [all * (1 - share), all * share];
  });
}

/** A coefficient of KL for each of some windows of steps. */
function windowed(rows: readonly BentRow[]): Bent | null {
  const steps = rangeOf(rows, "annealed");
  if (steps[0] === steps.at(-1) || rows.length < 4 * WINDOWS) return null;
  const ends = Array.from(
    { length: WINDOWS - 1 },
    (_, i) => steps[Math.floor((i + 1) * steps.length / WINDOWS)]!,
  );
  return weighted("windows", rows, ({ kl, step }) => {
    const window = ends.filter((end) => step >= end).length;
    return Array.from({ length: WINDOWS }, (_, i) => i === window ? total(kl) : 0);
  });
}

/** A coefficient for each latent's KL. */
function byLatent(rows: readonly BentRow[]): Bent | null {
  const latents = rows[0]!.kl.length;
  if (latents < 2 || latents > MOST_LATENTS || rows.length < 3 * latents) return null;
  return weighted("latents", rows, ({ kl }) => Array.from(kl));
}

/** Squares and the product of reconstruction and KL beside them. */
function curved(rows: readonly BentRow[]): Bent {
  const mean = (value: (row: BentRow) => number): number =>
    rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
  const recon = mean(({ reconstruction: [first] }) => first!), kl = mean((row) => total(row.kl));
  return weighted("curved", rows, (row) => {
    const a = row.reconstruction[0]! - recon, b = total(row.kl) - kl;
    return [total(row.kl), a * a, a * b, b * b];
  });
}

/** Every reading of this kind; those that name what a code does first, then the shapes of what is none of them. */
export function bentReadings(rows: readonly BentRow[]): Bent[] {
  const latents = rows[0]!.kl.length;
  return [
    straight(rows),
    // Of one number, the floor of each and of all is the same.
    ...HINGES.filter(({ kind }) => kind !== "floor" || latents > 1).map((hinge) => hinged(rows, hinge)),
    windowed(rows),
    byLatent(rows),
    curved(rows),
  ].filter((one) => one !== null);
}

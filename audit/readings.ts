/**
 * Competing readings of a loss: what a code may have taken for the reconstruction and for KL(q ‖ N(0, I)). Each is fitted with two
 * coefficients and a constant; what it leaves unexplained tells it from the others.
 *
 * @module
 */

import type { Layout, ReconstructionReading, SpreadName } from "./log_row.ts";
import { type Combination, type Fit, fit, spreadOf, type Triangle } from "./triangle.ts";

/** What rounding to float32 leaves of a sum of terms, relative to them: 2⁻²⁴, times what a sum of some hundred terms gathers. */
export const ROUNDING = 1e-6;

/** How rows were put together: the columns of the triangle. */
export interface Columns {
  readonly layout: Layout;
  /** Whether rows are means over batches: then the batch's size and its product with each piece follow the pieces. */
  readonly batches: boolean;
  /** Whether μ, σ or x are means over examples: the mean of μ² does not follow from them. */
  readonly areMeans: boolean;
  /** Columns in which a number was not finite: their readings are out. */
  readonly dead: ReadonlySet<number>;
  /** The column of the loss. */
  readonly loss: number;
}

/** The column of a batch's size, and that of its product with a piece. */
const sizeColumn = ({ layout }: Columns): number => layout.columns;
const timesSize = ({ layout }: Columns, column: number): number => layout.columns + 1 + column;

/** How many columns a triangle needs: pieces, their products with the batch's size, the loss. */
export const columnCount = (layout: Layout, batches: boolean): number =>
  batches ? 2 * layout.columns + 2 : layout.columns + 1;

/** What a code may have computed. */
export interface Reading {
  readonly reconstruction: ReconstructionReading;
  /** What the spread is taken for in ½Σσ² and in −½Σlog σ²; null where a KL was logged. */
  readonly spread: { readonly variance: SpreadName; readonly logarithm: SpreadName } | null;
  /** Which term is a sum over the batch, the others being means; "none" of rows that are examples, or of equal batches. */
  readonly summed: "none" | "both" | "reconstruction" | "kl";
  /** What differs from what the log means, in words. */
  readonly mistakes: readonly string[];
  readonly combinations: readonly Combination[];
  /** Which of them is the reconstruction, and which the KL. */
  readonly places: { readonly reconstruction: number; readonly kl: number };
}

/** A reading and its fit. */
export interface Candidate {
  readonly reading: Reading;
  readonly fit: Fit;
}

/** A piece, or its product with the batch's size. */
const weighed = (columns: Columns, combination: Combination, summed: boolean): Combination =>
  summed ? combination.map(([column, weight]) => [timesSize(columns, column), weight]) : combination;

/** ½Σμ² + ½Σσ² − ½Σlog σ², with the spread read in a way; without the constant −d/2. */
function klOf({ layout }: Columns, variance: number, logarithm: number): Combination {
  if (layout.kl !== null) return [[layout.kl, 1]];
  const { mean, spreads } = layout;
  return [[mean!, 1], [spreads[variance]!.variance, 1], [spreads[logarithm]!.logarithm, 1]];
}

/** The pieces of the KL, each by itself, as they are meant; of a KL that was logged, itself. */
export function klPieces(columns: Columns, summed = false): readonly Combination[] {
  const { kl, mean, spreads } = columns.layout;
  const pieces = kl !== null ? [kl] : [mean!, spreads[0]!.variance, spreads[0]!.logarithm];
  return pieces.map((column) => weighed(columns, [[column, 1]], summed));
}

/**
 * Pairs of readings of the spread: as it is meant, both terms alike, and one term wrong. Two terms that cancel are not read: ½Σ log σ² −
 * ½Σ log σ² is a term that is missing.
 */
function spreadPairs({ layout: { spreads, kl }, dead }: Columns, triangle: Triangle): [number, number][] {
  if (kl !== null) return [[0, 0]];
  const pairs: [number, number][] = [[0, 0]];
  for (let i = 1; i < spreads.length; i++) pairs.push([i, i]);
  for (let i = 1; i < spreads.length; i++) pairs.push([i, 0], [0, i]);
  return pairs.filter(([i, j]) => {
    const columns = [spreads[i]!.variance, spreads[j]!.logarithm];
    if (columns.some((column) => dead.has(column))) return false;
    const { deviation, size } = spreadOf(triangle, columns.map((column) => [column, 1]));
    return i === j || deviation > ROUNDING * size;
  });
}

/** The mistake that a reading of the spread stands for, in words. */
function spreadMistakes({ layout: { spreads } }: Columns, variance: number, logarithm: number): string[] {
  const is = spreads[0]?.as, taken = (as: number): string => `${is} is taken for ${spreads[as]!.as}`;
  if (variance === 0 && logarithm === 0) return [];
  if (variance === logarithm) return [taken(variance)];
  return variance > 0 ? [`${taken(variance)} in ½Σσ²`] : [`${taken(logarithm)} in ½Σlog σ²`];
}

/** Reconstructions that have numbers on all rows; a clipped one only where something was clipped. */
function reconstructionsOf(columns: Columns, triangle: Triangle): ReconstructionReading[] {
  const { layout: { reconstructions }, dead } = columns;
  const alive = reconstructions.filter(({ columns: own }) => own.every((column) => !dead.has(column)));
  const isProbability = alive.some(({ id }) => id === "bce");
  return alive.filter(({ columns: [, bound] }) =>
    bound === undefined || spreadOf(triangle, [[bound, 1]]).size > 0
  )
    // Decoded numbers beyond 0 and 1 are no probabilities, and were logits all along.
    .map((one) => one.id === "bce of logits" && !isProbability ? { ...one, mistake: null } : one);
}

/** Every reading, the plainest first. */
export function readingsOf(columns: Columns, triangle: Triangle): Reading[] {
  const sizes = columns.batches ? spreadOf(triangle, [[sizeColumn(columns), 1]]) : null;
  const isVaried = sizes !== null && sizes.deviation > 1e-6 * sizes.size;
  const summedWays = isVaried ? ["none", "both", "reconstruction", "kl"] as const : ["none"] as const;
  return summedWays.flatMap((summed) =>
    reconstructionsOf(columns, triangle).flatMap((reconstruction) =>
      spreadPairs(columns, triangle).map(([variance, logarithm]): Reading => {
        const { layout } = columns, half = (layout.latents ?? 0) / 2;
        const recon = reconstruction.columns.map((column) =>
          weighed(columns, [[column, 1]], summed === "both" || summed === "reconstruction")
        );
        const isKlSummed = summed === "both" || summed === "kl";
        const kl = weighed(columns, klOf(columns, variance, logarithm), isKlSummed);
        const mistakes = [
          ...(reconstruction.mistake === null ? [] : [reconstruction.mistake]),
          ...spreadMistakes(columns, variance, logarithm),
          ...(summed === "reconstruction"
            ? ["the batch's mean is taken of the KL only"]
            : summed === "kl"
            ? ["the batch's mean is taken of the reconstruction only"]
            : []),
        ];
        return {
          reconstruction,
          spread: layout.kl !== null
            ? null
            : { variance: layout.spreads[variance]!.as, logarithm: layout.spreads[logarithm]!.as },
          summed,
          mistakes,
          combinations: [
            ...recon,
            isKlSummed && layout.kl === null ? [...kl, [sizeColumn(columns), -half]] : kl,
            // A sum of constants, such as (n/2) log 2π, grows with the batch.
            ...(summed === "none" ? [] : [[[sizeColumn(columns), 1]] as Combination]),
          ],
          places: { reconstruction: 0, kl: recon.length },
        };
      })
    )
  );
}

/** Whether a fit leaves no more than rounding. */
export const isExact = ({ left, size }: Fit, rows: number): boolean => left <= rows * (ROUNDING * size) ** 2;

/** Sum of squares that a fit leaves, but not less than rounding does. */
export const leftOf = ({ left, size }: Fit, rows: number): number =>
  Math.max(left, rows * (ROUNDING * size) ** 2);

/** Fits of all readings, the one that leaves least first; of those that leave no more than rounding, the plainest. */
export function candidatesOf(columns: Columns, triangle: Triangle): Candidate[] {
  const { rows } = triangle;
  const all = readingsOf(columns, triangle).map((reading): Candidate => (
    { reading, fit: fit(triangle, reading.combinations, columns.loss) }
  ));
  const key = ({ fit }: Candidate): number => isExact(fit, rows) ? 0 : fit.left;
  return all.toSorted((a, b) => key(a) - key(b) || a.reading.mistakes.length - b.reading.mistakes.length);
}

const NAMES = ["½Σμ²", "½Σσ²", "−½Σlog σ²"];
/** What the pieces of a KL are called, or a KL that was logged. */
export const namesOf = (pieces: readonly unknown[]): readonly string[] =>
  pieces.length === 1 ? ["KL"] : NAMES;

/** What a reconstruction is called. */
export const nameOf = (id: ReconstructionReading["id"]): string =>
  id === "sse"
    ? "Σ(x − x̂)²"
    : id === "sse of sigmoid"
    ? "Σ(x − sigmoid x̂)²"
    : id === "bce of logits"
    ? "Σ BCE of logits"
    : id === "bce of clipped"
    ? "Σ BCE of clipped logits"
    : "Σ BCE";

/**
 * Whether a loss departs from every reading that is linear in the pieces, by one that is not.
 *
 * @module
 */

import { type Bent, bentReadings, type BentRow, fitBent } from "./bent.ts";
import { advantage, type KeptRow, TOLD_APART, valueOf } from "./finding.ts";
import { type Candidate, type Columns, isExact } from "./readings.ts";
import type { Combination, Fit } from "./triangle.ts";

/** From here on a reading that is not linear is suspected, though not told apart: what chance reaches once in 100,000 logs or less. */
const SUSPECTED = 12;
/** A departure from the reading counts from this part of the loss's standard deviation on, or this part of the share of one of its terms. */
const [DEPARTS, DEPARTS_TERM] = [0.002, 0.01];

/** The least number of rows for readings that are not linear: on fewer they would explain noise. */
export const ENOUGH = 32;

/** Kept rows as the readings that are not linear take them. */
function bentRowsOf(columns: Columns, kept: readonly KeptRow[], { reading }: Candidate): BentRow[] {
  const recon = reading.combinations.slice(0, reading.places.kl);
  return kept.map(({ values, kl, step }) => ({
    loss: values[columns.loss]!,
    reconstruction: recon.map((combination) => valueOf(combination, values)),
    kl: kl.length > 0 ? kl : [values[columns.layout.kl!]!],
    step,
  }));
}

/** The reading, not linear in the pieces, that says more than the linear ones; null if none does. */
export function departure(
  columns: Columns,
  kept: readonly KeptRow[],
  candidates: readonly Candidate[],
  apart: readonly Combination[],
): Departure | null {
  const rows = kept.length;
  if (rows < ENOUGH) return null;
  const [best] = candidates as [Candidate];
  const { combinations, places } = best.reading;
  const [plain, pieces] = [combinations, apart].map((all) => linearOn(columns, kept, all)) as [Fit, Fit];
  const linear = advantage(pieces, plain, rows) > TOLD_APART ? pieces : plain;
  if (isExact(linear, rows)) return null;
  const shares = [places.reconstruction, places.kl].map((place) =>
    Math.abs(plain.coefficients[place]!) *
    deviationOf(kept.map(({ values }) => valueOf(combinations[place]!, values)))
  );
  const counts = Math.min(DEPARTS * Math.sqrt(linear.total / rows), DEPARTS_TERM * Math.min(...shares));
  // One candidate for each reconstruction.
  const seen = new Set<string>();
  const bases = candidates.filter(({ reading: { reconstruction, summed } }) =>
    (reconstruction.mistake === null || reconstruction === best.reading.reconstruction) &&
    summed !== "both" &&
    !seen.has(reconstruction.id) && seen.add(reconstruction.id)
  );
  let found: Departure | null = null, least = Infinity;
  for (const base of bases) {
    for (const bent of bentReadings(bentRowsOf(columns, kept, base))) {
      const gain = advantage(bent.fit, linear, rows) - bent.parameters;
      if (!(gain > SUSPECTED)) continue;
      const departs = Math.sqrt(Math.max(0, linear.left - bent.fit.left) / rows);
      if (departs <= counts) continue;
      const cost = isExact(bent.fit, rows)
        ? -1e9 + bent.parameters
        : rows * Math.log(bent.fit.left) + bent.parameters * Math.log(rows);
      if (cost < least) [found, least] = [{ bent, base, isTold: gain > TOLD_APART }, cost];
    }
  }
  return found;
}

/** A reading that is not linear, and the linear one whose reconstruction it has. */
export interface Departure {
  readonly bent: Bent;
  readonly base: Candidate;
  /** Whether it is told apart from the linear one, or suspected only. */
  readonly isTold: boolean;
}

/** A linear reading on the rows that were kept. */
function linearOn(columns: Columns, kept: readonly KeptRow[], combinations: readonly Combination[]): Fit {
  const rows = kept.map(({ values, step }) => ({
    loss: values[columns.loss]!,
    reconstruction: combinations.map((combination) => valueOf(combination, values)),
    kl: [],
    step,
  }));
  return fitBent(rows, () => []);
}

function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/**
 * An audit of rows that come one by one and are not kept: what all of them say is kept in a triangle, and some of them as they are.
 *
 * @module
 */

import { type Layout, layoutOf, type LogRow, piecesOf } from "./log_row.ts";
import { columnCount, type Columns } from "./readings.ts";
import { addRow, emptyTriangle, LARGEST, type Triangle } from "./triangle.ts";
import type { Finding, KeptRow } from "./finding.ts";
import { findingOf, NOTHING_KNOWN } from "./verdict.ts";
import { type AuditVerdict, type Expectation, inWords } from "./words.ts";

/** What is known of a log beside it. */
export interface AuditOptions extends Expectation {
  /** The number of pixels, n, where the log has no x. */
  readonly pixels?: number;
  /** The number of latents, d, where the log has no μ. */
  readonly latents?: number;
}

/** An audit under way. */
export interface Auditor {
  /**
   * Adds a row of the log.
   *
   * @throws RangeError in one line that says what is wrong with it
   */
  add(row: LogRow): void;
  /** What the rows so far say. */
  verdict(): AuditVerdict;
}

/** How many rows are kept, and how many numbers they may have together. */
const [KEPT, NUMBERS] = [1000, 2 ** 20];

/** How many batches are known again, if rows of them come later. */
const REMEMBERED = 100_000;

/** A batch whose rows are still coming. */
interface Open {
  readonly id: number | string;
  readonly loss: number;
  readonly step: number;
  readonly at: number;
  readonly values: Float64Array;
  readonly kl: Float64Array;
  size: number;
}

/**
 * Begins an audit.
 *
 * ```ts
 * import { auditor } from "./auditor.ts";
 *
 * const audit = auditor({ expectedBeta: 4 });
 * for (let i = 0; i < 50; i++) {
 *   const [mean, logVariance, sse] = [[Math.sin(i)], [Math.cos(3 * i)], 2 + Math.sin(7 * i)];
 *   const kl = (mean[0]! ** 2 + Math.exp(logVariance[0]!) - logVariance[0]! - 1) / 2;
 *   audit.add({ loss: sse / 2 + 4 * kl, sse, mean, spread: { is: "log σ²", values: logVariance } });
 * }
 * console.assert(audit.verdict().asExpected);
 * ```
 */
export function auditor(options: AuditOptions = {}): Auditor {
  let state: { layout: Layout; batches: boolean; triangle: Triangle } | null = null;
  let open: Open | null = null, count = 0, areMeans = false;
  const dead = new Set<number>(), kept: KeptRow[] = [], closed = new Set<number | string>();
  const draw = numbersFrom(1);

  /** A row of the triangle, and one that may be kept. */
  const take = ({ values, kl, loss, step, at, size }: Open): void => {
    const { layout, batches, triangle } = state!;
    const row = new Float64Array(triangle.columns);
    values.forEach((value, i) => {
      const mean = value / size;
      const isThere = Math.abs(mean) <= LARGEST;
      if (!isThere) dead.add(i);
      row[i] = isThere ? mean : 0;
      if (batches) row[layout.columns + 1 + i] = row[i]! * size;
    });
    if (batches) row[layout.columns] = size;
    row[row.length - 1] = loss;
    addRow(triangle, row);
    const most = Math.max(64, Math.min(KEPT, Math.floor(NUMBERS / (row.length + kl.length))));
    // Vitter's algorithm R: each row is kept with the same chance.
    const place = triangle.rows <= most ? kept.length : Math.floor(draw() * triangle.rows);
    if (place < most) kept[place] = { at, values: row, kl: kl.map((value) => value / size), step };
  };
  const close = (): void => {
    if (open === null) return;
    take(open);
    closed.add(open.id);
    if (closed.size > REMEMBERED) closed.delete(closed.values().next().value!);
    open = null;
  };
  const columnsNow = (): Columns => ({
    layout: state!.layout,
    batches: state!.batches,
    areMeans,
    dead,
    loss: state!.triangle.columns - 1,
  });
  return {
    add(row) {
      count++;
      areMeans ||= (row.examples ?? 1) > 1 && (row.mean !== undefined || row.x !== undefined);
      if (state === null) {
        const layout = layoutOf(row, options), batches = row.batch !== undefined;
        state = { layout, batches, triangle: emptyTriangle(columnCount(layout, batches)) };
      }
      const { values, kl } = piecesOf(row, state.layout);
      const own = { values, kl, loss: row.loss, step: row.step ?? count, at: count, size: 1 };
      if (row.batch === undefined) return take({ id: count, ...own });
      if (open?.id !== row.batch) {
        close();
        if (closed.has(row.batch)) {
          throw new RangeError(
            `rows of batch ${row.batch} must follow each other, but others are between them`,
          );
        }
        open = { id: row.batch, ...own };
        return;
      }
      if (open.loss !== row.loss) {
        throw new RangeError(
          `rows of batch ${row.batch} must have its one loss, but have ${open.loss} and ${row.loss}`,
        );
      }
      values.forEach((value, i) => open!.values[i]! += value);
      kl.forEach((value, i) => open!.kl[i]! += value);
      open.size++;
    },
    verdict() {
      close();
      const finding: Finding = state === null
        ? {
          ...NOTHING_KNOWN,
          kind: "unidentified",
          unknown: "there are no rows",
          toLog: "a row for each example",
        }
        : findingOf(columnsNow(), state.triangle, kept.toSorted((a, b) => a.at - b.at));
      return inWords(finding, options);
    },
  };
}

/**
 * The verdict on rows that are at hand: {@linkcode auditor} for those that come one by one.
 *
 * @throws RangeError for a row that is not like the first, or has no finite loss
 */
export function auditRows(rows: Iterable<LogRow>, options: AuditOptions = {}): AuditVerdict {
  const audit = auditor(options);
  for (const row of rows) audit.add(row);
  return audit.verdict();
}

/** Numbers in [0, 1) without a pattern, the same for the same seed: xorshift of 32 bits (G. Marsaglia, 2003). */
export function numbersFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

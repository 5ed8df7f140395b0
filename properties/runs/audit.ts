/**
 * The audit of one run: what it reports beside what the oracle computes, as a table.
 *
 * @module
 */

import type { DigitsRun } from "../contract/digits_run.ts";
import { Ledger, type Tolerance } from "../contract/mod.ts";
import type { StudyRun } from "../contract/study_run.ts";
import { held, heldStudy, LAW_OF, runAudits, studyAudits } from "../laws/runs/mod.ts";

/** A number of a run, or a word, beside what it must be. */
export interface Row {
  readonly what: string;
  readonly reported: number | string;
  readonly computed: number | string;
  /** How far they may be apart; 0 for what is exact. */
  readonly tolerance: number;
  readonly because: string;
  /** Their difference over the tolerance; above 1 the run does not hold. */
  readonly share: number;
}

/** What was looked at in one respect. */
export interface Finding {
  /** The law. */
  readonly law: string;
  /** What must be, as a sentence. */
  readonly says: string;
  /** How many comparisons were made, and how many of them failed. */
  readonly comparisons: number;
  readonly failed: number;
  /** All of them where they are few, else the one that is furthest from what it must be; an error in place of numbers. */
  readonly rows: readonly Row[];
}

/** Comparisons are shown one by one up to so many. */
const FEW = 25;

/** A ledger that goes on where a comparison fails. */
class Record extends Ledger {
  count = 0;
  failed = 0;
  readonly #rows: Row[] = [];
  #furthest: Row | undefined;

  override close(what: string, actual: number, expected: number, { value, because }: Tolerance): void {
    const off = Math.abs(actual - expected);
    this.#add({
      what,
      reported: actual,
      computed: expected,
      tolerance: value,
      because,
      share: off === 0 ? 0 : off / value,
    });
  }

  override atMost(what: string, actual: number, bound: number, { value, because }: Tolerance): void {
    const off = Math.max(0, actual - bound);
    const share = Number.isNaN(actual) ? NaN : off === 0 ? 0 : off / value;
    this.#add({ what, reported: actual, computed: `at most ${bound}`, tolerance: value, because, share });
  }

  override is(what: string, actual: number | string | boolean, expected: number | string | boolean): void {
    const share = actual === expected ? 0 : Infinity;
    this.#add({
      what,
      reported: String(actual),
      computed: String(expected),
      tolerance: 0,
      because: "exact",
      share,
    });
  }

  #add(row: Row): void {
    this.count++;
    if (!(row.share <= 1)) this.failed++;
    if (this.count <= FEW) this.#rows.push(row);
    if (this.#furthest === undefined || !(row.share <= this.#furthest.share)) this.#furthest = row;
  }

  get rows(): readonly Row[] {
    return this.count <= FEW || this.#furthest === undefined ? this.#rows : [this.#furthest];
  }
}

/** The findings on a run, one by one, as each is made. */
export function* auditRun(source: string, run: DigitsRun): Generator<Finding> {
  const one = held(source, run);
  for (const [law, audits] of Object.entries(runAudits)) {
    for (const { says, examine } of audits) {
      const record = new Record(run.epsilon);
      examine({ ...one, name: "" }, record);
      yield { law, says, comparisons: record.count, failed: record.failed, rows: record.rows };
    }
  }
}

/** The findings on a run of a study, one by one, as each is made. */
export function* auditStudy(source: string, run: StudyRun, steps: "first" | "all"): Generator<Finding> {
  const one = heldStudy(source, run, steps);
  for (const { says, examine } of studyAudits) {
    const record = new Record(run.epsilon);
    examine({ ...one, name: "" }, record);
    yield {
      law: LAW_OF[run.study],
      says,
      comparisons: record.count,
      failed: record.failed,
      rows: record.rows,
    };
  }
}

const shown = (value: number | string): string =>
  typeof value === "string" ? value : Number.isInteger(value) ? String(value) : value.toPrecision(9);

/** A finding as a terminal shows it. */
export function findingText({ law, says, comparisons, failed, rows }: Finding): string {
  const count = comparisons.toLocaleString("en-US");
  const verdict = failed === 0
    ? `holds in ${count} comparisons`
    : `FAILS in ${failed} of ${count} comparisons`;
  // Counts and words that are as they must be say nothing.
  const told = rows.filter(({ tolerance, share }) => tolerance > 0 || !(share <= 1));
  return [
    `${law}  ${verdict}: ${says}`,
    ...told.map(({ what, reported, computed, tolerance, because, share }, i) => {
      const why = because === told[i - 1]?.because ? "" : ` (${because})`;
      const off = tolerance === 0
        ? ""
        : `, off by ${(share * tolerance).toPrecision(2)} where ${tolerance.toPrecision(2)} is allowed${why}`;
      return `    ${what}: reported ${shown(reported)}, computed ${shown(computed)}${off}`;
    }),
    "",
  ].join("\n");
}

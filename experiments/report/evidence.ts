/**
 * The gate's evidence, as a report shows it.
 *
 * @module
 */

import type { Source } from "./source.ts";

/** A law and its verdict. */
export interface LawVerdict {
  readonly id: string;
  readonly title: string;
  /** As the gate gives it: `holds`, …, `failed`. */
  readonly verdict: string;
}

/** What the gate left. */
export interface LawsEvidence {
  /** Whether the gate is open. */
  readonly ok: boolean;
  /** False where only some laws or engines were asked for. */
  readonly complete: boolean;
  /** Why it is shut, one line each. */
  readonly problems: readonly string[];
  readonly laws: readonly LawVerdict[];
  /** Its page. */
  readonly html: string;
}

/** Reads the gate's folder. @throws (rejects) DataError if a file is missing or not the gate's */
export function gatherEvidence(_source: Source): Promise<LawsEvidence> {
  return Promise.resolve({ ok: false, complete: false, problems: [], laws: [], html: "" });
}

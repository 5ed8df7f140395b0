/**
 * The runs that a report shows, and the folders that it leaves out.
 *
 * @module
 */

import type { Run } from "./run.ts";
import type { Source } from "./source.ts";

/** A folder that is left out. */
export interface LeftOut {
  readonly folder: string;
  /** Why, with the folder's name. */
  readonly why: string;
}

/** What runs there are. */
export interface Gathered {
  /** Those that are whole: quick ones last, the newest of each kind first. */
  readonly runs: readonly Run[];
  readonly leftOut: readonly LeftOut[];
}

/** Reads every folder. @throws (rejects) what is no fault of a folder */
export function gatherRuns(sources: readonly Source[]): Promise<Gathered> {
  return Promise.resolve({ runs: [], leftOut: sources.map(({ name }) => ({ folder: name, why: "" })) });
}

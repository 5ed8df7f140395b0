/**
 * A report: reads the runs and the evidence, and writes the site.
 *
 * @module
 */

import type { ReportOptions } from "./options.ts";
import type { SiteContent } from "./site.ts";

/** What a report left. */
export interface Reported {
  /** The files of the site, by path, the index first. */
  readonly files: readonly string[];
  /** What is not in it, and why, one line each. */
  readonly notes: readonly string[];
}

/** Makes the site. */
export function report(
  _folders: ReportOptions,
  _live: () => Promise<SiteContent["live"]>,
): Promise<Reported> {
  return Promise.resolve({ files: [], notes: [] });
}

/**
 * A report: reads the runs and the evidence, and writes the site.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import type { Html } from "../../lib/figure/mod.ts";
import { folderOnDisk, foldersOnDisk, isThere } from "./disk_source.ts";
import { gatherEvidence, type LawsEvidence } from "./evidence.ts";
import { gatherRuns, type LeftOut } from "./gather.ts";
import type { ReportOptions } from "./options.ts";
import { siteFiles } from "./site.ts";
import { LIVE, siteNavigation } from "./site_navigation.ts";
import { writeSite } from "./write_site.ts";

/** What a report left. */
export interface Reported {
  /** The files of the site, by path, the index first. */
  readonly files: readonly string[];
  /** What is not in it, and why, one line each. */
  readonly notes: readonly string[];
}

/** What a part of the site comes to; null, and the reason among `leftOut`, if its files are of no use. */
async function orLeftOut<T>(folder: string, leftOut: LeftOut[], part: () => Promise<T>): Promise<T | null> {
  try {
    return await part();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    leftOut.push({ folder, why: error.message });
    return null;
  }
}

/**
 * Makes the site: gathers all complete runs and the gate's evidence, and replaces the site that may be there.
 *
 * @param folders where the runs and the evidence are, and where the site is to be
 * @param live builds the live page, given the navigation that it is to show; DataError if it cannot be built
 * @throws (rejects) DataError if there is nothing to report, or the site cannot be written; then the old one is as it was
 */
export async function report(
  { runs: place, evidence: gate, out }: ReportOptions,
  live: (navigation: Html) => Promise<Html>,
): Promise<Reported> {
  const sources = await foldersOnDisk(place, "runs");
  const { runs, leftOut: folders } = await gatherRuns(sources ?? []);
  const leftOut = [...folders];
  const checked = await isThere(gate);
  // Under a name of its own, so that the site does not depend on where it was made.
  const evidence: LawsEvidence | null = checked
    ? await orLeftOut("evidence", leftOut, () => gatherEvidence(folderOnDisk(gate, "evidence")))
    : null;
  if (runs.length === 0 && evidence === null) {
    const found = leftOut.length === 0 ? "" : ` (left out: ${leftOut.map(({ why }) => why).join("; ")})`;
    throw new DataError(
      place,
      "a report needs a run or the gate's evidence, but there is neither; deno task mnist makes a run, deno task " +
        `gate evidence${found}`,
    );
  }
  const page = await orLeftOut(LIVE, leftOut, () => live(siteNavigation(LIVE, true)));
  const files = siteFiles({ runs, leftOut, evidence, live: page });
  await writeSite(out, files);
  return {
    files: [...files.keys()].map((name) => `${out}/${name}`),
    notes: [
      ...(sources === null ? [`${place}: there is no such folder, and no run is shown`] : []),
      ...(checked ? [] : [`${gate}: there is no such folder, and no law is shown`]),
      ...leftOut.map(({ why }) => `left out: ${why}`),
    ],
  };
}

/**
 * `deno task report`: gathers all complete runs and the gate's evidence into a site of plain pages that open from disk.
 *
 * @module
 */

import { DataError } from "../../lib/data/error.ts";
import { exitStatus } from "../runner/command.ts";
import { type Command, option, parseCommand, path } from "../runner/options.ts";
import { ask } from "../runner/permissions.ts";
import { writeErr, writeOut } from "../runner/progress.ts";
import { type Evidence, gatherEvidence } from "./evidence.ts";
import { gatherRuns } from "./gather.ts";
import { buildLive } from "./live/bundle.ts";
import type { Navigation } from "./page.tsx";
import { LIVE, navigationOf, siteFiles } from "./site.tsx";
import { writeSite } from "./write_site.ts";

const FOLDERS = "Folders";

const COMMAND = {
  task: "report",
  about: "Gathers all complete runs and the gate's evidence into a site of plain pages that open from disk.",
  options: {
    runs: option(FOLDERS, path("a folder"), "runs", "where the runs are, each in a folder of its own"),
    evidence: option(FOLDERS, path("a folder"), "evidence", "where the gate left its evidence"),
    out: option(FOLDERS, path("a folder"), "site", "the site's folder; a site that is there is replaced"),
  },
  examples: [["", "runs/ and evidence/ into site/"], ["--runs other/runs", "runs from elsewhere"]],
  notes: [[
    "What is left out",
    "A folder that is damaged, or whose run is not complete, is named on stderr and on the index, with the reason.",
  ]],
} as const satisfies Command<Readonly<Record<string, ReturnType<typeof option<string>>>>>;

/** Where a report reads and writes. */
export interface ReportFolders {
  readonly runs: string;
  readonly evidence: string;
  readonly out: string;
}

/** What a report left. */
export interface Reported {
  /** The files of the site, by path, the index first. */
  readonly files: readonly string[];
  /** What is not in it, and why, one line each. */
  readonly notes: readonly string[];
}

const none = (place: string, makes: string): string =>
  `${place}: there is no such folder; deno task ${makes}`;

/** What a part of the site comes to; null, and the reason among `leftOut`, if its files are of no use. */
async function orLeftOut<T>(leftOut: string[], part: () => Promise<T>): Promise<T | null> {
  try {
    return await part();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    leftOut.push(error.message);
    return null;
  }
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, (error) => {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  });
}

/**
 * Makes the site.
 *
 * @param required names of the folders that must be there
 * @param live builds the live page, given its navigation; DataError if it cannot be built
 * @throws (rejects) DataError if there is nothing to report, or the site cannot be written; then the old one is as it was
 */
export async function report(
  { runs: place, evidence: gate, out }: ReportFolders,
  required: ReadonlySet<string>,
  live: (navigation: Navigation) => Promise<string>,
): Promise<Reported> {
  const gathered = await gatherRuns(place);
  const checked = await isThere(gate);
  const noRuns = none(place, "mnist makes a run"), noGate = none(gate, "gate makes evidence");
  if (gathered === null && required.has("runs")) throw new DataError(place, noRuns.slice(place.length + 2));
  if (!checked && required.has("evidence")) throw new DataError(gate, noGate.slice(gate.length + 2));
  const { runs, leftOut: folders } = gathered ?? { runs: [], leftOut: [] };
  const leftOut = [...folders];
  // Under a name of its own, so that the site does not depend on where it was made.
  const evidence: Evidence | null = checked
    ? await orLeftOut(leftOut, () => gatherEvidence({ path: gate, name: "evidence" }))
    : null;
  if (runs.length === 0 && evidence === null) {
    const found = leftOut.length === 0 ? "" : ` (left out: ${leftOut.join("; ")})`;
    throw new DataError(
      place,
      "a report needs a complete run or the gate's evidence, but there is neither; deno task mnist makes a run, " +
        `deno task gate evidence${found}`,
    );
  }
  const page = await orLeftOut(leftOut, () => live(navigationOf(LIVE, runs, true)));
  const files = siteFiles({ runs, leftOut, evidence, live: page });
  await writeSite(out, files);
  return {
    files: [...files.keys()].map((name) => `${out}/${name}`),
    notes: [
      ...(gathered === null ? [noRuns] : []),
      ...(checked ? [] : [noGate]),
      ...leftOut.map((why) => `left out: ${why}`),
    ],
  };
}

if (import.meta.main) {
  const status = await exitStatus("report", async () => {
    const parsed = parseCommand(COMMAND, Deno.args);
    if (parsed.help !== null) {
      writeOut(parsed.help);
      return 0;
    }
    const { runs, evidence, out } = parsed.values;
    await ask("report", "read", runs, "--runs");
    await ask("report", "read", evidence, "--evidence");
    await ask("report", "read", out, "--out");
    await ask("report", "write", out, "--out");
    const { files, notes } = await report(parsed.values, parsed.given, buildLive);
    for (const note of notes) writeErr(`report: ${note}\n`);
    for (const file of files) writeOut(`${file}\n`);
    return 0;
  });
  Deno.exit(status);
}

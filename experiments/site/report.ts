/**
 * `deno task report`: gathers all runs and the gate's evidence into a site of plain pages that open from disk.
 *
 * @module
 */

import { DataError } from "../../lib/data/error.ts";
import { exitStatus } from "../runner/command.ts";
import { INTERRUPTED, interruption } from "../runner/interruption.ts";
import { type Command, option, type OptionTable, parseCommand, path } from "../runner/options.ts";
import { ask } from "../runner/permissions.ts";
import { writeErr, writeOut } from "../runner/progress.ts";
import { gatherRuns } from "./gather.ts";
import { gatherEvidence } from "./laws.tsx";
import { writeApi } from "./api.ts";
import { buildLive } from "./live/page.tsx";
import type { Navigation } from "./page.tsx";
import { LIVE, navigationOf, siteFiles } from "./site.tsx";
import { writeSite } from "./write_site.ts";
import { taskCommand } from "../../tools/shell.ts";

const folder = (standard: string, about: string) => option("Folders", path("a folder"), standard, about);

const COMMAND = {
  task: "report",
  about: "Gathers all runs and the gate's evidence into a site of plain pages that open from disk.",
  options: {
    runs: folder("runs", "where the runs are, each in a folder of its own"),
    evidence: folder("evidence", "where the gate left its evidence"),
    out: folder("site", "the site's folder; a site that is there is replaced"),
  },
  examples: [["", "runs/ and evidence/ into site/"], ["--runs other/runs", "runs from elsewhere"]],
  notes: [[
    "What is left out",
    "A folder that is damaged, or whose run has no results, is named on stderr and on the index, with the reason.",
  ]],
} satisfies Command<OptionTable>;

/** How the parts are made that take deno. */
export interface Parts {
  /** The live page, given its navigation. */
  live(navigation: Navigation, how: { readonly signal: AbortSignal }): Promise<string>;
  /** The reference, written into the site; how many pages it has. */
  api(site: string, how: { readonly signal: AbortSignal }): Promise<number>;
}

/**
 * Makes the site.
 *
 * @param required which of `runs` and `evidence` must be of use; without, what is not is left out
 * @param parts what is built by deno; DataError if it cannot be
 * @returns the paths of the site's files, the index first, and why what is not in it was left out
 * @throws (rejects) DataError if there is nothing to report, or the site cannot be written; the signal's reason; then the
 * old one is as it was
 */
export async function report(
  { runs: place, evidence: gate, out }: { runs: string; evidence: string; out: string },
  required: ReadonlySet<string>,
  { live, api }: Parts,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ files: string[]; leftOut: string[] }> {
  const leftOut: string[] = [];
  const part = async <T>(name: string, todo: () => Promise<T>): Promise<T | null> => {
    try {
      return await todo();
    } catch (error) {
      if (!(error instanceof DataError) || required.has(name)) throw error;
      leftOut.push(error.message);
      return null;
    }
  };
  const { runs, leftOut: others } = await part("runs", () => gatherRuns(place, signal)) ??
    { runs: [], leftOut: [] };
  leftOut.push(...others);
  const evidence = await part("evidence", () => gatherEvidence(gate));
  if (runs.length === 0 && evidence === null) {
    throw new DataError(
      place,
      "a report needs a run or the gate's evidence, but there is neither: a run is made by " +
        `${taskCommand("mnist")}, evidence by ${taskCommand("gate")} (${leftOut.join("; ")})`,
    );
  }
  const hasApi = await part("api", () => api(out, { signal })) !== null;
  const navigation = navigationOf(LIVE, runs, { live: true, api: hasApi });
  const page = await part("live", () => live(navigation, { signal }));
  const files = siteFiles({ runs, leftOut, evidence, live: page, api: hasApi });
  await writeSite(out, files);
  return { files: [...files.keys()].map((name) => `${out}/${name}`), leftOut };
}

if (import.meta.main) {
  const status = await exitStatus("report", async () => {
    const parsed = parseCommand(COMMAND, Deno.args);
    if (parsed.help !== null) return writeOut(parsed.help), 0;
    const { values, given } = parsed;
    await ask("report", ["read"], values.runs, "--runs");
    await ask("report", ["read"], values.evidence, "--evidence");
    await ask("report", ["read", "write"], values.out, "--out");
    const { signal, listen } = interruption();
    listen();
    const made = await report(values, given, { live: buildLive, api: writeApi }, signal).catch((error) => {
      if (error === signal.reason) return null;
      throw error;
    });
    if (made === null) return writeErr("Interrupted; the site is as it was.\n"), INTERRUPTED;
    const { files, leftOut } = made;
    for (const why of leftOut) writeErr(`report: left out: ${why}\n`);
    for (const file of files) writeOut(`${file}\n`);
    return 0;
  });
  Deno.exit(status);
}

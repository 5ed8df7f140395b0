/**
 * How far runs are, while they are at work: as a page, and as metrics that Prometheus reads.
 *
 * @module
 */

import { format } from "@std/fmt/duration";
import { readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/error.ts";
import { isOsError } from "../../lib/data/os_error.ts";
import { unsealed } from "../../lib/training/checksum.ts";
import { manifestSchema } from "../../properties/contract/run.ts";
import { PARTS } from "../runner/part_file.ts";
import { readJson } from "./gather.ts";
import { DataTable, type Navigation, pageHtml } from "./page.tsx";

/** The page. */
export const RUNNING = "running.html";
/** Parts that ended in so many milliseconds give the rate. */
const RECENT = 600_000;
/** The most bytes of a part's file that is looked into. */
const MOST = 2 ** 28;

/** How far a run is. */
export interface Progress {
  readonly folder: string;
  readonly study: string;
  readonly status: string;
  readonly parts: number;
  /** Parts with a result. */
  readonly done: number;
  readonly failed: number;
  /** Parts a minute, over the last ten minutes or since the run began. */
  readonly rate: number;
  /** When a part last ended, or else when the run began, in milliseconds since 1970. */
  readonly changed: number;
}

/** Looks at the runs in a folder. */
export class RunsWatched {
  /** Whether a part failed, by its path and time: a file is read once. */
  readonly #failed = new Map<string, { readonly at: number; readonly isFailed: boolean }>();

  constructor(readonly folder: string) {}

  /** All runs by name, those at work first; none where there is no such folder. A folder that is no run is left out. */
  async progress(now: number = Date.now()): Promise<Progress[]> {
    const found: Progress[] = [];
    for (const { name, isDirectory } of await namesIn(this.folder)) {
      if (!isDirectory) continue;
      try {
        found.push(await this.#progressOf(name, now));
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    }
    const isDone = ({ status }: Progress): number => status === "running" ? 0 : 1;
    return found.sort((a, b) => isDone(a) - isDone(b) || (a.folder < b.folder ? -1 : 1));
  }

  async #progressOf(folder: string, now: number): Promise<Progress> {
    const path = `${this.folder}/${folder}`;
    const { study, status, parts, started } = await readJson(
      { path, name: folder },
      "manifest.json",
      manifestSchema,
      unsealed,
    );
    const began = Date.parse(started);
    let failed = 0, done = 0, recent = 0, changed = began;
    for (const { name, isFile } of await namesIn(`${path}/${PARTS}`)) {
      if (!isFile || !name.endsWith(".json")) continue;
      const part = await this.#partOf(`${path}/${PARTS}/${name}`);
      if (part === null) continue;
      if (part.isFailed) failed++;
      else done++;
      changed = Math.max(changed, part.at);
      if (part.at > now - RECENT) recent++;
    }
    const minutes = Math.min(RECENT, Math.max(1000, now - began)) / 60_000;
    return { folder, study, status, parts, done, failed, rate: recent / minutes, changed };
  }

  /** A part's outcome; null if its file has gone, or is none. */
  async #partOf(path: string) {
    try {
      const at = (await Deno.lstat(path)).mtime?.getTime() ?? 0, known = this.#failed.get(path);
      if (known?.at === at) return known;
      const json = JSON.parse(new TextDecoder().decode(await readBounded(path, path, MOST)));
      const part = { at, isFailed: typeof json?.failed === "string" };
      this.#failed.set(path, part);
      return part;
    } catch (error) {
      if (isOsError(error) || error instanceof DataError || error instanceof SyntaxError) return null;
      throw error;
    }
  }
}

async function namesIn(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (isOsError(error)) return [];
    throw error;
  }
}

/** Each metric: its name, what it is, and its value. */
const METRICS: readonly (readonly [string, string, (run: Progress) => number])[] = [
  ["parts", "Parts that the run has.", ({ parts }) => parts],
  ["parts_done", "Parts with a result.", ({ done }) => done],
  ["parts_failed", "Parts that failed.", ({ failed }) => failed],
  ["parts_left", "Parts that are not done.", leftOf],
  ["parts_per_minute", "Parts that ended a minute, over the last ten minutes.", ({ rate }) => rate],
  ["running", "1 if the run says that it is at work.", ({ status }) => status === "running" ? 1 : 0],
  ["changed_timestamp_seconds", "When a part last ended.", ({ changed }) => changed / 1000],
];

function leftOf({ parts, done, failed }: Progress): number {
  return Math.max(0, parts - done - failed);
}

/** Runs as Prometheus reads them: version 0.0.4 of its text format. */
export function metricsText(runs: readonly Progress[]): string {
  const quoted = (text: string): string =>
    `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
  return METRICS.map(([name, help, value]) =>
    `# HELP grae_run_${name} ${help}\n# TYPE grae_run_${name} gauge\n` +
    runs.map((run) =>
      `grae_run_${name}{run=${quoted(run.folder)},study=${quoted(run.study)}} ${value(run)}\n`
    ).join("")
  ).join("");
}

const spell = (ms: number): string =>
  (format as (ms: number, options: { ignoreZero: boolean }) => string)(1000 * Math.round(ms / 1000), {
    ignoreZero: true,
  }) || "0s";

/** The page of the runs. */
export function runningHtml(
  runs: readonly Progress[],
  navigation: Navigation,
  now: number = Date.now(),
): string {
  const left = (run: Progress): string | null =>
    run.status !== "running" || run.rate === 0 ? null : spell(60_000 * leftOf(run) / run.rate);
  return pageHtml(
    "Runs",
    navigation,
    runs.length === 0 ? <p>There are no runs.</p> : (
      <DataTable
        caption="How far runs are. The rate is of the last ten minutes. A run that was killed says running, and its last part is long ago."
        head={[
          "run",
          "study",
          "status",
          "parts",
          "done",
          "failed",
          "left",
          "parts a minute",
          "time left",
          "last part",
        ]}
        rows={runs.map((run) => [
          ...[run.folder, run.study, run.status, run.parts, run.done, run.failed, leftOf(run), run.rate],
          left(run),
          `${spell(now - run.changed)} ago`,
        ])}
      />
    ),
  );
}

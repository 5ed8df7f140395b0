/**
 * A run of a study in a folder: each part is kept when it is done, and not done again.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { type EngineName, startEngine } from "../../lib/engine/mod.ts";
import type { RunManifest, Sitting } from "../../properties/contract/run.ts";
import { runPage } from "../site/run_page.tsx";
import { versions } from "../../tools/versions.ts";
import { concluded, type DoParts, type Failure, inTurn, makerOf, prepare } from "./parts.ts";
import { RunFolder } from "./folder.ts";
import type { Log } from "./log.ts";
import type { Outcome } from "./part_file.ts";
import { assertSameVersions, bitsMayDiffer, newManifest, sittingOf, withOneMore } from "./manifest.ts";
import {
  type AnyStudy,
  type Conclusion,
  type Part,
  type Prepared,
  type RunOptions,
  savedOptions,
  tablesOf,
} from "./study.ts";

/** What watches a run. */
export interface Watch {
  /** Stops the run: the part in progress saves what it can. */
  readonly signal?: AbortSignal;
  /** How many threads the engine has; as many as it takes by itself if left out. */
  readonly threads?: number;
  /** How the parts that are left are done; in turn by this process if left out. */
  readonly doParts?: DoParts;
  /** When the engine and the data are there, with the work that is done and all there is, and lines that a reader should know. */
  readonly onStart?: (
    start: { manifest: RunManifest; done: number; work: number; lines: readonly string[] },
  ) => void;
  /** A line that matters even to a quiet run. */
  readonly onWarning?: (line: string) => void;
  readonly onProgress?: (done: number, now: string) => void;
  /** A line that stays. */
  readonly onNote?: (line: string) => void;
  /** Takes note of each training step that this process takes. */
  readonly log?: Log["row"];
}

/** How a run ended. */
export interface RunEnd {
  /**
   * Interrupted, or with a conclusion, which is null if too few parts are left for one; shared where another process
   * concludes.
   */
  readonly status: "interrupted" | "complete" | "failed" | "shared";
  readonly folder: string;
  /** The files that it left, by path. */
  readonly files: readonly string[];
  /** How many parts are done. */
  readonly done: number;
  readonly parts: number;
  readonly failed: readonly Failure[];
  readonly conclusion: Conclusion<unknown> | null;
}

/** What a run consists of while it is at work. */
interface Work {
  readonly study: AnyStudy;
  readonly folder: RunFolder;
  readonly prepared: Prepared<unknown, unknown>;
  readonly watch: Watch;
  /** Resolved, with the place of the data by now. */
  readonly options: RunOptions;
  readonly retryFailed: boolean;
  /** The manifest of a run that goes on, as it was found; null for a new run. */
  readonly was: RunManifest | null;
  manifest: RunManifest;
}

/**
 * Runs a study in a new folder.
 *
 * @param options resolved
 * @throws (rejects) DataError for the data or the folder; UsageError for options of no use; what a part throws
 */
export async function start(
  study: AnyStudy,
  options: RunOptions,
  { engine: name, out }: { readonly engine: EngineName; readonly out: string },
  watch: Watch = {},
): Promise<RunEnd> {
  const { engine, advice } = await engineOf(name, watch);
  const prepared = await prepare(study, options);
  const folder = new RunFolder(out, study.name);
  await using _lock = await folder.create();
  const manifest = newManifest(study, options, engine, prepared);
  return await work(
    { study, folder, prepared, options, watch, retryFailed: false, was: null, manifest },
    advice,
  );
}

/** How a run goes on. */
interface ResumeOptions {
  /** Where the run's data are by now; null for those that come with the task. */
  readonly data: string | null;
  /** Whether parts that failed are tried again. */
  readonly retryFailed: boolean;
  /** New values of options that may be extended. */
  readonly extended: Readonly<Record<string, unknown>>;
}

/**
 * Takes up a run that was stopped; of one that is complete, makes the figures again.
 *
 * @throws (rejects) DataError if the folder, its data or its parts are not those of a run of this study
 */
export async function resume(
  study: AnyStudy,
  dir: string,
  { data, retryFailed, extended }: ResumeOptions,
  watch: Watch = {},
): Promise<RunEnd> {
  const folder = new RunFolder(dir, study.name);
  await using _lock = await folder.open();
  const was = await folder.readManifest();
  assertSameVersions(dir, was.versions);
  const saved = savedOptions(study, was.options, folder.path("manifest.json"), extended);
  const from = saved["data"] ?? null;
  if ((data === null) !== (from === null)) {
    const made = data === null ? `the folder ${from}` : "the data that come with the task";
    throw new DataError(
      dir,
      `the run was made from ${made}: ${data === null ? "give its place with" : "leave out"} --data`,
    );
  }
  const { engine, advice } = await engineOf(was.engine.name, watch);
  const options = data === null ? saved : { ...saved, data };
  const prepared = await prepare(study, options);
  if (prepared.data?.sha256 !== was.data?.sha256) {
    throw new DataError(
      dir,
      `the run was made from data with SHA-256 ${was.data?.sha256}, but the data now have ${prepared.data?.sha256}`,
    );
  }
  if (was.parts !== prepared.parts.length) {
    throw new DataError(
      folder.path("manifest.json"),
      `the run must have ${prepared.parts.length} parts by its options, but its manifest says ${was.parts}`,
    );
  }
  const manifest: RunManifest = { ...was, options: saved, engine, versions: versions() };
  return await work({ study, folder, prepared, options, watch, retryFailed, was, manifest }, advice);
}

/** Starts the engine of a run: what its manifest says of it, and advice on how to have a faster one. */
export async function engineOf(name: EngineName, { threads }: Watch) {
  const { advice, ...engine } = await startEngine(name, threads === undefined ? {} : { threads });
  return { engine, advice };
}

/** How much work some parts are. */
export const weigh = (some: readonly Part<unknown>[]): number =>
  some.reduce((sum, { weight }) => sum + weight, 0);

/** Does what is left of a run, and concludes. */
export async function work(run: Work, advice: string | undefined): Promise<RunEnd> {
  const { study, folder, prepared, watch } = run;
  const { parts, notes = [] } = prepared;
  const [before, began] = [run.manifest.seconds, performance.now()];
  const note = (change: Partial<RunManifest>): RunManifest => {
    const seconds = Math.round(10 * before + (performance.now() - began) / 100) / 10;
    const peakMemory = Math.max(run.manifest.peakMemory, Deno.memoryUsage().rss);
    return run.manifest = { ...run.manifest, seconds, peakMemory, ...change };
  };
  const outcomes = new Map<string, Outcome<unknown>>();
  const made = makerOf(study, run.manifest, prepared);
  for (const { name } of parts) {
    const kept = await folder.readPart(name, made, study.result);
    if (kept !== null && !(run.retryFailed && "failed" in kept)) outcomes.set(name, kept);
  }
  let done = weigh(parts.filter(({ name }) => outcomes.has(name)));
  let at = done;
  let first = true;
  const earlier = run.manifest.sittings;
  let sitting = sittingOf(run.manifest.engine, done);
  const warning = bitsMayDiffer(earlier.at(-1), sitting);
  if (warning !== null) watch.onWarning?.(warning);
  const seat = (change: Partial<Sitting>): Pick<RunManifest, "sittings"> => {
    sitting = { ...sitting, ...change };
    return { sittings: [...earlier, sitting] };
  };
  await folder.writeManifest(note({ status: "running", ended: null, results: null, ...seat({}) }));
  const files = [folder.path("manifest.json")];
  const end = { folder: folder.folder, files, parts: parts.length, failed: [], conclusion: null };
  try {
    watch.onStart?.({
      manifest: run.manifest,
      done,
      work: weigh(parts),
      lines: [...(advice === undefined ? [] : [advice]), ...notes],
    });
    const signal = watch.signal ?? new AbortController().signal;
    // How far each part is that is at work.
    const shares = new Map<string, number>();
    const shown = (now: string): void => {
      at = parts.reduce((sum, { name, weight }) => sum + weight * (shares.get(name) ?? 0), done);
      // A part that kept a state goes on from there.
      if (first && watch.doParts === undefined) seat({ from: Math.round(at) });
      first = false;
      watch.onProgress?.(at, now);
    };
    await (watch.doParts ?? inTurn)({
      ...{ study, folder, made, signal, parts: parts.filter(({ name }) => !outcomes.has(name)) },
      ...{ manifest: run.manifest, options: run.options },
      note: (line: string) => watch.onNote?.(line),
      log: watch.log,
      warn: (line) => watch.onWarning?.(line),
      progress({ name }, share, now) {
        shares.set(name, share);
        shown(now);
      },
      async kept({ name, weight }, outcome, by) {
        if (by) {
          const workers = withOneMore(sitting.workers ?? [], by);
          const isNew = workers.length > (sitting.workers?.length ?? 0);
          const warning = isNew ? bitsMayDiffer(sitting, by, ["this process is", "a worker is"]) : null;
          if (warning !== null) watch.onWarning?.(warning);
          seat({ workers });
        }
        shares.delete(name);
        outcomes.set(name, outcome);
        first = false;
        at = done += weight;
        await folder.writeManifest(note(seat({})));
      },
    });
    signal.throwIfAborted();
    const all = parts.map(({ name }) => [name, outcomes.get(name)!] as const);
    const failed = all.flatMap(([name, one]) => "failed" in one ? [{ name, reason: one.failed }] : []);
    const results = all.flatMap(([, one]) => "failed" in one ? [] : [one.result]);
    watch.onNote?.(`${results.length} of ${parts.length} parts are done; drawing figures`);
    const conclusion = await untilAborted(
      signal,
      concluded(run.prepared, results, failed, { signal, files: folder }),
    );
    const status = failed.length === 0 ? "complete" : "failed";
    note({ status, ended: new Date().toISOString(), ...seat({ to: Math.round(done) }) });
    if (conclusion !== null) {
      const { title, question } = study;
      const { files: left, page, sha256 } = await folder.writeConclusion(conclusion, {
        title,
        question,
        failed,
      });
      const { figures } = conclusion;
      const content = (file: string): string | Uint8Array =>
        figures.find((one) => one.file === file)!.content;
      const manifest = note({ results: sha256 });
      await folder.write("report.html", runPage({ manifest, page, content, tables: tablesOf(conclusion) }));
      files.push(...left, folder.path("report.html"));
    }
    // What an earlier sitting concluded is of other parts.
    if (conclusion === null) await folder.remove("results.json", "report.html");
    // Last: it calls the run complete.
    await folder.writeManifest(run.manifest);
    return { ...end, status, files, done: results.length, failed, conclusion };
  } catch (error) {
    const stopped = watch.signal?.aborted === true && error === watch.signal.reason;
    const noted = (): Promise<void> =>
      folder.writeManifest(note({
        status: stopped ? "interrupted" : "failed",
        ended: new Date().toISOString(),
        ...seat({ to: Math.round(at) }),
      }));
    if (stopped) await noted();
    else {
      // What is refused before anything is computed leaves the run as it was. On a full disk this fails as well; why the
      // run failed matters more.
      await (run.was !== null && first ? folder.writeManifest(run.was) : noted()).catch(() => {});
      throw error;
    }
    return { ...end, status: "interrupted", done: outcomes.size };
  }
}

/** The value of a promise, unless the signal is aborted first: drawing goes on unheeded. @throws (rejects) its reason */
async function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  for (const one of [promise, aborted]) one.catch(() => {});
  return await Promise.race([promise, aborted]);
}

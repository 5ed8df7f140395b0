/**
 * A run of a study in a folder: each part is kept when it is done, and not done again.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import type { Table } from "../command/option.ts";
import { type Sitting, startRunEngine } from "../command/run_engine.ts";
import { UsageError } from "../command/usage_error.ts";
import { bitsMayDiffer, endedAt, sittingOf } from "../command/run_record.ts";
import { assertSameVersions, versions } from "../command/versions.ts";
import { type Maker, type Outcome, StudyFolder } from "./folder.ts";
import type { StudyManifest } from "./manifest.ts";
import { optionsInManifest, type OptionsOf, type RunOptions, type StudyCommand } from "./options.ts";
import { reportOf } from "./page.ts";
import type { Findings, Part, PartWatch, Prepared, Study } from "./study.ts";

/** What watches a run. */
export interface StudyWatch extends Sitting {
  /** Stops the run; the part in progress is lost. */
  readonly signal?: AbortSignal;
  /** After the engine and the data are there. */
  readonly onStart?: (
    start: { manifest: StudyManifest<unknown>; done: number; parts: number; weight: number },
  ) => void;
  /** Hears of what a run that goes on should know. */
  readonly onWarning?: (line: string) => void;
  /** How far it is, in the parts' weights, and what it is at. */
  readonly onProgress?: (weight: number, now: string) => void;
  /** When a part is done and kept. */
  readonly onPart?: (name: string) => void;
  /** When all parts are done and pictures are being made. */
  readonly onConclude?: () => void;
}

/** How a run ended. */
export interface StudyResult<Results> {
  readonly interrupted: boolean;
  readonly folder: string;
  /** The files that the run left, by path. */
  readonly files: readonly string[];
  /** How many parts are done. */
  readonly done: number;
  /** The parts that failed, and why; also the conclusion, where too few are left for one. */
  readonly failed: readonly Failure[];
  /** What it came to; null if it was interrupted, or too few parts are left. */
  readonly findings: Findings<Results> | null;
}

/** Something that failed. */
export interface Failure {
  readonly name: string;
  /** In one line. */
  readonly reason: string;
}

/** How a run goes on. */
export interface ResumeOptions {
  /** Whether parts that failed are tried again; they are skipped by default. */
  readonly retryFailed?: boolean;
}

/**
 * Runs a study in a new folder.
 *
 * @throws (rejects) DataError for the data or the folder; UsageError for options that are of no use together; what a
 * part throws
 */
export async function startStudy<Options extends RunOptions, Result, Results>(
  study: Study<Options, Result, Results>,
  options: Options,
  watch: StudyWatch = {},
): Promise<StudyResult<Results>> {
  const engine = await startRunEngine(options.engine, watch);
  const prepared = await prepare(study, options);
  const folder = new StudyFolder(options.out, study.name);
  await using _lock = await folder.create();
  return await run(study, options, prepared, folder, {
    status: "running",
    options,
    engine,
    versions: versions(),
    data: prepared.data,
    parts: prepared.parts.length,
    started: new Date().toISOString(),
    ended: null,
    seconds: 0,
    resumptions: 0,
    peakMemory: 0,
  }, watch);
}

/**
 * Takes up a run that was stopped; of one that is complete, makes the pictures again.
 *
 * @param data the folder of the run's data, where it may be by now; null for the embedded digits
 * @throws (rejects) DataError if the folder, its data or its parts are not those of a run of this study
 */
export async function resumeStudy<T extends Table, Result, Results>(
  study: Study<OptionsOf<T>, Result, Results>,
  command: StudyCommand<T>,
  dir: string,
  data: string | null,
  watch: StudyWatch = {},
  { retryFailed = false }: ResumeOptions = {},
): Promise<StudyResult<Results>> {
  const folder = new StudyFolder(dir, study.name);
  await using _lock = await folder.lock();
  const manifest = await folder.readManifest();
  const options = optionsInManifest(command, manifest.options, folder.manifest);
  const was: Readonly<Record<string, unknown>> = options;
  if ((data === null) !== ((was["data"] ?? null) === null)) {
    const from = data === null ? `the folder ${was["data"]}` : "the data that come with the task";
    throw new DataError(
      dir,
      `the run was made from ${from}: ${data === null ? "give its place with" : "leave out"} --data`,
    );
  }
  const engine = await startRunEngine(manifest.engine.name, watch);
  const prepared = await prepare(study, data === null ? options : { ...options, data });
  if (prepared.data?.sha256 !== manifest.data?.sha256) {
    throw new DataError(
      dir,
      `the run was made from data with SHA-256 ${manifest.data?.sha256}, but the data now have ${prepared.data?.sha256}`,
    );
  }
  assertSameMaker(dir, manifest, prepared.parts.length);
  const resumptions = manifest.resumptions + 1;
  const going = {
    ...manifest,
    status: "running" as const,
    options,
    engine,
    versions: versions(),
    resumptions,
  };
  return await run(study, options, prepared, folder, going, watch, retryFailed);
}

/** Requires that the parts that are there and those to come are made by one version. */
function assertSameMaker(dir: string, manifest: StudyManifest<unknown>, parts: number): void {
  assertSameVersions(dir, manifest.versions);
  if (manifest.parts !== parts) {
    throw new DataError(
      dir,
      `the run has ${manifest.parts} parts, but with its options there are ${parts} now: it was made by another version`,
    );
  }
}

/** Options that are of no use together are a mistake of the command line. */
async function prepare<Options, Result, Results>(
  study: Study<Options, Result, Results>,
  options: Options,
): Promise<Prepared<Result>> {
  try {
    const prepared = await study.prepare(options);
    const names = prepared.parts.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      throw new RangeError(`${study.name}: parts must have different names, but ${twice} is there twice`);
    }
    return prepared;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** What makes the parts of a run. */
function makerOf({ options, engine, versions: of, data }: StudyManifest<object>): Maker {
  const { out: _, ...others } = options as { readonly out?: unknown };
  const { grae, tfjs } = of;
  return {
    options: others,
    engine: engine.name,
    versions: { grae: grae!, tfjs: tfjs! },
    data: data?.sha256 ?? null,
  };
}

/** Does a part and keeps what it comes to. A training that diverges fails its part; any other error ends the run. */
async function keep<Result>(
  folder: StudyFolder,
  part: Part<Result>,
  made: Maker,
  watch: PartWatch,
): Promise<Outcome<Result>> {
  const fail = async (error: Error): Promise<Outcome<Result>> => {
    const outcome = { failed: error.message };
    await folder.writePart(part.name, made, outcome);
    return outcome;
  };
  let result: Result;
  try {
    result = await part.run(watch);
  } catch (error) {
    if (error instanceof NonFiniteLossError || error instanceof NotPositiveDefiniteError) {
      return await fail(error);
    }
    throw error;
  }
  try {
    await folder.writePart(part.name, made, { result });
  } catch (error) {
    if (error instanceof RangeError) return await fail(error);
    throw error;
  }
  return { result };
}

/**
 * What the parts that did not fail come to, and how many these are.
 *
 * @param failed the others; where too few are left for a conclusion, this is added to them
 * @returns null then
 */
async function concluded<Options, Result, Results>(
  study: Study<Options, Result, Results>,
  options: Options,
  results: readonly Result[],
  parts: number,
  failed: Failure[],
): Promise<Findings<Results> | null> {
  if (failed.length === 0) return await study.conclude(options, results);
  let findings: Findings<Results>;
  try {
    findings = await study.conclude(options, results);
  } catch (error) {
    // A study need not foresee which of its parts are missing.
    if (!(error instanceof Error)) throw error;
    failed.push({
      name: "conclusion",
      reason: `${results.length} of ${parts} parts are too few: ${error.message}`,
    });
    return null;
  }
  const count = `${failed.length} of ${parts} parts failed`;
  return {
    ...findings,
    words: [
      `${count}, and nothing below is of ${failed.length === 1 ? "it" : "them"}: ${
        failed.map(({ name }) => name).join(", ")
      }.`,
      ...findings.words,
    ],
    tables: [
      ...findings.tables.map((table) => ({
        ...table,
        caption: `${table.caption} Of ${results.length} of ${parts} parts.`,
      })),
      {
        title: "Failed parts",
        caption: `${count}; --retry-failed tries them again.`,
        head: ["part", "reason"],
        rows: failed.map(({ name, reason }) => [name, reason]),
      },
    ],
  };
}

async function run<Options extends object, Result, Results>(
  study: Study<Options, Result, Results>,
  options: Options,
  { parts }: Prepared<Result>,
  folder: StudyFolder,
  begun: StudyManifest<Options>,
  watch: StudyWatch,
  retryFailed = false,
): Promise<StudyResult<Results>> {
  const began = performance.now();
  let manifest = begun;
  const changed = (change: Partial<StudyManifest<Options>>): StudyManifest<Options> => {
    const seconds = Math.round(10 * begun.seconds + (performance.now() - began) / 100) / 10;
    const peakMemory = Math.max(manifest.peakMemory, Deno.memoryUsage().rss);
    return manifest = { ...manifest, seconds, peakMemory, ...change };
  };
  const note = (change: Partial<StudyManifest<Options>>): Promise<void> =>
    folder.writeManifest(changed(change));
  await note({ ended: null });
  const made = makerOf(manifest);
  try {
    const outcomes = new Map<string, Outcome<Result>>();
    for (const { name } of parts) {
      const kept = await folder.readPart<Result>(name, made);
      if (kept !== null && !(retryFailed && "failed" in kept)) outcomes.set(name, kept);
    }
    const weightOf = (some: readonly Part<Result>[]): number =>
      some.reduce((sum, { weight }) => sum + weight, 0);
    let weight = weightOf(parts.filter(({ name }) => outcomes.has(name)));
    const earlier = manifest.sittings ?? [];
    const sitting = sittingOf(manifest.engine, outcomes.size);
    const warning = bitsMayDiffer(earlier, sitting);
    if (warning !== null) watch.onWarning?.(warning);
    await note({ sittings: [...earlier, sitting] });
    watch.onStart?.({ manifest, done: weight, parts: parts.length, weight: weightOf(parts) });
    const signal = watch.signal ?? new AbortController().signal;
    for (const part of parts) {
      if (outcomes.has(part.name)) continue;
      const outcome = await keep(folder, part, made, {
        signal,
        progress: (share, now) => watch.onProgress?.(weight + share * part.weight, now ?? part.name),
      });
      outcomes.set(part.name, outcome);
      weight += part.weight;
      await note({});
      watch.onPart?.(part.name);
      signal.throwIfAborted();
    }
    watch.onConclude?.();
    const failed: Failure[] = [];
    const results: Result[] = [];
    for (const { name } of parts) {
      const outcome = outcomes.get(name)!;
      if ("failed" in outcome) failed.push({ name, reason: outcome.failed });
      else results.push(outcome.result);
    }
    const done = results.length;
    const findings = await concluded(study, options, results, parts.length, failed);
    const status = failed.length === 0 ? "complete" : "failed";
    const sittings = endedAt(manifest.sittings, parts.length);
    const ended = changed({ status, ended: new Date().toISOString(), sittings });
    const files = [folder.manifest];
    if (findings !== null) {
      files.push(...await folder.writeFindings(study, findings), `${folder.path}/report.html`);
      // Before the manifest, which calls the run complete.
      await folder.write("report.html", reportOf(study, ended, findings));
    }
    await folder.writeManifest(ended);
    return { interrupted: false, folder: folder.path, files, done, failed, findings };
  } catch (error) {
    const stopped = watch.signal?.aborted === true && error === watch.signal.reason;
    // On a full disk this fails as well; why the run failed matters more.
    const done = stopped ? await folder.countParts() : 0;
    const noted = note({
      status: stopped ? "interrupted" : "failed",
      ended: new Date().toISOString(),
      ...(stopped ? { sittings: endedAt(manifest.sittings, done) } : {}),
    });
    if (!stopped) {
      await noted.catch(() => {});
      throw error;
    }
    await noted;
    return {
      interrupted: true,
      folder: folder.path,
      files: [folder.manifest],
      done,
      failed: [],
      findings: null,
    };
  }
}

/**
 * A run of a study in a folder: each part is kept when it is done, and not done again.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import type { Table } from "../command/option.ts";
import { type Sitting, startRunEngine } from "../command/run_engine.ts";
import { UsageError } from "../command/usage_error.ts";
import { versions } from "../command/versions.ts";
import { type Maker, StudyFolder } from "./folder.ts";
import type { StudyManifest } from "./manifest.ts";
import { optionsInManifest, type OptionsOf, type RunOptions, type StudyCommand } from "./options.ts";
import { reportOf } from "./page.ts";
import type { Findings, Part, Prepared, Study } from "./study.ts";

/** What watches a run. */
export interface StudyWatch extends Sitting {
  /** Stops the run; the part in progress is lost. */
  readonly signal?: AbortSignal;
  /** After the engine and the data are there. */
  readonly onStart?: (
    start: { manifest: StudyManifest<unknown>; done: number; parts: number; weight: number },
  ) => void;
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
  /** What it came to; null if it was interrupted. */
  readonly findings: Findings<Results> | null;
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
  return await run(study, options, prepared, folder, going, watch);
}

/** Requires that the parts that are there and those to come are made by one version. */
function assertSameMaker(dir: string, manifest: StudyManifest<unknown>, parts: number): void {
  const now = versions();
  for (const name of ["grae", "tfjs"]) {
    const was = manifest.versions[name];
    if (was !== now[name]) {
      throw new DataError(
        dir,
        `the run was begun with ${name} ${was}, and this is ${
          now[name]
        }: parts of two versions are not mixed`,
      );
    }
  }
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

async function run<Options extends object, Result, Results>(
  study: Study<Options, Result, Results>,
  options: Options,
  { parts }: Prepared<Result>,
  folder: StudyFolder,
  begun: StudyManifest<Options>,
  watch: StudyWatch,
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
    const results = new Map<string, Result>();
    for (const { name } of parts) {
      const kept = await folder.readPart<Result>(name, made);
      if (kept !== null) results.set(name, kept.result);
    }
    const weightOf = (some: readonly Part<Result>[]): number =>
      some.reduce((sum, { weight }) => sum + weight, 0);
    let weight = weightOf(parts.filter(({ name }) => results.has(name)));
    watch.onStart?.({ manifest, done: weight, parts: parts.length, weight: weightOf(parts) });
    const signal = watch.signal ?? new AbortController().signal;
    for (const part of parts) {
      if (results.has(part.name)) continue;
      const result = await part.run({
        signal,
        progress: (share, now) => watch.onProgress?.(weight + share * part.weight, now ?? part.name),
      });
      await folder.writePart(part.name, made, result);
      results.set(part.name, result);
      weight += part.weight;
      await note({});
      watch.onPart?.(part.name);
      signal.throwIfAborted();
    }
    watch.onConclude?.();
    const findings = await study.conclude(options, parts.map(({ name }) => results.get(name)!));
    const files = await folder.writeFindings(study, findings);
    const complete = changed({ status: "complete", ended: new Date().toISOString() });
    // Before the manifest, which calls the run complete.
    await folder.write("report.html", reportOf(study, complete, findings));
    await folder.writeManifest(complete);
    return {
      interrupted: false,
      folder: folder.path,
      files: [folder.manifest, ...files, `${folder.path}/report.html`],
      done: parts.length,
      findings,
    };
  } catch (error) {
    const stopped = watch.signal?.aborted === true && error === watch.signal.reason;
    // On a full disk this fails as well; why the run failed matters more.
    const noted = note({ status: stopped ? "interrupted" : "failed", ended: new Date().toISOString() });
    if (!stopped) {
      await noted.catch(() => {});
      throw error;
    }
    await noted;
    const done = await folder.countParts();
    return { interrupted: true, folder: folder.path, files: [folder.manifest], done, findings: null };
  }
}

/**
 * The runs of a sweep as parts of one run: each does the parts of its study, which it keeps one by one, and concludes.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { versions } from "../../tools/versions.ts";
import { decodePart, partFile } from "../runner/part_file.ts";
import { concluded, donePart, makerOf, prepare as prepareRun } from "../runner/parts.ts";
import {
  type CommonOptions,
  type Part,
  type PartContext,
  PartError,
  type PartFiles,
  type Prepared,
} from "../runner/study.ts";
import { conclude } from "./conclusion.ts";
import { runsOf, seedsOf, settingsOf, studyOf, type SweepFile, type SweptRun } from "./file.ts";
import type { SweepOptions, SweptResult } from "./study.ts";

/** Lists the runs. The data of each are loaded when it is done. */
export function prepare(
  options: SweepOptions & CommonOptions,
): Promise<Prepared<SweptResult, SweptResult[]>> {
  const { grid } = options;
  const runs = runsOf(grid, options);
  return Promise.resolve({
    data: null,
    parts: runs.map((run): Part<SweptResult> => ({
      name: run.name,
      // What a run weighs is known only from its data.
      weight: 1,
      run: (context) => doRun(grid, run, context),
    })),
    notes: [
      `${runs.length} runs of ${grid.study}: ${settingsOf(grid).length} settings, ${
        seedsOf(grid).length
      } seeds`,
    ],
    conclude: (results) => conclude(grid, runs, results),
  });
}

/** The files of a run among those of its sweep: `RUN.NAME`. */
const filesOf = (run: string, files: PartFiles): PartFiles => {
  const named = (name: string): string => `${run}.${name.replaceAll("/", ".")}`;
  return {
    read: (name, most) => files.read(named(name), most),
    write: (name, content) => files.write(named(name), content),
    path: (name) => files.path(named(name)),
  };
};

/**
 * Does a run. Its parts are kept as they are done, so that it goes on where it was stopped; what a part keeps for an audit is
 * not kept.
 */
async function doRun(
  { stopAbove = Infinity, ...file }: SweepFile,
  { name: run, options }: SweptRun,
  context: PartContext,
): Promise<SweptResult> {
  const study = studyOf(file), { signal } = context, files = filesOf(run, context.files);
  const prepared = await prepareRun(study, options), { parts, data } = prepared;
  const made = makerOf(study, { options, versions: versions(), engine: { name: context.engine } }, prepared);
  const all = parts.reduce((sum, { weight }) => sum + weight, 0);
  const results: unknown[] = [], failed: SweptResult["failed"] = [];
  let done = 0;
  const log = (step: number, numbers: Readonly<Record<string, number>>): void => {
    context.log?.(step, numbers);
    const loss = numbers["loss"];
    if (loss === undefined || loss <= stopAbove) return;
    throw new PartError(`stopped: the loss must be at most ${stopAbove}, but at step ${step} it is ${loss}`);
  };
  for (const part of parts) {
    signal.throwIfAborted();
    const kept = await files.read(partFile(part.name));
    const fail = (why: string): never => {
      const again = "delete it, and the part is made again by --resume";
      throw new DataError(files.path(partFile(part.name)), `${why}; ${again}`);
    };
    let outcome = kept === null
      ? null
      : await decodePart(kept, part.name, made, study.result, (file) => files.read(file), fail);
    if (outcome === null) {
      const progress = (share: number, now = part.name): void =>
        context.progress((done + share * part.weight) / all, `${run}: ${now}`);
      const own = {
        ...part,
        run: (given: PartContext) => part.run({ ...given, keep: () => {}, audited: false }),
      };
      const { outcome: made_, files: written } = await donePart(own, made, {
        ...context,
        files,
        progress,
        log,
      });
      for (const [file, bytes] of written) await files.write(file, bytes);
      outcome = made_;
    }
    done += part.weight;
    if ("failed" in outcome) failed.push({ name: part.name, reason: outcome.failed });
    else results.push(outcome.result);
  }
  const conclusion = await concluded(prepared, results, failed, { signal, files });
  for (const { file, content } of conclusion?.figures ?? []) await files.write(file, content);
  return { run, numbers: { ...conclusion?.numbers }, failed, data: data?.sha256 ?? null };
}

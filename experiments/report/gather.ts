/**
 * The runs that a report shows, and the folders that it leaves out.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { isObject, isText, jsonOf } from "../command/json_fields.ts";
import { EXPERIMENT_LIST, EXPERIMENTS } from "./experiments.ts";
import { mnistRun } from "./mnist_run.ts";
import type { Run } from "./run.ts";
import { readText, type Source } from "./source.ts";
import { studyRun } from "./study_run.ts";

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
export async function gatherRuns(sources: readonly Source[]): Promise<Gathered> {
  const runs: Run[] = [];
  const leftOut: LeftOut[] = [];
  for (const source of sources.toSorted((a, b) => compare(a.name, b.name))) {
    try {
      runs.push(await runOf(source));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      leftOut.push({ folder: source.name, why: error.message });
    }
  }
  runs.sort((a, b) =>
    Number(a.quick) - Number(b.quick) || Date.parse(b.started) - Date.parse(a.started) ||
    compare(a.folder, b.folder)
  );
  return { runs, leftOut };
}

/** By code units, so that the order does not depend on the reader's language. */
const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;

/** The run in a folder. @throws (rejects) DataError if it is none, or not whole */
async function runOf(source: Source): Promise<Run> {
  const file = `${source.name}/manifest.json`;
  const manifest = jsonOf(await readText(source, "manifest.json"), file);
  const format = isObject(manifest) && isText(manifest["format"]) ? manifest["format"] : "";
  const experiment = /^grae ([\w-]+) run 1$/.exec(format)?.[1];
  if (!isObject(manifest) || experiment === undefined) {
    throw new DataError(file, 'must be the manifest of a run ("format": "grae … run 1"), but is not');
  }
  if (!EXPERIMENTS.some(({ name }) => name === experiment)) {
    throw new DataError(file, `must be of ${EXPERIMENT_LIST}, but is of ${experiment}`);
  }
  const { status } = manifest;
  if (status !== "complete") {
    const found = isText(status) ? status : JSON.stringify(status) ?? "without a status";
    throw new DataError(file, `a run in the report must be complete, but it is ${found}`);
  }
  return experiment === "mnist" ? await mnistRun(source) : await studyRun(source, experiment);
}

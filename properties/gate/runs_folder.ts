/**
 * The runs of experiments in a folder: what laws on trained models are held to.
 *
 * @module
 */

import { jsonOf } from "../../experiments/command/json_fields.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { formatOf, studyManifestOf } from "../../experiments/study/manifest.ts";
import { MOST } from "../../experiments/command/disk.ts";
import { readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/mod.ts";
import type {
  CompareResults,
  Measured,
  MetricResults,
  SamplesResults,
  UniquenessResults,
} from "../laws/trained.ts";
import { type Experiment, EXPERIMENTS, resultsProblem } from "./result_shapes.ts";
import { UsageError } from "./usage.ts";

/** What a folder holds: the complete runs of each experiment, and a line for each folder in it that is none. */
export interface FoundRuns {
  /** The folder as it was given; null where none was. */
  readonly folder: string | null;
  readonly metric: readonly Measured<MetricResults>[];
  readonly compare: readonly Measured<CompareResults>[];
  readonly samples: readonly Measured<SamplesResults>[];
  readonly uniqueness: readonly Measured<UniquenessResults>[];
  /** Why each of the other folders was left out. */
  readonly leftOut: readonly string[];
}

/** Where no folder was named. */
export const NO_RUNS: FoundRuns = {
  folder: null,
  metric: [],
  compare: [],
  samples: [],
  uniqueness: [],
  leftOut: [],
};

/** A complete run. */
interface CompleteRun {
  readonly experiment: Experiment;
  readonly measured: Measured<unknown>;
}

/**
 * Reads the runs in a folder, in the order of their names.
 *
 * @throws (rejects) UsageError if it does not exist, may not be read, is no folder, or is itself a run
 */
export async function findRuns(folder: string): Promise<FoundRuns> {
  const names = await namesOf(folder);
  const runs: CompleteRun[] = [], leftOut: string[] = [];
  for (const name of names.toSorted()) {
    const path = `${folder.replace(/\/+$/, "")}/${name}`;
    try {
      runs.push(await readRun(path));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      leftOut.push(error.message.startsWith(path) ? error.message : `${path}: ${error.message}`);
    }
  }
  const of = <Results>(experiment: Experiment): readonly Measured<Results>[] =>
    runs.filter((run) => run.experiment === experiment).map(({ measured }) => measured as Measured<Results>);
  return {
    folder,
    metric: of("metric"),
    compare: of("compare"),
    samples: of("samples"),
    uniqueness: of("uniqueness"),
    leftOut,
  };
}

/** The names of the folders in a folder. */
async function namesOf(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    if (entries.some(({ name }) => name === "manifest.json")) {
      throw new UsageError(`${folder} is itself a run: --runs takes the folder that holds it`);
    }
    return entries.filter(({ isFile }) => !isFile).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UsageError(`${folder} does not exist: --runs takes a folder that holds folders of runs`);
    }
    if (error instanceof Deno.errors.NotADirectory) {
      throw new UsageError(`${folder} is not a folder: --runs takes a folder that holds folders of runs`);
    }
    if (error instanceof Deno.errors.NotCapable) {
      throw new UsageError(
        `${folder} may not be read: the task is granted runs/ alone; grant another folder by running ` +
          `properties/gate.ts with --allow-read=${folder}`,
      );
    }
    if (!isOsError(error)) throw error;
    throw new UsageError(`${folder} cannot be read: ${osReason(error)}`, { cause: error });
  }
}

/** @throws (rejects) DataError unless it is a complete run of one of the experiments */
async function readRun(path: string): Promise<CompleteRun> {
  const text = await textOf(path, "manifest.json", "it holds no manifest.json");
  const file = `${path}: manifest.json`;
  const format: unknown = Reflect.get(Object(jsonOf(text, file)), "format");
  const experiment = EXPERIMENTS.find((name) => formatOf(name, "run") === format);
  if (experiment === undefined) {
    const are = `the laws are about runs of ${EXPERIMENTS.join(", ")}`;
    throw new DataError(
      path,
      format === undefined ? `it is no run; ${are}` : `it is a ${JSON.stringify(format)}; ${are}`,
    );
  }
  const { status, options } = studyManifestOf(experiment, text, file);
  if (status !== "complete") throw new DataError(path, `it is ${status}, not complete`);
  const results = await resultsOf(path, experiment);
  // A quick run is shortened like the short training, and held to the same thresholds.
  const short = Reflect.get(Object(options), "quick") === true;
  return { experiment, measured: { source: path, short, results } };
}

async function resultsOf(path: string, experiment: Experiment): Promise<unknown> {
  const file = `${path}: results.json`;
  const json = Object(jsonOf(await textOf(path, "results.json", "results.json is missing"), file));
  const format = formatOf(experiment, "results");
  if (Reflect.get(json, "format") !== format) {
    throw new DataError(file, `must be results of ${experiment} ("format": "${format}"), but is not`);
  }
  const results: unknown = Reflect.get(json, "results");
  const problem = resultsProblem(experiment, results);
  if (problem !== undefined) throw new DataError(file, problem);
  return results;
}

async function textOf(path: string, name: string, missing: string): Promise<string> {
  try {
    return new TextDecoder().decode(await readBounded(`${path}/${name}`, `${path}/${name}`, MOST));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new DataError(path, missing);
    if (!isOsError(error)) throw error;
    throw new DataError(path, `${name} cannot be read: ${osReason(error)}`, { cause: error });
  }
}

/**
 * The runs of studies in a folder, from which laws on trained models are checked.
 *
 * @module
 */

import * as v from "valibot";
import { readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/error.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { unsealed } from "../../lib/training/checksum.ts";
import { resultsOf, type StudyResults, TRAINED_STUDIES, type TrainedStudy } from "../contract/results.ts";
import { manifestSchema, resultsSchema, schemaProblem } from "../contract/run.ts";
import type { Measured } from "../contract/trained.ts";
import { ALLOWED } from "../laws/trained_models/recovery.ts";
import { SEEDS, type Threshold } from "../laws/trained_models/threshold.ts";

/** The most bytes that a file of a run may have: 256 MiB. */
const MOST = 2 ** 28;

/** The complete runs of each study. */
type Runs = { readonly [Study in TrainedStudy]: readonly Measured<StudyResults[Study]>[] };

/** The complete runs of each study, and a line for each folder in it that is none. */
export interface FoundRuns extends Runs {
  /** The folder as it was given; null where none was. */
  readonly folder: string | null;
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

/** Options of which laws need more than a study does: a run with fewer shows nothing. */
const LEAST: Readonly<Record<TrainedStudy, Readonly<Record<string, Threshold>>>> = {
  metric: { seeds: SEEDS },
  compare: { seeds: SEEDS },
  samples: { seeds: SEEDS },
  uniqueness: { seeds: ALLOWED.planeSeeds, seedsBeyondPlane: ALLOWED.seeds },
};

/** A complete run. */
interface CompleteRun {
  readonly study: TrainedStudy;
  readonly measured: Measured<unknown>;
}

/**
 * Reads the runs in a folder, in the order of their names.
 *
 * @throws (rejects) DataError if it does not exist, cannot be read, is no folder, or is itself a run
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
      leftOut.push(error.message);
    }
  }
  const measured = TRAINED_STUDIES.map((study) =>
    [study, runs.filter((run) => run.study === study).map((run) => run.measured)] as const
  );
  return { folder, ...Object.fromEntries(measured) as unknown as Runs, leftOut };
}

/** The names of the folders in a folder. */
async function namesOf(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    if (entries.some(({ name }) => name === "manifest.json")) {
      throw new DataError(folder, "is itself a run; --runs takes the folder that holds it");
    }
    return entries.filter(({ isFile }) => !isFile).map(({ name }) => name);
  } catch (error) {
    if (!isOsError(error)) throw error;
    const takes = "--runs takes a folder that holds folders of runs";
    const why = error instanceof Deno.errors.NotFound
      ? `does not exist; ${takes}`
      : error instanceof Deno.errors.NotADirectory
      ? `is not a folder; ${takes}`
      : `cannot be read: ${osReason(error)}`;
    throw new DataError(folder, why, { cause: error });
  }
}

/** @throws (rejects) DataError unless it is a complete run of one of the studies, as it was written */
async function readRun(path: string): Promise<CompleteRun> {
  const manifest = await stated(manifestSchema, path, "manifest.json", "it holds no manifest.json");
  const study = TRAINED_STUDIES.find((name) => name === manifest.study);
  if (study === undefined) {
    const are = `the laws are about runs of ${TRAINED_STUDIES.join(", ")}`;
    throw new DataError(path, `it is a run of ${manifest.study}; ${are}`);
  }
  if (manifest.status !== "complete") throw new DataError(path, `it is ${manifest.status}, not complete`);
  const file = `${path}/results.json`;
  const { study: named, results, page, sha256: seal } = await stated(resultsSchema, path, "results.json");
  if (named !== study) throw new DataError(file, `must be results of ${study}, but are of ${named}`);
  if (seal !== manifest.results) {
    throw new DataError(
      file,
      `its sha256 must be ${manifest.results}, as manifest.json has it, but is ${seal}`,
    );
  }
  assertOf(v.object({ results: resultsOf[study] }), { results }, file);
  for (const { file: name, sha256 } of [...page.figures, ...page.tables]) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await bytesOf(path, name))).toHex();
    if (digest === sha256) continue;
    throw new DataError(
      `${path}/${name}`,
      `its SHA-256 must be ${sha256}, as results.json says, but is ${digest}`,
    );
  }
  // A quick run is shortened like the short training, and held to the same thresholds.
  const short = manifest.options["quick"] === true;
  for (const [option, least] of Object.entries(LEAST[study])) {
    const [is, must] = [manifest.options[option], short ? least.short : least.run];
    if (typeof is !== "number" || is >= must) continue;
    throw new DataError(path, `its ${option} must be at least ${must}, but it has ${is}: ${least.because}`);
  }
  return { study, measured: { source: path, short, results } };
}

/** @throws DataError for a value that is not of a schema */
function assertOf(schema: v.GenericSchema, value: unknown, file: string): void {
  const problem = schemaProblem(schema, value);
  if (problem !== null) throw new DataError(file, problem);
}

/** The value in a file that states its checksum. @throws (rejects) DataError if it is damaged, or not of the schema */
async function stated<T>(
  schema: v.GenericSchema<unknown, T>,
  path: string,
  name: string,
  missing?: string,
): Promise<T> {
  const file = `${path}/${name}`;
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  return await unsealed(await bytesOf(path, name, missing), (json) => schemaProblem(schema, json), fail) as T;
}

async function bytesOf(
  path: string,
  name: string,
  missing = `${name} is missing`,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readBounded(`${path}/${name}`, `${path}/${name}`, MOST);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new DataError(path, missing);
    if (!isOsError(error)) throw error;
    throw new DataError(`${path}/${name}`, `cannot be read: ${osReason(error)}`);
  }
}

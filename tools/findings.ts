/**
 * `deno task findings`: the key numbers of the default runs in a folder, for `docs/findings.json`, to which the numbers in
 * `docs/findings.md` are held.
 *
 * @module
 */

import type * as v from "valibot";
import { unsealed } from "../lib/training/checksum.ts";
import { DataError } from "../lib/data/error.ts";
import { readBounded } from "../lib/data/bounded_file.ts";
import { isOsError, osReason } from "../lib/data/os_error.ts";
import { writeAtomically } from "../lib/training/atomic_write.ts";
import { manifestSchema, resultsSchema, schemaProblem } from "../properties/contract/run.ts";
import { compareStudy } from "../experiments/compare/study.ts";
import { imagesStudy } from "../experiments/images/study.ts";
import { metricStudy } from "../experiments/metric/study.ts";
import { samplesStudy } from "../experiments/samples/study.ts";
import { uniquenessStudy } from "../experiments/uniqueness/study.ts";
import { type AnyStudy, resolved } from "../experiments/runner/study.ts";
import { exitStatus } from "../experiments/runner/command.ts";
import { option, parseCommand, path, someOf, standardOf } from "../experiments/runner/options.ts";
import { ask } from "../experiments/runner/permissions.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import { taskCommand } from "./shell.ts";

/** The studies whose default runs are told of. */
export const STUDIES = ["uniqueness", "metric", "compare", "samples", "images"] as const;

const BY_NAME = {
  uniqueness: uniquenessStudy,
  metric: metricStudy,
  compare: compareStudy,
  samples: samplesStudy,
  images: imagesStudy,
} as unknown as Readonly<Record<typeof STUDIES[number], AnyStudy>>;

/** What a default run found. */
export interface Finding {
  /** The command that makes the run. */
  readonly command: string;
  /** The file that holds the numbers, under `numbers`. */
  readonly file: string;
  /** What computed in the first sitting, and where. */
  readonly engine: string;
  readonly host: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Seconds at work. */
  readonly seconds: number;
  readonly numbers: Readonly<Record<string, number>>;
}

/** `docs/findings.json`. */
export interface Findings {
  readonly format: "grae findings 1";
  readonly runs: Readonly<Record<typeof STUDIES[number], Finding>>;
}

const MOST = 2 ** 28;

async function bytesOf(file: string, command: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readBounded(file, file, MOST);
  } catch (error) {
    if (!isOsError(error)) throw error;
    const make = error instanceof Deno.errors.NotFound
      ? `is not there: make it by ${command}`
      : osReason(error);
    throw new DataError(file, make, { cause: error });
  }
}

/** A value of a schema from JSON that states its own checksum. @throws (rejects) DataError if it is damaged */
async function sealedIn<T>(file: string, command: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  return await unsealed(await bytesOf(file, command), (json) => schemaProblem(schema, json), fail) as T;
}

/** What the default run of a study in a folder found. @throws (rejects) DataError if it is not there, not complete or damaged */
async function findingOf(runs: string, study: typeof STUDIES[number]): Promise<Finding> {
  const [command, folder] = [taskCommand(study), `${runs}/${study}-seed0`];
  const manifest = await sealedIn(`${folder}/manifest.json`, command, manifestSchema);
  const { versions, seconds, sittings, status, options } = manifest;
  if (status !== "complete" || manifest.study !== study || options["quick"] !== false) {
    throw new DataError(
      folder,
      `must be a complete run by ${command}, but is ${status} and of ${manifest.study}`,
    );
  }
  const standard = resolved(
    BY_NAME[study],
    { ...standardOf(BY_NAME[study].options), quick: false, seed: 0 },
    new Set(),
  );
  const other = Object.keys(standard).find((name) =>
    JSON.stringify(options[name]) !== JSON.stringify(standard[name])
  );
  if (other !== undefined) {
    const [is, must] = [options[other], standard[other]].map((value) => JSON.stringify(value));
    throw new DataError(
      folder,
      `must be a run by ${command} without options, but its ${other} is ${is} in place of ${must}`,
    );
  }
  const { numbers, sha256 } = await sealedIn(`${folder}/results.json`, command, resultsSchema);
  if (sha256 !== manifest.results) {
    throw new DataError(folder, "its results.json must be that of its manifest.json");
  }
  const { engine, host } = sittings[0]!;
  const file = `runs/${study}-seed0/results.json`;
  return { command: `deno task ${study}`, file, engine, host, versions, seconds, numbers };
}

/**
 * What the default runs in a folder found.
 *
 * @param only studies; what others found stays as it was
 */
export async function findingsOf(
  runs: string,
  only: readonly (typeof STUDIES[number])[] = STUDIES,
  was: Partial<Findings["runs"]> = {},
): Promise<Findings> {
  const found: Partial<Record<typeof STUDIES[number], Finding>> = { ...was };
  for (const study of only) found[study] = await findingOf(runs, study);
  const all = STUDIES.flatMap((study) => found[study] ? [[study, found[study]] as const] : []);
  return { format: "grae findings 1", runs: Object.fromEntries(all) as Findings["runs"] };
}

/** A number that a text states, the name of what it states, and the study. */
export interface Stated {
  readonly text: string;
  readonly study: string;
  readonly name: string;
}

/**
 * The numbers that a text states as findings: in a section `## Study`, each number is followed by its name in parentheses and
 * code, as in "the ratio is 0.49 (`after.a.mean`)", or stands in a table's cell before its name's.
 */
export function statedIn(markdown: string): Stated[] {
  return markdown.split(/^## /m).slice(1).flatMap((section) => {
    const study = section.slice(0, section.indexOf("\n")).trim().toLowerCase();
    const stated = section.matchAll(/(-?\d[\d,]*(?:\.\d+)?)(?:\s*\(|\s*\|\s*)`([\w.=-]+)`/g);
    return [...stated].map(([, text, name]) => ({ text: text!.replaceAll(",", ""), study, name: name! }));
  });
}

/** What is wrong with a stated number, in a line; null if it is the measured one, rounded to its digits. */
export function problemOf({ text, study, name }: Stated, { runs }: Findings): string | null {
  const measured = (runs as Readonly<Record<string, Finding>>)[study]?.numbers[name];
  if (measured === undefined) return `${study}: there is no number ${name}`;
  const digits = text.split(".")[1]?.length ?? 0;
  const rounded = measured.toFixed(digits);
  return rounded === text ? null : `${study}: ${name} is ${rounded}, but the text says ${text}`;
}

const COMMAND = {
  task: "findings",
  about: "Writes the key numbers of the default runs, to which docs/findings.md is held.",
  options: {
    runs: option("Folders", path("a folder"), "runs", "where the default runs are"),
    only: option("Folders", someOf(STUDIES), STUDIES, "studies; what others found stays in the file"),
    out: option("Folders", path("a file"), "docs/findings.json", "the file that is written"),
  },
  examples: [["--runs runs", "after the tasks uniqueness, metric, compare, samples and images"]],
} as const;

async function work(args: readonly string[]): Promise<number> {
  const parsed = parseCommand(COMMAND, args);
  if (parsed.help !== null) {
    writeOut(parsed.help);
    return 0;
  }
  const { runs, out, only } = parsed.values;
  await ask("findings", ["read"], runs, "--runs", args);
  await ask("findings", ["write"], out, "--out", args);
  const was: Partial<Findings> = only.length < STUDIES.length ? JSON.parse(await Deno.readTextFile(out)) : {};
  const text = JSON.stringify(await findingsOf(runs, only, was.runs), null, 2) + "\n";
  await writeAtomically(out, new TextEncoder().encode(text));
  writeOut(`${out}\n`);
  return 0;
}

if (import.meta.main) Deno.exit(await exitStatus("findings", () => work(Deno.args)));

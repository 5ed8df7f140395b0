/**
 * What a sweep's file says: a study, options that all runs have, lists of values to combine, and seeds.
 *
 * @module
 */

import * as v from "valibot";
import { count, finite, schemaProblem } from "../../properties/contract/run.ts";
import { compareStudy } from "../compare/study.ts";
import { imagesStudy } from "../images/study.ts";
import { metricStudy } from "../metric/study.ts";
import { mnistStudy } from "../mnist/study.ts";
import { readJsonFile } from "../runner/json_file.ts";
import { type Kind, standardOf, UsageError, type Values } from "../runner/options.ts";
import { type AnyStudy, type CommonOptions, resolved, type RunOptions } from "../runner/study.ts";
import { samplesStudy } from "../samples/study.ts";
import { uniquenessStudy } from "../uniqueness/study.ts";

const STUDIES: Readonly<Record<string, AnyStudy>> = Object.fromEntries(
  [mnistStudy, uniquenessStudy, metricStudy, compareStudy, samplesStudy, imagesStudy].map((
    study,
  ): [string, AnyStudy] => [study.name, study]),
);

/** The most runs of a sweep. */
const MOST_RUNS = 100_000;
const FORM = '{"name": "…", "study": "mnist", "grid": {…}, "seeds": [0]}';

const values = v.pipe(
  v.array(v.unknown()),
  v.check((list) => list.length > 0, "must be a list of at least one value"),
  v.check(
    (list) => new Set(list.map((value) => JSON.stringify(value))).size === list.length,
    "must be a list of different values",
  ),
);
/** The name of a key number, after a minus sign where more is better. */
const number = v.pipe(v.string(), v.regex(/^-?[\w.-]+$/, "must be the name of a key number"));

/** The schema of a file. */
const sweepFile = v.strictObject({
  /** Of the sweep: the default name of its folder ends so. */
  name: v.pipe(v.string(), v.regex(/^[\w-]{1,60}$/, "must be 1 to 60 letters, digits, hyphens")),
  study: v.picklist(Object.keys(STUDIES)),
  /** Options that all runs have, by their names in manifest.json: `learningRate`. */
  options: v.optional(v.record(v.string(), v.unknown()), {}),
  /** Options that differ, each with the list of its values: every combination is a setting. */
  grid: v.record(v.string(), values),
  /** The seeds with which each setting is run: a list, or how many from 0 on. */
  seeds: v.union([
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_RUNS)),
    v.pipe(
      v.array(count),
      v.check((list) => list.length > 0, "must be a list of at least one seed"),
      v.check((list) => new Set(list).size === list.length, "must be a list of different seeds"),
    ),
  ]),
  /** A training whose loss is above this is stopped; one whose loss is not finite always is. */
  stopAbove: v.optional(finite),
  /** The key numbers that the tables show; all if left out. */
  numbers: v.optional(v.pipe(v.array(number), v.minLength(1))),
  /** Pairs of key numbers, each drawn with its Pareto front; of a name after a minus sign more is better. */
  pareto: v.optional(v.pipe(v.array(v.tuple([number, number])), v.maxLength(20)), []),
});
/** What a sweep's file says. */
export type SweepFile = v.InferOutput<typeof sweepFile>;

/** A sweep, from its file. */
export const sweep: Kind<SweepFile> = {
  placeholder: "FILE",
  what: "a JSON file of a sweep (docs/grid.md)",
  schema: sweepFile,
  fromText: (file) => v.parse(sweepFile, readJsonFile("--grid", file, sweepFile, FORM)),
};

/** A combination of the values of a grid. */
export interface Setting {
  /** `s1`, `s2`, … in their order, with as many digits as the last. */
  readonly name: string;
  /** The options that differ, by name. */
  readonly chosen: Readonly<Record<string, unknown>>;
}

/** A run of a sweep. */
export interface SweptRun {
  /** `s1-seed0`. */
  readonly name: string;
  readonly setting: Setting;
  readonly seed: number;
  /** Of the study, resolved. */
  readonly options: RunOptions;
}

/** All combinations of the values of a grid; the last option changes fastest. */
export function settingsOf({ grid }: Pick<SweepFile, "grid">): Setting[] {
  const combined = Object.entries(grid).reduce<Record<string, unknown>[]>(
    (so, [name, list]) => so.flatMap((chosen) => list.map((value) => ({ ...chosen, [name]: value }))),
    [{}],
  );
  const digits = `${combined.length}`.length;
  return combined.map((chosen, i) => ({ name: `s${`${i + 1}`.padStart(digits, "0")}`, chosen }));
}

/** The seeds of a sweep. */
export const seedsOf = ({ seeds }: Pick<SweepFile, "seeds">): readonly number[] =>
  typeof seeds === "number" ? Array.from({ length: seeds }, (_, seed) => seed) : seeds;

/** "beta 0.1, objective grae". */
export const settingText = ({ chosen }: Setting): string =>
  Object.entries(chosen).map(([name, value]) => `${name} ${cellOf(value)}`).join(", ");
/** A value as a cell of a table. */
export const cellOf = (value: unknown): string | number =>
  typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value);

/** The study of a sweep. */
export const studyOf = ({ study }: Pick<SweepFile, "study">): AnyStudy => STUDIES[study]!;

/**
 * The runs of a sweep: those of a setting one after the other.
 *
 * @param common whether runs are quick ones, and where the data are; null for those that come with the task
 * @throws UsageError for an option that the study has not, a value that is none, or a combination without meaning
 */
export function runsOf(
  file: SweepFile,
  { quick, data }: { quick: boolean; data: string | null },
): SweptRun[] {
  const study = studyOf(file), settings = settingsOf(file), runs = settings.length * seedsOf(file).length;
  const fail = (why: string): never => {
    throw new UsageError(`sweep ${file.name}: ${why}`);
  };
  if (runs > MOST_RUNS) fail(`it must have at most ${MOST_RUNS} runs, but it has ${runs}`);
  for (const [where, name, value] of valuesIn(file)) {
    const option = study.options[name];
    if (option === undefined) {
      const names = Object.keys(study.options).filter((name) => name !== "data");
      fail(`its ${where}.${name} must be an option of ${study.name}, which are ${names.join(", ")}`);
    }
    if (name === "data") fail(`its ${where} must not have data: say where they are by --data`);
    if (where === "options" && name in file.grid) {
      fail(`its ${name} must stand in options or in grid, but stands in both`);
    }
    const problem = schemaProblem(option!.kind?.schema ?? v.boolean(), value);
    if (problem !== null) {
      const what = option!.kind?.what ?? "true or false";
      fail(`its ${where}.${name} must be ${what}, but it is ${JSON.stringify(value)}`);
    }
  }
  const place = data === null ? {} : { data };
  return settings.flatMap((setting) => {
    const some: Record<string, unknown> = { ...file.options, ...setting.chosen, ...place };
    return seedsOf(file).map((seed) => {
      const values = { ...standardOf(study.options, quick), ...some, quick, seed };
      try {
        const options = resolved(
          study,
          values as Values<AnyStudy["options"]> & CommonOptions,
          new Set(Object.keys(some)),
        );
        return { name: `${setting.name}-seed${seed}`, setting, seed, options };
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return fail(`${settingText(setting)}: ${error.message}`);
      }
    });
  });
}

/** Each value in a file, with its option and where it stands. */
const valuesIn = ({ options, grid }: SweepFile): ["options" | "grid", string, unknown][] => [
  ...Object.entries(options).map(([name, value]): ["options", string, unknown] => ["options", name, value]),
  ...Object.entries(grid).flatMap(([name, list]) =>
    list.map((value): ["grid", string, unknown] => ["grid", name, value])
  ),
];

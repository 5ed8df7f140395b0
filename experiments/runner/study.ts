/**
 * What a study is: a name, a question, options, parts, and figures and tables from the results of the parts.
 *
 * @module
 */

import type * as v from "valibot";
import { DataError } from "../../lib/data/error.ts";
import { type RunManifest, schemaProblem } from "../../properties/contract/run.ts";
import type { NamedTensor } from "./kept.ts";
import { type OptionTable, savedSchema, standardOf, UsageError, type Values } from "./options.ts";

/** A picture with its caption. */
export interface Figure {
  /** Its file's name, which ends in .svg or .png. */
  readonly file: string;
  readonly title: string;
  /** One fixed sentence of theory, and the numbers seen. */
  readonly caption: string;
  /** SVG text, or the bytes of a PNG. */
  readonly content: string | Uint8Array;
  /** The greatest width of a PNG in CSS pixels; as wide as it is if left out. */
  readonly width?: number;
  /** The numbers that it is drawn from, saved beside it; if left out, they are in a table or the results of parts. */
  readonly data?: Table;
}

/** A table, saved as CSV with all digits. */
export interface Table {
  /** Its file's name, which ends in .csv. */
  readonly file: string;
  readonly title: string;
  /** What the numbers are, with units. */
  readonly caption: string;
  readonly head: readonly string[];
  /** Pages show numbers with four significant digits; null is an empty cell. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** The conclusion from the results of the parts. */
export interface Conclusion<Results> {
  /** What was measured, as JSON keeps it. */
  readonly results: Results;
  /** The key numbers by dotted name: `after.a.mean`. All are finite. */
  readonly numbers: Readonly<Record<string, number>>;
  /** The answer to the study's question: one sentence with its numbers. */
  readonly answer: string;
  /** What limits the answer: one fixed sentence. */
  readonly caveat: string;
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
}

/** All tables of a conclusion: its own, then those that its figures are drawn from. */
export const tablesOf = ({ figures, tables }: Pick<Conclusion<unknown>, "figures" | "tables">): Table[] => [
  ...tables,
  ...figures.flatMap(({ data }) => data ?? []),
];

/** Files that a part keeps in the run's folder beside its result. */
export interface PartFiles {
  /** The bytes of a file; null if there is none. @throws (rejects) DataError if it has more than `most` bytes or is no file */
  read(name: string, most?: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Writes a file, whole or not at all. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** The path of a file, for messages. */
  path(name: string): string;
}

/** The argument of a part. */
export interface PartContext {
  /** Aborted when the part is to stop: it throws the signal's reason within a second. */
  readonly signal: AbortSignal;
  /** Says how far it is, from 0 to 1, and what it is at in a few words: "epoch 3/15". */
  readonly progress: (share: number, now?: string) => void;
  /** Shows a line that stays. */
  readonly note: (line: string) => void;
  /** The name of the engine that computes. */
  readonly engine: string;
  readonly files: PartFiles;
  /**
   * Takes note of a training step: its number, from 1, and what was measured before it, by name. What it throws ends the
   * training.
   */
  readonly log?: ((step: number, numbers: Readonly<Record<string, number>>) => void) | undefined;
  /**
   * Keeps tensors beside the result, from which an audit computes it again: all of a part in one call. A part that fails keeps
   * none.
   */
  readonly keep: (tensors: readonly NamedTensor[]) => void;
  /** Whether files that an audit alone reads are written; true if left out. */
  readonly audited?: boolean;
}

/** Thrown by a part that has no result: it is kept as failed, with this reason, and the others go on. */
export class PartError extends Error {
  /** The class name, so that it survives minification. */
  override readonly name = "PartError";
}

/** A part of a study: a pure function of the options and its seed. */
export interface Part<Result> {
  /** The name under which its result is kept: letters, digits, dots and hyphens. */
  readonly name: string;
  /** How much work it is, in a unit that is the same for all parts of the study. */
  readonly weight: number;
  /**
   * Does it. The result must survive JSON: finite numbers, texts, booleans, arrays, plain objects, null.
   *
   * @throws (rejects) PartError, or a training's NonFiniteLossError or NotPositiveDefiniteError, if there is no result
   */
  readonly run: (context: PartContext) => Promise<Result>;
}

/** The data and the parts of a run. */
export interface Prepared<Result, Results> {
  /** The data, of which the manifest keeps these two; null where the study makes its own. */
  readonly data: { readonly source: string; readonly sha256: string } | null;
  readonly parts: readonly Part<Result>[];
  /** What a reader should know before the run: a line each. */
  readonly notes?: readonly string[];
  /**
   * Concludes from the results of the parts, in their order, without those that failed.
   *
   * @throws (rejects) RangeError if these are too few
   */
  readonly conclude: (
    results: readonly Result[],
    context: Pick<PartContext, "signal" | "files">,
  ) => Promise<Conclusion<Results>>;
}

/** An experiment. */
export interface Study<T extends OptionTable, Options extends object, Result, Results> {
  /** The name of its task: `metric`. */
  readonly name: string;
  /** The heading of its page. */
  readonly title: string;
  /** The question, in one sentence, and the slide that it is of. */
  readonly question: string;
  /** What the task does, in one sentence: the first line of its help. */
  readonly about: string;
  /** Its own options; the runner adds --seed, --engine, --out, --resume and so on. */
  readonly options: T;
  /** Arguments and what they are for, for the help. */
  readonly examples: readonly (readonly [args: string, about: string])[];
  /**
   * The options of a run from the values of the table; `given` has the names of those that were given. The values themselves
   * if left out.
   *
   * @throws UsageError for a combination without meaning
   */
  resolve?(values: Values<T> & CommonOptions, given: ReadonlySet<string>): Options;
  /** Names of options that may be given another value beside --resume. */
  readonly extendable?: readonly string[];
  /** What a part's result must be when it is read back from disk. */
  readonly result: v.GenericSchema<unknown, Result>;
  /** Loads the data and lists the parts; the engine is running by then. @throws (rejects) RangeError or UsageError for options of no use */
  readonly prepare: (options: Options & CommonOptions) => Promise<Prepared<Result, Results>>;
}

/** A study, whose types follow from what it is made of. */
export const study = <const T extends OptionTable, Result, Results, Options extends object = Values<T>>(
  one: Study<T, Options, Result, Results>,
): Study<T, Options, Result, Results> => one;

/** A study of any kind: `resolve` is a method, so that each is one. */
// deno-lint-ignore no-explicit-any
export type AnyStudy = Study<OptionTable, any, any, any>;

/** The resolved options of a run, as its manifest keeps them. */
export type RunOptions = Readonly<Record<string, unknown>> & CommonOptions;

/**
 * The resolved options of a run.
 *
 * @param values of the study's own options and {@link CommonOptions}
 * @param given names of those that were given
 * @throws UsageError for a combination without meaning
 */
export function resolved(
  study: AnyStudy,
  values: Values<OptionTable> & CommonOptions,
  given: ReadonlySet<string>,
): RunOptions {
  const { quick, seed } = values;
  const own = study.resolve?.(values, given) ?? values;
  return { ...Object.fromEntries(Object.keys(study.options).map((name) => [name, own[name]])), quick, seed };
}

/**
 * The options in a manifest, held to all that a command line is, with some extended.
 *
 * @throws DataError if they are not the options of a run of this study; UsageError if they cannot be extended so
 */
export function savedOptions(
  study: AnyStudy,
  json: RunManifest["options"],
  file: string,
  extended: Readonly<Record<string, unknown>>,
): RunOptions {
  const fail = (why: string): never => {
    throw new DataError(file, `its options must be those of a run of ${study.name}, but ${why}`);
  };
  const { quick, seed, ...own } = json;
  const problem = schemaProblem(savedSchema(study.options), own);
  if (problem !== null) fail(problem);
  if (typeof quick !== "boolean" || !Number.isSafeInteger(seed) || Number(seed) < 0) {
    fail(`quick is ${JSON.stringify(quick)} and seed ${JSON.stringify(seed)}`);
  }
  const given = Object.entries(own).filter(([, value]) => value !== null && value !== false);
  const again = (more: Readonly<Record<string, unknown>>): RunOptions => {
    const some = { ...Object.fromEntries(given), ...more };
    const values = { ...standardOf(study.options, quick === true), ...some, quick, seed };
    return resolved(study, values as never, new Set(Object.keys(some)));
  };
  let same: RunOptions;
  try {
    same = again({});
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return fail(error.message);
  }
  for (const name of new Set([...Object.keys(same), ...Object.keys(json)])) {
    const [is, must] = [json[name], same[name]].map((value) => JSON.stringify(value));
    if (is !== must) fail(`${name} is ${is}, where the others ask for ${must}`);
  }
  return Object.keys(extended).length === 0 ? same : again(extended);
}

/** The options that every study has, as its functions see them. */
export interface CommonOptions {
  /** Whether the sizes are those of a look in under a minute. */
  readonly quick: boolean;
  /** The first seed: a whole number from 0. */
  readonly seed: number;
}

/** Files in memory. */
export const filesIn = (kept: Map<string, Uint8Array<ArrayBuffer>>): PartFiles => ({
  read: (name) => Promise.resolve(kept.get(name) ?? null),
  write: (name, content) => {
    kept.set(name, typeof content === "string" ? new TextEncoder().encode(content) : content.slice());
    return Promise.resolve();
  },
  path: (name) => name,
});

/**
 * The whole study as a function of its options: nothing is read but its data, and nothing is written. The engine must be
 * running.
 *
 * @param kept takes the files that parts write, by name
 * @param onPart gets each part's result, and the tensors that it keeps
 * @throws (rejects) what a part throws; the signal's reason if it is aborted
 */
export async function conduct<Options extends object, Result, Results>(
  study: {
    readonly prepare: (options: Options & CommonOptions) => Promise<Prepared<Result, Results>>;
  },
  options: Options & CommonOptions,
  signal: AbortSignal = new AbortController().signal,
  engine = "wasm",
  kept: Map<string, Uint8Array<ArrayBuffer>> = new Map(),
  onPart: (name: string, result: Result, tensors: readonly NamedTensor[]) => void = () => {},
): Promise<Conclusion<Results>> {
  const files = filesIn(kept);
  const { parts, conclude } = await study.prepare(options);
  const results: Result[] = [];
  for (const part of parts) {
    signal.throwIfAborted();
    let tensors: readonly NamedTensor[] = [];
    const keep = (kept: readonly NamedTensor[]): void => void (tensors = kept);
    const result = await part.run({ signal, progress: () => {}, note: () => {}, engine, files, keep });
    onPart(part.name, result, tensors);
    results.push(result);
  }
  return await conclude(results, { signal, files });
}

/**
 * The parts of a run: listed, and done one after the other by this process.
 *
 * @module
 */

import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import type { RunManifest, RunResults } from "../../properties/contract/run.ts";
import type { RunFolder } from "./folder.ts";
import type { NamedTensor } from "./kept.ts";
import { UsageError } from "./options.ts";
import type { Log } from "./log.ts";
import { encodePart, type Maker, type Outcome } from "./part_file.ts";
import {
  type AnyStudy,
  type Conclusion,
  type Part,
  type PartContext,
  PartError,
  type Prepared,
  type RunOptions,
} from "./study.ts";

/**
 * Loads the data and lists the parts.
 *
 * @throws (rejects) UsageError for options of no use together; DataError for the data
 */
export async function prepare(study: AnyStudy, options: RunOptions): Promise<Prepared<unknown, unknown>> {
  try {
    const prepared: Prepared<unknown, unknown> = await study.prepare(options);
    const names = prepared.parts.map(({ name }) => name);
    const wrong = names.find((name, i) => names.indexOf(name) !== i || !/^[\w.-]+$/.test(name));
    if (wrong !== undefined) {
      throw new RangeError(
        `${study.name}: parts must have different names of letters, digits, dots and hyphens, but one is ${wrong}`,
      );
    }
    return prepared;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/**
 * The origin of the parts of a run.
 *
 * @param by what computes: the name of the engine, the versions, the options
 */
export function makerOf(
  study: AnyStudy,
  by: Pick<RunManifest, "options" | "versions"> & { readonly engine: { readonly name: string } },
  prepared: Pick<Prepared<unknown, unknown>, "data">,
): Maker {
  const may = (name: string): boolean => study.extendable?.includes(name) ?? false;
  const { grae, tfjs } = by.versions;
  const some = (kept: (name: string) => boolean): Record<string, unknown> =>
    // Where the data are may change.
    Object.fromEntries(Object.entries(by.options).filter(([name]) => name !== "data" && kept(name)));
  return {
    study: study.name,
    options: some((name) => !may(name)),
    extended: some(may),
    engine: by.engine.name,
    versions: { grae: grae!, tfjs: tfjs! },
    data: prepared.data?.sha256 ?? null,
  };
}

/** Who does parts: the engine's description, and the system with its cores. */
export interface By {
  readonly engine: string;
  readonly host: string;
}

/** The parts of a run that are left to do. */
export interface PartsLeft {
  readonly study: AnyStudy;
  /** Resolved, with the place of the data by now. */
  readonly options: RunOptions;
  readonly folder: RunFolder;
  readonly manifest: RunManifest;
  readonly made: Maker;
  /** In their order. */
  readonly parts: readonly Part<unknown>[];
  readonly signal: AbortSignal;
  /** Says how far a part is, from 0 to 1, and what is at work. */
  readonly progress: (part: Part<unknown>, share: number, now: string) => void;
  /** Takes note of the outcome of a part, whose files are written by then, and of who did it, if it was not this process. */
  readonly kept: (part: Part<unknown>, outcome: Outcome<unknown>, by?: By) => Promise<void>;
  /** Takes note of a training step of a part; not where others do it. */
  readonly log?: Log["row"] | undefined;
  /** Shows a line that stays. */
  readonly note: (line: string) => void;
  /** Shows a line even to a quiet run. */
  readonly warn: (line: string) => void;
}

/** Does the parts that are left. @throws (rejects) the signal's reason if it is aborted */
export type DoParts = (left: PartsLeft) => Promise<void>;

/** Does parts one after the other. */
export const inTurn: DoParts = async ({ folder, made, manifest, parts, signal, note, ...on }) => {
  const { log } = on;
  for (const part of parts) {
    signal.throwIfAborted();
    const { outcome, files } = await donePart(part, made, {
      log: log && ((step, numbers) => log(part.name, step, numbers)),
      ...{ signal, note, engine: manifest.engine.name, files: folder },
      progress: (share, now) => on.progress(part, share, now ?? part.name),
    });
    await folder.writeFiles(files);
    await on.kept(part, outcome);
  }
};

/**
 * Does a part. A training that diverges fails its part.
 *
 * @returns its outcome, and the files that hold it
 * @throws (rejects) any other error; the signal's reason if it is aborted
 */
export async function donePart(
  part: Part<unknown>,
  made: Maker,
  context: Omit<PartContext, "keep">,
): Promise<{ readonly outcome: Outcome<unknown>; readonly files: ReadonlyMap<string, Uint8Array> }> {
  let tensors: readonly NamedTensor[] = [];
  const keep = (kept: readonly NamedTensor[]): void => void (tensors = kept);
  let outcome: Outcome<unknown>;
  try {
    const result = await part.run({ ...context, keep });
    assertFinite(`${made.study}: part ${part.name}`, result);
    outcome = { result };
  } catch (error) {
    const foreseen = [PartError, NonFiniteLossError, NotPositiveDefiniteError];
    if (!foreseen.some((kind) => error instanceof kind)) throw error;
    outcome = { failed: (error as Error).message };
    tensors = [];
  }
  return { outcome, files: await encodePart(part.name, made, outcome, tensors) };
}

/** Requires that JSON can keep a result. @throws PartError for a number that is not finite */
function assertFinite(doing: string, result: unknown): void {
  JSON.stringify(result, (_, one: unknown) => {
    if (typeof one !== "number" || Number.isFinite(one)) return one;
    throw new PartError(`${doing} must give finite numbers, but gave ${one}`);
  });
}

/** Something that failed: a part, or the conclusion from those that are left. */
export type Failure = RunResults["page"]["failed"][number];

/**
 * The conclusion from the parts that did not fail; null where too few are left.
 *
 * @param failed the others; a conclusion that fails for lack of them is added
 * @throws (rejects) what the conclusion throws where no part failed; the signal's reason
 */
export async function concluded(
  { parts, conclude }: Pick<Prepared<unknown, unknown>, "parts" | "conclude">,
  results: readonly unknown[],
  failed: Failure[],
  context: Pick<PartContext, "signal" | "files">,
): Promise<Conclusion<unknown> | null> {
  // Why the parts failed says all.
  if (results.length === 0) return null;
  try {
    return await conclude(results, context);
  } catch (error) {
    // A study need not foresee which of its parts are missing.
    if (failed.length === 0 || context.signal.aborted) throw error;
    const reason = `${results.length} of ${parts.length} parts are too few: ${(error as Error).message}`;
    failed.push({ name: "conclusion", reason });
    return null;
  }
}

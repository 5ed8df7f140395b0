/**
 * The task of a study: its command line, what it shows, and how it ends.
 *
 * @module
 */

import type { EngineName } from "../../lib/engine/mod.ts";
import { chosenBlas } from "../../lib/engine/blas/blas.ts";
import { EngineError } from "../../lib/engine/engine_error.ts";
import { defaultThreads } from "../../lib/engine/thread_count.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { type Address, addressOf, hostOf, queueAddress, shown, withoutSecrets } from "../queue/address.ts";
import { INTERRUPTED, type Interruption, interruption } from "./interruption.ts";
import {
  type Command,
  flagOf,
  oneOf,
  option,
  optional,
  type OptionTable,
  parseCommand,
  path,
  shareOf,
  toggle,
  UsageError,
  whole,
} from "./options.ts";
import { openLog } from "./log.ts";
import { ask, askForData, resumeCommand } from "./permissions.ts";
import { type Progress, progress, stderrDisplay, writeErr, writeOut } from "./progress.ts";
// What trains is loaded where it is needed: help need not wait for it.
import type { DoParts } from "./parts.ts";
import type { RunEnd, Watch } from "./run.ts";
import { type AnyStudy, resolved, type RunOptions } from "./study.ts";

const RUN = "Run", FILES = "Files", SHARES = "Several processes", SITTING = "This sitting";
/** The engines that may be asked for. */
export const ENGINES = ["auto", "wasm", "native", "cpu", "webgpu"] as const satisfies readonly EngineName[];

/** The options that every study has beside its own. */
const COMMON = {
  quick: toggle(RUN, "a small run that is done in less than a minute"),
  seed: option(RUN, whole(0), 0, "seed of all that is random; the seeds of the parts follow from it"),
  engine: option(
    RUN,
    oneOf(ENGINES),
    "auto",
    "what computes; auto is native where a BLAS is found and permitted, else wasm",
  ),
  out: optional(FILES, path("a folder"), "the run's folder (default: in runs/, named by the options)"),
  resume: optional(
    FILES,
    path("the folder of a run"),
    "go on with that run by the options in its manifest; what it has done is not done again",
  ),
  part: optional(
    SHARES,
    shareOf,
    "do every N-th part, from the I-th, in a folder where other processes do the others; the last concludes",
  ),
  listParts: toggle(SHARES, "print the name and the weight of each part, and do nothing else"),
  retryFailed: toggle(FILES, "beside --resume: try the parts again that failed"),
  threads: optional(
    SITTING,
    whole(1, navigator.hardwareConcurrency),
    "threads that compute, with the same bits (default: GRAE_THREADS, else all cores)",
  ),
  queue: optional(
    SITTING,
    queueAddress,
    "let workers do the parts, through a Redis or Valkey server (deno task worker)",
  ),
  log: optional(
    SITTING,
    path("a file"),
    "add a line to this file for each training step: JSON as W&B's history has it, with the loss and its terms",
  ),
  quiet: toggle(SITTING, "show no progress"),
} as const;

/** Names of errors whose message is one line that says what to do. */
const FORESEEN: readonly string[] = [
  "DataError",
  "CheckpointError",
  "EngineError",
  "NonFiniteLossError",
  "NotPositiveDefiniteError",
  "QueueError",
  "UsageError",
];

/** One line about an error; of one that nobody foresaw, the stack. */
export function messageOf(error: unknown): string {
  if (isOsError(error)) return osReason(error);
  if (!(error instanceof Error)) return String(error);
  return FORESEEN.includes(error.name) ? error.message : error.stack ?? error.message;
}

/**
 * Runs a program's work: an error becomes one line on stderr.
 *
 * @param task the task's name
 * @returns the exit status: that of the work, 1 for an error, 2 for a usage error
 */
export async function exitStatus(task: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    writeErr(`${task}: ${withoutSecrets(messageOf(error))}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/**
 * runs/… by the task and whatever differs from its default, so that the same options have the same folder. Of paths, and of
 * what a file had, it says only that they are others, or their name.
 */
export function defaultFolder(
  task: string,
  table: OptionTable,
  options: Readonly<Record<string, unknown>>,
  engine: string,
): string {
  const words = [task, ...(options["quick"] ? ["quick"] : []), `seed${options["seed"]}`];
  for (const [name, { kind, standard, quick }] of Object.entries(table)) {
    const [value, usual] = [options[name], options["quick"] && quick !== undefined ? quick : standard];
    if (value === null || value === undefined || String(value) === String(usual)) continue;
    const own = typeof value === "object" && !Array.isArray(value);
    const plain = kind === null || kind.placeholder === "PATH" || (own && !("name" in value));
    const text = own && "name" in value ? value.name : Array.isArray(value) ? value.join("x") : value;
    words.push(plain ? flagOf(name) : `${flagOf(name)}-${text}`);
  }
  if (engine !== "auto") words.push(engine);
  return `runs/${words.join("-")}`;
}

/** What the command line of a study asks for. */
type Asked =
  | { readonly help: string }
  | ({ readonly help: null; readonly quiet: boolean; readonly data: string | null } & {
    readonly folder: string;
    readonly go: (watch: Watch) => Promise<RunEnd>;
    /** The lines that name the parts, where these are asked for in place of a run. */
    readonly list: (() => Promise<string>) | null;
    readonly threads: number | null;
    /** The queue through which workers do the parts; null where this process does them. */
    readonly queue: Address | null;
    /** The file of its log. */
    readonly log: string | null;
  });

/** The command of a study. */
function commandOf(study: AnyStudy): Command<OptionTable> {
  return {
    task: study.name,
    about: study.about,
    options: { ...study.options, ...COMMON },
    examples: study.examples,
    notes: [[
      "The run's folder",
      "A run keeps the result of each part as soon as it is done, and leaves manifest.json, results.json, tables as CSV, " +
      "figures and report.html. Ctrl-C saves and says how to go on.",
    ]],
  };
}

/**
 * What a command line asks for: help, a new run, or to go on with one.
 *
 * @throws UsageError for options that are unknown, no value of their kind, or of no use together
 */
export function askedOf(study: AnyStudy, args: readonly string[]): Asked {
  const parsed = parseCommand(commandOf(study), args);
  if (parsed.help !== null) return parsed;
  const { given } = parsed;
  const values = parsed.values as
    & Readonly<Record<string, unknown>>
    & {
      readonly [K in keyof typeof COMMON]: (typeof COMMON)[K]["standard"];
    };
  const data = typeof values["data"] === "string" ? values["data"] : null;
  const queue = values.queue === null ? null : addressOf(values.queue);
  const sitting = {
    help: null,
    quiet: values.quiet,
    threads: values.threads,
    log: values.log,
    queue,
    data,
    list: null,
  };
  if (queue !== null && values.part !== null) {
    throw new UsageError("--queue and --part are two ways to share the parts: leave out one of them");
  }
  if (queue !== null && values.log !== null) {
    throw new UsageError("--log has no meaning with --queue, whose workers train: leave out one of them");
  }
  if (values.resume === null) {
    if (values.retryFailed) {
      throw new UsageError("--retry-failed goes with --resume: it tries a run's failed parts again");
    }
    const options = resolved(study, values, given);
    const engine = values.engine as EngineName;
    const out = values.out ?? defaultFolder(study.name, study.options, options, engine);
    const { part: share, listParts } = values;
    return {
      ...sitting,
      folder: out,
      list: listParts ? () => partLines(study, options, engine) : null,
      go: async (watch) =>
        share === null
          ? (await import("./run.ts")).start(study, options, { engine, out }, watch)
          : (await import("./shared_run.ts")).startShare(study, options, { engine, out, share }, watch),
    };
  }
  const folder = values.resume;
  const extendable = study.extendable ?? [];
  const beside = [
    "retryFailed",
    "threads",
    "queue",
    "log",
    "quiet",
    ...("data" in study.options ? ["data"] : []),
    ...extendable,
  ];
  const others = [...given].filter((name) => name !== "resume" && !beside.includes(name));
  if (others.length > 0) {
    const flags = (names: readonly string[]): string => names.map((name) => `--${flagOf(name)}`).join(", ");
    throw new UsageError(
      `--resume goes on with the options in the run's manifest, and only ${
        flags(beside)
      } may stand beside it: leave out ` +
        flags(others),
    );
  }
  const extended = Object.fromEntries(
    extendable.filter((name) => given.has(name)).map((name) => [name, values[name]]),
  );
  const { retryFailed } = values;
  return {
    ...sitting,
    folder,
    go: async (watch) =>
      (await import("./run.ts")).resume(study, folder, { data, retryFailed, extended }, watch),
  };
}

/** The parts of a run: a line each, with its name and its weight. */
async function partLines(study: AnyStudy, options: RunOptions, engine: EngineName): Promise<string> {
  const parts = await (await import("./shared_run.ts")).listParts(study, options, engine);
  return parts.map(({ name, weight }) => `${name}\t${weight}\n`).join("");
}

/** Shows a run on stderr. */
function watching(
  task: string,
  { quiet, threads, log: path, doParts }: {
    quiet: boolean;
    threads: number | null;
    log: string | null;
    doParts: DoParts | null;
  },
  stop: Interruption,
) {
  const display = stderrDisplay(quiet);
  let bar: Progress | undefined;
  const show = (line: string): void => {
    if (!quiet) display.write(`${line}\n`);
  };
  const warn = (line: string): void => display.write(`${task}: ${line}\n`);
  const log = path === null ? null : openLog(path, warn);
  const watch: Watch = {
    signal: stop.signal,
    ...(log === null ? {} : { log: log.row }),
    ...(threads === null ? {} : { threads }),
    ...(doParts === null ? {} : { doParts }),
    onStart({ manifest: { engine, data, parts, options }, done, work, lines }) {
      stop.listen();
      const from = data === null ? "" : `, from ${data.source}`;
      show(`${task}: ${parts} part${parts === 1 ? "" : "s"}${from}`);
      if (options["quick"]) show("a quick run: small, to see that all works; its numbers say little");
      show(`engine ${engine.name}: ${engine.description}`);
      lines.forEach(show);
      bar = progress(work, done, display);
      if (done > 0) bar.note(`${Math.floor(100 * done / work)}% had been done and is kept`);
    },
    onWarning: warn,
    onProgress: (done, now) => bar?.update(done, now),
    onNote: (line) => bar?.note(line),
  };
  const end = (): void => {
    bar?.end();
    log?.[Symbol.dispose]();
  };
  return { watch, end };
}

/**
 * The library that GRAE_BLAS names, if any.
 *
 * @throws UsageError if it, or GRAE_THREADS, has a value without meaning: before anything starts
 */
function variables(): string | undefined {
  try {
    defaultThreads();
    return chosenBlas();
  } catch (error) {
    if (error instanceof EngineError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Runs a study as arguments ask. @returns the exit status: 0, 1 if a part failed, 130 when interrupted */
async function work(study: AnyStudy, args: readonly string[]): Promise<number> {
  const asked = askedOf(study, args);
  if (asked.help !== null) {
    writeOut(asked.help);
    return 0;
  }
  const blas = variables();
  const { folder, data, list } = asked;
  const flag = args.some((arg) => arg.startsWith("--resume")) ? "--resume" : "--out";
  if (list === null) await ask(study.name, ["read", "write"], folder, flag, args);
  if (data !== null) await askForData(study.name, data, args);
  if (asked.log !== null) await ask(study.name, ["write"], asked.log, "--log", args);
  if (blas !== undefined) await ask(study.name, ["ffi"], blas, "GRAE_BLAS", args);
  if (list !== null) {
    writeOut(await list());
    return 0;
  }
  let doParts: DoParts | null = null;
  if (asked.queue !== null) {
    await ask(study.name, ["net"], hostOf(asked.queue), "--queue", args);
    doParts = (await import("../queue/coordinator.ts")).throughQueue(asked.queue);
  }
  const { watch, end } = watching(study.name, { ...asked, doParts }, interruption());
  let run: RunEnd;
  try {
    run = await asked.go(watch);
  } finally {
    end();
  }
  const more = [
    ...(data === null ? [] : ["--data", data]),
    // Without who connects: that is printed nowhere.
    ...(asked.queue === null ? [] : ["--queue", shown(asked.queue)]),
  ];
  if (run.status === "interrupted") {
    writeErr(`Interrupted after ${run.done} of ${run.parts} parts; the state is saved. To go on:\n`);
    writeErr(`  ${resumeCommand(study.name, run.folder, ...more)}\n`);
    return INTERRUPTED;
  }
  if (run.status === "shared" && !asked.quiet) {
    writeErr(
      `This share is done, and ${run.done} of ${run.parts} parts; the process that ends last concludes. If one failed: ` +
        `${resumeCommand(study.name, run.folder, ...more)}\n`,
    );
  }
  if (!asked.quiet && run.conclusion !== null) {
    writeErr(`${run.conclusion.answer}\n${run.conclusion.caveat}\n`);
  }
  for (const file of run.files) writeOut(`${file}\n`);
  if (run.failed.length === 0) return 0;
  for (const { name, reason } of run.failed) writeErr(`${study.name}: ${name} failed: ${reason}\n`);
  writeErr(
    `${study.name}: ${run.done} of ${run.parts} parts are done; to try the others again: ` +
      `${resumeCommand(study.name, run.folder, ...more, "--retry-failed")}\n`,
  );
  return 1;
}

/** Runs a study as arguments ask, those of this process if left out, and ends the process. */
export async function runStudy(study: AnyStudy, args: readonly string[] = Deno.args): Promise<never> {
  Deno.exit(await exitStatus(study.name, () => work(study, args)));
}

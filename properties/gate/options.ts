/**
 * The options of the gate.
 *
 * @module
 */

import { defaultCases, parseReplay, type Replay } from "../laws/run.ts";
import { type Accepted, readArguments } from "./arguments.ts";
import { threadCount, unknownName, UsageError, wholeNumber } from "./usage.ts";

/** How evidence is printed. */
export const FORMATS = ["text", "json", "markdown"] as const;
/** One of them. */
export type Format = typeof FORMATS[number];

/** What the gate is asked to do. */
export interface GateOptions {
  /** Ids of the laws to run. */
  readonly laws: readonly string[];
  /** Names of the contestants to run. */
  readonly engines: readonly string[];
  /** Whether these are all that there are. */
  readonly complete: boolean;
  readonly seed: number;
  readonly cases: number;
  /** The folder of runs that laws on trained models are held to, if one was named. */
  readonly runs?: string;
  /** Run this case only. */
  readonly replay?: Replay;
  readonly format: Format;
  /** How many threads each engine has, and how many engines run at once; by default as many as there are cores. */
  readonly threads?: number;
  /** The folder to write to. */
  readonly out: string;
}

/** The seed unless another is given: the same as that of the tests, so that they see the same cases. */
export const defaultSeed = 20200;

const ACCEPTED: Accepted = {
  values: ["law", "engine", "seed", "cases", "runs", "replay", "format", "out", "threads"],
  switches: ["vary-seed", "help"],
};

/** The name of the contestant that offers trained models. */
export const TRAINED = "trained";

/** What there is to choose from. */
export interface Choices {
  readonly laws: readonly string[];
  /** Those of them that are about trained models, to which the contestant of that name is held and no other. */
  readonly trainedLaws: readonly string[];
  readonly engines: readonly string[];
}

/**
 * Reads the options of the gate.
 *
 * @returns `help` where that is what was asked for
 * @throws UsageError with what is valid, and what is nearest
 */
export function gateOptions(words: readonly string[], choices: Choices): GateOptions | "help" {
  const given = readArguments(words, ACCEPTED);
  if (given.on("help")) return "help";
  const token = given.value("replay");
  const replay = token === undefined ? undefined : replayOf(token, given.list("law"), choices.engines);
  const engines = chosen("engine", given.list("engine"), choices.engines);
  const laws = chosen("law", given.list("law"), choices.laws).filter((law) =>
    // Which law is run is a matter of the engines that were asked for, unless it was asked for itself.
    given.list("law").length > 0 || given.list("engine").length === 0 || concerns(law, engines, choices)
  );
  if (given.on("vary-seed") && given.value("seed") !== undefined) {
    throw new UsageError(
      "--seed says which seed, --vary-seed that it is to be another each time: give one of them",
    );
  }
  const threads = threadCount(given.value("threads"));
  const format = given.value("format") ?? "text";
  if (!FORMATS.includes(format as Format)) throw unknownName("format", format, FORMATS);
  return {
    laws,
    engines: replay ? [replay.engine] : engines,
    complete: laws.length === choices.laws.length && engines.length === choices.engines.length,
    seed: given.on("vary-seed")
      ? crypto.getRandomValues(new Uint32Array(1))[0]!
      : wholeNumber("seed", given.value("seed") ?? String(defaultSeed)),
    cases: wholeNumber("cases", given.value("cases") ?? String(defaultCases), 1),
    ...(given.value("runs") !== undefined && { runs: given.value("runs")! }),
    ...(replay && { replay }),
    ...(threads !== undefined && { threads }),
    format: format as Format,
    out: given.value("out") ?? "evidence",
  };
}

/** Whether a law says something about one of the engines. */
function concerns(law: string, engines: readonly string[], { trainedLaws }: Choices): boolean {
  return engines.some((engine) => (engine === TRAINED) === trainedLaws.includes(law));
}

/** The names that were given, in the order in which they are listed; all of them where none was given. */
function chosen(kind: string, given: readonly string[], valid: readonly string[]): readonly string[] {
  for (const name of given) if (!valid.includes(name)) throw unknownName(kind, name, valid);
  return given.length === 0 ? valid : valid.filter((name) => given.includes(name));
}

function replayOf(token: string, laws: readonly string[], engines: readonly string[]): Replay {
  if (laws.length !== 1) throw new UsageError("--replay takes the law that failed: --law ID --replay TOKEN");
  try {
    const replay = parseReplay(token);
    if (!engines.includes(replay.engine)) throw unknownName("engine", replay.engine, engines);
    return replay;
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

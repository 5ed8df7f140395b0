/**
 * What is abused: runs of studies, in this process or in processes of their own, and what their folders must hold.
 *
 * @module
 */

import { readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/error.ts";
import { evidence } from "../../fixtures/runs/made_up.ts";
import { gatherRuns } from "../../experiments/site/gather.ts";
import { messageOf } from "../../experiments/runner/command.ts";
import { flagOf, standardOf } from "../../experiments/runner/options.ts";
import { resume, type RunEnd, start, type Watch } from "../../experiments/runner/run.ts";
import { type AnyStudy, type Prepared, resolved } from "../../experiments/runner/study.ts";
import { mnistStudy } from "../../experiments/mnist/study.ts";
import { powers } from "../../fixtures/runs/powers.ts";
import type { End } from "./verdict.ts";
import { PATIENCE } from "./verdict.ts";

/** Runs that can be abused. */
export interface Subject {
  readonly name: string;
  /** The module of its program. */
  readonly program: string;
  /** What its program is granted beside its folder and the repository. */
  readonly grants: readonly string[];
  /** The arguments of a process that begins a run in a folder, or a site. */
  startArgs(out: string, seed?: number): readonly string[];
  /** The arguments of a process that goes on with it. */
  resumeArgs(out: string, further?: boolean): readonly string[];
  /** Starts a run in a new folder, and stops it after a share of its work. */
  start(out: string, run: { seed?: number; further?: boolean; until?: number }): Promise<End>;
  /** Goes on with a run. */
  resume(out: string, further: boolean): Promise<End>;
}

/** How work in this process ended, as its task says it. */
export async function endOf(
  task: string,
  work: () => Promise<Pick<RunEnd, "status" | "failed">>,
): Promise<End> {
  const hung = Promise.withResolvers<End>();
  const timer = setTimeout(() => hung.resolve({ status: null, said: "", hung: true }), PATIENCE);
  const ended = async (): Promise<End> => {
    try {
      const { status, failed } = await work();
      const said = failed.map(({ name, reason }) => `${task}: ${name} failed: ${reason}\n`).join("");
      return { status: status === "interrupted" ? 130 : failed.length === 0 ? 0 : 1, said };
    } catch (error) {
      return { status: 1, said: `${task}: ${messageOf(error)}\n` };
    }
  };
  try {
    return await Promise.race([ended(), hung.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A study whose data are loaded once for each of its options. */
function prepareOnce(study: AnyStudy): AnyStudy {
  const kept = new Map<string, Promise<Prepared<unknown, unknown>>>();
  const prepare = (options: object): Promise<Prepared<unknown, unknown>> => {
    const name = JSON.stringify(options);
    const found = kept.get(name) ?? study.prepare(options);
    kept.set(name, found);
    return found;
  };
  return { ...study, prepare };
}

/**
 * The runs of a study.
 *
 * @param module the address of its program
 * @param given options of its runs
 * @param extended new values of options that a run may go on with
 */
export function subjectOf(
  whole: AnyStudy,
  module: URL,
  given: Readonly<Record<string, unknown>>,
  extended: Readonly<Record<string, unknown>>,
): Subject {
  const study = prepareOnce(whole);
  const argsOf = (values: Readonly<Record<string, unknown>>): string[] =>
    Object.entries(values).flatMap(([name, value]) => [`--${flagOf(name)}`, String(value)]);
  const until = (share = Infinity): Watch => {
    const stop = new AbortController();
    let work = 0;
    return {
      threads: 1,
      signal: stop.signal,
      onStart: (run) => void (work = run.work),
      onProgress: (done) => {
        if (done >= share * work) stop.abort();
      },
    };
  };
  return {
    name: study.name,
    program: module.href,
    grants: ["--allow-env=GRAE_BLAS,GRAE_THREADS,OPENBLAS_CORETYPE,TERM,INIT_CWD"],
    startArgs: (out, seed = 0) => [
      ...["--out", out, "--seed", String(seed), "--engine", "wasm", "--threads", "1", "--quiet"],
      ...argsOf(given),
    ],
    resumeArgs: (out, further = false) => [
      ...["--resume", out, "--threads", "1", "--quiet"],
      ...(further ? argsOf(extended) : []),
    ],
    start: (out, { seed = 0, further = false, until: share }) =>
      endOf(study.name, () => {
        const own = { ...given, ...(further ? extended : {}) };
        const values = { ...standardOf(study.options), ...lists(own), quick: false, seed };
        const options = resolved(study, values, new Set(Object.keys(own)));
        return start(study, options, { engine: "wasm", out }, until(share));
      }),
    resume: (out, further) =>
      endOf(study.name, () =>
        resume(
          study,
          out,
          { data: null, retryFailed: false, extended: further ? extended : {} },
          { threads: 1 },
        )),
  };
}

/** Lists are written with commas on a command line. */
const lists = (values: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  ...values,
  ...("hidden" in values ? { hidden: [Number(values["hidden"])] } : {}),
});

const address = (path: string): URL => new URL(`../../${path}`, import.meta.url);

/** A training of two epochs in which anything that is drawn or kept can go wrong. */
export const mnist = (): Subject =>
  subjectOf(
    mnistStudy,
    address("experiments/mnist/study.ts"),
    { limit: 300, hidden: 8, epochs: 2 },
    { epochs: 3 },
  );

/** A study of four parts that take a moment each. */
export const small = (): Subject =>
  subjectOf(
    powers(),
    address("fixtures/runs/powers.ts"),
    { power: 3, pause: 60, turns: 1 },
    { turns: 2 },
  );

/** The same by an objective without samples. */
export const graeStar = (): Subject =>
  subjectOf(
    mnistStudy,
    address("experiments/mnist/study.ts"),
    { objective: "grae-star", limit: 300, hidden: 8, epochs: 2 },
    { epochs: 3 },
  );

/** The name of the report, which makes a site and no run. */
export const REPORT = "report";
/** Reports of the runs in a folder, and of {@link leaveEvidence} beside them. Each makes the whole site. */
export function reports(runs: string): Subject {
  const args = (out: string): string[] => ["--runs", runs, "--evidence", `${runs}/evidence`, "--out", out];
  const none = (): never => {
    throw new TypeError("abuse: a report is made by a process");
  };
  return {
    name: REPORT,
    program: address("experiments/site/report.ts").href,
    // It bundles the live page.
    grants: ["--allow-run=deno"],
    startArgs: args,
    resumeArgs: args,
    start: none,
    resume: none,
  };
}

/** Leaves evidence in a folder of runs. */
export async function leaveEvidence(runs: string): Promise<void> {
  await Deno.mkdir(`${runs}/evidence`, { recursive: true });
  await Deno.writeTextFile(`${runs}/evidence/evidence.json`, JSON.stringify(evidence));
}

/** The SHA-256 of bytes. */
const digestOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();

/** JSON without what says something of one sitting alone. */
function without(text: string, names: readonly string[]): string {
  return JSON.stringify(JSON.parse(text), (name, value) => names.includes(name) ? undefined : value);
}

/** What a sitting says of itself. */
const SITTING = ["sha256", "started", "ended", "seconds", "peakMemory", "sittings", "description"];

/** What the files of a run hold, by name, without times; what is there and should not be is there as well. */
export async function bitsOf(
  folder: string,
  counts: (name: string) => boolean = () => true,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const name of (await filesIn(folder)).filter(counts)) {
    // The small study leaves these for its tests: nothing reads them.
    if (/^turns\d\.txt$/.test(name)) continue;
    try {
      // It may be a device that has no end.
      const bytes = await readBounded(`${folder}/${name}`, name, 2 ** 28);
      const text = (): string => new TextDecoder().decode(bytes);
      found.set(
        name,
        name === "manifest.json"
          ? without(text(), SITTING)
          : name === "metrics.jsonl"
          ? text().trimEnd().split("\n").map((line) => without(line, ["sha256", "seconds"])).join("\n")
          : name === "report.html"
          // What follows are times and sittings.
          ? text().split("Options, engine, versions and times")[0]!
          : await digestOf(bytes),
      );
    } catch {
      found.set(name, "no file, or no JSON");
    }
  }
  return found;
}

/** What differs between what a folder holds and what it must hold; null if nothing. */
export const difference = async (folder: string, must: ReadonlyMap<string, string>): Promise<string | null> =>
  differing(await bitsOf(folder), must);

/** The first name of which two maps have different values, and how; null if there is none. */
export function differing(
  is: ReadonlyMap<string, string>,
  must: ReadonlyMap<string, string>,
): string | null {
  for (const name of new Set([...must.keys(), ...is.keys()])) {
    if (!is.has(name)) return `${name} is missing`;
    if (!must.has(name)) return `${name} was left behind`;
    if (is.get(name) !== must.get(name)) return `${name} is another`;
  }
  return null;
}

/** The paths of the files in a folder, from there, in order. */
export async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) {
      for (const below of await filesIn(`${folder}/${name}`)) found.push(`${name}/${below}`);
    } else found.push(name);
  }
  return found.sort();
}

/** What the report sees of a run: all that it shows, as text. @throws (rejects) DataError if it leaves the run out */
export async function seenOf(run: string): Promise<string> {
  const [, place, name] = /^(.*)\/([^/]*)$/.exec(run)!;
  const { runs, leftOut } = (await gatherRuns(place!))!;
  const why = leftOut.find((line) => line.startsWith(`${name}:`) || line.startsWith(`${name}/`));
  if (why !== undefined) throw new DataError(run, why);
  const one = runs.find(({ folder }) => folder === name);
  if (one === undefined) throw new TypeError(`the report neither shows ${name} nor says why`);
  const { manifest, page, tables } = one;
  const contents = page.figures.map(({ file }) => one.content(file)).map((content) =>
    typeof content === "string" ? content : content.toHex()
  );
  return JSON.stringify([manifest, page, tables, contents]);
}

/** Copies a folder. */
export async function copyFolder(from: string, to: string): Promise<void> {
  for (const name of await filesIn(from)) {
    await Deno.mkdir(`${to}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Runs of a subject that nobody abused. */
export interface Bench {
  readonly subject: Subject;
  /** Folders of runs: complete; gone on further; stopped half-way; complete with another seed. */
  readonly whole: string;
  readonly half: string;
  readonly other: string;
  /** What they must hold: the complete one, one that went further, one of another seed. */
  readonly bits: Readonly<Record<"whole" | "further" | "other", ReadonlyMap<string, string>>>;
  /** What a reader sees of the complete one. */
  readonly seen: string;
}

/** Makes the runs that abused ones are compared with. @throws (rejects) Error if one of them fails */
export async function benchOf(subject: Subject, place: string): Promise<Bench> {
  const at = (name: string): string => `${place}/${name}`;
  const must = async (end: Promise<End>, status: number): Promise<void> => {
    const { status: is, said } = await end;
    if (is !== status) {
      throw new Error(
        `abuse: a run of ${subject.name} must end with ${status}, but ends with ${is}: ${said}`,
      );
    }
  };
  await Deno.mkdir(place, { recursive: true });
  await must(subject.start(at("whole"), {}), 0);
  await must(subject.start(at("further"), { further: true }), 0);
  await must(subject.start(at("other"), { seed: 1 }), 0);
  await must(subject.start(at("half"), { until: 0.7 }), 130);
  return {
    subject,
    seen: await seenOf(at("whole")),
    whole: at("whole"),
    half: at("half"),
    other: at("other"),
    bits: {
      whole: await bitsOf(at("whole")),
      further: await bitsOf(at("further")),
      other: await bitsOf(at("other")),
    },
  };
}

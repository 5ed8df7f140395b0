/**
 * What a sweep would take on so many machines, from a few parts that are timed here and a simulation; and what breaks first.
 *
 * @module
 */

import { type EngineName, startEngine } from "../../lib/engine/mod.ts";
import { prepare } from "../runner/parts.ts";
import { median } from "../runner/spread.ts";
import { type AnyStudy, filesIn, type RunOptions } from "../runner/study.ts";
import { runsOf, seedsOf, settingsOf, settingText, studyOf, type SweepFile, type SweptRun } from "./file.ts";

/** The most bytes of `results.json` that the site reads, and that a run's folder reads. */
const [SITE, FOLDER] = [2 ** 24, 2 ** 28];

/** What is measured of a run. */
export interface Measured {
  /** Seconds: to load the data, for all parts at full size, and to conclude. */
  readonly prepare: number;
  readonly work: number;
  readonly conclude: number;
  readonly parts: number;
  /** Files that it leaves, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** Bytes of its result as JSON. */
  readonly result: number;
}

/** When the last of some jobs ends that are done in their order, each by the worker that is free first. */
export function makespan(seconds: readonly number[], workers: number): number {
  const free = new Float64Array(Math.min(workers, seconds.length));
  for (const one of seconds) {
    let first = 0;
    for (let i = 1; i < free.length; i++) if (free[i]! < free[first]!) first = i;
    free[first]! += one;
  }
  return Math.max(0, ...free);
}

/** When the last share ends, where share I of N does every N-th job, from the I-th. */
export function sharesMakespan(seconds: readonly number[], shares: number): number {
  const sums = new Float64Array(shares);
  seconds.forEach((one, i) => sums[i % shares]! += one);
  return sums.reduce((a, b) => Math.max(a, b), 0);
}

const seconds = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  const began = performance.now();
  return [await work(), (performance.now() - began) / 1000];
};

/** The time of a part: all of it, how many steps it took, and the median time from one step to the next. */
interface Timed {
  readonly all: number;
  readonly steps: number;
  readonly step: number;
}

/**
 * The time of a part at full size, from that of small ones with one epoch and with two: what it takes once, what each epoch
 * takes beside its steps, and the steps. Where it takes note of no steps, the time goes as the weight.
 *
 * @param ratio of the weight at full size to that of the part with one epoch
 */
export function scaled(one: Timed, two: Timed, epochs: number, ratio: number): number {
  if (one.steps === 0) return one.all * ratio;
  const stepped = one.steps * one.step;
  const perEpoch = Math.max(0, two.all - one.all - stepped);
  const once = Math.max(0, one.all - stepped - perEpoch);
  return once + perEpoch * epochs + stepped * ratio;
}

/** The options of a small run: so many epochs, and at most the examples of a quick run, of a study that has these. */
export function smallOptions(study: AnyStudy, options: RunOptions, epochs: number): RunOptions {
  const most = study.options["limit"]?.quick;
  return {
    ...options,
    ...("epochs" in study.options ? { epochs } : {}),
    ...(typeof most === "number" ? { limit: Math.min(most, Number(options["limit"] ?? most)) } : {}),
  };
}

/** Times small runs of a setting, with at most one epoch and two, and gives what its run takes at full size. */
async function measure(file: SweepFile, { name, options }: SweptRun, engine: string): Promise<Measured> {
  const study = studyOf(file), signal = new AbortController().signal;
  const [full, prepared] = await seconds(() => prepare(study, options));
  const kept = new Map<string, Uint8Array<ArrayBuffer>>(), files = filesIn(kept);
  const timed = async (epochs: number) => {
    kept.clear();
    const { parts, conclude } = await prepare(study, smallOptions(study, options, epochs));
    const results: unknown[] = [], times: Timed[] = [];
    for (const part of parts) {
      const at: number[] = [];
      const log = (): void => void at.push(performance.now());
      // As a sweep does them.
      const context = {
        ...{ signal, progress: () => {}, note: () => {}, log, engine, files },
        ...{ keep: () => {}, audited: false },
      };
      const [result, all] = await seconds(() => part.run(context));
      results.push(result);
      const gaps = at.slice(1).map((time, i) => (time - at[i]!) / 1000);
      times.push({ all, steps: at.length, step: gaps.length === 0 ? 0 : median(gaps) });
    }
    return { parts, times, results, conclude };
  };
  const one = await timed(1), two = await timed(2);
  const [{ numbers, figures }, concluding] = await seconds(() =>
    two.conclude(two.results, { signal, files })
  );
  for (const { file, content } of figures) await files.write(file, content);
  const work = full.parts.reduce((sum, { weight }, i) => {
    const ratio = weight / one.parts[i]!.weight;
    return sum + scaled(one.times[i]!, two.times[i]!, Number(options["epochs"] ?? 1), ratio);
  }, 0);
  return {
    ...{ prepare: prepared, work, conclude: concluding, parts: full.parts.length },
    files: kept.size + full.parts.length,
    bytes: [...kept.values()].reduce((sum, { length }) => sum + length, JSON.stringify(two.results).length),
    result:
      JSON.stringify({ run: name, numbers, failed: [], data: full.data?.sha256 ?? null }, null, 1).length,
  };
}

/** So many of some things, evenly spread, with the first. */
const spread = <T>(things: readonly T[], count: number): T[] =>
  Array.from(
    { length: Math.min(count, things.length) },
    (_, i) => things[Math.floor(i * things.length / Math.min(count, things.length))]!,
  );

/** What a plan takes. */
export interface PlanOptions {
  readonly file: SweepFile;
  readonly quick: boolean;
  readonly data: string | null;
  readonly machines: number;
  /** How many settings are timed. */
  readonly timed: number;
  readonly engine: EngineName;
  readonly threads: number | null;
}

/**
 * The lines of a plan.
 *
 * @throws (rejects) UsageError for a file of no use; DataError for the data; what a part throws
 */
export async function plan(
  { file, quick, data, machines, timed, engine: name, threads }: PlanOptions,
  say: (line: string) => void,
): Promise<string[]> {
  const runs = runsOf(file, { quick, data }), settings = settingsOf(file);
  const engine = await startEngine(name, threads === null ? {} : { threads });
  const samples: { readonly index: number; readonly measured: Measured }[] = [];
  for (const setting of spread(settings, timed)) {
    say(`timing ${setting.name}: ${settingText(setting)}`);
    const run = runs.find((run) => run.setting.name === setting.name)!;
    samples.push({ index: settings.indexOf(setting), measured: await measure(file, run, engine.name) });
  }
  const memory = Deno.memoryUsage().rss;
  const perSetting = settings.map((_, i) => samples.findLast(({ index }) => index <= i)!.measured);
  const each = settings.flatMap((_, i) => seedsOf(file).map(() => perSetting[i]!));
  return planLines({ file, machines, each, memory, timed: samples.map(({ measured }) => measured) }, [
    `engine ${engine.name}: ${engine.description}, on ${Deno.build.target} with ${navigator.hardwareConcurrency} cores`,
  ]);
}

/** What a plan is made from: what is measured or taken of each run, in their order, and the memory of the process that measured. */
interface Measures {
  readonly file: SweepFile;
  readonly machines: number;
  readonly each: readonly Measured[];
  readonly timed: readonly Measured[];
  readonly memory: number;
}

/** The lines of a plan from what was measured. */
export function planLines(
  { file, machines, each, timed, memory }: Measures,
  about: readonly string[],
): string[] {
  const sum = (value: (one: Measured) => number): number =>
    each.reduce((total, one) => total + value(one), 0);
  const seconds = each.map(({ prepare, work, conclude }) => prepare + work + conclude);
  const all = seconds.reduce((a, b) => a + b, 0), longest = seconds.reduce((a, b) => Math.max(a, b), 0);
  const runs = each.length, result = sum(({ result }) => result) / runs;
  const workers = Math.min(machines, runs);
  const [queue, shares] = [makespan(seconds, workers), sharesMakespan(seconds, workers)];
  const range = (value: (one: Measured) => number): string => {
    const values = timed.map(value), [low, high] = [Math.min(...values), Math.max(...values)];
    return low === high ? spell(low) : `${spell(low)} to ${spell(high)}`;
  };
  const breaks = [
    { at: SITE / result, what: `deno task report leaves the sweep out: results.json is above ${size(SITE)}` },
    { at: FOLDER / result, what: `the run is refused by --resume: results.json is above ${size(FOLDER)}` },
  ].toSorted((a, b) => a.at - b.at).map(({ at, what }) =>
    `${Math.floor(at)} runs: ${what}${at < runs ? "  ← this sweep" : ""}`
  );
  return [
    `${runs} runs of ${file.study}, ${sum(({ parts }) => parts)} parts; ${seedsOf(file).length} seeds of ${
      runs / seedsOf(file).length
    } settings`,
    ...about,
    `timed on ${timed.length} settings: small runs of one epoch and two, scaled by weight: ${
      range(({ work }) => work)
    } a run, ` +
    `and ${range(({ prepare, conclude }) => prepare + conclude)} to load and conclude`,
    `all runs one after the other: ${spell(all)}`,
    `on ${machines} machines: ${spell(queue)} where each takes the next run, ${
      spell(shares)
    } by --part I/${workers}; ` +
    `never less than ${spell(Math.max(all / machines, longest))}`,
    `memory: ${size(memory)} a process, as measured with the small runs`,
    `disk: ${size(sum(({ bytes }) => bytes))} in ${sum(({ files }) => files)} files`,
    `results.json: ${size(result * runs)}`,
    "what breaks first:",
    ...breaks.map((line) => `  ${line}`),
  ];
}

/** "2.5 h". */
function spell(seconds: number): string {
  const units = [["s", 60], ["min", 60], ["h", 24], ["d", 365.25], ["years", Infinity]] as const;
  let left = seconds;
  for (const [unit, most] of units) {
    if (left < most) return `${left.toPrecision(left >= 100 ? 3 : 2)} ${unit}`;
    left /= most;
  }
  return `${left}`;
}

/** "1.2 GB". */
function size(bytes: number): string {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1000 ** power).toPrecision(3)} ${["B", "kB", "MB", "GB", "TB"][power]}`;
}

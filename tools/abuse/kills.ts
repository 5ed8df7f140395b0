/**
 * Processes that are killed while they work, and processes that work in one folder at once.
 *
 * @module
 */

import { after, processEnd, type Running, running } from "./process.ts";
import { type Bench, copyFolder, difference, REPORT } from "./subject.ts";
import { type Draws, type End, type Found, judged, problemOf } from "./verdict.ts";

/** A bench whose processes have been measured. */
export interface Timed extends Bench {
  /** Milliseconds from start to end, here and now. */
  readonly duration: number;
  /** The largest resident size, in bytes. */
  readonly peak: number;
}

const SIGNALS: readonly Deno.Signal[] = ["SIGKILL", "SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];
/** How often a run is gone on with at the most until it is complete. */
const TIMES = 4;

/** Whether a folder holds a run. */
export const isRun = (out: string): Promise<boolean> =>
  Deno.stat(`${out}/manifest.json`).then(() => true, () => false);

/** Goes on with a run, or begins it where there is none, until it is complete; then what it came to. */
export async function completed(bench: Bench, out: string): Promise<Pick<Found, "verdict" | "why">> {
  const { subject } = bench;
  const end = await processEnd(
    subject,
    await isRun(out) ? subject.resumeArgs(out) : subject.startArgs(out),
    out,
  );
  const found = await judged(end, out, () => difference(out, bench.bits.whole));
  // Whatever happened to it, a run goes on: nobody has damaged it.
  return found.verdict === "refused" ? { verdict: "other", why: found.why } : found;
}

/** Kills a run once or several times, wherever it is, and lets it go on. */
export async function kill(bench: Timed, out: string, draws: Draws): Promise<Found> {
  const { subject, duration } = bench;
  const done: string[] = [];
  const times = draws.pick([1, 1, 2, TIMES - 1]);
  for (let i = 0; i < times; i++) {
    const job = running(
      subject,
      await isRun(out) ? subject.resumeArgs(out) : subject.startArgs(out),
      out,
    );
    const moment = Math.round(1.1 * duration * draws.share());
    const signals = draws.once(3) ? [draws.pick(SIGNALS), draws.pick(SIGNALS)] : [draws.pick(SIGNALS)];
    const pause = draws.below(500);
    await after(moment);
    for (const [k, signal] of signals.entries()) {
      if (k > 0) await after(pause);
      job.kill(signal);
    }
    done.push(`${signals.join(`, ${pause} ms later `)} after ${moment} ms`);
    const end = await job.ended;
    const problem = problemOf(end);
    const what = `${subject.name}: ${done.join("; --resume, ")}`;
    if (problem !== null) return { what, ...problem };
    if (end.status === 1 || end.status === 2) return { what, verdict: "other", why: end.said.trim() };
  }
  return {
    what: `${subject.name}: ${done.join("; --resume, ")}; then --resume`,
    ...await completed(bench, out),
  };
}

const PAIRS = [
  "start and start",
  "start and another start",
  "start and resume",
  "resume and resume",
  "three resumes",
] as const;

/** Lets processes work in one folder at once. */
export async function double(bench: Timed, out: string, draws: Draws): Promise<Found> {
  const { subject, duration } = bench;
  const pair = draws.pick(subject.name === REPORT ? PAIRS.slice(3) : PAIRS);
  const [start, another, goOn] = [subject.startArgs(out), subject.startArgs(out, 1), subject.resumeArgs(out)];
  if (pair.endsWith("resumes") || pair.startsWith("resume")) await copyFolder(bench.half, out);
  const all: readonly (readonly string[])[] = {
    "start and start": [start, start],
    "start and another start": [start, another],
    "start and resume": [start, goOn],
    "resume and resume": [goOn, goOn],
    "three resumes": [goOn, goOn, goOn],
  }[pair];
  const distances = all.map((_, i) =>
    i === 0 ? 0 : draws.once(2) ? draws.below(60) : Math.round(duration * draws.share())
  );
  const jobs: Running[] = [];
  for (const [i, args] of all.entries()) {
    await after(distances[i]!);
    jobs.push(running(subject, args, out));
  }
  const ends = await Promise.all(jobs.map(({ ended }) => ended));
  const what = `${subject.name}: ${pair}, ${distances.slice(1).join(" and ")} ms apart`;
  const winner = ends.findIndex(({ status }) => status === 0);
  const must = bench.bits[pair === "start and another start" && winner === 1 ? "other" : "whole"];
  for (const end of ends) {
    const found = await judged(end, out, () => difference(out, must));
    if (found.verdict !== "refused" && found.verdict !== "same") return { what, ...found };
  }
  const worked = ends.filter(({ status }) => status === 0).length;
  if (worked === 0) return { what, verdict: "other", why: `none worked: ${saidBy(ends)}` };
  if (pair.startsWith("start and") && pair !== "start and resume" && worked > 1) {
    return { what, verdict: "silent", why: "two runs were made in one folder" };
  }
  return { what, verdict: "same", why: "" };
}

const saidBy = (ends: readonly End[]): string => ends.map(({ said }) => said.trim()).join("; ");

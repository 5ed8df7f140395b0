/**
 * The side of a queue that does parts, of whatever study and run, one at a time. It writes no file.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Job as BullJob } from "bullmq";
import * as v from "valibot";
import type { EngineName } from "../../lib/engine/mod.ts";
import { startEngine } from "../../lib/engine/mod.ts";
import { schemaProblem } from "../../properties/contract/run.ts";
import { versions } from "../../tools/versions.ts";
import { turn } from "../runner/interruption.ts";
import { digestOf, type Maker } from "../runner/part_file.ts";
import { donePart, makerOf, prepare } from "../runner/parts.ts";
import { type AnyStudy, filesIn, type Part, savedOptions } from "../runner/study.ts";
import { type Address, shown, withoutSecrets } from "./address.ts";
import { connected, QueueError } from "./connection.ts";
import { fileKey, type Job, jobSchema, KEPT, QUEUE, type Reply, type Share } from "./job.ts";

/** What a worker does. */
export interface WorkerOptions {
  /** The studies that it knows, by name. */
  readonly studies: Readonly<Record<string, () => Promise<AnyStudy>>>;
  /** Where the data are here of runs that are made from data elsewhere; null to take them where the run says. */
  readonly data: string | null;
  /** How many threads the engine has; null for as many as it takes by itself. */
  readonly threads: number | null;
  /** Seconds without a sign of life after which a part is given to another worker. */
  readonly patience: number;
  /** Aborted when it is to give back the part that it is at, and end. */
  readonly signal: AbortSignal;
  /** Shows a line. */
  readonly say: (line: string) => void;
  /** Shows a line even if it is to be quiet. */
  readonly warn: (line: string) => void;
  /** Requires that data may be read. @throws (rejects) UsageError */
  readonly mayRead: (data: string) => Promise<void>;
}

/** Names of errors by which a worker that cannot do a run is told from a part that fails. */
const REFUSALS: readonly string[] = ["DataError", "EngineError", "QueueError", "UsageError"];
/** A part that takes down so many workers is given to no other. */
const STALLS = 20;
/** How often progress is sent at most, in milliseconds. */
const OFTEN = 500;
/** The most lines of a part that are sent on. */
const NOTES = 100;

/**
 * Takes parts from a queue until it is stopped.
 *
 * @returns how many parts it has done
 * @throws (rejects) QueueError, DataError, EngineError or UsageError for a part that it cannot do, which it gives back
 */
export async function takeParts(address: Address, options: WorkerOptions): Promise<number> {
  const { say, warn, patience } = options;
  await using connection = await connected(address, warn, options.signal);
  const { redis, bull: { Worker, WaitingError }, onError } = connection;
  let done = 0;
  let refusal: unknown;
  const refused = new AbortController();
  const stop = AbortSignal.any([options.signal, refused.signal]);
  const bench = new Bench(options);
  /** The part that it is at: aborted if it was given to another. */
  let lost = new AbortController();

  const giveBack = async (job: BullJob<Job>, token: string): Promise<never> => {
    await job.moveToWait(token);
    throw new WaitingError();
  };
  const work = async (job: BullJob<Job>, token?: string): Promise<Reply> => {
    lost = new AbortController();
    const signal = AbortSignal.any([stop, lost.signal]);
    const began = performance.now();
    let part: Part<unknown>;
    try {
      part = await bench.partOf(job.data);
      await turn(signal);
    } catch (error) {
      if (!stop.aborted) {
        if (!(error instanceof Error) || !REFUSALS.includes(error.name)) throw error;
        refusal = error;
        refused.abort();
      }
      return await giveBack(job, token!);
    }
    const name = `${job.data.made.study}: ${part.name}`;
    try {
      const reply = await doPart(part, job, signal);
      say(`${name}: done in ${((performance.now() - began) / 1000).toFixed(1)} s`);
      done++;
      return reply;
    } catch (error) {
      if (lost.signal.aborted) warn(`${name}: took too long to be heard of; another worker has it`);
      else if (stop.aborted) {
        say(`${name}: given back`);
        return await giveBack(job, token!);
      } else warn(`${name}: fails: ${error instanceof Error ? error.stack ?? error.message : error}`);
      throw error;
    }
  };
  const doPart = async (part: Part<unknown>, job: BullJob<Job>, signal: AbortSignal): Promise<Reply> => {
    const { run, made } = job.data;
    const kept = new Map<string, Uint8Array<ArrayBuffer>>();
    const notes: string[] = [];
    const note = (line: string): void => void (notes.length < NOTES && notes.push(line));
    const { files } = await donePart(part, made, {
      ...{ signal, note, engine: made.engine, files: filesIn(kept) },
      progress: told((share) => job.updateProgress({ ...share })),
    });
    const sent: Reply["files"][number][] = [];
    for (const [file, bytes] of [...kept, ...files]) {
      const sha256 = await digestOf(bytes.slice());
      await redis.set(fileKey(run, part.name, sha256), Buffer.from(bytes), "EX", KEPT);
      sent.push({ file, sha256 });
    }
    return { format: "grae reply 1", files: sent, notes, engine: bench.engine, host: hostHere() };
  };

  const worker = new Worker<Job, Reply>(QUEUE.name, work, {
    ...{ connection: redis, prefix: QUEUE.prefix, autorun: false, runRetryDelay: 1000 },
    ...{ lockDuration: 1000 * patience, stalledInterval: 500 * patience, maxStalledCount: STALLS },
  });
  worker.on("error", (error) => {
    // What BullMQ says of a part that was given to another, which is said above.
    if (!/lock/i.test(error.message)) onError(error);
  });
  worker.on("lockRenewalFailed", () => lost.abort(new QueueError("the part was given to another worker")));
  const ended = worker.run();
  say(`takes parts from ${shown(address)}`);
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener("abort", () => resolve());
  });
  await worker.close();
  await ended;
  if (refusal !== undefined) throw refusal;
  return done;
}

/** The system and its cores, as a manifest names them. */
const hostHere = (): string => `${Deno.build.target}, ${navigator.hardwareConcurrency} cores`;

/** A part's progress, sent on now and then. */
function told(send: (share: Share) => Promise<unknown>): (share: number, now?: string) => void {
  let last = -Infinity;
  let sending = false;
  return (share, now = "") => {
    if (sending || performance.now() - last < OFTEN) return;
    [last, sending] = [performance.now(), true];
    // Progress that does not arrive is missed by nobody.
    send({ share, now }).catch(() => {}).finally(() => sending = false);
  };
}

/** The run that a worker has prepared last, and its engine. */
class Bench {
  /** The description of the engine that runs. */
  engine = "";
  #running = "";
  #key = "";
  #parts: ReadonlyMap<string, Part<unknown>> = new Map();

  constructor(readonly options: WorkerOptions) {}

  /**
   * The part that a job asks for.
   *
   * @throws (rejects) QueueError if it cannot be done by this version, on this engine, with these data, or is none
   */
  async partOf(job: unknown): Promise<Part<unknown>> {
    const problem = schemaProblem(jobSchema, job);
    if (problem !== null) {
      throw new QueueError(
        `a job of the queue: ${problem}; workers and the run must be of one version of grae`,
      );
    }
    const { part, made, options } = v.parse(jobSchema, job);
    const key = JSON.stringify([made, options["data"] ?? null]);
    if (this.#key !== key) await this.#prepare(made, options, key);
    return this.#parts.get(part) ?? refuse(made, `has the part ${part}, but here it has none of that name`);
  }

  async #prepare(made: Maker, given: Readonly<Record<string, unknown>>, key: string): Promise<void> {
    const { studies, data, threads } = this.options;
    this.#key = "";
    const own = versions();
    for (const [name, version] of Object.entries(made.versions)) {
      if (own[name] === version) continue;
      refuse(
        made,
        `is by ${name} ${version}, but this worker has ${own[name]}; start a worker of that version`,
      );
    }
    if (!Object.hasOwn(studies, made.study)) {
      refuse(
        made,
        `must be of one of ${Object.keys(studies).join(", ")}, but is not; start a worker that has the study`,
      );
    }
    const study = await studies[made.study]!();
    const saved = savedOptions(study, given, `a job of ${made.study}`, {});
    const from = saved["data"] ?? null;
    const options = from === null || data === null ? saved : { ...saved, data };
    if (from !== null && data === null) await this.options.mayRead(String(from));
    if (this.#running !== made.engine) {
      const engine = await startEngine(made.engine as EngineName, threads === null ? {} : { threads });
      [this.#running, this.engine] = [engine.name, engine.description];
    }
    const prepared = await prepare(study, options);
    const here = makerOf(study, { options: saved, versions: own, engine: { name: this.#running } }, prepared);
    if (here.data !== made.data) {
      const how = from === null ? "" : "; give the place of the run's data by --data";
      refuse(made, `is made from data with SHA-256 ${made.data}, but the data here have ${here.data}${how}`);
    }
    if (JSON.stringify(here) !== JSON.stringify(made)) {
      refuse(made, `is made by ${JSON.stringify(made)}, but here it would be by ${JSON.stringify(here)}`);
    }
    this.#parts = new Map(prepared.parts.map((part) => [part.name, part]));
    this.#key = key;
  }
}

const refuse = ({ study }: Maker, why: string): never => {
  throw new QueueError(withoutSecrets(`the run of ${study} in the queue ${why}`));
};

/**
 * The side of a queue that does parts, of whatever study and run, one at a time. It writes no file.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Job as BullJob } from "bullmq";
import { turn } from "../runner/interruption.ts";
import { digestOf } from "../runner/part_file.ts";
import { donePart } from "../runner/parts.ts";
import { filesIn, type Part } from "../runner/study.ts";
import { type Address, shown } from "./address.ts";
import { connected, QueueError, within } from "./connection.ts";
import { Preparation, type PreparationOptions } from "./preparation.ts";
import { fileKey, type Job, KEPT, QUEUE, type Reply, type Share } from "./job.ts";

/** What a worker does. */
export interface WorkerOptions extends PreparationOptions {
  /** Seconds without a sign of life after which a part is given to another worker. */
  readonly patience: number;
  /** Aborted when it is to give back the part that it is at, and end. */
  readonly signal: AbortSignal;
  /** Shows a line. */
  readonly say: (line: string) => void;
  /** Shows a line even if it is to be quiet. */
  readonly warn: (line: string) => void;
}

/** Names of errors by which a worker that cannot do a run is told from a part that fails. */
const REFUSALS: readonly string[] = ["DataError", "EngineError", "QueueError", "UsageError"];
/** A part that takes down so many workers is given to no other. */
const STALLS = 20;
/** How often progress is sent at most, in milliseconds. */
const OFTEN = 500;
/** How long it may take to give back a part, in milliseconds: a server that does not answer holds nobody. */
const CLOSING = 1800;
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
  const prepared = new Preparation(options);
  /** The part that it is at: aborted if it was given to another. */
  let lost = new AbortController();

  const giveBack = async (job: BullJob<Job>, token: string): Promise<never> => {
    await job.moveToWait(token);
    throw new WaitingError();
  };
  const dropped = (name: string): Error => {
    warn(`${name}: this worker was not heard of for too long; another one has it`);
    return new Error("dropped");
  };
  const work = async (job: BullJob<Job>, token?: string): Promise<Reply> => {
    lost = new AbortController();
    const signal = AbortSignal.any([stop, lost.signal]);
    const began = performance.now();
    let part: Part<unknown>;
    try {
      part = await prepared.partOf(job.data);
      await turn(signal);
    } catch (error) {
      if (lost.signal.aborted) throw dropped(job.data.part);
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
      if (lost.signal.aborted) throw dropped(name);
      if (stop.aborted) {
        say(`${name}: given back`);
        return await giveBack(job, token!);
      }
      warn(`${name}: fails: ${error instanceof Error ? error.stack ?? error.message : error}`);
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
    return { format: "grae reply 1", files: sent, notes, engine: prepared.engine, host: hostHere() };
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
  // It ends with an error where the server goes away while it connects; later it waits for the server by itself.
  const ended = worker.run().catch((error: Error) => {
    refusal ??= new QueueError(
      `the queue ${
        shown(address)
      } must answer while a worker begins, but there is: ${error.message}; start the worker again`,
    );
    refused.abort();
  });
  say(`takes parts from ${shown(address)}`);
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener("abort", () => resolve());
  });
  await within(CLOSING, worker.close().then(() => ended));
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

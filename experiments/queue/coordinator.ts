/**
 * The side of a queue that has the run's folder: it adds the parts that are left, and writes what workers reply.
 *
 * What is on the server may be lost at any time, and what is told twice is taken once: what is done is what the folder holds.
 *
 * @module
 */

import type { Job as BullJob } from "bullmq";
import * as v from "valibot";
import { schemaProblem } from "../../properties/contract/run.ts";
import { decodePart, digestOf, type Outcome, partFile } from "../runner/part_file.ts";
import type { DoParts, PartsLeft } from "../runner/parts.ts";
import type { Part } from "../runner/study.ts";
import { type Address, shown, withoutSecrets } from "./address.ts";
import { connected, type Connection, QueueError, within } from "./connection.ts";
import {
  ATTEMPTS,
  fileKey,
  type Job,
  jobName,
  KEPT,
  problemOfFiles,
  QUEUE,
  type Reply,
  replySchema,
  runName,
  type Share,
} from "./job.ts";

/** How often jobs are looked at whose events may have been lost, in milliseconds, and how many of them at once. */
const LOOK = 2000, AT_ONCE = 500;
/** How long the queue may take to withdraw parts when the run is stopped, in milliseconds. */
const WITHDRAWAL = 1500;

/** Does the parts that are left through a queue. */
export const throughQueue = (address: Address): DoParts => async (left) => {
  const { signal, note, warn } = left;
  await using connection = await connected(address, warn, signal);
  note(`parts go through ${shown(address)}; workers take them by  deno task worker --queue`);
  const run = await runName(left.made, left.manifest.started);
  await new Coordinator(left, connection, run).work();
};

/** Of what one run has in the queue. */
class Coordinator {
  /** Parts that are not settled yet, by the name of the job. */
  readonly #open = new Map<string, Part<unknown>>();
  /** The parts that workers are at. */
  readonly #active = new Set<string>();
  /** Why parts have no result, by name. */
  readonly #failed = new Map<string, string>();
  /** How many replies were refused, by the name of the job. */
  readonly #refused = new Map<string, number>();
  /** Jobs of which something was heard. */
  readonly #heard = new Set<string>();
  readonly #queue;
  readonly #events;
  readonly #began = performance.now();
  #done = 0;
  #wake = (): void => {};

  constructor(readonly left: PartsLeft, readonly connection: Connection, readonly run: string) {
    const { bull: { Queue, QueueEvents }, redis } = connection;
    const options = { connection: redis, prefix: QUEUE.prefix };
    this.#queue = new Queue<Job>(QUEUE.name, options);
    this.#events = new QueueEvents(QUEUE.name, options);
    for (const part of left.parts) this.#open.set(jobName(run, part.name), part);
  }

  /** @throws (rejects) QueueError if parts have no result; the signal's reason */
  async work(): Promise<void> {
    const { signal } = this.left;
    this.#queue.on("error", this.connection.onError);
    this.#events.on("error", this.connection.onError);
    this.#listen();
    const wake = (): void => this.#wake();
    signal.addEventListener("abort", wake);
    this.connection.redis.on("ready", wake);
    const timer = setInterval(wake, LOOK);
    try {
      // What failed in an earlier sitting is tried again.
      await this.#look([...this.#open.keys()], true);
      for (let from = 0; this.#open.size > 0;) {
        signal.throwIfAborted();
        const heard = [...this.#heard];
        this.#heard.clear();
        if (heard.length > 0) await this.#look(heard);
        else {
          const all = [...this.#open.keys()];
          if (from >= all.length) from = 0;
          await this.#look(all.slice(from, from + AT_ONCE));
          from += AT_ONCE;
        }
        if (this.#heard.size === 0 && this.#open.size > 0 && !signal.aborted) {
          await new Promise<void>((resolve) => this.#wake = resolve);
        }
      }
      await this.#orAborted(this.#clear());
    } finally {
      clearInterval(timer);
      this.connection.redis.off("ready", wake);
      signal.removeEventListener("abort", wake);
      await within(WITHDRAWAL, this.#close());
    }
    const [first] = this.#failed;
    if (first === undefined) return;
    throw new QueueError(
      `${this.#failed.size} of ${this.left.parts.length} parts have no result; the first, ${first[0]}: ${
        first[1]
      }; the others are kept: go on by --resume`,
    );
  }

  #listen(): void {
    const events = this.#events;
    const heard = ({ jobId }: { jobId: string }): void => {
      if (!this.#open.has(jobId)) return;
      this.#heard.add(jobId);
      this.#wake();
    };
    events.on("completed", heard);
    events.on("failed", heard);
    events.on("active", ({ jobId }) => void (this.#open.has(jobId) && this.#active.add(jobId)));
    events.on("progress", ({ jobId, data }) => this.#show(jobId, data as unknown as Share));
    events.on("stalled", ({ jobId }) => {
      const part = this.#givenBack(jobId);
      if (part) this.left.note(`${part.name}: its worker was not heard of any more; another one takes it`);
    });
    events.on("waiting", ({ jobId, prev }) => void (prev === "active" && this.#givenBack(jobId)));
    events.on("delayed", ({ jobId }) => {
      const part = this.#givenBack(jobId);
      if (part) this.#tellWhy(jobId, part).catch(this.connection.onError);
    });
  }

  #show(job: string, { share, now }: Share): void {
    const part = this.#open.get(job);
    if (!part || !(share >= 0 && share <= 1)) return;
    this.#active.add(job);
    this.left.progress(part, share, this.#words(`${part.name} ${now}`));
  }

  #words(now: string): string {
    const perMinute = this.#done / (performance.now() - this.#began) * 60_000;
    const rate = this.#done === 0 ? "" : ` │ ${perMinute.toPrecision(3)} parts/min`;
    return `${this.#active.size} at work${rate} │ ${now}`;
  }

  /** A part that no worker is at any more; undefined if it is settled. */
  #givenBack(job: string): Part<unknown> | undefined {
    const part = this.#open.get(job);
    if (part && this.#active.delete(job)) this.left.progress(part, 0, this.#words(`${part.name} waits`));
    return part;
  }

  /** Says why a part is tried again. */
  async #tellWhy(job: string, { name }: Part<unknown>): Promise<void> {
    const found = await this.#queue.getJob(job);
    if (found?.failedReason) this.left.note(`${name} is tried again: ${oneLine(found.failedReason)}`);
  }

  /** Looks at jobs: adds those that are missing, takes those that are done. */
  async #look(jobs: readonly string[], again = false): Promise<void> {
    for (let from = 0; from < jobs.length; from += AT_ONCE) {
      this.left.signal.throwIfAborted();
      const open = jobs.slice(from, from + AT_ONCE).filter((job) => this.#open.has(job));
      const found = await this.#orAborted(Promise.all(open.map((job) => this.#queue.getJob(job))));
      const missing: string[] = [];
      for (const [i, job] of open.entries()) {
        const one = found[i];
        if (one === undefined) missing.push(job);
        else if (one.finishedOn !== undefined && !await this.#settled(job, one, again)) missing.push(job);
      }
      if (missing.length > 0) await this.#orAborted(this.#add(missing));
    }
  }

  async #add(jobs: readonly string[]): Promise<void> {
    const { made, options } = this.left;
    await this.#queue.addBulk(jobs.map((job) => {
      const part = this.#open.get(job)!.name;
      return {
        name: made.study,
        data: { format: "grae job 1", run: this.run, part, made, options },
        opts: {
          jobId: job,
          attempts: ATTEMPTS,
          backoff: { type: "fixed", delay: 1000 },
          removeOnComplete: { age: KEPT },
          removeOnFail: { age: KEPT },
        },
      };
    }));
  }

  /** Settles a part whose job has ended. @returns whether it is; else its job is removed */
  async #settled(job: string, found: BullJob<Job>, again: boolean): Promise<boolean> {
    const part = this.#open.get(job)!;
    if (found.failedReason !== undefined && found.returnvalue === null) {
      if (!again) return this.#give(job, oneLine(found.failedReason));
      await this.#orAborted(found.remove());
      return false;
    }
    const reply = await this.#orAborted(this.#replyOf(part, found.returnvalue));
    if (typeof reply === "string") {
      const times = (this.#refused.get(job) ?? 0) + 1;
      this.#refused.set(job, times);
      if (times === ATTEMPTS) return this.#give(job, reply);
      this.left.note(`${part.name} is made again: ${reply}`);
      await this.#orAborted(found.remove());
      return false;
    }
    if (reply !== null) {
      await this.left.folder.writeFiles(reply.files);
      this.#open.delete(job);
      this.#active.delete(job);
      this.#done++;
      reply.notes.forEach(this.left.note);
      await this.left.kept(part, reply.outcome, reply.by);
      this.left.progress(part, 0, this.#words(part.name));
    }
    await this.#orAborted(found.remove());
    if (reply !== null) await this.#orAborted(this.connection.redis.del(...reply.keys));
    return reply !== null;
  }

  /** A part has no result: it is not tried any more in this sitting. */
  #give(job: string, why: string): true {
    const { name } = this.#open.get(job)!;
    this.#open.delete(job);
    this.#active.delete(job);
    this.#failed.set(name, why);
    this.left.warn(`${name} has no result: ${why}`);
    return true;
  }

  /** What a worker replied, verified; null if files are not there any more; a text, if it cannot be a reply. */
  async #replyOf({ name }: Part<unknown>, value: unknown) {
    const problem = schemaProblem(replySchema, value) ?? problemOfFiles(name, (value as Reply).files);
    if (problem !== null) return `the worker's reply: ${problem}`;
    const reply = v.parse(replySchema, value);
    const keys = reply.files.map(({ sha256 }) => fileKey(this.run, name, sha256));
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const [i, { file, sha256 }] of reply.files.entries()) {
      const buffer = await this.connection.redis.getBuffer(keys[i]!);
      if (buffer === null) return null;
      const bytes = Uint8Array.from(buffer);
      const found = await digestOf(bytes);
      if (found !== sha256) return `the SHA-256 of ${file} must be ${sha256}, but is ${found}`;
      files.set(file, bytes);
    }
    const { made, study } = this.left;
    try {
      const outcome: Outcome<unknown> | null = await decodePart(
        files.get(partFile(name)) ?? fail(`it must have ${partFile(name)}, but has none`),
        name,
        made,
        study.result,
        (file) => Promise.resolve(files.get(file) ?? null),
        fail,
      );
      if (outcome === null) return `it was made with other values of options`;
      return { outcome, files, keys, notes: reply.notes, by: { engine: reply.engine, host: reply.host } };
    } catch (error) {
      if (error instanceof QueueError) return `the worker's reply: ${error.message}`;
      throw error;
    }
  }

  /** A promise's value, unless the run is stopped first: a server that does not answer holds nobody. */
  async #orAborted<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.left;
    promise.catch(() => {});
    let stop = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop);
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Removes what is left of the run: a process that was killed may have written a part whose job is still there. */
  async #clear(): Promise<void> {
    const { redis } = this.connection;
    const all = await Promise.all(
      ["completed", "failed"].map((set) => redis.zrange(this.#queue.toKey(set), 0, -1)),
    );
    const own = all.flat().filter((job) => job.startsWith(jobName(this.run, "")));
    await Promise.all(own.map((job) => this.#queue.remove(job)));
    for await (const keys of redis.scanStream({ match: fileKey(this.run, "*", "*"), count: 1000 })) {
      if (keys.length > 0) await redis.del(...keys as string[]);
    }
  }

  /** Withdraws the parts that nobody has begun, and closes. */
  async #close(): Promise<void> {
    try {
      // A part that a worker is at is locked, and stays.
      await Promise.allSettled([...this.#open.keys()].map((job) => this.#queue.remove(job)));
    } finally {
      await Promise.allSettled([this.#events.close(), this.#queue.close()]);
    }
  }
}

const fail = (why: string): never => {
  throw new QueueError(why);
};

const oneLine = (text: string): string => withoutSecrets(text).split("\n")[0]!.slice(0, 1000);

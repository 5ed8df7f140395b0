/**
 * The threads that share the wasm heap: one job at a time, cut into chunks that whoever is free takes. A thread that
 * sleeps or is held up costs nothing but its help, and how a job is cut does not depend on how many take part, so the
 * bits are the same with any number of threads.
 *
 * @module
 */

import { EngineError } from "../engine_error.ts";
import { type InstantiatedSimd, instantiateSimd } from "./kernels.ts";
import { onPage, sharesMemory, startThread } from "./thread.ts";

/** Multiply-adds, or numbers touched, below which a job is not worth the 2 µs of sharing it. */
export const WORTH_SHARING = 1 << 15;
/** Jobs below this size start no threads: those of a small test are done before one would be there. */
const WORTH_STARTING = 1 << 22;

/** Bytes of a job: its header, its arguments, and a word that a thread sets when it has failed. */
export const JOB = 128;
/** Which word that is. */
export const FAILED = 31;
/** The most threads that a team has, each with memory of its own: the machine's cores. */
export const CORES = navigator.hardwareConcurrency;
/** Bytes of a thread's scratch memory, as `team.as` has it: two matrices of 64 × 64 in double precision, or a packed panel of a product. */
const SCRATCH = 64 << 10;
/** Milliseconds within which the other threads are there: 20 each on a machine that has time for them. */
const PATIENCE = 30_000;
/** The same on a page, which goes on without those that do not come. */
const PATIENCE_OF_PAGE = 5_000;

const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);

/** A float32 argument of a kernel: the whole number with its bits. */
export function float(value: number): number {
  floats[0] = value;
  return bits[0]!;
}

const doubles = new Float64Array(1);
const halves = new Int32Array(doubles.buffer);

/** A float64 argument: two whole numbers, the first at an even place. */
export function double(value: number): [number, number] {
  doubles[0] = value;
  return [halves[0]!, halves[1]!];
}

/**
 * A job: a number of `KERNEL`; how many chunks it has; the kernel's arguments, which are whole numbers, byte offsets and
 * {@link float}s; and its work in multiply-adds or numbers touched, by which it is decided whether sharing pays.
 */
export type Job = readonly [kernel: number, chunks: number, args: readonly number[], work: number];

/** Who does jobs, or notes them. */
export interface Jobs {
  /** Does all chunks of a job. */
  run(...job: Job): void;
}

/** Jobs that lie in memory one after the other. */
export interface Program {
  /** The byte offset of the first. */
  readonly at: number;
  /** What they are. */
  readonly jobs: readonly Job[];
}

/** Whether there are chunks to share, and enough work. */
const worthSharing = ([, chunks, , work]: Job): boolean => work >= WORTH_SHARING && chunks > 1;

/** The threads of one heap, the caller's own among them. */
export class Team implements Jobs {
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: InstantiatedSimd;
  readonly #job: number;
  readonly #words: Int32Array;
  /** The byte offset of the word that says how many other threads are there. */
  readonly #arrivals: number;
  #started = 1;
  /** How many threads take part, 1 for the caller alone. */
  threads: number;

  private constructor(
    memory: WebAssembly.Memory,
    kernels: InstantiatedSimd,
    job: number,
    arrivals: number,
    threads: number,
  ) {
    this.#memory = memory;
    this.#kernels = kernels;
    this.#job = job;
    this.#words = new Int32Array(memory.buffer, job, JOB / 4);
    // No chunk can be claimed yet.
    this.#words.fill(0);
    this.#words[0] = 0x7fffffff;
    this.#arrivals = arrivals;
    new Int32Array(memory.buffer, arrivals, 1)[0] = 0;
    this.threads = threads;
  }

  /**
   * The team on a shared memory; its other threads start with the first job that is worth it.
   *
   * @param allocate gives so many bytes of the memory, for ever
   * @param most how many threads there may be in all
   * @param blas does a chunk of a product by a native library
   */
  static async on(
    memory: WebAssembly.Memory,
    allocate: (bytes: number) => number,
    most: number,
    blas: (args: number, chunk: number) => void,
  ): Promise<Team> {
    const place = allocate(JOB + 64 + most * SCRATCH + 4);
    const job = 64 * Math.ceil(place / 64), arrivals = job + JOB + most * SCRATCH;
    return new Team(memory, await instantiateSimd(memory, blas), job, arrivals, most);
  }

  /**
   * Does all chunks of a job.
   *
   * @throws EngineError if another thread has failed
   */
  run(...job: Job): void {
    const [kernel, chunks, args] = job;
    const words = this.#words;
    words[4] = kernel;
    for (let i = 0; i < args.length; i++) words[5 + i] = args[i]!;
    if (this.threads > 1 && worthSharing(job)) {
      this.#startFor(job);
      this.#guarded(() => this.#kernels.simd.perform(this.#job, this.#scratch(0), chunks));
    } else this.#kernels.simd.performAlone(this.#job, this.#scratch(0), chunks);
  }

  /**
   * Writes jobs where {@link perform} finds them.
   *
   * @param at the byte offset of memory for them: {@link JOB} bytes each
   */
  write(at: number, jobs: readonly Job[]): Program {
    const words = new Int32Array(this.#memory.buffer, at, jobs.length * JOB / 4);
    jobs.forEach((job, i) => {
      const [kernel, chunks, args] = job;
      words.set([chunks, Number(worthSharing(job)), kernel, ...args], i * JOB / 4);
    });
    return { at, jobs };
  }

  /**
   * Does the jobs of a program, one after the other.
   *
   * @throws EngineError if another thread has failed
   */
  perform({ at, jobs }: Program): void {
    if (this.#started < this.threads) jobs.forEach((job) => this.#startFor(job));
    const alone = this.threads === 1;
    this.#guarded(() => this.#kernels.simd.performAll(this.#job, this.#scratch(0), at, jobs.length, alone));
  }

  /**
   * Starts the threads that are missing, and waits until all are there: for work that must be done by several at once.
   *
   * @throws EngineError if they do not come
   */
  gather(): void {
    this.#start();
    const word = new Int32Array(this.#memory.buffer, this.#arrivals, 1);
    for (let there = Atomics.load(word, 0); there < this.#started - 1; there = Atomics.load(word, 0)) {
      if (Atomics.wait(word, 0, there, PATIENCE) === "timed-out") {
        throw new EngineError(
          `of ${this.#started} threads of the engine ${there + 1} have started within ${PATIENCE / 1000} s`,
        );
      }
    }
  }

  /** On a page: starts the threads that it may have, waits for them, and takes those that come. */
  async gatherOnPage(): Promise<void> {
    if (!onPage) return;
    if (!sharesMemory) this.threads = 1;
    let refused = 0;
    this.#start(() => refused++);
    const word = new Int32Array(this.#memory.buffer, this.#arrivals, 1);
    const until = performance.now() + PATIENCE_OF_PAGE;
    while (Atomics.load(word, 0) + refused < this.#started - 1 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.threads = Math.min(this.threads, 1 + Atomics.load(word, 0));
  }

  #guarded(f: () => void): void {
    try {
      f();
    } catch (error) {
      if (this.#words[FAILED] === 0) throw error;
      throw new EngineError("a thread of the engine has failed, and with it the job that it took part in");
    }
  }

  #startFor(job: Job): void {
    if (this.#started >= this.threads || !worthSharing(job) || job[3] < WORTH_STARTING) return;
    // After this job, which would have to wait 20 ms for each.
    queueMicrotask(() => this.#start());
  }

  #scratch(thread: number): number {
    return this.#job + JOB + thread * SCRATCH;
  }

  /** Starts the threads that are missing. They come to later jobs; nobody waits for them. */
  #start(refused: () => void = () => {}): void {
    const first = this.#started;
    this.#started = Math.max(first, this.threads);
    for (let thread = first; thread < this.threads; thread++) {
      const scratch = this.#scratch(thread);
      startThread({
        bytes: this.#kernels.bytes,
        memory: this.#memory,
        job: this.#job,
        scratch,
        failed: FAILED,
        arrivals: this.#arrivals,
      }, refused);
    }
  }
}

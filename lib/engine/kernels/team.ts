/**
 * The threads that share the wasm heap. They do one job at a time; a job is cut into chunks, and each free thread takes the
 * next one. Idle threads only reduce the speed-up. How a job is cut does not depend on the number of threads, so that the bits
 * do not either. The protocol is drawn in the engine's README.
 *
 * @module
 */

import { EngineError } from "../engine_error.ts";
import { KERNEL, WRITE } from "./arguments.ts";
import { type Arguments, CONSTANTS, type KernelName } from "./interface.ts";
import { type InstantiatedSimd, instantiateSimd } from "./kernels.ts";
import { onPage, sharesMemory, startThread } from "./thread.ts";

const { JOB_BYTES, HEADER_BYTES, FAILED_BYTE, SCRATCH_BYTES } = CONSTANTS;

/** The word of a job that holds the kernel's number: the last of the header. */
const KERNEL_WORD = HEADER_BYTES / 4 - 1;
/** Multiply-adds, or numbers touched, below which a job is not worth the 2 µs of sharing it. */
const WORTH_SHARING = 1 << 15;
/** Jobs below this size start no threads: those of a small test are done before one would be there. */
const WORTH_STARTING = 1 << 22;

/** The most threads that a team has, each with memory of its own: the machine's cores. */
export const CORES = navigator.hardwareConcurrency;
/** Milliseconds to wait for the other threads, which take 20 each on an idle machine. */
const PATIENCE = 30_000;
/** The same on a page, which goes on without those that have not started. */
const PATIENCE_OF_PAGE = 5_000;

/**
 * A job: a kernel; how many chunks it has; the kernel's arguments; and its work in multiply-adds or numbers touched, by which
 * it is decided whether sharing pays.
 */
export type JobOf<Name extends KernelName> = readonly [
  kernel: Name,
  chunks: number,
  args: Arguments<Name>,
  work: number,
];
/** A job of any kernel. */
export type Job = { readonly [Name in KernelName]: JobOf<Name> }[KernelName];

/** Does jobs, or notes them to be done later. */
export interface Jobs {
  /** Does all chunks of a job. */
  run<Name extends KernelName>(...job: JobOf<Name>): void;
}

/** Jobs that lie in memory one after the other. */
export interface Program {
  /** The byte offset of the first. */
  readonly at: number;
  /** What they are. */
  readonly jobs: readonly Job[];
}

/** Whether sharing a job pays. */
const worthSharing = (chunks: number, work: number): boolean => work >= WORTH_SHARING && chunks > 1;

/** The threads of one heap, with that of the caller. */
export class Team implements Jobs {
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: InstantiatedSimd;
  readonly #job: number;
  readonly #words: Int32Array;
  readonly #floats: Float32Array;
  /** The byte offset of a word that counts the other threads that have started. */
  readonly #arrivals: number;
  #started = 1;
  /** How many threads take part; 1 is the caller alone. */
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
    this.#words = new Int32Array(memory.buffer, job, JOB_BYTES / 4);
    this.#floats = new Float32Array(memory.buffer, job, JOB_BYTES / 4);
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
   * @param allocate gives bytes of the memory, which are never given back
   * @param most how many threads there may be in all
   * @param blas does a chunk of a product by a native library
   */
  static async on(
    memory: WebAssembly.Memory,
    allocate: (bytes: number) => number,
    most: number,
    blas: (args: number, chunk: number) => void,
  ): Promise<Team> {
    const block = allocate(JOB_BYTES + 64 + most * SCRATCH_BYTES + 4);
    const job = 64 * Math.ceil(block / 64), arrivals = job + JOB_BYTES + most * SCRATCH_BYTES;
    return new Team(memory, await instantiateSimd(memory, blas), job, arrivals, most);
  }

  /**
   * Does all chunks of a job.
   *
   * @throws EngineError if another thread has failed
   */
  run<Name extends KernelName>(kernel: Name, chunks: number, args: Arguments<Name>, work: number): void {
    this.#words[KERNEL_WORD] = KERNEL[kernel];
    WRITE[kernel](args, this.#words, this.#floats, HEADER_BYTES / 4);
    if (this.threads > 1 && worthSharing(chunks, work)) {
      this.#startFor(chunks, work);
      this.#guarded(() => this.#kernels.simd.perform(this.#job, this.#scratch(0), chunks));
    } else this.#kernels.simd.performAlone(this.#job, this.#scratch(0), chunks);
  }

  /**
   * Writes jobs where {@link perform} finds them.
   *
   * @param at the byte offset of memory for them: `JOB_BYTES` each
   */
  write(at: number, jobs: readonly Job[]): Program {
    const size = jobs.length * JOB_BYTES / 4;
    const words = new Int32Array(this.#memory.buffer, at, size);
    const floats = new Float32Array(this.#memory.buffer, at, size);
    const writeOne = <Name extends KernelName>(
      [kernel, chunks, args, work]: JobOf<Name>,
      i: number,
    ): void => {
      const first = i * JOB_BYTES / 4;
      words.set([chunks, Number(worthSharing(chunks, work)), KERNEL[kernel]], first);
      WRITE[kernel](args, words, floats, first + 3);
    };
    jobs.forEach((job, i) => writeOne(job, i));
    return { at, jobs };
  }

  /**
   * Does the jobs of a program, one after the other.
   *
   * @throws EngineError if another thread has failed
   */
  perform({ at, jobs }: Program): void {
    if (this.#started < this.threads) jobs.forEach(([, chunks, , work]) => this.#startFor(chunks, work));
    const alone = this.threads === 1;
    this.#guarded(() => this.#kernels.simd.performAll(this.#job, this.#scratch(0), at, jobs.length, alone));
  }

  /**
   * Starts the threads that are missing, and waits for all of them: for work that several threads must do at once.
   *
   * @throws EngineError if they have not started within 30 s
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

  /** On a page: starts the threads that it may have, waits for them, and goes on with those that have started. */
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
      if (this.#words[FAILED_BYTE / 4] === 0) throw error;
      throw new EngineError("a thread of the engine has failed, and with it the job that it took part in");
    }
  }

  #startFor(chunks: number, work: number): void {
    if (this.#started >= this.threads || !worthSharing(chunks, work) || work < WORTH_STARTING) return;
    // After this job, which would wait 20 ms for each.
    queueMicrotask(() => this.#start());
  }

  #scratch(thread: number): number {
    return this.#job + JOB_BYTES + thread * SCRATCH_BYTES;
  }

  /** Starts the threads that are missing, and does not wait for them: they take part in later jobs. */
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
        arrivals: this.#arrivals,
      }, refused);
    }
  }
}

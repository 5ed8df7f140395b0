/**
 * The third step: the jobs of operations that follow each other are written into memory, so that one call does them all. In
 * between are steps that run kernels which look at numbers, and kernels of tfjs.
 *
 * @module
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { EngineHeap, Heap, HeapBlas } from "../backend/heap.ts";
import { CONSTANTS } from "../kernels/interface.ts";
import type { Job } from "../kernels/team.ts";
import type { Key } from "../key.ts";
import type { Buffers } from "./buffers.ts";
import { type Plan, sizeOf } from "./plan.ts";
import { describeOperation } from "./print.ts";
import { ReplayError } from "./replay_error.ts";
import type { Fill, Operation } from "./trace.ts";

/** Thrown where a kernel whose jobs are noted wants to see numbers, which are not there yet. */
const LOOKS = new Error("a kernel looks at numbers");

/** A step does one operation, or several that follow each other. */
export interface Step {
  /**
   * `jobs` are done by one call; `fill` is a draw, or a kernel of ours that looks at numbers or reads a loose buffer; `call` is
   * a kernel of tfjs; `free` gives loose buffers back.
   */
  readonly kind: "jobs" | "fill" | "call" | "free";
  /** The first operation that it does, or whose buffers it gives back. */
  readonly first: number;
  /** The last one. */
  readonly last: number;
  readonly run: (key: Key) => void;
}

/** The steps of a program. They are right as long as fixed buffers stay where they are and the library is the same. */
export interface Compiled extends Disposable {
  readonly steps: readonly Step[];
  /** The jobs of each operation; null for one that is not done by jobs that are written down. */
  readonly jobs: readonly (readonly Job[] | null)[];
  /** The library that makes its products. */
  readonly blas: HeapBlas | null;
  /** Bytes of memory that kernels work in, and of the jobs that are written down. */
  readonly bytes: { readonly workspace: number; readonly jobs: number };
}

/** Memory on the heap that kernels take for a while, given to the next that takes as much: jobs run one after the other. */
class Scratch {
  readonly #heap: Heap;
  readonly #free = new Map<number, tf.TensorInfo[]>();
  readonly #all: tf.TensorInfo[] = [];

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  take(shape: readonly number[]): tf.TensorInfo {
    const free = this.#free.get(sizeOf(shape))?.pop();
    if (free) return free;
    const made = this.#heap.allocate(shape);
    this.#all.push(made);
    return made;
  }

  give(tensor: tf.TensorInfo): void {
    const size = sizeOf(tensor.shape), free = this.#free.get(size);
    if (free) free.push(tensor);
    else this.#free.set(size, [tensor]);
  }

  get bytes(): number {
    return bytesOf(this.#all);
  }

  [Symbol.dispose](): void {
    this.#all.forEach(this.#heap.release);
  }
}

const bytesOf = (tensors: readonly tf.TensorInfo[]): number =>
  tensors.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);

/** Compiles operations for the places that their buffers have now. */
export function compile(
  heap: EngineHeap,
  operations: readonly Operation[],
  { frees }: Plan,
  buffers: Buffers,
): Compiled {
  const { blas } = heap;
  const steps: Step[] = [];
  const jobs: (readonly Job[] | null)[] = [];
  const programs: tf.TensorInfo[] = [];
  const scratch = new Scratch(heap);
  let pending: Job[] = [], first = 0;
  /** Writes down the jobs of the operations from `first` to before `next`. */
  const flush = (next: number): void => {
    if (pending.length > 0) {
      const memory = heap.allocate([pending.length * CONSTANTS.JOB_BYTES / 4]);
      programs.push(memory);
      const program = heap.team.write(heap.offset(memory), pending);
      steps.push({ kind: "jobs", first, last: next - 1, run: () => heap.team.perform(program) });
    }
    pending = [];
    first = next;
  };
  const add = (kind: Step["kind"], i: number, run: Step["run"]): void => {
    flush(kind === "free" ? i + 1 : i);
    steps.push({ kind, first: i, last: i, run });
    first = i + 1;
  };
  const compileOne = (operation: Operation, i: number): void => {
    const { again, inputs, outputs } = operation;
    let noted: Job[] | null = null;
    if ("call" in again) {
      add("call", i, () => {
        const made = again.call(inputs.map(({ buffer }) => buffers.numbers(buffer)));
        assertSameShapes(i, operation, made, heap);
        outputs.forEach(({ buffer }, j) => buffers.put(buffer, made[j]!));
      });
    } else {
      const [from, to] = [inputs, outputs].map((all) => all.map(({ buffer }) => buffers.fixed(buffer)));
      const donated = inputs.flatMap(({ buffer }, j, all) => {
        const once = all.filter((other) => other.buffer === buffer).length === 1;
        return once && frees[i]!.includes(buffer) ? [from![j]] : [];
      });
      noted = from!.includes(undefined)
        ? null
        : jobsOf(again, from as number[], to as number[], heap, scratch, (at) => donated.includes(at));
      if (noted) pending.push(...noted);
      else {
        add("fill", i, (key) => {
          const [from, to] = [inputs, outputs].map((all) => all.map(({ buffer }) => buffers.offset(buffer)));
          again.fill(heap, from!, to!, key);
        });
      }
    }
    jobs.push(noted);
    const loose = frees[i]!.filter((buffer) => buffers.fixed(buffer) === undefined);
    if (loose.length > 0) add("free", i, () => loose.forEach((buffer) => buffers.free(buffer)));
  };
  const dispose = (): void => {
    programs.forEach(heap.release);
    scratch[Symbol.dispose]();
  };
  try {
    operations.forEach(compileOne);
    flush(operations.length);
  } catch (error) {
    dispose();
    throw error;
  }
  const bytes = { workspace: scratch.bytes, jobs: bytesOf(programs) };
  return { steps, jobs, blas, bytes, [Symbol.dispose]: dispose };
}

/** Requires that a kernel of tfjs makes the shapes that it made when it was traced: buffers have that size. */
function assertSameShapes(
  index: number,
  operation: Operation,
  made: readonly tf.TensorInfo[],
  heap: Heap,
): void {
  const shapes = (all: readonly { readonly shape: readonly number[] }[]): string =>
    all.map(({ shape }) => `[${shape.join(", ")}]`).join(", ");
  const now = shapes(made);
  if (now === shapes(operation.outputs)) return;
  made.forEach(heap.release);
  throw new ReplayError(`operation ${index}, ${describeOperation(operation)}, made ${now} in a replay`);
}

/** The jobs of an operation; null if it looks at numbers. */
function jobsOf(
  { fill }: Fill,
  from: readonly number[],
  to: readonly number[],
  { blas, offset }: Heap,
  scratch: Scratch,
  donated: Heap["donated"],
): Job[] | null {
  const jobs: Job[] = [];
  const noting: Heap = {
    team: { run: (...job) => void jobs.push(job as Job) },
    blas,
    offset,
    view: () => {
      throw LOOKS;
    },
    allocate: (shape) => scratch.take(shape),
    release: (tensor) => scratch.give(tensor),
    donated,
  };
  try {
    fill(noting, from, to, [0, 0]);
    return jobs;
  } catch (error) {
    if (error === LOOKS) return null;
    throw error;
  }
}

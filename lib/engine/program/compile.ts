/**
 * What a recording does, put together for the places that its numbers have: the jobs of kernels that follow each other are
 * written down once, and done by one call. In between run kernels that look at numbers, and those of tfjs.
 *
 * @module
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { EngineHeap, Heap, HeapBlas } from "../backend/heap.ts";
import type { Key } from "../key.ts";
import type { Frees, Places } from "./buffers.ts";
import { Pool } from "./buffer_pool.ts";
import { ReplayError } from "./replay_error.ts";
import type { Filling, Made, Operation } from "./trace.ts";
import { CONSTANTS } from "../kernels/interface.ts";
import type { Job } from "../kernels/team.ts";

/** Thrown where a kernel that is to be written down wants to see numbers, which are not there yet. */
const LOOKS = new Error("a kernel looks at numbers");

/** What is to be done, for as long as the places and the library are the same. */
export interface Linked extends Disposable {
  readonly steps: readonly ((key: Key) => void)[];
  /** The library that makes its products. */
  readonly blas: HeapBlas | null;
}

/** Puts operations together. */
export function link(
  heap: EngineHeap,
  operations: readonly Operation[],
  frees: Frees,
  places: Places,
): Linked {
  const { blas } = heap;
  const steps: ((key: Key) => void)[] = [];
  const programs: tf.TensorInfo[] = [];
  const scratch = new Pool(heap);
  let jobs: Job[] = [];
  const flush = (): void => {
    if (jobs.length === 0) return;
    const memory = heap.allocate([jobs.length * CONSTANTS.JOB_BYTES / 4]);
    programs.push(memory);
    const program = heap.team.write(heap.offset(memory), jobs);
    steps.push(() => heap.team.perform(program));
    jobs = [];
  };
  const step = (does: (key: Key) => void): void => {
    flush();
    steps.push(does);
  };
  const dispose = (): void => {
    programs.forEach(heap.release);
    scratch[Symbol.dispose]();
  };
  const put = ({ name, again, takes, makes }: Operation, i: number): void => {
    if ("call" in again) {
      step(() => {
        const made = again.call(takes.map(({ place }) => places.numbers(place)));
        assertSame(name, made, makes, heap);
        makes.forEach(({ place }, j) => places.put(place, made[j]!));
      });
    } else {
      const fixed = [takes, makes].map((all) => all.map(({ place }) => places.fixed(place)));
      const spent = takes.flatMap(({ place }, j, all) => {
        const once = all.filter((other) => other.place === place).length === 1;
        return once && frees[i]!.includes(place) ? [fixed[0]![j]] : [];
      });
      const noted = fixed[0]!.includes(undefined)
        ? null
        : jobsOf(again, fixed as number[][], heap, scratch, (offset) => spent.includes(offset));
      if (noted) jobs.push(...noted);
      else {
        step((key) => {
          const [from, to] = [takes, makes].map((all) => all.map(({ place }) => places.offset(place)));
          again.fill(heap, from!, to!, key);
        });
      }
    }
    const loose = frees[i]!.filter((place) => places.fixed(place) === undefined);
    if (loose.length > 0) step(() => loose.forEach((place) => places.free(place)));
  };
  try {
    operations.forEach(put);
    flush();
  } catch (error) {
    dispose();
    throw error;
  }
  return { steps, blas, [Symbol.dispose]: dispose };
}

/** Requires that a kernel of tfjs made what it made when it was recorded: places are as large as that. */
function assertSame(
  name: string,
  made: readonly tf.TensorInfo[],
  recorded: readonly Made[],
  heap: Heap,
): void {
  const shapes = (all: readonly { readonly shape: readonly number[] }[]): string =>
    all.map(({ shape }) => `[${shape.join(", ")}]`).join(", ");
  const [now, then] = [shapes(made), shapes(recorded)];
  if (now === then) return;
  made.forEach(heap.release);
  throw new ReplayError(`${name} made ${now} where it made ${then} when it was recorded`);
}

/** The jobs of an operation; null if it looks at numbers. */
function jobsOf(
  { fill }: Filling,
  [from, to]: readonly (readonly number[])[],
  { blas, offset }: Heap,
  scratch: Pool,
  spent: Heap["spent"],
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
    spent,
  };
  try {
    fill(noting, from!, to!, [0, 0]);
    return jobs;
  } catch (error) {
    if (error === LOOKS) return null;
    throw error;
  }
}

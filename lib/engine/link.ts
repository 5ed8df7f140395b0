/**
 * What a recording does, put together for the places that its numbers have: the jobs of kernels that follow each other are
 * written down once, and done by one call. In between run kernels that look at numbers, and those of tfjs.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { bendOf, bentMixture } from "./bent_mixture.ts";
import type { EngineHeap, Heap, HeapBlas } from "./heap.ts";
import type { Key } from "./key.ts";
import type { Frees, Places } from "./places.ts";
import { Pool } from "./pool.ts";
import { ReplayError } from "./replay_error.ts";
import type { Filling, Made, Operation, Place } from "./transcript.ts";
import { JOB, type Job } from "./team.ts";

/** Thrown where a kernel that is to be written down wants to see numbers, which are not there yet. */
const LOOKS = new Error("a kernel looks at numbers");

const sizeOf = ({ shape }: Made): number => tf.util.sizeFromShape(shape);

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
  /** Where the last job of each operation is among them. */
  const lastJobs = new Map<number, number>();
  const { makers, takers } = relationsOf(operations);
  const flush = (): void => {
    if (jobs.length === 0) return;
    const memory = heap.allocate([jobs.length * JOB / 4]);
    programs.push(memory);
    const program = heap.team.write(heap.offset(memory), jobs);
    steps.push(() => heap.team.perform(program));
    jobs = [];
    lastJobs.clear();
  };
  const step = (does: (key: Key) => void): void => {
    flush();
    steps.push(does);
  };
  const dispose = (): void => {
    programs.forEach(heap.release);
    scratch[Symbol.dispose]();
  };
  /** Bends in place what another operation made for this one alone, as part of that one's last job. False if it may not be. */
  const bendWhereMade = (job: Job, earlier: readonly Job[], takes: readonly Made[]): boolean => {
    const bend = bendOf(job);
    if (!bend) return false;
    const [t, y] = [bend.t, bend.y].map((at) => takes.find(({ place }) => places.fixed(place) === at));
    if (!t || !y || takers.get(t.place) !== 1) return false;
    const within = (word: number): boolean => word >= bend.t && word < bend.t + 4 * sizeOf(t);
    if (earlier.some(([, , words]) => words.some(within))) return false;
    const maker = makers.get(t.place) ?? -1, at = lastJobs.get(maker);
    if (at === undefined || (makers.get(y.place) ?? -1) >= maker) return false;
    const both = bentMixture(jobs[at]!, job);
    if (both) jobs[at] = both;
    return both !== null;
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
      if (noted) {
        noted.forEach((job, j) => {
          if (!bendWhereMade(job, noted.slice(0, j), takes)) lastJobs.set(i, jobs.push(job) - 1);
        });
      } else {
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

/** Which operation makes the numbers of each place, and how many take them. */
function relationsOf(
  operations: readonly Operation[],
): Readonly<Record<"makers" | "takers", ReadonlyMap<Place, number>>> {
  const makers = new Map<Place, number>(), takers = new Map<Place, number>();
  operations.forEach(({ takes, makes }, i) => {
    makes.forEach(({ place }) => makers.set(place, i));
    new Set(takes.map(({ place }) => place)).forEach((place) =>
      takers.set(place, 1 + (takers.get(place) ?? 0))
    );
  });
  return { makers, takers };
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
    team: { run: (...job) => void jobs.push(job) },
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

/**
 * For tests of the sizes from which another kernel does a job, or in other chunks: what would be done, and not how fast it is.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Heap, HeapBlas } from "../backend/heap.ts";
import type { Job } from "./team.ts";

/** A library that does nothing: one that several threads may call, each alone, unless it is said otherwise. */
export const idleLibrary = (
  kind: { readonly shared?: boolean; readonly single?: boolean } = {},
): HeapBlas => ({
  ...{
    path: "/library",
    pathAt: 8,
    pathBytes: 8,
    core: null,
    version: null,
    passedOver: [],
    sgemm: () => {},
  },
  ...{ shared: true, single: true, ...kind },
});

/** The jobs of a call on a heap on which nothing is, and nothing is done. */
export function jobsOf(call: (heap: Heap) => void, blas: HeapBlas | null = null): Job[] {
  const jobs: Job[] = [];
  call({
    team: { run: (...job) => void jobs.push(job as unknown as Job) },
    blas,
    offset: () => 0,
    view: (_, length) => new Float32Array(new ArrayBuffer(2 ** 16), 0, length),
    allocate: (shape) => ({ dataId: {}, shape: [...shape], dtype: "float32" }),
    release: () => {},
    donated: () => false,
  });
  return jobs;
}

/** What is asked of a job: its kernel, its chunks, and some of its arguments. */
export type Wanted = readonly [kernel: string, chunks: number, args?: Readonly<Record<string, unknown>>];

/** Requires jobs, one after the other. */
export function assertJobs(what: string, jobs: readonly Job[], wanted: readonly Wanted[]): void {
  const found = jobs.map(([kernel, chunks, args], i) => {
    const names = Object.keys(wanted[i]?.[2] ?? {});
    return [
      kernel,
      chunks,
      Object.fromEntries(names.map((name) => [name, (args as unknown as Record<string, unknown>)[name]])),
    ];
  });
  assertEquals(found, wanted.map(([kernel, chunks, args = {}]) => [kernel, chunks, args]), what);
}

// A job is a block of memory that the caller fills and all threads read:
//   0  the next chunk, and 4 bytes on the job's number: one 64-bit word, so that a chunk is claimed of this very job
//   8  how many chunks there are        12  how many are done
//  16  which kernel                     20  its arguments, four bytes each
// 124  not 0 once a thread has failed

import { FAILED_BYTE, HEADER_BYTES, JOB_BYTES, SCRATCH_BYTES } from "./arguments";
import { run } from "./kernels";

const NONE: i64 = 0x7fffffff;
/** How often a thread looks for a job before it sleeps: some 0.5 ms, longer than between two jobs of a step. */
const LOOKS = 10000;

/** Lets the core's other half run for a moment: without it, a thread that waits takes half of the speed of one that works. */
@external("env", "pause")
declare function pause(): void;

/** Which thread has this scratch memory, 0 for the caller, whose scratch memory lies behind the job with these arguments. */
export function threadOf(args: usize, scratch: usize): i32 {
  return <i32>((scratch - (args - HEADER_BYTES + JOB_BYTES)) / SCRATCH_BYTES);
}

/** Claims and does one chunk. False if there is none to claim. */
function takeOne(job: usize, scratch: usize): bool {
  const ticket = atomic.load<i64>(job);
  const chunk = <i32>ticket;
  if (chunk >= atomic.load<i32>(job, 8)) return false;
  // Whoever reads the arguments of a later job with an older ticket fails here.
  if (atomic.cmpxchg<i64>(job, ticket, ticket + 1) != ticket) return true;
  run(load<i32>(job, 16), job + HEADER_BYTES, chunk, scratch);
  atomic.add<i32>(job, 1, 12);
  return true;
}

/** What another thread does for ever: takes part in jobs, with `scratch` for itself. */
export function serve(job: usize, scratch: usize): void {
  for (;;) {
    const number = atomic.load<i32>(job, 4);
    let looks = 0;
    while (looks < LOOKS) {
      if (takeOne(job, scratch)) looks = 0;
      else {
        pause();
        looks++;
      }
    }
    if (!takeOne(job, scratch)) atomic.wait<i32>(job + 4, number, -1);
  }
}

/** Does a job of so many chunks with all threads that come to it, and returns when it is done. */
export function perform(job: usize, scratch: usize, chunks: i32): void {
  store<i32>(job, 0, 12);
  atomic.store<i32>(job, chunks, 8);
  const number = (atomic.load<i64>(job) >> 32) + 1;
  atomic.store<i64>(job, number << 32);
  atomic.notify(job + 4, -1);
  while (takeOne(job, scratch)) {}
  while (atomic.load<i32>(job, 12) != chunks) {
    if (atomic.load<i32>(job, FAILED_BYTE) != 0) unreachable();
    pause();
  }
  // No ticket can be claimed from here on, so the next job's arguments may be written.
  atomic.store<i64>(job, (number << 32) | NONE);
}

/** The same by the caller alone, for jobs that are too short to share. */
export function performAlone(job: usize, scratch: usize, chunks: i32): void {
  const kernel = load<i32>(job, 16);
  for (let chunk = 0; chunk < chunks; chunk++) run(kernel, job + HEADER_BYTES, chunk, scratch);
}

/** Does so many jobs that lie in memory one after the other. */
export function performAll(job: usize, scratch: usize, program: usize, jobs: i32, alone: bool): void {
  for (let i = 0; i < jobs; i++) {
    const chunks = load<i32>(program);
    memory.copy(job + 16, program + 8, FAILED_BYTE - 16);
    if (load<i32>(program, 4) == 0 || alone) performAlone(job, scratch, chunks);
    else perform(job, scratch, chunks);
    program += JOB_BYTES;
  }
}

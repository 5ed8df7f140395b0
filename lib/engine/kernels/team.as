// How threads share a job. A job is a block of memory that the caller fills and all threads read; by byte:
//   0  the ticket: the next chunk, and 4 bytes on the job's number. It is one 64-bit word, so that a thread can claim a chunk
//      of this job alone
//   8  how many chunks there are        12  how many are done
//  16  the kernel's number              20  its arguments, four bytes each
// 124  not 0 once a thread has failed

import { FAILED_BYTE, HEADER_BYTES, JOB_BYTES, SCRATCH_BYTES } from "./arguments";
import { run } from "./kernels";

const NONE: i64 = 0x7fffffff;
/** How often a thread looks for a chunk before it sleeps: some 0.5 ms, longer than between two jobs of a step. */
const LOOKS = 10000;

/** Tells the processor that a thread is waiting: else it slows a thread that works on the same core to half of its speed. */
@external("env", "pause")
declare function pause(): void;

/** Which thread has this scratch memory, 0 for the caller, whose scratch memory lies behind the job with these arguments. */
export function threadOf(args: usize, scratch: usize): i32 {
  return <i32>((scratch - (args - HEADER_BYTES + JOB_BYTES)) / SCRATCH_BYTES);
}

/** Claims one chunk and does it; false if there is none. */
function takeOne(job: usize, scratch: usize): bool {
  const ticket = atomic.load<i64>(job);
  const chunk = <i32>ticket;
  if (chunk >= atomic.load<i32>(job, 8)) return false;
  // A thread with the ticket of an earlier job fails here.
  if (atomic.cmpxchg<i64>(job, ticket, ticket + 1) != ticket) return true;
  run(load<i32>(job, 16), job + HEADER_BYTES, chunk, scratch);
  atomic.add<i32>(job, 1, 12);
  return true;
}

/** Takes part in jobs for ever, as each other thread does; `scratch` is this thread's own. */
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

/** Does a job together with the other threads, and returns when it is done. */
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
  // From here on there is nothing to claim, so that the next job's arguments may be written.
  atomic.store<i64>(job, (number << 32) | NONE);
}

/** Does a job by the caller alone: it is too short to share. */
export function performAlone(job: usize, scratch: usize, chunks: i32): void {
  const kernel = load<i32>(job, 16);
  for (let chunk = 0; chunk < chunks; chunk++) run(kernel, job + HEADER_BYTES, chunk, scratch);
}

/** Does jobs that lie in memory one after the other: a word for the chunks, one for whether to share, the kernel, arguments. */
export function performAll(job: usize, scratch: usize, program: usize, jobs: i32, alone: bool): void {
  for (let i = 0; i < jobs; i++) {
    const chunks = load<i32>(program);
    memory.copy(job + 16, program + 8, FAILED_BYTE - 16);
    if (load<i32>(program, 4) == 0 || alone) performAlone(job, scratch, chunks);
    else perform(job, scratch, chunks);
    program += JOB_BYTES;
  }
}

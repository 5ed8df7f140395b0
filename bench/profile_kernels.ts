/**
 * A timer in every kernel of an engine that computes before it returns, and in every job for the threads of the wasm heap.
 *
 * @module
 */

import { Team } from "../lib/engine/mod.ts";
import { wrapKernels } from "../lib/engine/backend/replace_kernel.ts";
import type { Answers } from "./protocol.ts";

interface Sum {
  calls: number;
  milliseconds: number;
}

/** Steps that are not counted: a replayed step is recorded at the first, and compared with a call at 2, 3, 4 and 8. */
const WARM = 8;

/**
 * Makes steps with a timer in each kernel and each job; of those that run others, their own time alone is counted. Jobs of a
 * replay that otherwise are done by one call are done one by one.
 *
 * Timers cost themselves: some tenths of a microsecond a call.
 *
 * @param backend the name under which kernels are registered
 * @param step makes one step and waits for it
 * @param count how many steps, after those that are recorded, and one more
 */
export async function profileKernels(
  backend: string,
  step: () => Promise<void>,
  count: number,
): Promise<Answers["profile"]> {
  const sums = new Map<string, Sum>();
  // What has been timed within what runs.
  let within = 0;
  const timed = <T>(name: string, f: () => T): T => {
    const outer = within;
    within = 0;
    const start = performance.now();
    try {
      return f();
    } finally {
      const took = performance.now() - start;
      const sum = sums.get(name) ?? { calls: 0, milliseconds: 0 };
      sums.set(name, { calls: sum.calls + 1, milliseconds: sum.milliseconds + took - within });
      within = outer + took;
    }
  };
  using _kernels = wrapKernels(
    backend,
    ({ kernelName, kernelFunc }) => (params) => timed(kernelName, () => kernelFunc(params)),
  );
  const { run, perform } = Team.prototype;
  Team.prototype.run = function (...job) {
    timed(`job ${job[0]}`, () => Reflect.apply(run, this, job));
  };
  Team.prototype.perform = function ({ jobs }) {
    for (const job of jobs) Reflect.apply(this.run, this, job);
  };
  try {
    for (let i = 0; i < WARM; i++) await step();
    sums.clear();
    const start = performance.now();
    for (let i = 0; i < count; i++) await step();
    const milliseconds = (performance.now() - start) / count;
    const kernels = [...sums].map(([kernel, sum]) => ({
      kernel,
      calls: sum.calls / count,
      milliseconds: sum.milliseconds / count,
    }));
    return { kernels: kernels.sort((a, b) => b.milliseconds - a.milliseconds), milliseconds };
  } finally {
    Object.assign(Team.prototype, { run, perform });
  }
}

/**
 * A timer in every kernel of an engine that computes before it returns.
 *
 * @module
 */

import { getKernelsForBackend, type KernelConfig } from "@tensorflow/tfjs-core";
import type { Answers } from "./protocol.ts";

interface Sum {
  calls: number;
  milliseconds: number;
}

/**
 * Makes steps with a timer in each kernel; of kernels that call others, their own time alone is counted.
 *
 * Timers cost themselves: some tenths of a microsecond a call.
 *
 * @param backend the name under which kernels are registered
 * @param step makes one step and waits for it
 * @param count how many steps, after one that is not counted
 */
export async function profileKernels(
  backend: string,
  step: () => Promise<void>,
  count: number,
): Promise<Answers["profile"]> {
  const sums = new Map<string, Sum>();
  // What kernels within the one that runs have taken.
  let within = 0;
  const timed = ({ kernelName, kernelFunc }: KernelConfig): KernelConfig["kernelFunc"] => (params) => {
    const outer = within;
    within = 0;
    const start = performance.now();
    try {
      return kernelFunc(params);
    } finally {
      const took = performance.now() - start;
      const sum = sums.get(kernelName) ?? { calls: 0, milliseconds: 0 };
      sums.set(kernelName, { calls: sum.calls + 1, milliseconds: sum.milliseconds + took - within });
      within = outer + took;
    }
  };
  // In place, since recordings hold them.
  const kernels = getKernelsForBackend(backend).map((config) => ({ config, kernelFunc: config.kernelFunc }));
  for (const { config } of kernels) config.kernelFunc = timed(config);
  try {
    await step();
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
    for (const { config, kernelFunc } of kernels) config.kernelFunc = kernelFunc;
  }
}

/**
 * Tests of kernels that look behind the tensors.
 *
 * @module
 */

import { startEngine } from "./start.ts";
import { wasmHeap } from "./backend/wasm.ts";

/**
 * Makes a test of this file fail if anything is written behind a tensor of the wasm heap, which is that of the native engine, too.
 * What a loop over whole vectors writes beyond the last row is seen in no number, but is another tensor's. What is read there is
 * NaN.
 */
export function guardTests(): void {
  Deno.test.beforeAll(async () => {
    await startEngine("wasm");
    wasmHeap().guard(true);
  });
  Deno.test.afterEach(() => {
    const overruns = wasmHeap().overruns();
    if (overruns.length > 0) throw new Error(`memory behind tensors: ${overruns.slice(0, 3).join("; ")}`);
  });
}

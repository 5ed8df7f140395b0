/**
 * The other threads of a team: each instantiates the kernels on the same memory, and takes part in jobs until the process ends.
 *
 * A thread is started from a text, which needs no permission; a file of ours would have to be read.
 *
 * @module
 */

import { type BlasWords, chunkMultiplier } from "../blas/chunk.ts";
import { CONSTANTS, KERNELS, wordsOf } from "./interface.ts";
import { pause } from "./kernels.ts";
import { bindSgemm, SGEMM_SYMBOLS, type SgemmSymbols } from "../blas/sgemm.ts";

/** The data that a thread is started with. */
export interface ThreadData {
  /** The module of the kernels. */
  readonly bytes: Uint8Array;
  readonly memory: WebAssembly.Memory;
  /** The byte offset of the job. */
  readonly job: number;
  /** The byte offset of its scratch memory. */
  readonly scratch: number;
  /** The byte offset of a word that counts the threads that have started. */
  readonly arrivals: number;
}

/** The program of a thread. It is sent as text, so that it refers to nothing but its arguments. */
function work(
  { bytes, memory, job, scratch, arrivals }: ThreadData,
  failed: number,
  symbols: typeof SGEMM_SYMBOLS,
  bind: typeof bindSgemm,
  multiplier: typeof chunkMultiplier,
  word: BlasWords,
  pause: () => void,
): void {
  // The caller's thread has opened the same library with the same permissions.
  const libraries = new Map<number, NonNullable<ReturnType<typeof bindSgemm>>["sgemm"]>();
  const blas = multiplier(memory, word, (words) => {
    const [at, length] = [words[word.path]!, words[word.pathBytes]!];
    if (!libraries.has(at)) {
      const path = new TextDecoder().decode(new Uint8Array(memory.buffer, at, length));
      libraries.set(at, bind(Deno.dlopen(path, symbols).symbols as SgemmSymbols)!.sgemm);
    }
    return libraries.get(at)!;
  });
  try {
    const module = new WebAssembly.Module(bytes as BufferSource);
    const { exports } = new WebAssembly.Instance(module, { env: { memory, blas, pause } });
    const arrived = new Int32Array(memory.buffer, arrivals, 1);
    Atomics.add(arrived, 0, 1);
    Atomics.notify(arrived, 0);
    (exports as { serve: (job: number, scratch: number) => void }).serve(job, scratch);
  } finally {
    // Else the caller would wait for this thread's chunk for ever.
    Atomics.store(new Int32Array(memory.buffer, job + failed, 1), 0, 1);
  }
}

const sourceWith = (data: string): string => {
  const [symbols, word] = [SGEMM_SYMBOLS, wordsOf(KERNELS.blas)].map((value) => JSON.stringify(value));
  return `(${work})(${data}, ${CONSTANTS.FAILED_BYTE}, ${symbols}, ${bindSgemm}, ${chunkMultiplier}, ${word}, ${pause})`;
};

/** Whether this is a page of a browser, where other threads start only while its own is idle. */
export const onPage: boolean = globalThis.process?.getBuiltinModule === undefined;

/** Whether memory can be shared with them: on a page only if it is cross-origin isolated. */
export const sharesMemory: boolean = !onPage ||
  (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;

/**
 * Starts a thread that does not keep the process alive, as a Web Worker of Deno would.
 *
 * @param refused called if the page may not start it
 */
export function startThread(data: ThreadData, refused: () => void): void {
  if (!onPage) {
    const { Worker } = process.getBuiltinModule("node:worker_threads")!;
    const source = sourceWith('require("node:worker_threads").workerData');
    new Worker(source, { eval: true, workerData: data }).unref();
    return;
  }
  const source = new Blob([`onmessage = ({ data }) => ${sourceWith("data")}`], { type: "text/javascript" });
  const url = URL.createObjectURL(source);
  const worker = new Worker(url);
  worker.onerror = refused;
  worker.postMessage(data);
}

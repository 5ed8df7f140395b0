/**
 * Choosing and starting an engine.
 *
 * @module
 */

import { type Blas, blasCandidates, chosenBlas, NoBlasError, openBlas } from "./blas/blas.ts";
import { blasAdviceHere, refusals } from "./blas/advice.ts";
import { checkBlas } from "./blas/check.ts";
import { installElementaryGradients, installElementaryOnHost } from "./kernels/elementary.ts";
import { EngineError } from "./engine_error.ts";
import { startCpu } from "./backend/cpu.ts";
import { prepareTape } from "./backend/gradient.ts";
import type { EngineHeap } from "./backend/heap.ts";
import { refuseWrongPairs } from "./kernels/product.ts";
import { coreRemark } from "./blas/openblas_core.ts";
import { sharesMemory } from "./kernels/thread.ts";
import { defaultThreads } from "./thread_count.ts";
import { startWasm } from "./backend/wasm.ts";
import { startWebgpu } from "./backend/webgpu.ts";

/** The engines, and `auto`: native where a BLAS is permitted and found, else wasm. */
export const ENGINE_NAMES = ["auto", "wasm", "native", "cpu", "webgpu"] as const;
/** The name of an engine. */
export type EngineName = typeof ENGINE_NAMES[number];

/** The engine that is running. */
export interface Engine {
  /** Its name. */
  readonly name: Exclude<EngineName, "auto">;
  /** What it computes with, for a manifest: the BLAS path, the adapter. */
  readonly description: string;
  /** One line: how to get a faster engine, where `auto` has found none, and why installed libraries were refused. */
  readonly advice?: string;
}

let prepared = false;
let cpuPrepared = false;

/** Options of an engine. */
export interface EngineOptions {
  /** How many threads share the work on the wasm heap, from 1 to the number of cores; by default see `thread_count.ts`. */
  readonly threads?: number;
}

/**
 * Starts an engine and makes it current. Tensors belong to the engine on which they were made; `wasm` and
 * `native` share theirs.
 *
 * ```ts
 * import { startEngine } from "./start.ts";
 * const engine = await startEngine("wasm");
 * console.assert(engine.name === "wasm");
 * ```
 *
 * The numbers do not depend on `threads`, to the last bit.
 *
 * @throws RangeError for an unknown name or a wrong number of threads; EngineError if the engine cannot start here, with the
 * reason, or if `GRAE_THREADS` is no number of threads
 */
export async function startEngine(
  name: EngineName = "auto",
  { threads = defaultThreads() }: EngineOptions = {},
): Promise<Engine> {
  if (!ENGINE_NAMES.includes(name)) {
    throw new RangeError(
      `startEngine: engine must be one of ${ENGINE_NAMES.join(", ")}, but it is "${name}"`,
    );
  }
  if (!Number.isInteger(threads) || threads < 1 || threads > navigator.hardwareConcurrency) {
    throw new RangeError(
      `startEngine: threads must be a whole number from 1 to ${navigator.hardwareConcurrency}, but it is ${threads}`,
    );
  }
  if (!prepared) {
    prepareTape();
    installElementaryGradients();
    prepared = true;
  }
  if (name === "cpu") {
    await startCpu();
    if (!cpuPrepared) {
      installElementaryOnHost();
      refuseWrongPairs("cpu");
    }
    cpuPrepared = true;
    return { name, description: "tfjs cpu, plain JavaScript" };
  }
  if (name === "webgpu") return { name, description: `tfjs webgpu on ${await startWebgpu()}` };
  return await startHeap(name, threads);
}

async function startHeap(name: "auto" | "wasm" | "native", threads: number): Promise<Engine> {
  const heap = await startWasm();
  heap.team.threads = threads;
  await heap.team.gatherOnPage();
  heap.useBlas(null);
  const working = wordsOf(heap.team.threads, threads);
  const wasm: Engine = { name: "wasm", description: `tfjs wasm, SIMD, ${working}` };
  const mayOpen = "Deno" in globalThis;
  if (name === "wasm" || (name === "auto" && !mayOpen)) return wasm;
  if (!mayOpen) {
    throw new EngineError("native engine: only Deno can open a library; take wasm, which is here");
  }
  try {
    const blas = openBlas(blasCandidates(), (blas) => tryOnce(heap, blas));
    heap.useBlas(blas);
  } catch (error) {
    // A library that was asked for by name is not passed over.
    if (name === "native" || chosenBlas() || !(error instanceof NoBlasError)) throw error;
    return { ...wasm, advice: blasAdviceHere(error.tried) };
  }
  const { path, core, version, shared, passedOver } = heap.blas!;
  const named = version === null ? path : `${version}, ${path}`;
  const library = `${named}${coreRemark(core)}, ${working}${shared ? "" : ", one of which calls it"}`;
  const description = `tfjs wasm with matrix products by ${library}`,
    advice = refusals(passedOver).join("; ");
  return { name: "native", description, ...(advice === "" ? {} : { advice }) };
}

/** How many threads work, and why there are fewer than were asked for. */
function wordsOf(threads: number, wanted: number): string {
  const why = sharesMemory ? "the page may not start them" : "more need a page that is cross-origin isolated";
  return `${threads} ${threads === 1 ? "thread" : "threads"}${threads < wanted ? ` (${why})` : ""}`;
}

/** The number of threads with which each library has been tried, by its path. */
const tried = new Map<string, number>();

/** Tries a library, if it has not been tried with so many threads. */
function tryOnce(heap: EngineHeap, blas: Blas): void {
  if ((tried.get(blas.path) ?? 0) >= heap.team.threads) return;
  checkBlas(heap, blas);
  tried.set(blas.path, heap.team.threads);
}

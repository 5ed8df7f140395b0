/**
 * The allocator of tfjs's module. Where memory is full it throws, also within tfjs's own kernels.
 *
 * Why: `malloc` returns 0 then, and tfjs takes that for an address and writes there.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { EngineError } from "../engine_error.ts";
import { replaceKernel } from "./replace_kernel.ts";

/** The most bytes that the memory of a module can have. */
export const MOST_BYTES = 2 ** 32;

/** The exports of tfjs's module that are used here. */
export interface WasmExports {
  readonly memory: WebAssembly.Memory;
  /** The byte offset of new memory: unsigned, and never 0. */
  readonly malloc: (bytes: number) => number;
  readonly free: (at: number) => void;
  readonly stackSave: () => number;
  readonly stackRestore: (at: number) => void;
  readonly __errno_location: () => number;
}

const gibibytes = (bytes: number): number => Number((bytes / 2 ** 30).toPrecision(3));

/** Bytes from which a tensor is counted: to count scalars too took 3% of a toy's replayed step. */
const COUNTED = 256;
/** Bytes behind each piece of memory while pieces are guarded, and what each of them holds: numbers that are read there are NaN. */
const GUARD = 64, GUARD_BYTE = 0xff;
/** The code that C's `malloc` leaves in `errno` where it returns 0. */
const ENOMEM = 48;

/** The allocator of one module, between it and tfjs. */
export class Allocator {
  readonly #sizes = new Map<number, number>();
  #held = 0;
  #exports: WasmExports | null = null;
  /** The module's `errno`. */
  #errno: Int32Array = new Int32Array(1);
  /** The pieces that are guarded, by where they end; null while none is. */
  #guarded: Map<number, number> | null = null;
  readonly #overruns: string[] = [];
  /** Where its stack is while nothing of it runs. */
  #stack = 0;

  /** Bytes of all tensors, those of recordings included, without small ones. */
  get held(): number {
    return this.#held;
  }

  /** The imports of the module: where C++ aborts for want of memory, an EngineError is thrown. */
  imports(imports: WebAssembly.Imports): WebAssembly.Imports {
    const { abort, ...env } = imports["env"] as Record<string, () => unknown>;
    const stop = (): void => {
      this.assertAllocated();
      abort!();
    };
    return { ...imports, env: { ...env, abort: stop } };
  }

  /** The exports of the module: `malloc` throws an EngineError where memory is full. */
  exports(exports: WasmExports): WasmExports {
    this.#exports = exports;
    this.#stack = exports.stackSave();
    this.#errno = new Int32Array(exports.memory.buffer, exports.__errno_location(), 1);
    return {
      ...exports,
      malloc: (bytes) => {
        this.assertAllocated();
        const guard = this.#guarded ? GUARD : 0;
        const at = bytes + guard < MOST_BYTES ? exports.malloc(bytes + guard) >>> 0 : 0;
        // It may be set where a second attempt succeeded.
        this.#errno[0] = 0;
        if (at === 0) throw this.#full(`${gibibytes(bytes)} GiB are wanted in one piece`);
        if (guard) this.#guard(at, bytes);
        if (bytes >= COUNTED) {
          this.#sizes.set(at, bytes);
          this.#held += bytes;
        }
        return at;
      },
      free: (at) => {
        const counted = this.#sizes.get(at);
        if (counted !== undefined) {
          this.#sizes.delete(at);
          this.#held -= counted;
        }
        this.#look(at);
        exports.free(at);
      },
    };
  }

  /**
   * Requires that functions of the module got the memory that they asked for: many return as if nothing had happened.
   *
   * @throws EngineError
   */
  assertAllocated(): void {
    if (this.#errno[0] !== ENOMEM) return;
    this.#errno[0] = 0;
    throw this.#full("a kernel of tfjs wants more");
  }

  /**
   * Guards the end of every piece of memory from now on, or no longer, for tests of kernels: what is written up to 64 bytes behind
   * it is found by {@link overruns}.
   */
  guard(on: boolean): void {
    this.#guarded = on ? this.#guarded ?? new Map() : null;
  }

  /** What was written behind the end of guarded pieces since the last call. */
  overruns(): string[] {
    for (const at of this.#guarded?.keys() ?? []) this.#look(at, false);
    return this.#overruns.splice(0);
  }

  #guard(at: number, bytes: number): void {
    this.#guarded!.set(at, bytes);
    this.#behind(at, bytes).fill(GUARD_BYTE);
  }

  /** Looks behind a guarded piece, which is given up or looked at again later. */
  #look(at: number, ends = true): void {
    const bytes = this.#guarded?.get(at);
    if (bytes === undefined) return;
    if (ends) this.#guarded!.delete(at);
    const behind = this.#behind(at, bytes);
    const first = behind.findIndex((byte) => byte !== GUARD_BYTE);
    if (first < 0) return;
    this.#overruns.push(`byte ${first} behind ${bytes} bytes was written`);
    behind.fill(GUARD_BYTE);
  }

  #behind(at: number, bytes: number): Uint8Array {
    return new Uint8Array(this.#exports!.memory.buffer, at + bytes, GUARD);
  }

  /** Gives back the stack of functions that an error has ended. */
  unwind(): void {
    this.#exports!.stackRestore(this.#stack);
  }

  #full(wanted: string): EngineError {
    return new EngineError(
      `engine memory: ${wanted}, but ${gibibytes(this.#held)} of ${
        gibibytes(MOST_BYTES)
      } GiB are held; lower the ` +
        "batch, the hidden widths or the latents, or dispose of tensors",
    );
  }
}

/**
 * Makes failures leave nothing behind: neither a tensor without memory, nor what a kernel made before it failed, nor what it
 * derived from its inputs.
 *
 * @param renew makes kernels forget what they derived from a tensor
 */
export function undoFailures(
  backend: BackendWasm,
  allocator: Allocator,
  free: WasmExports["free"],
  renew: (dataId: tf.DataId) => void,
): void {
  const move = backend.move.bind(backend), write = backend.write.bind(backend);
  backend.move = (dataId, values, shape, dtype, refCount) => {
    try {
      move(dataId, values, shape, dtype, refCount);
    } catch (error) {
      allocator.unwind();
      if (backend.dataIdMap.has(dataId)) {
        free(backend.getMemoryOffset(dataId));
        backend.dataIdMap.delete(dataId);
      }
      throw error;
    }
  };
  /** The tensors that the running kernel has made. */
  const made: tf.DataId[] = [];
  let running = false;
  backend.write = (values, shape, dtype) => {
    const dataId = write(values, shape, dtype);
    if (running) made.push(dataId);
    return dataId;
  };
  const undoing = (kernel: tf.KernelFunc): tf.KernelFunc => (params) => {
    if (running) return kernel(params);
    running = true;
    made.length = 0;
    try {
      const result = kernel(params);
      allocator.assertAllocated();
      return result;
    } catch (error) {
      allocator.unwind();
      for (const dataId of made) backend.disposeData(dataId, true);
      // prelu keeps an operator that it could not make by its slopes' tensor, and would never fill a result again.
      for (const input of Object.values(params.inputs)) {
        if (input && input.dtype !== "string" && backend.dataIdMap.has(input.dataId)) renew(input.dataId);
      }
      throw error;
    } finally {
      running = false;
    }
  };
  for (const { kernelName } of tf.getKernelsForBackend("wasm")) replaceKernel(kernelName, undoing);
}

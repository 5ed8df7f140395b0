/**
 * The heap of tfjs's wasm engine, and what computes on it in place.
 *
 * @module
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { Blas } from "./blas.ts";
import type { Team } from "./team.ts";

/** The heap: where tensors are, and what computes on them. Addresses are byte offsets. */
export interface Heap {
  /** Our own kernels and their threads. */
  readonly team: Team;
  /** The library that makes large products; null where the team makes them. */
  blas: Blas | null;
  /** The byte offset of a tensor. */
  offset(tensor: tf.TensorInfo): number;
  /** So many float32 numbers at an offset; valid while the tensor is. */
  view(offset: number, length: number): Float32Array;
  /** A new, unset float32 tensor. */
  allocate(shape: readonly number[]): tf.TensorInfo;
}

/** The heap of a backend. */
export function heapOf(backend: BackendWasm, memory: WebAssembly.Memory, team: Team): Heap {
  return {
    team,
    blas: null,
    offset: (tensor) => backend.getMemoryOffset(tensor.dataId),
    view: (offset, length) => new Float32Array(memory.buffer, offset, length),
    allocate: (shape) => backend.makeOutput([...shape], "float32"),
  };
}

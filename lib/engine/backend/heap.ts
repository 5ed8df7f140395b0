/**
 * The heap of tfjs's wasm engine: where tensors are, and who computes on them in place.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { Allocator, WasmExports } from "./allocator.ts";
import type { Blas } from "../blas/blas.ts";
import { chunkMultiplier } from "../blas/chunk.ts";
import { KERNELS, wordsOf } from "../kernels/interface.ts";
import { CORES, type Jobs, Team } from "../kernels/team.ts";

/** The heap as kernels see it. Addresses are byte offsets. */
export interface Heap {
  /** Does jobs. */
  readonly team: Jobs;
  /** The library that makes large products; null where our kernel makes them. */
  readonly blas: HeapBlas | null;
  /** The byte offset of a tensor. */
  offset(tensor: tf.TensorInfo): number;
  /** So many float32 numbers at an offset; valid while the tensor is. */
  view(offset: number, length: number): Float32Array;
  /**
   * A new, unset float32 tensor.
   *
   * @throws EngineError if the heap has no room for it; nothing is allocated then
   */
  allocate(shape: readonly number[]): tf.TensorInfo;
  /** Gives back what {@link allocate} gave, if no engine has taken it over. */
  release(tensor: tf.TensorInfo): void;
  /** Whether the input at an offset is donated: nobody reads it after this kernel, which may write over it. */
  donated(offset: number): boolean;
}

/** The heap of an engine. */
export interface EngineHeap extends Heap {
  /**
   * Makes kernels of tfjs forget what they derived from a tensor whose numbers have changed: convolutions keep packed weights
   * by the weights' tensor.
   */
  renew(dataId: tf.DataId): void;
  /** A tensor of numbers on the heap, which tfjs owns from now on. */
  tensor(info: tf.TensorInfo): tf.Tensor;
  /** Another claim on numbers: they stay until each has been released. */
  claim(dataId: tf.DataId): void;
  /** How many claims there are on numbers. */
  claims(dataId: tf.DataId): number;
  /** Our own kernels and their threads. */
  readonly team: Team;
  /** Bytes of all tensors, those of recordings included, without small ones. */
  readonly held: number;
  /**
   * Guards the end of every tensor that is made from now on, or no longer, for tests of kernels: what is written up to 64 bytes
   * behind it is found by {@link overruns}.
   */
  guard(on: boolean): void;
  /** What was written behind the end of guarded tensors since the last call. */
  overruns(): string[];
  /** Lets a library make large products from now on, or none. */
  useBlas(blas: Blas | null): void;
}

/** A library whose path is also on the heap, where threads find it. */
export interface HeapBlas extends Blas {
  /** The byte offset of the path. */
  readonly pathAt: number;
  /** Its length. */
  readonly pathBytes: number;
}

/**
 * New tensors of these shapes: all of them, or none if one cannot be had or `fill` throws.
 *
 * @param fill fills them; by default they stay unset
 */
export function makeAll(
  heap: Pick<Heap, "allocate" | "release">,
  shapes: readonly (readonly number[])[],
  fill: (made: readonly tf.TensorInfo[]) => void = () => {},
): tf.TensorInfo[] {
  const made: tf.TensorInfo[] = [];
  try {
    for (const shape of shapes) made.push(heap.allocate(shape));
    fill(made);
    return made;
  } catch (error) {
    made.forEach(heap.release);
    throw error;
  }
}

/** The heap of a backend. */
export async function heapOf(
  backend: BackendWasm,
  { memory, malloc }: WasmExports,
  allocator: Allocator,
): Promise<EngineHeap> {
  const paths = new Map<string, Pick<HeapBlas, "pathAt" | "pathBytes">>();
  const written = (path: string): Pick<HeapBlas, "pathAt" | "pathBytes"> => {
    const bytes = new TextEncoder().encode(path);
    const pathAt = malloc(bytes.length);
    new Uint8Array(memory.buffer).set(bytes, pathAt);
    return { pathAt, pathBytes: bytes.length };
  };
  let used: HeapBlas | null = null;
  const multiply = chunkMultiplier(memory, wordsOf(KERNELS.blas), () => used!.sgemm);
  const team = await Team.on(memory, malloc, CORES, multiply);
  return {
    team,
    get blas() {
      return used;
    },
    useBlas(blas) {
      if (blas && !paths.has(blas.path)) paths.set(blas.path, written(blas.path));
      used = blas && { ...blas, ...paths.get(blas.path)! };
    },
    renew: (dataId) => {
      const { id, shape, memoryOffset } = backend.dataIdMap.get(dataId);
      backend.wasm.tfjs.disposeData(id);
      backend.wasm.tfjs.registerTensor(id, tf.util.sizeFromShape(shape), memoryOffset);
    },
    tensor: (info) => tf.engine().makeTensorFromTensorInfo(info),
    claim: (dataId) => backend.incRef(dataId),
    claims: (dataId) => backend.refCount(dataId),
    offset: (tensor) => backend.getMemoryOffset(tensor.dataId),
    view: (offset, length) => new Float32Array(memory.buffer, offset, length),
    allocate: (shape) => backend.makeOutput([...shape], "float32"),
    release: ({ dataId }) => void backend.disposeData(dataId),
    donated: () => false,
    get held() {
      return allocator.held;
    },
    guard: (on) => allocator.guard(on),
    overruns: () => allocator.overruns(),
  };
}

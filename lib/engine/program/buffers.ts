/**
 * The memory of a plan on the heap, which stays from one replay to the next.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { EngineHeap } from "../backend/heap.ts";
import { copyNumbers } from "../kernels/elementwise.ts";
import { type Plan, sizeOf } from "./plan.ts";
import type { BufferId, Trace, Value } from "./trace.ts";

/** The largest output that is copied; larger ones share the numbers of the recording, until the next replay needs them. */
const WORTH_RETURNING = 16;

/** The buffers of a recording. */
export class Buffers {
  readonly #heap: EngineHeap;
  readonly #constants: Trace["constants"];
  /** The memory that buffers share. */
  readonly #slots: tf.TensorInfo[] = [];
  /** Memory of outputs: tensors, since tfjs may move them to another engine. */
  readonly #returned = new Map<BufferId, tf.Tensor>();
  /** Own copies of inputs that are not always at the same place. */
  readonly #copies = new Map<BufferId, tf.TensorInfo>();
  /** The numbers of each buffer; null where there are none yet, or no more. */
  readonly #numbers: (tf.DataId | null)[];
  /** The byte offsets of buffers that stay where they are. */
  readonly #fixed = new Map<BufferId, number>();
  /** Those of them that operations fill. */
  readonly #own = new Set<BufferId>();
  /** Whether a fixed buffer is elsewhere than when this was last set to false. */
  moved = true;

  /** @throws EngineError if the heap has no room; nothing is allocated then */
  constructor(heap: EngineHeap, constants: Trace["constants"], { buffers, slots }: Plan) {
    this.#heap = heap;
    this.#numbers = buffers.map(() => null);
    this.#constants = constants.filter(({ tensor }) => tensor.dtype === "float32");
    for (const { buffer, tensor } of constants) this.#numbers[buffer] = tensor.dataId;
    this.findConstants();
    try {
      for (const size of slots) this.#slots.push(heap.allocate([size]));
      buffers.forEach(({ kind, shape, slot }, buffer) => {
        if (kind === "output") this.#returnFrom(buffer, shape);
        else if (slot !== null) this.#fix(buffer, this.#slots[slot]!);
      });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The byte offset of a buffer that stays where it is; undefined for others. */
  fixed(buffer: BufferId): number | undefined {
    return this.#fixed.get(buffer);
  }

  /** Where the numbers of any buffer are now. */
  offset(buffer: BufferId): number {
    return this.#fixed.get(buffer) ??
      this.#heap.offset({ dataId: this.#numbers[buffer]!, shape: [], dtype: "float32" });
  }

  /** The numbers of a buffer, for a kernel of tfjs. */
  numbers(buffer: BufferId): tf.DataId {
    const numbers = this.#numbers[buffer]!;
    if (this.#own.has(buffer)) this.#heap.renew(numbers);
    return numbers;
  }

  /** Finds the constants, which tfjs may have moved to another engine and back. */
  findConstants(): void {
    for (const { buffer, tensor } of this.#constants) {
      const at = this.#heap.offset(tensor);
      if (this.#fixed.get(buffer) === at) continue;
      this.#fixed.set(buffer, at);
      this.moved = true;
    }
  }

  /** Takes an input from where it is, if it has always been there; else copies it. */
  bind(input: tf.Tensor, buffer: BufferId): void {
    this.#numbers[buffer] = input.dataId;
    if (input.dtype !== "float32") return;
    const at = this.#heap.offset(input);
    const fixed = this.#fixed.get(buffer);
    if (fixed === undefined) this.#fixed.set(buffer, at);
    if (fixed === undefined || fixed === at) return;
    let copy = this.#copies.get(buffer);
    if (!copy) {
      copy = this.#heap.allocate(input.shape);
      this.#copies.set(buffer, copy);
      this.#fixed.set(buffer, this.#heap.offset(copy));
      this.moved = true;
    }
    copyNumbers(this.#heap, at, this.#heap.offset(copy), input.size);
  }

  /** Leaves outputs of the last replay to callers that still have them, and takes new memory instead. */
  leaveReturned(): void {
    for (const [buffer, tensor] of this.#returned) {
      // A tensor that went to another engine has left its memory; one that came back has other memory.
      const { dataId } = tensor;
      if (this.#heap.claims(dataId) === 1 && this.#heap.offset(tensor) === this.#fixed.get(buffer)) continue;
      // First the new memory: where it cannot be had, the old stays.
      this.#returnFrom(buffer, tensor.shape);
      tensor.dispose();
    }
  }

  /** Takes an output of a kernel of tfjs. */
  put(buffer: BufferId, made: tf.TensorInfo): void {
    const fixed = this.#fixed.get(buffer);
    if (fixed === undefined) this.#numbers[buffer] = made.dataId;
    else {
      copyNumbers(this.#heap, this.#heap.offset(made), fixed, sizeOf(made.shape));
      this.#heap.release(made);
    }
  }

  /** Gives back numbers that have no fixed place. */
  free(buffer: BufferId): void {
    const numbers = this.#numbers[buffer];
    if (this.#fixed.has(buffer) || !numbers) return;
    this.#heap.release({ dataId: numbers, shape: [], dtype: "float32" });
    this.#numbers[buffer] = null;
  }

  /** A value that is returned. */
  output({ buffer, shape, dtype }: Value): tf.Tensor {
    const own = this.#returned.get(buffer);
    if (own && own.size <= WORTH_RETURNING) {
      const copy = this.#heap.allocate(shape);
      copyNumbers(this.#heap, this.#heap.offset(own), this.#heap.offset(copy), own.size);
      return this.#heap.tensor(copy);
    }
    const dataId = this.#numbers[buffer]!;
    this.#heap.claim(dataId);
    return this.#heap.tensor({ dataId, shape, dtype });
  }

  /** Gives its memory back. */
  [Symbol.dispose](): void {
    for (const tensor of this.#returned.values()) tensor.dispose();
    for (const tensor of this.#copies.values()) this.#heap.release(tensor);
    this.#slots.forEach(this.#heap.release);
  }

  #returnFrom(buffer: BufferId, shape: number[]): void {
    const tensor = tf.keep(this.#heap.tensor(this.#heap.allocate(shape)));
    this.#returned.set(buffer, tensor);
    this.#fix(buffer, tensor);
  }

  #fix(buffer: BufferId, tensor: tf.TensorInfo): void {
    this.#own.add(buffer);
    this.#numbers[buffer] = tensor.dataId;
    this.#fixed.set(buffer, this.#heap.offset(tensor));
    this.moved = true;
  }
}

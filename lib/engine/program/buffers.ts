/**
 * Where the numbers of a recorded function are.
 *
 * What is made has a fixed place on the heap, which stays from one replay to the next. Only what kernels of tfjs make is
 * wherever they put it, if it is too much to copy, and so are numbers of other types than float32.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { copyNumbers } from "../kernels/elementwise.ts";
import type { EngineHeap } from "../backend/heap.ts";
import { Pool } from "./buffer_pool.ts";
import type { Made, Place, Transcript } from "./trace.ts";

/** Numbers up to which what a kernel of tfjs made is copied to a fixed place. */
const WORTH_COPYING = 1 << 14;
/** Numbers up to which what is returned is a copy; else it shares the numbers of the recording, until that needs them. */
const WORTH_RETURNING = 16;

const sizeOf = ({ shape }: Pick<Made, "shape">): number => tf.util.sizeFromShape(shape);

/** The places of a recording, and the memory that it holds for them. */
export class Places {
  readonly #heap: EngineHeap;
  /** Memory for what is made on the way. */
  readonly #pool: Pool;
  readonly #constants: Transcript["constants"];
  /** Memory for what is returned: tensors, which tfjs may move to another engine. */
  readonly #returned = new Map<Place, tf.Tensor>();
  /** Own copies of inputs that are not always at the same place. */
  readonly #copies = new Map<Place, tf.TensorInfo>();
  /** The numbers at each place; null where there are none yet, or no more. */
  readonly #numbers: (tf.DataId | null)[];
  readonly #fixed = new Map<Place, number>();
  /** Those of them that are made at each replay. */
  readonly #own = new Set<Place>();
  /** Whether a fixed place is another than it was when this was last set to false. */
  moved = true;

  constructor(heap: EngineHeap, { operations, constants, outputs, places }: Transcript, frees: Frees) {
    this.#heap = heap;
    this.#pool = new Pool(heap);
    this.#numbers = Array.from({ length: places }, () => null);
    this.#constants = constants.filter(({ tensor }) => tensor.dtype === "float32");
    for (const { place, tensor } of constants) this.#numbers[place] = tensor.dataId;
    this.find();
    try {
      this.#allocate(operations, new Set(outputs.map(({ place }) => place)), frees);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #allocate(operations: Transcript["operations"], returned: ReadonlySet<Place>, frees: Frees): void {
    const taken = new Map<Place, tf.TensorInfo>();
    operations.forEach(({ makes, again }, i) => {
      for (const made of makes) {
        if (!("fill" in again || made.dtype === "float32" && sizeOf(made) <= WORTH_COPYING)) continue;
        const { place, shape } = made;
        if (returned.has(place)) this.#returnFrom(place, shape);
        else {
          const tensor = this.#pool.take(shape);
          taken.set(place, tensor);
          this.#fix(place, tensor);
        }
      }
      for (const place of frees[i]!) {
        if (taken.has(place)) this.#pool.give(taken.get(place)!);
      }
    });
  }

  /** The byte offset of a fixed place; undefined for others. */
  fixed(place: Place): number | undefined {
    return this.#fixed.get(place);
  }

  /** Where the numbers of any place are now. */
  offset(place: Place): number {
    return this.#fixed.get(place) ??
      this.#heap.offset({ dataId: this.#numbers[place]!, shape: [], dtype: "float32" });
  }

  /** The numbers at a place, for a kernel of tfjs. */
  numbers(place: Place): tf.DataId {
    const numbers = this.#numbers[place]!;
    if (this.#own.has(place)) this.#heap.renew(numbers);
    return numbers;
  }

  /** Finds the constants, which tfjs may have moved to another engine and back. */
  find(): void {
    for (const { place, tensor } of this.#constants) {
      const at = this.#heap.offset(tensor);
      if (this.#fixed.get(place) === at) continue;
      this.#fixed.set(place, at);
      this.moved = true;
    }
  }

  /** An input where it is, if it has always been there; a copy of it, if not. */
  bind(input: tf.Tensor, place: Place): void {
    this.#numbers[place] = input.dataId;
    if (input.dtype !== "float32") return;
    const at = this.#heap.offset(input);
    const fixed = this.#fixed.get(place);
    if (fixed === undefined) this.#fixed.set(place, at);
    if (fixed === undefined || fixed === at) return;
    let copy = this.#copies.get(place);
    if (!copy) {
      copy = this.#heap.allocate(input.shape);
      this.#copies.set(place, copy);
      this.#fixed.set(place, this.#heap.offset(copy));
      this.moved = true;
    }
    copyNumbers(this.#heap, at, this.#heap.offset(copy), input.size);
  }

  /** Leaves what was returned to those who still have it. */
  leaveReturned(): void {
    const backend = tf.backend();
    for (const [place, tensor] of this.#returned) {
      // On another engine, nobody has it here; and where it comes back from one, it is elsewhere.
      const { dataId } = tensor;
      if (backend.refCount(dataId) === 1 && this.#heap.offset(tensor) === this.#fixed.get(place)) continue;
      // First the new memory: where it cannot be had, the old stays.
      this.#returnFrom(place, tensor.shape);
      tensor.dispose();
    }
  }

  /** Takes what a kernel of tfjs has made. */
  put(place: Place, made: tf.TensorInfo): void {
    const fixed = this.#fixed.get(place);
    if (fixed === undefined) this.#numbers[place] = made.dataId;
    else {
      copyNumbers(this.#heap, this.#heap.offset(made), fixed, sizeOf(made));
      this.#heap.release(made);
    }
  }

  /** Gives back numbers that have no fixed place. */
  free(place: Place): void {
    const numbers = this.#numbers[place];
    if (this.#fixed.has(place) || !numbers) return;
    tf.backend().disposeData(numbers);
    this.#numbers[place] = null;
  }

  /** What is returned. */
  output({ place, shape, dtype }: Made): tf.Tensor {
    const own = this.#returned.get(place);
    if (own && sizeOf(own) <= WORTH_RETURNING) {
      const copy = this.#heap.allocate(shape);
      copyNumbers(this.#heap, this.#heap.offset(own), this.#heap.offset(copy), sizeOf(own));
      return tf.engine().makeTensorFromTensorInfo(copy);
    }
    const dataId = this.#numbers[place]!;
    tf.backend().incRef(dataId);
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
  }

  /** Gives its memory back. */
  [Symbol.dispose](): void {
    for (const tensor of this.#returned.values()) tensor.dispose();
    for (const tensor of this.#copies.values()) this.#heap.release(tensor);
    this.#pool[Symbol.dispose]();
  }

  #returnFrom(place: Place, shape: number[]): void {
    const tensor = tf.keep(tf.engine().makeTensorFromTensorInfo(this.#heap.allocate(shape)));
    this.#returned.set(place, tensor);
    this.#fix(place, tensor);
  }

  #fix(place: Place, tensor: tf.TensorInfo): void {
    this.#own.add(place);
    this.#numbers[place] = tensor.dataId;
    this.#fixed.set(place, this.#heap.offset(tensor));
    this.moved = true;
  }
}

/** For each operation, what it is the last to take, or makes for nobody. */
export type Frees = readonly (readonly Place[])[];

/** The last uses of all that operations make but what is returned. */
export function lastUses({ operations, outputs }: Transcript): Frees {
  const last = new Map<Place, number>();
  operations.forEach(({ makes }, i) => makes.forEach(({ place }) => last.set(place, i)));
  operations.forEach(({ takes }, i) => {
    for (const { place } of takes) if (last.has(place)) last.set(place, i);
  });
  for (const { place } of outputs) last.delete(place);
  const frees = operations.map((): Place[] => []);
  for (const [place, i] of last) frees[i]!.push(place);
  return frees;
}

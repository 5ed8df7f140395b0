/**
 * A function as what it did to memory, to be done again for other numbers.
 *
 * What kernels make has a fixed place on the heap, so the jobs of kernels that follow each other are written down once, and
 * done by one call. In between run kernels that look at numbers, and those of tfjs, which put theirs where they like.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { copyNumbers } from "./elementwise.ts";
import type { EngineHeap, Heap, HeapBlas } from "./heap.ts";
import type { Key } from "./key.ts";
import { Pool } from "./pool.ts";
import type { Calling, Filling, Made, Operation, Place, Transcript } from "./recorder.ts";
import { JOB, type Job } from "./team.ts";
import { wasmHeap } from "./wasm.ts";

/** Numbers up to which what a kernel of tfjs made is copied to a fixed place. */
const WORTH_COPYING = 1 << 14;
/** Numbers up to which what is returned is a copy; else it shares the numbers of the recording, until that needs them. */
const WORTH_RETURNING = 16;

/** Thrown where a kernel that is to be written down wants to see numbers, which are not there yet. */
const LOOKS = new Error("a kernel looks at numbers");

const sizeOf = ({ shape }: Pick<Made, "shape">): number => tf.util.sizeFromShape(shape);

/** What a recorded function did, ready to be done again. */
export class Recording {
  readonly #heap: EngineHeap = wasmHeap();
  readonly #transcript: Transcript;
  /** Memory for what is made on the way, and for what kernels need while they run. */
  readonly #pool = new Pool(this.#heap);
  readonly #scratch = new Pool(this.#heap);
  /** Memory for what is returned. */
  readonly #returned = new Map<Place, tf.TensorInfo>();
  /** Own copies of inputs that are not always at the same place. */
  readonly #copies = new Map<Place, tf.TensorInfo>();
  /** The numbers at each place; null where there are none yet, or no more. */
  readonly #numbers: (tf.DataId | null)[];
  /** The byte offsets of fixed places. */
  readonly #offsets = new Map<Place, number>();
  /** What is returned of what has no fixed place. */
  readonly #loose: readonly Place[];
  /** For each operation, the places without a fixed offset of which it is the last to take, or makes for nobody. */
  readonly #frees: readonly (readonly Place[])[];
  /** What is to be done, for these offsets and this library; null where they have changed. */
  #steps: readonly ((key: Key) => void)[] | null = null;
  #blas: HeapBlas | null = null;
  /** Memory of its jobs. */
  readonly #programs: tf.TensorInfo[] = [];

  constructor(transcript: Transcript) {
    this.#transcript = transcript;
    this.#numbers = Array.from({ length: transcript.places }, () => null);
    for (const { place, tensor } of transcript.constants) {
      this.#numbers[place] = tensor.dataId;
      if (tensor.dtype === "float32") this.#offsets.set(place, this.#heap.offset(tensor));
    }
    const frees = lastUses(transcript);
    const taken = new Map<Place, tf.TensorInfo>();
    const returned = new Set(transcript.outputs.map(({ place }) => place));
    transcript.operations.forEach(({ makes, again }, i) => {
      for (const made of makes) {
        if (!("fill" in again || made.dtype === "float32" && sizeOf(made) <= WORTH_COPYING)) continue;
        const { place, shape } = made;
        if (returned.has(place)) this.#returnFrom(place, this.#heap.allocate(shape));
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
    this.#loose = transcript.operations.flatMap(({ makes }) =>
      makes.map(({ place }) => place).filter((place) => returned.has(place) && !this.#offsets.has(place))
    );
    this.#frees = frees.map((places) => places.filter((place) => !this.#offsets.has(place)));
  }

  /**
   * The outputs for other inputs, of the same shapes, and another key.
   *
   * @throws what a kernel throws
   */
  replay(inputs: readonly tf.Tensor[], key: Key): tf.Tensor[] {
    inputs.forEach((input, place) => this.#bind(input, place));
    this.#leaveReturned();
    if (!this.#steps || this.#blas !== this.#heap.blas) this.#steps = this.#link();
    try {
      for (const step of this.#steps) step(key);
    } catch (error) {
      for (const { makes } of this.#transcript.operations) makes.forEach(({ place }) => this.#free(place));
      throw error;
    }
    const outputs = this.#transcript.outputs.map((output) => this.#output(output));
    // What is returned has a claim of its own by now.
    this.#loose.forEach((place) => this.#free(place));
    return outputs;
  }

  /** Gives back what it holds. */
  [Symbol.dispose](): void {
    tf.dispose(this.#transcript.constants.map(({ tensor }) => tensor));
    const own = [...this.#returned.values(), ...this.#copies.values(), ...this.#programs];
    own.forEach(this.#heap.release);
    this.#pool[Symbol.dispose]();
    this.#scratch[Symbol.dispose]();
  }

  /** An input where it is, if it has always been there; a copy of it, if not. */
  #bind(input: tf.Tensor, place: Place): void {
    this.#numbers[place] = input.dataId;
    if (input.dtype !== "float32") return;
    const at = this.#heap.offset(input);
    const fixed = this.#offsets.get(place);
    if (fixed === undefined) this.#offsets.set(place, at);
    if (fixed === undefined || fixed === at) return;
    let copy = this.#copies.get(place);
    if (!copy) {
      copy = this.#heap.allocate(input.shape);
      this.#copies.set(place, copy);
      this.#offsets.set(place, this.#heap.offset(copy));
      this.#steps = null;
    }
    copyNumbers(this.#heap, at, this.#heap.offset(copy), input.size);
  }

  #fix(place: Place, tensor: tf.TensorInfo): void {
    this.#numbers[place] = tensor.dataId;
    this.#offsets.set(place, this.#heap.offset(tensor));
    this.#steps = null;
  }

  #returnFrom(place: Place, tensor: tf.TensorInfo): void {
    this.#returned.set(place, tensor);
    this.#fix(place, tensor);
  }

  /** Leaves what was returned to those who still have it. */
  #leaveReturned(): void {
    const backend = tf.backend();
    for (const [place, tensor] of this.#returned) {
      if (backend.refCount(tensor.dataId) === 1) continue;
      this.#heap.release(tensor);
      this.#returnFrom(place, this.#heap.allocate(tensor.shape));
    }
  }

  /** What is to be done, with all jobs that follow each other in one. */
  #link(): ((key: Key) => void)[] {
    this.#programs.splice(0).forEach(this.#heap.release);
    this.#blas = this.#heap.blas;
    const steps: ((key: Key) => void)[] = [];
    let jobs: Job[] = [];
    const step = (does: (key: Key) => void): void => {
      if (jobs.length > 0) steps.push(this.#program(jobs));
      jobs = [];
      steps.push(does);
    };
    this.#transcript.operations.forEach((operation, i) => {
      const { again, takes, makes } = operation;
      if ("call" in again) step(() => this.#call(again, operation));
      else {
        const noted = this.#jobs(again, operation);
        if (noted) jobs.push(...noted);
        else {
          step((key) => {
            const [from, to] = [takes, makes].map((all) => all.map(({ place }) => this.#offsetOf(place)));
            again.fill(this.#heap, from!, to!, key);
          });
        }
      }
      const frees = this.#frees[i]!;
      if (frees.length > 0) step(() => frees.forEach((place) => this.#free(place)));
    });
    if (jobs.length > 0) steps.push(this.#program(jobs));
    return steps;
  }

  #program(jobs: readonly Job[]): () => void {
    const memory = this.#heap.allocate([jobs.length * JOB / 4]);
    this.#programs.push(memory);
    const { team } = this.#heap;
    const program = team.write(this.#heap.offset(memory), jobs);
    return () => team.perform(program);
  }

  /** The jobs of an operation; null if it looks at numbers, or takes what is not always at the same place. */
  #jobs({ fill }: Filling, { takes, makes }: Operation): Job[] | null {
    const [from, to] = [takes, makes].map((all) => all.map(({ place }) => this.#offsets.get(place)));
    if (from!.includes(undefined)) return null;
    const jobs: Job[] = [];
    const noting: Heap = {
      team: { run: (...job) => void jobs.push(job) },
      blas: this.#blas,
      offset: this.#heap.offset,
      view: () => {
        throw LOOKS;
      },
      allocate: (shape) => this.#scratch.take(shape),
      release: (tensor) => this.#scratch.give(tensor),
    };
    try {
      fill(noting, from as number[], to as number[], [0, 0]);
      return jobs;
    } catch (error) {
      if (error === LOOKS) return null;
      throw error;
    }
  }

  /** Calls a kernel of tfjs. */
  #call({ call }: Calling, { takes, makes }: Operation): void {
    const made = call(takes.map(({ place }) => this.#numbers[place]!));
    makes.forEach(({ place }, i) => {
      const tensor = made[i]!;
      const fixed = this.#offsets.get(place);
      if (fixed === undefined) this.#numbers[place] = tensor.dataId;
      else {
        copyNumbers(this.#heap, this.#heap.offset(tensor), fixed, sizeOf(tensor));
        this.#heap.release(tensor);
      }
    });
  }

  #offsetOf(place: Place): number {
    return this.#offsets.get(place) ??
      this.#heap.offset({ dataId: this.#numbers[place]!, shape: [], dtype: "float32" });
  }

  /** Gives back numbers that have no fixed place. */
  #free(place: Place): void {
    const numbers = this.#numbers[place];
    if (this.#offsets.has(place) || !numbers) return;
    tf.backend().disposeData(numbers);
    this.#numbers[place] = null;
  }

  #output({ place, shape, dtype }: Made): tf.Tensor {
    const numbers = this.#numbers[place]!;
    const own = this.#returned.get(place);
    if (own && sizeOf(own) <= WORTH_RETURNING) {
      const copy = this.#heap.allocate(shape);
      copyNumbers(this.#heap, this.#heap.offset(own), this.#heap.offset(copy), sizeOf(own));
      return tf.engine().makeTensorFromTensorInfo(copy);
    }
    tf.backend().incRef(numbers);
    return tf.engine().makeTensorFromTensorInfo({ dataId: numbers, shape, dtype });
  }
}

/** For each operation, what it is the last to take, or makes for nobody. */
function lastUses({ operations, outputs }: Transcript): Place[][] {
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

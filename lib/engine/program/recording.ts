/**
 * A function as what it did to memory, to be done again for other numbers.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Key } from "../key.ts";
import { link, type Linked } from "./compile.ts";
import { type Frees, lastUses, Places } from "./buffers.ts";
import type { Place, Transcript } from "./trace.ts";
import { wasmHeap } from "../backend/wasm.ts";

/** What a recorded function did, ready to be done again. */
export class Recording {
  readonly #heap = wasmHeap();
  readonly #transcript: Transcript;
  readonly #frees: Frees;
  readonly #places: Places;
  /** What is made and has no fixed place. */
  readonly #loose: readonly Place[];
  #linked: Linked | null = null;

  constructor(transcript: Transcript) {
    this.#transcript = transcript;
    this.#frees = lastUses(transcript);
    this.#places = new Places(this.#heap, transcript, this.#frees);
    this.#loose = transcript.operations.flatMap(({ makes }) => makes.map(({ place }) => place))
      .filter((place) => this.#places.fixed(place) === undefined);
  }

  /**
   * The outputs for other inputs, of the same shapes, and another key.
   *
   * @throws what a kernel throws
   */
  replay(inputs: readonly tf.Tensor[], key: Key): tf.Tensor[] {
    inputs.forEach((input, place) => this.#places.bind(input, place));
    this.#places.find();
    this.#places.leaveReturned();
    try {
      for (const step of this.#steps()) step(key);
      return this.#transcript.outputs.map((output) => this.#places.output(output));
    } finally {
      // What is returned has a claim of its own by now; after an error, what is left is nobody's.
      this.#loose.forEach((place) => this.#places.free(place));
    }
  }

  /** Gives back what it holds. */
  [Symbol.dispose](): void {
    tf.dispose(this.#transcript.constants.map(({ tensor }) => tensor));
    this.#linked?.[Symbol.dispose]();
    this.#places[Symbol.dispose]();
  }

  #steps(): Linked["steps"] {
    if (!this.#linked || this.#places.moved || this.#linked.blas !== this.#heap.blas) {
      this.#linked?.[Symbol.dispose]();
      this.#linked = null;
      this.#linked = link(this.#heap, this.#transcript.operations, this.#frees, this.#places);
      this.#places.moved = false;
    }
    return this.#linked.steps;
  }
}

/**
 * A function as the kernels that it ran, to be run again on other numbers.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Key } from "./key.ts";
import type { Place, Transcript } from "./recorder.ts";

/** What a recorded function did, ready to be done again. */
export class Recording {
  readonly #transcript: Transcript;
  /** For each operation, what nobody takes after it. */
  readonly #frees: readonly (readonly Place[])[];
  /** What is returned of what the operations made. */
  readonly #returned: readonly Place[];
  /** The numbers of a replay, and the constants; null where there are none yet, or no more. */
  readonly #numbers: (tf.DataId | null)[];

  constructor(transcript: Transcript) {
    this.#transcript = transcript;
    this.#frees = lastUses(transcript);
    const made = new Set(transcript.operations.flatMap(({ makes }) => makes));
    this.#returned = [...new Set(transcript.outputs.map(({ place }) => place))].filter((place) =>
      made.has(place)
    );
    this.#numbers = Array.from({ length: transcript.places }, () => null);
    for (const { place, tensor } of transcript.constants) this.#numbers[place] = tensor.dataId;
  }

  /**
   * The outputs for other inputs, of the same shapes, and another key.
   *
   * @throws what a kernel throws
   */
  replay(inputs: readonly tf.Tensor[], key: Key): tf.Tensor[] {
    const [engine, backend] = [tf.engine(), tf.backend()];
    const { operations, outputs } = this.#transcript;
    const numbers = this.#numbers;
    inputs.forEach(({ dataId }, place) => numbers[place] = dataId);
    const free = (place: Place): void => {
      if (numbers[place] !== null) backend.disposeData(numbers[place]!);
      numbers[place] = null;
    };
    try {
      operations.forEach(({ takes, makes, run }, i) => {
        for (const { place, info } of takes) info.dataId = numbers[place]!;
        const made = run(key);
        if (Array.isArray(made)) makes.forEach((place, j) => numbers[place] = made[j]!.dataId);
        else numbers[makes[0]!] = made.dataId;
        this.#frees[i]!.forEach(free);
      });
    } catch (error) {
      for (const { makes } of operations) makes.forEach(free);
      throw error;
    }
    const returned = outputs.map(({ place, shape, dtype }) => {
      const dataId = numbers[place]!;
      backend.incRef(dataId);
      return engine.makeTensorFromTensorInfo({ dataId, shape, dtype });
    });
    // What is returned has a claim of its own by now.
    this.#returned.forEach(free);
    return returned;
  }

  /** Gives its constants back. */
  [Symbol.dispose](): void {
    tf.dispose(this.#transcript.constants.map(({ tensor }) => tensor));
  }
}

/** For each operation, what it is the last to take, or makes for nobody. */
function lastUses({ operations, outputs }: Transcript): Place[][] {
  const last = new Map<Place, number>();
  operations.forEach(({ makes }, i) => makes.forEach((place) => last.set(place, i)));
  operations.forEach(({ takes }, i) => {
    for (const { place } of takes) if (last.has(place)) last.set(place, i);
  });
  for (const { place } of outputs) last.delete(place);
  const frees = operations.map((): Place[] => []);
  for (const [place, i] of last) frees[i]!.push(place);
  return frees;
}

/**
 * Data where they enter a training: each tensor is looked at once.
 *
 * Why here: the kernels of a likelihood take any number, and a replay must not read any. Outside of [0, 1], Σ x g − log(1 + eᵍ)
 * is no density, and its loss falls without bound.
 *
 * @module
 */

import { assertShape, isRecording, readNow, type tf } from "../engine/mod.ts";
import type { Likelihood, ModelDescription } from "../model/mod.ts";

/** Looks at the data of one training. */
export class DataCheck {
  readonly #doing: string;
  readonly #data: number;
  readonly #likelihood: Likelihood;
  readonly #seen = new WeakSet<tf.Tensor["dataId"]>();
  /** What was found on an engine that can only be waited for. */
  #found: unknown = null;
  #waiting: Promise<void> = Promise.resolve();

  /** A check for a model, under the name of the public function that is given its data. */
  constructor(doing: string, { encoder, likelihood }: ModelDescription) {
    this.#doing = doing;
    this.#data = encoder.inputs;
    this.#likelihood = likelihood;
  }

  /**
   * Requires a float32 batch `[batch, data]`.
   *
   * @param name how a message speaks of it
   * @throws TypeError
   */
  assertShape(x: tf.Tensor, name: string): void {
    assertShape(this.#doing, name, x, "batch data", new Map([["data", this.#data]]));
  }

  /**
   * Requires that every number is one for which the likelihood has a density, unless it has seen the tensor before. On WebGPU,
   * which can only be waited for, the next call throws, or {@link settle}. While a function is recorded nothing is read.
   *
   * @throws RangeError with index, value and what to do; TypeError for a wrong shape or kind
   */
  enter(x: tf.Tensor, name = "x"): void {
    if (this.#found !== null) throw this.#found;
    this.assertShape(x, name);
    if (this.#seen.has(x.dataId) || isRecording()) return;
    const numbers = readNow(x);
    if (numbers) this.#assertDensity(numbers, name);
    else {
      const later = x.data<"float32">().then((values) => this.#assertDensity(values, name));
      this.#waiting = Promise.all([this.#waiting, later.catch((error) => this.#found ??= error)]).then(
        () => {},
      );
    }
    this.#seen.add(x.dataId);
  }

  /** Waits for what is still to be read. @throws (rejects) as {@link enter} */
  async settle(): Promise<void> {
    await this.#waiting;
    if (this.#found !== null) throw this.#found;
  }

  #assertDensity(numbers: Float32Array, name: string): void {
    const { kind, support: [from, to] } = this.#likelihood;
    const [low, high] = [Math.max(from, -Number.MAX_VALUE), Math.min(to, Number.MAX_VALUE)];
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i]!;
      if (value >= low && value <= high) continue;
      const at = `at [${Math.floor(i / this.#data)}, ${i % this.#data}] it is ${value}`;
      throw new RangeError(
        low === from
          ? `${this.#doing}: ${name} must be from ${from} to ${to} for the ${kind} likelihood, but ${at}; ` +
            "divide pixels by 255, or take the gaussian likelihood"
          : `${this.#doing}: ${name} must be finite, but ${at}; correct it or leave that example out`,
      );
    }
  }
}

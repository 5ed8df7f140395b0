/**
 * How fast a run trains.
 *
 * @module
 */

/** Images that are trained on in a second, the time between epochs, in which they are scored, left out. */
export class Pace {
  readonly #imagesAtStart: number;
  #elapsed = 0;
  #since: number;

  /**
   * @param images training images in an epoch
   * @param batch images in a step; the last step of an epoch has what is left
   * @param start the step after which the clock starts
   * @param now a clock in milliseconds
   */
  constructor(
    readonly images: number,
    readonly batch: number,
    start: number,
    readonly now: () => number = () => performance.now(),
  ) {
    this.#imagesAtStart = this.#imagesBy(start);
    this.#since = now();
  }

  /** Images per second up to this step. */
  after(step: number): number {
    const now = this.now();
    this.#elapsed += now - this.#since;
    this.#since = now;
    return 1000 * (this.#imagesBy(step) - this.#imagesAtStart) / this.#elapsed;
  }

  /** Lets the clock go on after what came between two epochs. */
  goOn(): void {
    this.#since = this.now();
  }

  #imagesBy(step: number): number {
    const perEpoch = Math.ceil(this.images / this.batch);
    return Math.floor(step / perEpoch) * this.images + (step % perEpoch) * this.batch;
  }
}

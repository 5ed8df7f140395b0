/** Thrown where a function cannot be replayed since it does not depend on its arguments alone. */
export class ReplayError extends Error {
  /** The class name, so that it survives minification. */
  override readonly name = "ReplayError";
  /**
   * The error for what gave a function away.
   *
   * @param found what it did
   */
  constructor(found: string, options?: ErrorOptions) {
    super(
      "replaying a function: it must be a pure function of its tensors and its key, and draw by normalTensor or drawn " +
        `alone, but ${found}; make what changes an input (of a training step: beta or numbers), or do without replays`,
      options,
    );
  }
}

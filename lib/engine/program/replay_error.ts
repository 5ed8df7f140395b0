/** Thrown where a function cannot be replayed since it does not depend on its arguments alone. */
export class ReplayError extends Error {
  /** The class name, so that it survives minification. */
  override readonly name = "ReplayError";

  /**
   * The error for a function that was found not to be pure.
   *
   * @param found what the function did, as the rest of a sentence: `call 2 read the numbers of a tensor`
   */
  constructor(found: string, options?: ErrorOptions) {
    super(
      "replaying a function: it must be a pure function of its tensors and its key, and draw by normalTensor or drawn " +
        `alone, but ${found}; make what changes an input (of a training step: beta or numbers), or do without replays`,
      options,
    );
  }
}

/** Thrown where a matrix must be symmetric positive definite and is not. */
export class NotPositiveDefiniteError extends RangeError {
  /** The class name, so that it survives minification. */
  override readonly name = "NotPositiveDefiniteError";

  /**
   * The error for one matrix of a batch.
   *
   * @param doing the public function
   * @param batchIndex which matrix of the batch
   * @param batch how many matrices there are
   * @param pivotIndex the first pivot of the Cholesky factorisation that is not positive
   * @param pivot its value
   * @param why what is wrong with it, and what to do, where it is not its sign
   */
  constructor(
    doing: string,
    readonly batchIndex: number,
    readonly batch: number,
    readonly pivotIndex: number,
    readonly pivot: number,
    why = "",
  ) {
    super(
      `${doing}: every matrix must be symmetric positive definite, but matrix ${batchIndex} of ${batch} is not ` +
        `positive definite: pivot ${pivotIndex} is ${pivot}${why}`,
    );
  }
}

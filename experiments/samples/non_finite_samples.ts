/**
 * Samples that are no pictures.
 *
 * @module
 */

/** Thrown where a trained model's samples, or their features, are NaN or infinite. */
export class NonFiniteSamplesError extends Error {
  /** The class name, so that it survives minification. */
  override readonly name = "NonFiniteSamplesError";

  /**
   * The error for one feature of one image.
   *
   * @param image which of the images
   * @param feature the value
   */
  constructor(image: number, feature: number) {
    super(`samples: the features of samples must be finite, but image ${image} has one that is ${feature}`);
  }
}

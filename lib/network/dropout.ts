/**
 * Why there is no dropout.
 *
 * @module
 */

/**
 * Refuses dropout. A deterministic objective is a function of one decoder g and its Jacobian. Dropout draws another decoder at each
 * call: the objective would be random again, and the decoder that is used afterwards, without masks, is none of those whose
 * Jacobian was measured.
 *
 * @throws RangeError always
 */
export function dropout(rate: number): never {
  throw new RangeError(
    `dropout: a deterministic objective requires one decoder, whose Jacobian it measures, but dropout of rate ${rate} draws ` +
      `another at each call; leave the layer out, and limit the decoder by the objective's volume term or by weight decay`,
  );
}

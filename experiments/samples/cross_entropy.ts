/**
 * The cross-entropy of a softmax: log Σ_c exp(l_c) − l_label.
 *
 * @module
 */

import { tf } from "../../lib/engine/mod.ts";

/**
 * −log softmax(logits) at the label: log Σ_c exp(l_c) − l_label, in nats, `[batch]`.
 *
 * @param logits `[batch, classes]`
 * @param labels `[batch]`
 * @throws RangeError for a label that is no column
 */
export function crossEntropy(logits: tf.Tensor, labels: ArrayLike<number>): tf.Tensor {
  const [batch, classes] = logits.shape as [number, number];
  const places = new Float32Array(batch * classes);
  for (let row = 0; row < batch; row++) {
    const label = labels[row]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new RangeError(
        `crossEntropy: labels must be whole numbers from 0 to ${classes - 1}, but label ${row} is ${label}`,
      );
    }
    places[row * classes + label] = 1;
  }
  const atLabel = tf.sum(tf.mul(logits, tf.tensor(places, [batch, classes])), 1);
  return tf.sub(tf.logSumExp(logits, 1), atLabel);
}

/**
 * Tensors of another copy of tfjs in the same project. Versions of tfjs-core that share the global engine take each other's
 * tensors; of one that has an engine of its own, the numbers are not to be found here.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/**
 * Requires that a tensor, where it is one, has numbers, and belongs to the engine of this copy of tfjs.
 *
 * @throws TypeError that says what to do
 */
export function assertOurs(
  doing: string,
  argument: string,
  tensor: { readonly shape: readonly number[]; readonly dataId?: object; readonly isDisposed?: boolean },
): void {
  const { dataId, isDisposed } = tensor;
  if (isDisposed) {
    throw new TypeError(
      `${doing}: ${argument} must be a tensor with numbers, but it was disposed of; keep it until its last use`,
    );
  }
  if (!dataId || tf.engine().state.tensorInfo.has(dataId)) return;
  throw new TypeError(
    `${doing}: ${argument} must be a tensor of this library's tfjs, ${tf.version_core}, but another copy of tfjs made it; ` +
      "import tf from this library, or give the numbers: tf.tensor(await theirs.data(), theirs.shape)",
  );
}

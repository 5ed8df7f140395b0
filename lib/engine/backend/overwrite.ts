import * as tf from "@tensorflow/tfjs-core";
import { wasmHeap } from "./wasm.ts";

/**
 * Writes over tensors, if they are on the wasm heap and share their numbers with no other. Kernels of tfjs then forget what
 * they derived from the old numbers.
 *
 * @param write writes over all of them
 * @returns whether it was called
 */
export function overwrite(tensors: readonly tf.Tensor[], write: () => void): boolean {
  const backend = tf.backend();
  const may = tf.getBackend() === "wasm" && new Set(tensors).size === tensors.length &&
    tensors.every(({ dataId }) => backend.refCount(dataId) === 1);
  if (!may) return false;
  write();
  for (const { dataId } of tensors) wasmHeap().renew(dataId);
  return true;
}

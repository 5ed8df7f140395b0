import * as tf from "@tensorflow/tfjs-core";
import { wasmHeap } from "./wasm.ts";

/** Whether a kernel may write over all of these tensors: they are on the wasm heap, and share their numbers with no other. */
export function mayOverwrite(tensors: readonly tf.Tensor[]): boolean {
  const backend = tf.backend();
  return tf.getBackend() === "wasm" && new Set(tensors).size === tensors.length &&
    tensors.every(({ dataId }) => backend.refCount(dataId) === 1);
}

/** Tells the engine that a kernel has written over a tensor, which {@link mayOverwrite} allowed. */
export const overwritten = ({ dataId }: tf.Tensor): void => wasmHeap().renew(dataId);

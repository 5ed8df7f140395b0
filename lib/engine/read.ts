import * as tf from "@tensorflow/tfjs-core";
import { assertFloat32 } from "./shape.ts";

/**
 * The numbers of a float32 tensor, read without blocking (the only way that every engine has).
 *
 * @throws (rejects) TypeError for a tensor of another kind
 */
export async function read(tensor: tf.Tensor): Promise<Float32Array> {
  assertFloat32("read", "tensor", tensor);
  return await tensor.data<"float32">();
}

/** The same at once; null on WebGPU, which can only be waited for. */
export function readNow(tensor: tf.Tensor): Float32Array | null {
  assertFloat32("readNow", "tensor", tensor);
  return tf.getBackend() === "webgpu" ? null : tensor.dataSync<"float32">();
}

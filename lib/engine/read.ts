import type * as tf from "@tensorflow/tfjs-core";

/** The numbers of a float32 tensor, read without blocking (the only way that every engine has). */
export async function read(tensor: tf.Tensor): Promise<Float32Array> {
  return await tensor.data<"float32">();
}

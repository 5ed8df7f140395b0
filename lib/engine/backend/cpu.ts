/**
 * tfjs's engine in plain JavaScript.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** The parts of the cpu engine that are used and not in its published type. */
interface CpuBackend extends tf.KernelBackend {
  readonly data: tf.DataStorage<{ values: Float32Array }>;
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
  /** While it is true, the first operation prints an advertisement for another backend. */
  firstUse: boolean;
}

/** Makes the cpu engine current. */
export async function startCpu(): Promise<void> {
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  (tf.backend() as CpuBackend).firstUse = false;
}

/** The numbers of a float32 tensor of the cpu engine. */
export const cpuNumbers = (backend: unknown, { dataId }: tf.TensorInfo): Float32Array =>
  (backend as CpuBackend).data.get(dataId).values;

/** A new float32 tensor of the cpu engine, which takes the numbers over. */
export const cpuTensor = (backend: unknown, shape: readonly number[], numbers: Float32Array): tf.TensorInfo =>
  (backend as CpuBackend).makeTensorInfo([...shape], "float32", numbers);

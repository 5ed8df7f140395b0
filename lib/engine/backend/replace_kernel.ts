/**
 * Other functions in the place of kernels, in tfjs's own table: whoever holds an entry of it runs what is there now.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** Puts another function in the place of a kernel of a backend, made of the one that was there. */
export function replaceKernel(
  name: string,
  make: (original: tf.KernelFunc) => tf.KernelFunc,
  backend: "wasm" | "cpu" | "webgpu" = "wasm",
): void {
  const config = tf.getKernel(name, backend);
  config.kernelFunc = make(config.kernelFunc);
}

/** Calls a function before each read of numbers that blocks, until what it returns is disposed of. */
export function watchReads(onRead: () => void): Disposable {
  const backend = tf.backend(), { readSync } = backend;
  backend.readSync = (...given) => {
    onRead();
    return readSync.apply(backend, given);
  };
  return {
    [Symbol.dispose](): void {
      backend.readSync = readSync;
    },
  };
}

/** Puts a function around every kernel of a backend, until what it returns is disposed of. */
export function wrapKernels(backend: string, wrap: (config: tf.KernelConfig) => tf.KernelFunc): Disposable {
  const kernels = tf.getKernelsForBackend(backend).map((config) => ({ config, original: config.kernelFunc }));
  for (const { config } of kernels) config.kernelFunc = wrap(config);
  return {
    [Symbol.dispose](): void {
      for (const { config, original } of kernels) config.kernelFunc = original;
    },
  };
}

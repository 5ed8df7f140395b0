/**
 * Replaces kernels in tfjs's own table: whoever holds an entry of it runs the replacement.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** Replaces a kernel of a backend by a function that `make` makes of it. */
export function replaceKernel(
  name: string,
  make: (original: tf.KernelFunc) => tf.KernelFunc,
  backend: "wasm" | "cpu" | "webgpu" = "wasm",
): void {
  const config = tf.getKernel(name, backend);
  config.kernelFunc = make(config.kernelFunc);
}

/** Calls a function before each read of numbers that blocks, until the result is disposed of. */
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

/** Wraps every kernel of a backend, until the result is disposed of. */
export function wrapKernels(backend: string, wrap: (config: tf.KernelConfig) => tf.KernelFunc): Disposable {
  const kernels = tf.getKernelsForBackend(backend).map((config) => ({ config, original: config.kernelFunc }));
  for (const { config } of kernels) config.kernelFunc = wrap(config);
  return {
    [Symbol.dispose](): void {
      for (const { config, original } of kernels) config.kernelFunc = original;
    },
  };
}

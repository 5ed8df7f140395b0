/**
 * Copies that share their numbers with the original, as on tfjs's other engines: the wasm engine makes a second set of them.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/** Replaces the wasm engine's `Identity`, and its `Cast` to the type that a tensor has. */
export function installSharing(): void {
  for (const name of ["Identity", "Cast"]) {
    const original = tf.getKernel(name, "wasm");
    tf.unregisterKernel(name, "wasm");
    tf.registerKernel({
      ...original,
      kernelFunc: (given) => {
        const { dataId, shape, dtype } = given.inputs["x"]!;
        const to = given.attrs?.["dtype"] ?? dtype;
        if (dtype === "string" || to !== dtype) return original.kernelFunc(given);
        (given.backend as BackendWasm).incRef(dataId);
        return { dataId, shape, dtype };
      },
    });
  }
}

/**
 * Copies that share their numbers with the original, as on tfjs's other engines. tfjs's wasm engine copies the numbers.
 *
 * @module
 */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { replaceKernel } from "./replace_kernel.ts";

/** Replaces the wasm engine's `Identity`, and its `Cast` to the type that a tensor already has. */
export function installSharing(): void {
  for (const name of ["Identity", "Cast"]) {
    replaceKernel(name, (original) => (given) => {
      const { dataId, shape, dtype } = given.inputs["x"]!;
      const to = given.attrs?.["dtype"] ?? dtype;
      if (dtype === "string" || to !== dtype) return original(given);
      (given.backend as BackendWasm).incRef(dataId);
      return { dataId, shape, dtype };
    });
  }
}

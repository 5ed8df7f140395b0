/**
 * Choosing and starting an engine.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { chosenBlas, openBlas } from "./blas.ts";
import { EngineError } from "./engine_error.ts";
import { refuseNestedGradients } from "./gradient.ts";
import { coreRemark } from "./openblas_core.ts";
import { installProduct, type ProductRoute } from "./product.ts";
import { startWasm } from "./wasm.ts";

/** The engines, and `auto`: native where a BLAS is permitted and found, else wasm. */
export const ENGINE_NAMES = ["auto", "wasm", "native", "cpu", "webgpu"] as const;
/** The name of an engine. */
export type EngineName = typeof ENGINE_NAMES[number];

/** The engine that is running. */
export interface Engine {
  /** Its name. */
  readonly name: Exclude<EngineName, "auto">;
  /** What it computes with, for a manifest: the BLAS path, the adapter. */
  readonly description: string;
}

// The one piece of mutable state: tfjs has a single current engine per process, and so have we.
const route: ProductRoute = { blas: null };
let prepared = false;

/**
 * Starts an engine and makes it current. Tensors belong to the engine on which they were made; `wasm` and
 * `native` share theirs.
 *
 * ```ts
 * import { startEngine } from "./start.ts";
 * const engine = await startEngine("wasm");
 * console.assert(engine.name === "wasm");
 * ```
 *
 * @throws RangeError for an unknown name; EngineError if the engine cannot start here, with the reason
 */
export async function startEngine(name: EngineName = "auto"): Promise<Engine> {
  if (!ENGINE_NAMES.includes(name)) {
    throw new RangeError(
      `startEngine: engine must be one of ${ENGINE_NAMES.join(", ")}, but it is "${name}"`,
    );
  }
  if (!prepared) {
    refuseNestedGradients();
    prepared = true;
  }
  if (name === "cpu") return await startCpu();
  if (name === "webgpu") return await startWebgpu();
  return await startHeap(name);
}

async function startHeap(name: "auto" | "wasm" | "native"): Promise<Engine> {
  const first = !tf.engine().registry["wasm"];
  await startWasm();
  if (first) installProduct(route);
  route.blas = null;
  if (name === "wasm") return { name, description: "tfjs wasm, SIMD, one thread" };
  try {
    route.blas = openBlas();
  } catch (error) {
    // A library that was asked for by name is not passed over in silence.
    if (name === "native" || chosenBlas()) throw error;
    return { name: "wasm", description: "tfjs wasm, SIMD, one thread" };
  }
  const { path, core } = route.blas;
  return { name: "native", description: `tfjs wasm with matrix products by ${path}${coreRemark(core)}` };
}

async function startCpu(): Promise<Engine> {
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  // Else its first operation prints an advertisement for another backend.
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
  return { name: "cpu", description: "tfjs cpu, plain JavaScript" };
}

async function startWebgpu(): Promise<Engine> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) {
    throw new EngineError(
      "webgpu engine: navigator.gpu gives no adapter; a GPU or a software Vulkan driver is required",
    );
  }
  await import("@tensorflow/tfjs-backend-webgpu");
  if (!await tf.setBackend("webgpu")) {
    throw new EngineError("webgpu engine: tfjs could not start its WebGPU backend");
  }
  return {
    name: "webgpu",
    description: `tfjs webgpu on ${adapter.info.description || adapter.info.vendor || "?"}`,
  };
}

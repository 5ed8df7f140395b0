/**
 * One line that says what to do where a tensor is made before an engine runs; tfjs says "No backend found in registry", or takes
 * a backend that is not prepared.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../engine_error.ts";

/** What the engine of tfjs keeps to itself. */
interface Started {
  readonly backendInstance?: tf.KernelBackend | null;
  readonly pendingBackendInit?: Promise<boolean> | null;
}

const engine = tf.engine() as unknown as Started;
Object.defineProperty(engine, "backend", {
  get(): tf.KernelBackend {
    const { backendInstance, pendingBackendInit } = engine;
    if (backendInstance && !pendingBackendInit) return backendInstance;
    const found = pendingBackendInit ? "the engine is still starting" : "no engine was started";
    throw new EngineError(
      `making or using a tensor: a running engine is required, but ${found}; write await startEngine("auto") before the first tensor`,
    );
  },
});

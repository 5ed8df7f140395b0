/**
 * tfjs's WebGPU engine on a device of our own. Its promises are checked when it starts, and an error that the device reports
 * later is thrown at the next kernel or read.
 *
 * Why: WGSL promises neither NaN nor infinities. Errors of a device are events, for which tfjs does not wait, so that failed
 * kernels are read as zeros.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { installElementaryOnWebgpu } from "../kernels/elementary_wgsl.ts";
import { refuseWrongPairs } from "../kernels/product.ts";
import { EngineError } from "../engine_error.ts";
import { brokenPromise } from "./webgpu_promise.ts";

/** The limits of the adapter that tfjs uses: without a request a device has the smallest ones. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

/** A device, and the first error that it reported. */
interface Watched {
  readonly device: GPUDevice;
  readonly adapter: string;
  failure: string | null;
}

/** The device of the engine, once it has started. */
let current: Watched | undefined;
let installed = false;

/**
 * Makes the webgpu engine current, on a new device if there is none or if it has failed, and gives the adapter's name.
 *
 * @throws EngineError if there is no adapter, or if it does not keep what the engine promises: the engine before it is
 *   current again
 */
export async function startWebgpu(): Promise<string> {
  const previous = tf.getBackend() as string | null;
  if (current?.failure === null) {
    await tf.setBackend("webgpu");
    return current.adapter;
  }
  const watched = await openDevice();
  try {
    const backend = await useDevice(watched);
    const broken = await brokenPromise(watched.device);
    // Its buffers would be kept for tensors of the same sizes.
    backend.bufferManager.dispose();
    if (broken) throw new EngineError(`webgpu engine: the adapter ${watched.adapter} is refused: ${broken}`);
  } catch (error) {
    // Whichever engine was current stays so; none was before the first.
    if (previous && previous !== "webgpu") await tf.setBackend(previous);
    remove(watched);
    throw error;
  }
  current = watched;
  return watched.adapter;
}

/** A device with all that its adapter has, watched from its first call. */
async function openDevice(): Promise<Watched> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) {
    throw new EngineError(
      "webgpu engine: navigator.gpu gives no adapter; a GPU or a software Vulkan driver is required",
    );
  }
  const name = adapter.info.description || adapter.info.vendor || "of no name";
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  const device = await adapter.requestDevice({ requiredLimits }).catch((error: Error) => {
    throw new EngineError(`webgpu engine: the adapter ${name} gives no device: ${error.message}`);
  });
  const watched: Watched = { device, adapter: name, failure: null };
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    watched.failure ??= (event as GPUUncapturedErrorEvent).error.message.replaceAll(/\s+/g, " ").trim();
  });
  device.lost.then(({ message }) =>
    watched.failure ??= `the device is lost: ${message || "no reason given"}`
  );
  return watched;
}

/** Puts tfjs's engine on a device, in the place of its own factory or of one whose device has failed. */
async function useDevice(watched: Watched): Promise<WebGPUBackend> {
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  if (!installed) {
    installElementaryOnWebgpu();
    refuseWrongPairs("webgpu");
  }
  installed = true;
  if (current) remove(current);
  else if (tf.findBackendFactory("webgpu")) tf.removeBackend("webgpu");
  const backend = new WebGPUBackend(watched.device);
  refuseAfterFailure(watched, backend);
  tf.registerBackend("webgpu", () => backend, 0);
  await tf.setBackend("webgpu");
  return backend;
}

/** Kernels and reads throw once the device has reported an error: from then on its numbers are not known to be right. */
function refuseAfterFailure(watched: Watched, backend: WebGPUBackend): void {
  const { adapter } = watched;
  const check = (): void => {
    if (watched.failure === null) return;
    throw new EngineError(
      `webgpu engine: the adapter ${adapter} must do all that it is asked for, but it reported "${watched.failure}"; ` +
        "lower the batch or the width and start the engine again, which loses its tensors",
    );
  };
  /** What the device itself throws is a failure, too. */
  const failed = (error: unknown): never => {
    if (error instanceof DOMException) watched.failure ??= error.message;
    check();
    throw error;
  };
  const { read, runWebGPUProgram } = backend;
  backend.read = async (data) => {
    check();
    const values = await read.call(backend, data).catch(failed);
    check();
    return values;
  };
  backend.runWebGPUProgram = (...given) => {
    check();
    try {
      return runWebGPUProgram.apply(backend, given);
    } catch (error) {
      return failed(error);
    }
  };
}

/** Takes tfjs's engine away and ends the device, before its driver is asked at the end of the process. */
function remove(watched: Watched): void {
  if (tf.findBackendFactory("webgpu")) tf.removeBackend("webgpu");
  watched.device.destroy();
  if (current === watched) current = undefined;
}

/**
 * WebGPU adapters that are programs and not devices.
 *
 * @module
 */

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|basic render|software|\bcpu\b/i;

/** Whether an adapter of this description computes on the processor. */
function isSoftware(description: string): boolean {
  return SOFTWARE.test(description);
}

/** Why the adapter here is not timed; null if it is a device, or if there is none, which the engine itself says. */
export async function softwareAdapter(): Promise<string | null> {
  const info = (await navigator.gpu?.requestAdapter())?.info;
  if (!info) return null;
  const description = `${info.description || info.device || info.vendor}`;
  if (!isSoftware(description)) return null;
  return `webgpu: the adapter ${description} is a program, too slow to be timed (--software-webgpu times it)`;
}

/**
 * The memory of the wasm heap: what is in use, and the refusal of what it cannot hold.
 *
 * tfjs does not look at what malloc returns: where it is 0, a tensor would be written over what lies at address 0, from
 * which on every result may be wrong. Addresses are unsigned; WebAssembly hands them over as signed numbers.
 *
 * @module
 */

import { EngineError } from "./engine_error.ts";

const GIB = 2 ** 30;
/** The addresses that there are. */
const MOST = 4 * GIB;
/**
 * Bytes at the end that are left to what tfjs's kernels allocate by themselves, beyond our sight: a transposition or a sum
 * takes a few kilobytes, and a kernel that gets none ends the module.
 */
const RESERVE = 64 * 2 ** 20;

/** So many tensors may hold, in bytes. */
export const HEAP_LIMIT = MOST - RESERVE;

/** Memory that is counted. */
export interface CountedMemory {
  /**
   * The address of so many new bytes.
   *
   * @throws EngineError if they are not to be had; nothing is allocated then
   */
  malloc(bytes: number): number;
  /** Gives them back. */
  free(address: number): void;
  /** Bytes that are allocated. */
  inUse(): number;
}

/** malloc and free of a module, with addresses as unsigned numbers, as they are to be called from JavaScript. */
export function countedMemory(
  malloc: (bytes: number) => number,
  free: (address: number) => void,
): CountedMemory {
  const sizes = new Map<number, number>();
  let inUse = 0;
  return {
    malloc(bytes) {
      // A module would take the size for what is left of it after division by 4 GiB.
      const address = bytes < MOST ? malloc(bytes) >>> 0 : 0;
      if (address === 0 || address + bytes > HEAP_LIMIT) {
        if (address !== 0) free(address);
        throw new EngineError(
          `wasm heap: ${(bytes / GIB).toFixed(2)} GiB are required, but ${
            (inUse / GIB).toFixed(2)
          } of the 4 GiB that it can ` +
            "have are in use; lower the batch, the widths or the number of latents, or dispose of tensors",
        );
      }
      sizes.set(address, bytes);
      inUse += bytes;
      return address;
    },
    free(address) {
      const at = address >>> 0;
      inUse -= sizes.get(at) ?? 0;
      sizes.delete(at);
      free(address);
    },
    inUse: () => inUse,
  };
}

/**
 * The error of a checkpoint that cannot be used.
 *
 * @module
 */

/**
 * A checkpoint that cannot be used: its message is one line that names the file, what is required, and what was
 * found.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CheckpointError } from "./checkpoint_error.ts";
 *
 * const error = new CheckpointError("w.safetensors", "must have a step, but has none");
 * assertEquals(error.message, "w.safetensors: must have a step, but has none");
 * ```
 */
export class CheckpointError extends Error {
  /** The class's name, as errors carry it. */
  override readonly name = "CheckpointError";

  /**
   * An error about one file.
   *
   * @param file the file
   * @param why what is required and what was found
   * @param options the error that led to this one, as `cause`
   */
  constructor(file: string, why: string, options?: ErrorOptions) {
    super(`${file}: ${why}`.replaceAll(/\s*[\r\n]+\s*/g, " "), options);
  }
}

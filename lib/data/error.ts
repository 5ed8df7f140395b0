/**
 * The error of data that cannot be used.
 *
 * @module
 */

/**
 * Data that cannot be used: its message is one line that names the file or folder, what is required, and what
 * was found.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DataError } from "./error.ts";
 *
 * const error = new DataError("labels.idx", "must hold labels, but holds none");
 * assertEquals(error.message, "labels.idx: must hold labels, but holds none");
 * ```
 */
export class DataError extends Error {
  /** The class's name, as errors carry it. */
  override readonly name = "DataError";

  /**
   * An error about one file or folder.
   *
   * @param what the file or folder
   * @param why what is required and what was found
   * @param options the error that led to this one, as `cause`
   */
  constructor(what: string, why: string, options?: ErrorOptions) {
    super(`${what}: ${why}`.replaceAll(/\s*[\r\n]+\s*/g, " "), options);
  }
}

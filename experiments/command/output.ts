/**
 * Writing to the streams of this process, which may be closed or full: what is shown is worth less than the work.
 *
 * @module
 */

import { isOsError } from "./os_error.ts";

/** Writes a text to a stream; a stream that takes nothing any more gets nothing. */
function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    if (!isOsError(error)) throw error;
  }
}

/** Writes a text to stdout, if it can. */
export const writeOut = (text: string): void => write(Deno.stdout, text);
/** Writes a text to stderr, if it can. */
export const writeErr = (text: string): void => write(Deno.stderr, text);

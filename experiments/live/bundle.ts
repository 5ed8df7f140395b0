/**
 * The live page's script: `browser.ts` and the library, as one file for a browser.
 *
 * @module
 */

import type { Html } from "../../lib/figure/mod.ts";

/** The script. */
export function liveScript(_deno = "deno"): Promise<string> {
  return Promise.reject(new Error("liveScript: not written yet"));
}

/** The page with its script. */
export function buildLivePage(_navigation?: Html, _deno = "deno"): Promise<Html> {
  return Promise.reject(new Error("buildLivePage: not written yet"));
}

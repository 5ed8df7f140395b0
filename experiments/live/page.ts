/**
 * The live page.
 *
 * @module
 */

import type { Html } from "../../lib/figure/mod.ts";

/** The page with its script. */
export function livePage(_script: string, _navigation?: Html): Html {
  return "";
}

/**
 * The live page, as a part of the site.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import type { Html } from "../../lib/figure/mod.ts";
import { liveScript } from "../live/bundle.ts";
import { livePage } from "../live/page.ts";
import { LIVE } from "./site_navigation.ts";

/**
 * Bundles the live page's script.
 *
 * @returns the page, given the navigation that it is to show
 * @throws (rejects) DataError if the bundler fails
 */
export async function buildLive(): Promise<(navigation: Html) => Html> {
  let script: string;
  try {
    script = await liveScript();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new DataError(LIVE, `cannot be built: ${error.message}`, { cause: error });
  }
  return (navigation) => livePage(script, navigation);
}

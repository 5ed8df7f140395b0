/**
 * The live page, as a part of the site.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import type { Html } from "../../lib/figure/mod.ts";
import { buildLivePage } from "../live/bundle.ts";
import { LIVE } from "./site_navigation.ts";

/**
 * Bundles the live page.
 *
 * @param navigation links to the other pages
 * @throws (rejects) DataError if the bundler fails
 */
export async function buildLive(navigation: Html): Promise<Html> {
  try {
    return await buildLivePage(navigation);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new DataError(LIVE, `cannot be built: ${error.message}`, { cause: error });
  }
}

/**
 * The live page, as a part of the site.
 *
 * @module
 */

import type { Html } from "../../lib/figure/mod.ts";
import { buildLive as build } from "../site/live/bundle.ts";

/** Bundles the live page. @throws (rejects) DataError if the bundler fails */
export const buildLive = (_navigation: Html): Promise<Html> => build(null);

/**
 * The site: its pages as texts, from what was gathered.
 *
 * @module
 */

import type { Html } from "../../lib/figure/mod.ts";
import type { LawsEvidence } from "./evidence.ts";
import type { Gathered } from "./gather.ts";

/** What a site shows. */
export interface SiteContent extends Gathered {
  /** What the gate left; null if nothing. */
  readonly evidence: LawsEvidence | null;
  /** The live page, given the navigation that it is to show. */
  readonly live: (navigation: Html) => string;
}

/** The files of the site by name: the same content gives the same texts. */
export function siteFiles(_content: SiteContent): ReadonlyMap<string, string> {
  return new Map();
}

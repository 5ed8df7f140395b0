/**
 * The site: its pages as texts, from what was gathered.
 *
 * @module
 */

import type { Html } from "../../lib/figure/mod.ts";
import type { LawsEvidence } from "./evidence.ts";
import { experimentPage } from "./experiment_page.ts";
import { EXPERIMENTS } from "./experiments.ts";
import type { Gathered } from "./gather.ts";
import { indexPage } from "./index_page.ts";
import { lawsPage } from "./laws_page.ts";
import { INDEX, LAWS, LIVE, pageOf, siteNavigation } from "./site_navigation.ts";

/** What a site shows. */
export interface SiteContent extends Gathered {
  /** What the gate left; null if nothing. */
  readonly evidence: LawsEvidence | null;
  /** The live page; null for a site without. */
  readonly live: Html | null;
}

/** The file that says what a site was made from, and by which its folder is known. */
export const MANIFEST = "site.json";

/** What the manifest of a site says that it is. */
export const FORMAT = "grae site 1";

/** The files of the site by name: the same content gives the same texts. */
export function siteFiles(content: SiteContent): ReadonlyMap<string, string> {
  const { runs, leftOut, evidence, live } = content;
  const navigation = (file: string): Html => siteNavigation(file, live !== null);
  const of = (name: string) => runs.filter(({ experiment }) => experiment === name);
  const pages: [file: string, html: Html][] = [
    [INDEX, indexPage(content, navigation(INDEX))],
    [LAWS, lawsPage(evidence?.html ?? null, navigation(LAWS))],
    ...(live === null ? [] : [[LIVE, live] as [string, Html]]),
    ...EXPERIMENTS.map((one): [string, Html] => {
      const file = pageOf(one.name);
      return [file, experimentPage(one, of(one.name), navigation(file))];
    }),
  ];
  const manifest = {
    format: FORMAT,
    pages: pages.map(([file]) => file),
    runs: runs.map(({ folder, experiment, quick, started, ended }) => (
      { folder, experiment, quick, started, ended }
    )),
    leftOut,
  };
  return new Map([...pages, [MANIFEST, JSON.stringify(manifest, null, 2) + "\n"]]);
}

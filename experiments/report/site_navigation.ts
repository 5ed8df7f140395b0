/**
 * The navigation that every page of the site has.
 *
 * @module
 */

import { type Html, navigation, type PageLink } from "../../lib/figure/mod.ts";
import { EXPERIMENTS } from "./experiments.ts";

/** The file of an experiment's page. */
export const pageOf = (experiment: string): string => `${experiment}.html`;

/** The files of the other pages. */
export const INDEX = "index.html", LAWS = "laws.html", LIVE = "live.html";

/**
 * Links to all pages.
 *
 * @param current the file of the page that they stand on
 * @param live whether there is a live page
 */
export function siteNavigation(current: string, live: boolean): Html {
  const links: readonly PageLink[] = [
    { title: "grae", href: INDEX },
    { title: "Laws", href: LAWS },
    ...(live ? [{ title: "Live", href: LIVE }] : []),
    ...EXPERIMENTS.map(({ name, short }) => ({ title: short, href: pageOf(name) })),
  ];
  return navigation("Site", links, current);
}

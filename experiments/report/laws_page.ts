/**
 * The laws' page: the gate's own, with the site's navigation.
 *
 * @module
 */

import { type Html, navigationStyle, page } from "../../lib/figure/mod.ts";
import { commandOf } from "./experiment_page.ts";
import style from "./site.css" with { type: "text" };

/** What the browser may do with the gate's page: show it with its fonts, run nothing, load nothing. */
const POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; " +
  "form-action 'none'; base-uri 'none'";

/** Where the policy, the rules and the navigation come into a page. */
const PLACES = { policy: '<meta charset="utf-8">', rules: "</head>", navigation: "<body>" } as const;

/** How the gate's page begins: the policy comes into it before anything that could run. */
const BEGINS = /^<!doctype html>\s*<html lang="en">\s*<head>\s*<meta charset="utf-8">/;

/** Whether a page begins as the gate's does, and has each of the places once. */
export function isGatePage(html: string): boolean {
  return BEGINS.test(html) && Object.values(PLACES).every((place) => html.split(place).length === 2);
}

/** The laws' page. @param gatePage the page that the gate wrote; null if there is none */
export function lawsPage(gatePage: Html | null, navigation: Html): Html {
  if (gatePage === null) {
    return page({
      title: "Laws",
      lead:
        "What the paper states, held to the library on every engine, to an independent oracle and to planted faults.",
      sections: [{
        title: "No evidence yet",
        body: `<p>The laws have not been checked for this site: ${commandOf("gate")} does it.</p>`,
      }],
      navigation,
      style,
    });
  }
  const rules =
    `${navigationStyle}\nbody > .pages { max-width: none; padding-inline: 0; background-size: 100% 1px; }`;
  return gatePage
    .replace(PLACES.policy, (at) => `${at}\n<meta http-equiv="Content-Security-Policy" content="${POLICY}">`)
    .replace(PLACES.rules, (at) => `<style>\n${rules}\n</style>\n${at}`)
    .replace(PLACES.navigation, (at) => `${at}\n${navigation}`);
}

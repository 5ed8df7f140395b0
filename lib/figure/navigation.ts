import { escape } from "@std/html";
import type { Html } from "./page.ts";
import style from "./navigation.css" with { type: "text" };

/** A page that a {@linkcode navigation} leads to. */
export interface PageLink {
  /** Its name, short. */
  readonly title: string;
  /** Its address. */
  readonly href: string;
}

/** The rules for a {@linkcode navigation}, for documents that {@linkcode page} does not make. */
export const navigationStyle: string = style;

/**
 * Links between the pages of a site.
 *
 * @param name what the links are of, for those who cannot see them
 * @param links the pages, in order; their texts are escaped
 * @param current the address of the page that they stand on
 * @returns the links, which {@linkcode page} takes with their rules
 */
export function navigation(name: string, links: readonly PageLink[], current: string): Html {
  const items = links.map(({ title, href }) =>
    `<a href="${escape(href)}"${href === current ? ' aria-current="page"' : ""}>${escape(title)}</a>`
  );
  return `<nav class="pages" aria-label="${escape(name)}">\n${items.join("\n")}\n</nav>`;
}

/**
 * What an SVG document may hold to stand inline on a page.
 *
 * @module
 */

import { FIGURE_STYLE } from "./theme.ts";

/** What vega draws with, and other shapes; nothing that is the page's own, such as style and title, or a link. */
const ELEMENTS: ReadonlySet<string> = new Set([
  ...["svg", "g", "defs", "clipPath", "use", "image", "text", "tspan"],
  ...["path", "rect", "line", "circle", "ellipse", "polygon", "polyline"],
  ...["linearGradient", "radialGradient", "stop"],
]);

/** What makes a drawing run or load something; its own parts and data URIs are let through. */
const ACTIVE = new RegExp(
  [
    String.raw`<(?:script|foreignObject|iframe|object|embed)\b`,
    String.raw`(?<=<[^>]*\s)on\w+\s*=`,
    String.raw`href\s*=\s*["']\s*(?!["'#\s]|data:image/)[^"'\s:]*:?`,
    String.raw`url\(\s*["']?(?!["'#\s]|data:image/)[^"')\s:]*:?`,
    "@import",
  ].join("|"),
  "i",
);

const REFERENCE = "&(?:amp|lt|gt|quot|apos|#x[9AD]);";
const VALUE = `"[^"<&]*(?:${REFERENCE}[^"<&]*)*"`;

/** A tag or a run of text, in the part of XML that HTML reads alike: no comment, no CDATA, every value in quotes. */
const TOKEN = new RegExp(
  String
    .raw`</(?<closed>\w+)\s*>|<(?<opened>\w+)(?:\s+[\w:.-]+\s*=\s*${VALUE})*\s*(?<empty>/?)>|[^<&]+|${REFERENCE}`,
  "y",
);

/** What in a document is no part of one `<svg>` of known elements, as it stands there; null if all is. */
function strangeIn(svg: string): string | null {
  const open: string[] = [];
  TOKEN.lastIndex = 0;
  do {
    const at = TOKEN.lastIndex;
    const { opened, closed, empty } = TOKEN.exec(svg)?.groups ?? {};
    const fits = opened !== undefined
      ? ELEMENTS.has(opened)
      : closed !== undefined
      ? open.pop() === closed
      : TOKEN.lastIndex > at;
    if (!fits) return at === svg.length ? `no end of <${open[0]}>` : quote(svg.slice(at));
    if (opened !== undefined && empty === "") open.push(opened);
  } while (open.length > 0);
  const rest = svg.slice(TOKEN.lastIndex).trim();
  return rest === "" ? null : quote(rest);
}

/** A text up to the end of its first tag, and not too long for a message. */
const quote = (text: string): string => /^[^>]{1,80}/.exec(text)?.[0] ?? text.slice(0, 80);

/**
 * Requires that a drawing can do nothing to the page that it stands on.
 *
 * @param svg an SVG document from its `<svg` on
 * @throws TypeError if it runs a script or loads something, holds another element than shapes and text, or if anything
 * stands after it
 */
export function assertInert(svg: string): void {
  // The one style sheet that figures have, which changes colours alone.
  svg = svg.replace(`<style>${FIGURE_STYLE}</style>`, "");
  const active = svg.match(ACTIVE)?.[0];
  if (active !== undefined) {
    throw new TypeError(`embedSvg: a drawing must neither run nor load anything, but it contains ${active}`);
  }
  const strange = strangeIn(svg);
  if (strange !== null) {
    throw new TypeError(
      `embedSvg: a drawing must be one <svg> of shapes and text, but it contains ${strange}`,
    );
  }
}

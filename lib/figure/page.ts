import { encodeBase64 } from "@std/encoding/base64";
import { escape } from "@std/html";
import { assertInert } from "./drawing.ts";
import { navigationStyle } from "./navigation.ts";
import pageStyle from "./page.css" with { type: "text" };

/** HTML that is safe to stand on a page: what {@linkcode embedPng}, {@linkcode embedSvg} and {@linkcode table} make. */
export type Html = string;

/** A part of a {@linkcode page}. */
export interface PageSection {
  /** The heading. */
  readonly title: string;
  /** What a link to it names; none if left out. */
  readonly id?: string;
  /** What the figure shows, in words; none if left out. */
  readonly caption?: string;
  /** What stands under the heading. */
  readonly body: Html;
}

/** What a {@linkcode page} shows. */
export interface PageOptions {
  /** The heading and the title of the window. */
  readonly title: string;
  /** The first paragraph. */
  readonly lead: string;
  /** The parts, in order. */
  readonly sections: readonly PageSection[];
  /** What {@linkcode navigation} makes, for a page of a site; none if left out. */
  readonly navigation?: Html;
  /** More rules for how it looks, as CSS; none if left out. */
  readonly style?: string;
}

/** What the browser may do with the page, whatever a body holds: show it, run nothing, load nothing. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'";

/**
 * A page in one file: no script, nothing loaded, opens from disk, for small and large screens, light and dark.
 *
 * ```ts
 * import { page, table } from "./mod.ts";
 * const html = page({
 *   title: "A run",
 *   lead: "What was run, and what came out.",
 *   sections: [{ title: "Options", caption: "As given.", body: table([["β", "0.5"]]) }],
 * });
 * console.assert(html.startsWith("<!doctype html>"));
 * ```
 *
 * @param options title, lead and sections; all texts are escaped, bodies, navigation and style are not
 * @returns the HTML document
 */
export function page({ title, lead, sections, navigation, style = "" }: PageOptions): string {
  const parts = sections.map(({ title, id, caption, body }) => {
    const named = id === undefined ? "" : ` id="${escape(id)}"`;
    const below = caption === undefined ? "" : `\n<p class="caption">${escape(caption)}</p>`;
    return `<section${named}>\n<h2>${escape(title)}</h2>\n${body}${below}\n</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
${pageStyle}${navigation === undefined ? "" : navigationStyle}${style}</style>
</head>
<body>${navigation === undefined ? "" : `\n${navigation}`}
<main>
<h1>${escape(title)}</h1>
<p class="lead">${escape(lead)}</p>
${parts.join("\n")}
</main>
</body>
</html>
`;
}

/**
 * A PNG picture inside the page.
 *
 * @param bytes a PNG file
 * @param alternative what it shows, for those who cannot see it
 * @param width how wide it is shown at the most, in CSS pixels; as many as it has if left out
 * @returns an image that carries its bytes with it
 * @throws TypeError if it is no PNG file
 */
export function embedPng(bytes: Uint8Array, alternative: string, width?: number): Html {
  if (String.fromCharCode(...bytes.subarray(1, 4)) !== "PNG") {
    throw new TypeError("embedPng: a PNG file is required, but the bytes do not begin as one");
  }
  return `<img src="data:image/png;base64,${encodeBase64(bytes)}" alt="${escape(alternative)}"${
    width === undefined ? "" : ` width="${width}"`
  }>`;
}

/**
 * An SVG drawing inside the page.
 *
 * @param svg an SVG document, as {@linkcode toSvg} makes it
 * @param alternative what it shows, for those who cannot see it
 * @returns the drawing itself, whose text can be searched
 * @throws TypeError if it is no SVG document, or more than one `<svg>` of shapes and text that runs and loads nothing
 */
export function embedSvg(svg: string, alternative: string): Html {
  const start = svg.indexOf("<svg");
  if (start < 0) {
    throw new TypeError("embedSvg: an SVG document is required, but there is no <svg> in the text");
  }
  const drawing = svg.slice(start);
  assertInert(drawing);
  const named = drawing
    // HTML knows the name spaces of SVG by itself.
    .replace(/ xmlns(:\w+)?="[^"]*"/g, "")
    .replace("<svg", () => `<svg role="img" aria-label="${escape(alternative)}"`);
  return `<div class="drawing">${named}</div>`;
}

/**
 * A table of names and values.
 *
 * @param rows pairs of texts, which are escaped
 * @returns a table of two columns
 */
export function table(rows: readonly (readonly [name: string, value: string])[]): Html {
  const body = rows.map(([name, value]) =>
    `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`
  );
  return `<table>\n${body.join("\n")}\n</table>`;
}

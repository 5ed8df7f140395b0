/**
 * What every page has, and the pieces that pages are made of. A page is one file without scripts that loads nothing and
 * opens from disk, for small and large screens, light and dark; hono's JSX escapes all texts.
 *
 * @module
 */

import { encodeBase64 } from "@std/encoding/base64";
import type { Child, FC, PropsWithChildren } from "hono/jsx";
import { FIGURE_STYLE } from "../../figure/theme.ts";
import pageStyle from "./page.css" with { type: "text" };
import { inlineSvg } from "./svg.ts";

/** The rules for how pages look, as CSS. */
export const STYLE: string = `${pageStyle}${FIGURE_STYLE}\n`;

/** What the browser may do with a page, whatever it holds: show it, run nothing, load nothing. */
export const POLICY =
  "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'";

/** Links between the pages of a site. */
export interface Navigation {
  readonly links: readonly { readonly title: string; readonly href: string }[];
  /** The address of the page that they stand on. */
  readonly current: string;
}

const raw = (html: string) => ({ dangerouslySetInnerHTML: { __html: html } });

/**
 * A page as an HTML document. The policy stands first, right after the character set: what stands before it is not
 * under it.
 *
 * @param title the heading, and the title of the window
 * @param navigation for a page of a site; null for a page by itself
 * @param own a page's own policy, rules and script
 */
export function pageHtml(
  title: string,
  navigation: Navigation | null,
  body: Child,
  { policy = POLICY, style = STYLE, script }: { policy?: string; style?: string; script?: string } = {},
): string {
  return "<!doctype html>\n" + String(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <style {...raw(style)} />
      </head>
      <body>
        {navigation && (
          <nav class="pages" aria-label="Site">
            {navigation.links.map(({ title, href }) => (
              <a href={href} aria-current={href === navigation.current ? "page" : undefined}>{title}</a>
            ))}
          </nav>
        )}
        <main>
          <h1>{title}</h1>
          {body}
        </main>
        {script !== undefined && <script type="module" {...raw(script)} />}
      </body>
    </html>,
  ) + "\n";
}

/** A number as pages show it: whole ones as they are, others with four significant digits and a true minus. */
export function shown(value: number): string {
  const size = Math.abs(value);
  const text = Number.isSafeInteger(value) && size < 1e9
    ? String(value)
    : size !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e")
    : size >= 1000
    ? value.toFixed(0)
    : String(Number(value.toPrecision(4)));
  return text.replaceAll("-", "−");
}

/** From how many letters on a text is broken into lines. */
const LONG = 24;

/** What a {@link DataTable} shows. */
export interface TableView {
  /** What the numbers are, with units. */
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Child[])[];
}

/**
 * A table with a heading for each column and row, which scrolls by itself where it is wider than the page. Columns
 * without texts stand to the right, numbers have four significant digits.
 */
export const DataTable: FC<TableView> = ({ caption, head, rows }) => {
  const classes = head.map((_, column) => {
    const cells = rows.map((row) => row[column] ?? "").filter((cell) => cell !== "");
    if (cells.length > 0 && cells.every((cell) => typeof cell !== "string")) return "figure";
    return column > 0 && cells.some((cell) => String(cell).length > LONG) ? "words" : undefined;
  });
  return (
    <div class="scroll" role="region" aria-label={caption} tabindex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>{head.map((name, i) => <th scope="col" class={classes[i]}>{name}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell, i) => {
                const text = typeof cell === "number" ? shown(cell) : cell;
                return i === 0
                  ? <th scope="row" class={classes[0]}>{text}</th>
                  : <td class={classes[i]}>{text}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

/** Names and what they stand for. */
export const Lines: FC<{ readonly rows: readonly (readonly [name: string, value: Child])[] }> = (
  { rows },
) => (
  <dl class="lines">
    {rows.map(([name, value]) => (
      <>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </>
    ))}
  </dl>
);

/** What a reader unfolds. */
export const Fold: FC<PropsWithChildren<{ title: string; open?: boolean }>> = ({ title, open, children }) => (
  <details open={open}>
    <summary>{title}</summary>
    {children}
  </details>
);

/** Requires what {@link Picture} shows. @throws TypeError if it is no PNG file, or a drawing that is not allowed */
export function assertPicture(content: string | Uint8Array): void {
  if (typeof content === "string") void inlineSvg(content, "", "");
  else if (String.fromCharCode(...content.subarray(1, 4)) !== "PNG") {
    throw new TypeError("a picture must be a PNG file, but its bytes do not begin as one");
  }
}

/**
 * A picture, which the page carries with it.
 *
 * @param content SVG text, or the bytes of a PNG
 * @param label what it shows, for those who cannot see it
 * @param name its name on this page: letters, digits and hyphens
 * @param width the greatest width of a PNG in CSS pixels
 * @throws TypeError as {@link assertPicture}
 */
export const Picture: FC<
  { content: string | Uint8Array; label: string; name: string; width?: number | undefined }
> = ({ content, label, name, width }) => {
  if (typeof content === "string") {
    return <div class="drawing" {...raw(inlineSvg(content, label, `${name}-`))} />;
  }
  assertPicture(content);
  return <img src={`data:image/png;base64,${encodeBase64(content)}`} alt={label} width={width} />;
};

/**
 * Drawings from a disk, made safe to stand inside a page: parsed as XML, and written anew from what is allowed.
 *
 * @module
 */

import { SaxesParser } from "saxes";

const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** What drawings are made of; nothing that is the page's own, such as title, no link, and no <use>, which can grow without end. */
const ELEMENTS = names(
  "svg g defs clipPath text tspan path rect line circle ellipse polygon polyline linearGradient radialGradient stop",
);
const ATTRIBUTES = names(`
  id class role aria-hidden aria-label aria-roledescription version viewBox preserveAspectRatio width height
  x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points transform offset display opacity visibility pointer-events
  fill fill-opacity fill-rule clip-path clip-rule clipPathUnits stroke stroke-width stroke-opacity stroke-dasharray
  stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stop-color stop-opacity gradientUnits
  gradientTransform font-family font-size font-style font-weight text-anchor dominant-baseline`);
/** Those that are words for a reader, not for the browser. */
const WORDS = names("aria-label aria-roledescription");
/** The functions that a value may call. */
const FUNCTIONS = /\b(translate|scale|rotate|matrix|skew[XY]|rgba?|hsla?)\(/g;

/** How deep elements may lie in each other: browsers give up at 512, charts need 20. */
const DEPTH = 100;

/** Texts that HTML and XML read alike. */
const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** The value of an attribute as it may stand in a page. @throws TypeError if it would run or load something */
function valueOf(name: string, value: string, prefix: string): string {
  if (WORDS.has(name)) return value;
  const [, id] = (name === "id" ? /^([\w-]+)$/ : /^url\(["']?#([\w-]+)["']?\)$/).exec(value) ?? [];
  if (id !== undefined) return name === "id" ? prefix + id : `url(#${prefix}${id})`;
  // In CSS a backslash spells any letter.
  if (name !== "id" && !/[\\@:;(]/.test(value.replace(FUNCTIONS, ""))) return value;
  throw new TypeError(`a drawing must neither run nor load anything, but it has ${name}=${quote(value)}`);
}

/**
 * The one `<svg>` element of a drawing, to stand inside a page: its elements and attributes written anew, without
 * comments, name spaces and style sheets: the page has one for all drawings. Takes time in proportion to the text.
 *
 * @param svg an SVG document
 * @param label what it shows, for those who cannot see it
 * @param prefix goes before its ids, so that drawings on one page do not share theirs; letters, digits and hyphens
 * @throws TypeError if it is no SVG document, or holds anything but shapes and text
 */
export function inlineSvg(svg: string, label: string, prefix: string): string {
  const parser = new SaxesParser({ position: false });
  const out: string[] = [];
  let depth = 0, inStyle = false;
  const refuse = (what: string): never => {
    throw new TypeError(`a drawing must be one <svg> of shapes and text, but it contains ${what}`);
  };
  parser.on("error", ({ message }) => {
    throw new TypeError(`a drawing must be well-formed XML, but it is not: ${quote(message)}`);
  });
  parser.on("doctype", () => refuse("a document type"));
  parser.on("opentag", ({ name, attributes, isSelfClosing }) => {
    if (name === "style" && depth > 0 && !inStyle) {
      inStyle = true;
      return;
    }
    const isAllowed = ELEMENTS.has(name) && (depth > 0 || name === "svg");
    if (inStyle || !isAllowed) refuse(`<${quote(name).slice(1, -1)}>`);
    if (++depth > DEPTH) refuse(`elements more than ${DEPTH} deep in each other`);
    out.push(`<${name}`);
    if (depth === 1) out.push(` role="img" aria-label="${escape(label)}"`);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("xmlns") || (depth === 1 && (key === "role" || key === "aria-label"))) continue;
      if (!ATTRIBUTES.has(key)) refuse(`the attribute ${quote(key)}`);
      out.push(` ${key}="${escape(valueOf(key, value, prefix))}"`);
    }
    out.push(isSelfClosing ? "/>" : ">");
  });
  for (const kind of ["text", "cdata"] as const) {
    parser.on(kind, (words: string) => {
      if (depth > 0 && !inStyle) out.push(escape(words));
    });
  }
  parser.on("closetag", ({ isSelfClosing, name }) => {
    if (!inStyle) depth--;
    if (!inStyle && !isSelfClosing) out.push(`</${name}>`);
    inStyle = false;
  });
  parser.write(svg).close();
  return out.join("");
}

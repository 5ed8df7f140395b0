/**
 * Evidence as a badge, for a page about the code.
 *
 * @module
 */

import { escape } from "@std/html";
import type { GateEvidence } from "./evidence.ts";

const LABEL = "β-VAE laws", HEIGHT = 20, SIZE = 11;
/** The width of a text and its margins, at the widest that sans-serif fonts set it. */
const widthOf = (text: string): number => Math.ceil(text.length * 0.62 * SIZE) + 12;

/** badge.svg. */
export function evidenceBadge({ ok, laws }: GateEvidence): string {
  const failed = laws.filter(({ verdict }) => verdict === "failed").length, n = laws.length;
  const [says, colour] = ok
    ? [`verified by ${n - failed}${failed > 0 ? `, ${failed} known to fail` : ""}`, "#17692f"]
    : failed > 0
    ? [`${failed} of ${n} failed`, "#a3131f"]
    : ["unverified", "#8a6d00"];
  const [left, right] = [widthOf(LABEL), widthOf(says)], width = left + right;
  const text = (x: number, space: number, words: string): string =>
    `<text x="${x}" y="14" textLength="${space - 12}" lengthAdjust="spacingAndGlyphs">${
      escape(words)
    }</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" role="img" aria-label="${
      escape(`${LABEL}: ${says}`)
    }">`,
    `<title>${escape(`${LABEL}: ${says}`)}</title>`,
    `<clipPath id="round"><rect width="${width}" height="${HEIGHT}" rx="3"/></clipPath>`,
    `<g clip-path="url(#round)"><rect width="${left}" height="${HEIGHT}" fill="#555"/>` +
    `<rect x="${left}" width="${right}" height="${HEIGHT}" fill="${colour}"/></g>`,
    `<g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="${SIZE}">`,
    text(6, left, LABEL),
    text(left + 6, right, says),
    "</g></svg>",
    "",
  ].join("\n");
}

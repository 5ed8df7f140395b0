/**
 * Mathematics typeset while the page is made, so that the page needs no script and no network.
 *
 * @module
 */

import { encodeBase64 } from "@std/encoding/base64";
import katex from "katex";
import stylesheet from "katex/dist/katex.min.css" with { type: "text" };
import { FONTS } from "./mathematics_fonts.ts";

/**
 * A formula in TeX as HTML, with MathML beside it for those who do not see it.
 *
 * @throws Error that shows where the TeX is wrong
 */
export function typeset(tex: string): string {
  // "\top" without String.raw is a tab and "op", which would be typeset as the letters o and p.
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f]/.test(tex)) {
    throw new Error(`the TeX ${JSON.stringify(tex)} holds a control character: use String.raw`);
  }
  return katex.renderToString(tex, {
    displayMode: true,
    throwOnError: true,
    strict: "error",
    output: "htmlAndMathml",
  });
}

/** What is wrong with a formula, in one line; undefined where it can be typeset. */
export function mathematicsProblem(tex: string): string | undefined {
  try {
    typeset(tex);
    return undefined;
  } catch (error) {
    return (error as Error).message.split("\n")[0];
  }
}

/**
 * The style sheet that typeset formulas need, with its fonts inside.
 *
 * @throws Error if it names a font that is not here
 */
export function mathematicsStyle(): string {
  return stylesheet.replaceAll(
    /src:url\(fonts\/([\w-]+)\.woff2\) format\("woff2"\)[^}]*/g,
    (_: string, name: string) => {
      const font = FONTS[name];
      if (font === undefined) {
        throw new Error(`KaTeX asks for the font ${name}, which is not among mathematics_fonts.ts`);
      }
      return `src:url(data:font/woff2;base64,${encodeBase64(font)}) format("woff2")`;
    },
  );
}

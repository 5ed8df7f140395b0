/**
 * Mathematics typeset while the page is made, so that the page needs no script and no network.
 *
 * @module
 */

import { encodeBase64 } from "@std/encoding/base64";
import katex from "katex";
import stylesheet from "katex/dist/katex.min.css" with { type: "text" };
import amsRegular from "katex/dist/fonts/KaTeX_AMS-Regular.woff2" with { type: "bytes" };
import caligraphicBold from "katex/dist/fonts/KaTeX_Caligraphic-Bold.woff2" with { type: "bytes" };
import caligraphicRegular from "katex/dist/fonts/KaTeX_Caligraphic-Regular.woff2" with { type: "bytes" };
import frakturBold from "katex/dist/fonts/KaTeX_Fraktur-Bold.woff2" with { type: "bytes" };
import frakturRegular from "katex/dist/fonts/KaTeX_Fraktur-Regular.woff2" with { type: "bytes" };
import mainBold from "katex/dist/fonts/KaTeX_Main-Bold.woff2" with { type: "bytes" };
import mainBoldItalic from "katex/dist/fonts/KaTeX_Main-BoldItalic.woff2" with { type: "bytes" };
import mainItalic from "katex/dist/fonts/KaTeX_Main-Italic.woff2" with { type: "bytes" };
import mainRegular from "katex/dist/fonts/KaTeX_Main-Regular.woff2" with { type: "bytes" };
import mathBoldItalic from "katex/dist/fonts/KaTeX_Math-BoldItalic.woff2" with { type: "bytes" };
import mathItalic from "katex/dist/fonts/KaTeX_Math-Italic.woff2" with { type: "bytes" };
import sansSerifBold from "katex/dist/fonts/KaTeX_SansSerif-Bold.woff2" with { type: "bytes" };
import sansSerifItalic from "katex/dist/fonts/KaTeX_SansSerif-Italic.woff2" with { type: "bytes" };
import sansSerifRegular from "katex/dist/fonts/KaTeX_SansSerif-Regular.woff2" with { type: "bytes" };
import scriptRegular from "katex/dist/fonts/KaTeX_Script-Regular.woff2" with { type: "bytes" };
import size1Regular from "katex/dist/fonts/KaTeX_Size1-Regular.woff2" with { type: "bytes" };
import size2Regular from "katex/dist/fonts/KaTeX_Size2-Regular.woff2" with { type: "bytes" };
import size3Regular from "katex/dist/fonts/KaTeX_Size3-Regular.woff2" with { type: "bytes" };
import size4Regular from "katex/dist/fonts/KaTeX_Size4-Regular.woff2" with { type: "bytes" };
import typewriterRegular from "katex/dist/fonts/KaTeX_Typewriter-Regular.woff2" with { type: "bytes" };

/** The fonts of KaTeX, as woff2, by name. */
const FONTS: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  "KaTeX_AMS-Regular": amsRegular,
  "KaTeX_Caligraphic-Bold": caligraphicBold,
  "KaTeX_Caligraphic-Regular": caligraphicRegular,
  "KaTeX_Fraktur-Bold": frakturBold,
  "KaTeX_Fraktur-Regular": frakturRegular,
  "KaTeX_Main-Bold": mainBold,
  "KaTeX_Main-BoldItalic": mainBoldItalic,
  "KaTeX_Main-Italic": mainItalic,
  "KaTeX_Main-Regular": mainRegular,
  "KaTeX_Math-BoldItalic": mathBoldItalic,
  "KaTeX_Math-Italic": mathItalic,
  "KaTeX_SansSerif-Bold": sansSerifBold,
  "KaTeX_SansSerif-Italic": sansSerifItalic,
  "KaTeX_SansSerif-Regular": sansSerifRegular,
  "KaTeX_Script-Regular": scriptRegular,
  "KaTeX_Size1-Regular": size1Regular,
  "KaTeX_Size2-Regular": size2Regular,
  "KaTeX_Size3-Regular": size3Regular,
  "KaTeX_Size4-Regular": size4Regular,
  "KaTeX_Typewriter-Regular": typewriterRegular,
};

/**
 * A formula in TeX as HTML, with MathML beside it for screen readers.
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
    // In ems: a formula from a file may not cover the page.
    maxSize: 20,
    output: "htmlAndMathml",
  });
}

/** Why a formula cannot be typeset, in one line; undefined where it can. */
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
        throw new Error(`KaTeX asks for the font ${name}, which is not imported here`);
      }
      return `src:url(data:font/woff2;base64,${encodeBase64(font)}) format("woff2")`;
    },
  );
}

/**
 * The fonts of KaTeX.
 *
 * @module
 */

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

/** woff2 by name. */
export const FONTS: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
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

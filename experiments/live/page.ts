/**
 * The live page: one HTML file that carries its script, and may run nothing else and load nothing.
 *
 * @module
 */

import { encodeBase64 } from "@std/encoding/base64";
import { type Html, navigationStyle } from "../../lib/figure/mod.ts";
import pageStyle from "../../lib/figure/page.css" with { type: "text" };
import { controls } from "./controls.ts";
import { explanation } from "./explanation.ts";
import liveStyle from "./live.css" with { type: "text" };
import { tables } from "./tables.ts";

const TITLE = "Why mean-field picks a rotation";

/** The lines of both drawings; a stroke of each, since not everybody sees their colours. */
const LEGEND = [
  ["full", "full: Σ*, the best of all"],
  ["mean-field", "mean-field"],
  ["isotropic", "isotropic"],
].map(([family, text]) =>
  `<li><svg viewBox="0 0 36 10" aria-hidden="true"><path class="line ${family}" d="M0 5H36"/></svg>${text}</li>`
).join("\n");

/** What a content security policy calls a text. */
async function hash(text: string): Promise<string> {
  return `'sha256-${encodeBase64(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))}'`;
}

/**
 * The live page.
 *
 * @param script what runs in it: the bundle of `browser.ts`
 * @param navigation links to the other pages of a site, from `navigation` of lib/figure; none if left out
 * @returns the HTML document
 * @throws (rejects) TypeError if the script contains what would end its element
 */
export async function livePage(script: string, navigation?: Html): Promise<Html> {
  const ending = script.match(/<\/script|<!--/i)?.[0];
  if (ending !== undefined) {
    throw new TypeError(`livePage: a script inside a page must not contain ${ending}`);
  }
  const style = `\n${pageStyle}${liveStyle}${navigation === undefined ? "" : navigationStyle}`;
  const policy = `default-src 'none'; script-src ${await hash(script)}; style-src ${await hash(style)}; ` +
    "form-action 'none'; base-uri 'none'";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLE}</title>
<style>${style}</style>
</head>
<body>
${navigation === undefined ? "" : `${navigation}\n`}<main>
<h1>${TITLE}</h1>
<p class="lead">Turn the latents of a β-VAE by θ. p(x) stays, and so does the best objective of the full family; that of
the mean-field family does not. Every number is computed here, in the browser, by the library’s own code.</p>
<noscript><p>The numbers need JavaScript.</p></noscript>
${controls()}
<p class="words" id="words" role="status"></p>
<ul class="legend">
${LEGEND}
</ul>
<div class="figures">
<figure>
<svg id="posteriors" viewBox="0 0 360 330" role="img" aria-label="Ellipses of the posterior covariances"></svg>
<figcaption>One standard deviation about the mean: the best posterior of all and the chosen family’s best; dotted, the
prior. Mean-field’s best passes through the points where Σ* crosses the axes.</figcaption>
</figure>
<figure>
<svg id="curve" viewBox="0 0 360 330" role="img" aria-label="What each family loses, over the angle"></svg>
<figcaption>What each family’s best objective loses against the full family’s. Lines: theory. Points: the objectives
as computed.</figcaption>
</figure>
</div>
${tables()}
${explanation()}
</main>
<script type="module">${script}</script>
</body>
</html>
`;
}

/**
 * Where the numbers stand on the live page; what runs in it puts them there.
 *
 * @module
 */

import type { Html } from "../../lib/figure/mod.ts";
import { FAMILIES } from "./model.ts";

const place = (name: string): Html => `<td data-name="${name}"></td>`;

const row = (title: string, ...names: string[]): Html =>
  `<tr><th scope="row">${title}</th>${names.map(place).join("")}</tr>`;

const table = (caption: string, head: readonly string[], rows: readonly Html[]): Html => {
  const columns = head.length === 0
    ? ""
    : `<thead><tr><td></td>${head.map((title) => `<th scope="col">${title}</th>`).join("")}</tr></thead>\n`;
  return `<table>\n<caption>${caption}</caption>\n${columns}<tbody>\n${rows.join("\n")}\n</tbody>\n</table>`;
};

/** The tables, empty. */
export function tables(): Html {
  return `<section>
<h2>Numbers</h2>
<div class="tables">
${
    table(
      "Best objective of each family, nats",
      ["loss", "above full"],
      FAMILIES.map((family) => row(family, `best-${family}`, `shortfall-${family}`)),
    )
  }
${
    table("Deterministic objectives, nats", [], [
      row("GRAE", "grae"),
      row("GRAE*", "grae-star"),
      row("GRAE* − GRAE", "gap"),
      row("the curve at θ", "curve"),
    ])
  }
${
    table("Entries of the covariances", ["11", "12", "22"], [
      row("Σ*", "optimum-first", "optimum-mixed", "optimum-second"),
      row("chosen", "chosen-first", "chosen-mixed", "chosen-second"),
    ])
  }
</div>
<p class="caption">Computed in single precision, as in training; the curve in double. Last computation: <span
id="milliseconds">–</span> ms.</p>
</section>`;
}

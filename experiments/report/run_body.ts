/**
 * What a run found, as its own page and the site's show it.
 *
 * @module
 */

import { escape } from "@std/html";
import { dataTable, type Html, table } from "../../lib/figure/mod.ts";
import type { Run, RunFigure, RunTable } from "./run.ts";

/** How many rows stand open: what a screen shows at once. */
const ROWS = 15;

function figure({ title, theory, seen, picture }: RunFigure): Html {
  return `<h3>${escape(title)}</h3>
<figure>
${picture}
<figcaption>
<p><b>Theory</b> ${escape(theory)}</p>
<p><b>Seen</b> ${escape(seen)}</p>
</figcaption>
</figure>`;
}

function tableOf(one: RunTable): Html {
  const { length } = one.rows;
  const shown = length <= ROWS
    ? dataTable(one)
    : `<details class="rows">\n<summary>${length} rows</summary>\n${dataTable(one)}\n</details>`;
  return `<h3>${escape(one.title)}</h3>\n${shown}`;
}

/** What was found in words, each figure with theory and what was seen, the tables, and what was run. */
export function runBody(
  { words, figures, tables, facts }: Pick<Run, "words" | "figures" | "tables" | "facts">,
): Html {
  return `<ul class="words">
${words.map((sentence) => `<li>${escape(sentence)}</li>`).join("\n")}
</ul>
${figures.map(figure).join("\n")}
${tables.map(tableOf).join("\n")}
<details>
<summary>What was run</summary>
${table(facts)}
</details>`;
}

import { escape } from "@std/html";
import type { Html } from "./page.ts";

/** What a {@linkcode dataTable} shows. */
export interface DataTableOptions {
  /** What the figures are, with units. */
  readonly caption: string;
  /** The columns' headings; the first column's cells are the rows' headings. */
  readonly head: readonly string[];
  /** Rows of as many cells. */
  readonly rows: readonly (readonly string[])[];
}

/** A figure with its sign, unit and error: `−3.2 ± 0.1 nats`; nothing that reads as words. */
const isFigure = (cell: string): boolean => /^[<>≤≥~≈+−-]*\.?\d/.test(cell) && !/\p{L}{5}/u.test(cell);
/** From how many letters on a text is broken into lines. */
const LONG = 24;
const isGap = (cell: string): boolean => ["", "-", "–", "—"].includes(cell);

/**
 * A table with a heading for each column and row, which scrolls by itself where it is wider than the page.
 *
 * ```ts
 * import { dataTable } from "./mod.ts";
 * const html = dataTable({ caption: "Loss in nats", head: ["objective", "loss"], rows: [["GRAE", "12.5"]] });
 * console.assert(html.includes('<th scope="row">GRAE</th>'));
 * ```
 *
 * @param options caption, head and rows, all texts, which are escaped
 * @returns the table; columns that hold nothing but figures stand to the right, and long texts are broken into lines
 * @throws TypeError if there is no column, or a row has more or fewer cells than the head
 */
export function dataTable({ caption, head, rows }: DataTableOptions): Html {
  if (head.length === 0) {
    throw new TypeError("dataTable: at least one column is needed, but the head is empty");
  }
  rows.forEach((row, i) => {
    if (row.length === head.length) return;
    throw new TypeError(
      `dataTable: row ${i} must have ${head.length} cells, as the head has, but it has ${row.length}`,
    );
  });
  const classes = head.map((_, column) => {
    const cells = rows.map((row) => row[column] ?? "").filter((cell) => !isGap(cell));
    if (column === 0) return "";
    if (cells.length > 0 && cells.every(isFigure)) return ' class="figure"';
    return cells.some((cell) => cell.length > LONG) ? ' class="words"' : "";
  });
  const columns = head.map((name, i) => `<th scope="col"${classes[i]}>${escape(name)}</th>`);
  const body = rows.map(([name = "", ...cells]) => {
    const values = cells.map((cell, i) => `<td${classes[i + 1]}>${escape(cell)}</td>`);
    return `<tr><th scope="row">${escape(name)}</th>${values.join("")}</tr>`;
  });
  return `<div class="scroll" role="region" aria-label="${escape(caption)}" tabindex="0"><table class="data">
<caption>${escape(caption)}</caption>
<thead><tr>${columns.join("")}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table></div>`;
}

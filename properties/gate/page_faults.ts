/**
 * The planted faults on the page: law × fault.
 *
 * @module
 */

import { escape } from "@std/html";
import type { FaultEvidence, FaultOutcome, LawEvidence } from "./gate_evidence.ts";
import { count } from "./wording.ts";

const MARKS: Readonly<Record<FaultOutcome, string>> = {
  "rejected": "●",
  "not rejected": "✗",
  "by an exception": "!",
  "not run": "?",
};

/** A row for each fault, a column for each law. */
export function faultMatrix(laws: readonly LawEvidence[], faults: readonly FaultEvidence[]): string {
  const header = laws.map(({ id }) => `<th scope="col">${escape(id)}</th>`).join("");
  const rows = faults.map(({ id, description, laws: outcomes }) => {
    const cells = laws.map((law) => {
      const outcome = outcomes[law.id];
      return outcome === undefined
        ? "<td></td>"
        : `<td class="${outcome === "rejected" ? "caught" : "missed"}" title="${
          escape(`${law.id}: ${outcome}`)
        }">${MARKS[outcome]}</td>`;
    });
    return `<tr><th scope="row" title="${escape(id)}">${escape(description)}</th>${cells.join("")}</tr>`;
  });
  return `<h2 id="faults">Planted faults</h2>
<p>${
    count(faults.length, "subject")
  } with one mistake each. ● the law rejects it, as it must; ✗ it does not; ! the law broke
instead of comparing; ? it was not run; empty: the fault does not concern the law, or only through others.</p>
<div class="scroll matrix"><table><thead><tr><th>what is wrong</th>${header}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`;
}

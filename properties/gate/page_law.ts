/**
 * A law on the page: its formula, where it comes from, the verdict, and what was seen.
 *
 * @module
 */

import { escape } from "@std/html";
import type { Evidence, Verdict } from "../contract/evidence.ts";
import { type LawEvidence, rejected } from "./gate_evidence.ts";
import { mathematicsProblem, typeset } from "./mathematics.ts";
import { count, largestError, seconds } from "./wording.ts";

/** The class of a verdict in the style sheet. */
export function verdictClass(verdict: Verdict): string {
  return verdict.split(" ").slice(0, 2).join("-");
}

/** A verdict, or other words in its colour. */
export function badge(verdict: Verdict, words: string = verdict): string {
  return `<span class="badge ${verdictClass(verdict)}">${escape(words)}</span>`;
}

/** A law. @param descriptions the planted faults, by id */
export function lawCard(law: LawEvidence, descriptions: ReadonlyMap<string, string>): string {
  const { id, title, statement, tex, source, kind, assumptions, chance, runs } = law;
  return `<article id="${escape(id)}">
<h3><a href="#${escape(id)}">${escape(id)}</a> ${escape(title)} ${badge(law.verdict)}</h3>
${refutation(law)}
<div class="formula">${mathematicsProblem(tex) ? `<code>${escape(tex)}</code>` : typeset(tex)}</div>
<p class="statement">${law.printed === undefined ? "" : "<b>What holds.</b> "}${escape(statement)}</p>
<dl>
${entry("Source", `slide “${source}”`)}
${entry("Kind", kind)}
${assumptions.length === 0 ? "" : entry("Assumes", assumptions.join("; "))}
${chance ? entry("Chance", `${chance.falseAlarm} false alarms per run, ${chance.miss} misses`) : ""}
</dl>
${runs.map(({ failure }) => failure ? `<pre>${escape(failure.message)}</pre>` : "").join("")}
${engines(law)}
${clauses(runs)}
${faults(law, descriptions)}
</article>`;
}

function entry(term: string, text: string): string {
  return `<dt>${term}</dt><dd>${escape(text)}</dd>`;
}

function refutation({ printed, counterexample }: LawEvidence): string {
  if (printed === undefined) return "";
  const example = counterexample === undefined
    ? ""
    : `<p><b>Counterexample.</b> ${escape(counterexample)}</p>`;
  return `<div class="printed"><p><b>As printed.</b> ${escape(printed)}</p>${example}</div>`;
}

function engines({ runs, doesNotApply }: LawEvidence): string {
  const header = [
    "engine",
    "verdict",
    "cases",
    "comparisons",
    "beyond precision",
    "largest error / tolerance",
    "seed",
    "time",
  ];
  const rows = runs.map((run) =>
    row([
      escape(run.engine),
      run.verdict === "failed" || run.verdict === "unverified" ? badge(run.verdict) : escape(run.verdict),
      run.cases.toLocaleString("en"),
      run.comparisons.toLocaleString("en"),
      run.unresolved.toLocaleString("en"),
      largestError(run).replace("<", "&lt;"),
      String(run.seed),
      seconds(run.seconds),
    ])
  );
  const silent = doesNotApply.map(({ engine, because }) =>
    `<tr><td>${escape(engine)}</td><td colspan="${header.length - 1}">does not apply: ${
      escape(because)
    }</td></tr>`
  );
  return `<div class="scroll"><table><thead><tr>${
    header.map((name) => `<th>${name}</th>`).join("")
  }</tr></thead>
<tbody>${[...rows, ...silent].join("\n")}</tbody></table></div>`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

/** What the law's clauses say, with the cases of all engines. */
function clauses(runs: readonly Evidence[]): string {
  const says = [...new Set(runs.flatMap(({ clauses }) => clauses.map((clause) => clause.says)))];
  const items = says.map((sentence) => {
    const same = runs.flatMap(({ clauses }) => clauses.filter((clause) => clause.says === sentence));
    return `<li>${escape(sentence)}: ${count(same.reduce((sum, { cases }) => sum + cases, 0), "case")}</li>`;
  });
  return items.length === 0 ? "" : details(count(items.length, "clause"), items);
}

function faults(law: LawEvidence, descriptions: ReadonlyMap<string, string>): string {
  if (law.faults.length === 0) return "";
  const { rejected: caught, of } = rejected(law);
  const items = law.faults.map(({ id, outcome }) =>
    `<li>${outcome === "rejected" ? "" : `<b>${outcome}:</b> `}${escape(descriptions.get(id) ?? id)}</li>`
  );
  return details(`Rejects ${caught} of ${count(of, "planted fault")}`, items);
}

function details(title: string, items: readonly string[]): string {
  return `<details><summary>${title}</summary><ul>${items.join("")}</ul></details>`;
}

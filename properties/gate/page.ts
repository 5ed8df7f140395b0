/**
 * The evidence as one page that opens from disk: no script, no network.
 *
 * @module
 */

import { escape } from "@std/html";
import type { GateEvidence, LawEvidence } from "./gate_evidence.ts";
import { mathematicsStyle } from "./mathematics.ts";
import { faultMatrix } from "./page_faults.ts";
import { badge, lawCard, verdictClass } from "./page_law.ts";
import { PAGE_STYLE } from "./page_style.ts";
import { engineLine, summary } from "./wording.ts";

/** The parts of the catalogue by the first letter of a law's id. */
const PARTS: Readonly<Record<string, string>> = {
  U: "Uniqueness",
  T: "Taylor approximation",
  H: "Curvature",
  S: "Optimal covariance",
  G: "GRAE",
  X: "Refuted as printed",
  A: "The implementation",
  E: "Trained models",
};

/** index.html. */
export function evidencePage(evidence: GateEvidence): string {
  const { laws, engines, problems, faults, ok } = evidence;
  const descriptions = new Map(faults.map(({ id, description }) => [id, description]));
  const parts = Map.groupBy(laws, ({ id }) => PARTS[id[0]!] ?? "Other laws");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>grae: the evidence</title>
<link rel="icon" href="data:,">
<style>${mathematicsStyle()}</style>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>grae: the evidence ${badge(ok ? "holds" : "failed", ok ? "the gate is open" : "the gate is shut")}</h1>
<p>What <i>On Implicit Regularization in β-VAEs</i> (A. Kumar and B. Poole, ICML 2020) states, held to an independent
oracle, to the library on every engine, and to planted faults that each law must reject.</p>
<p>${escape(summary(evidence))}</p>
<ul class="plain">${engines.map((engine) => `<li>${escape(engineLine(engine))}</li>`).join("")}</ul>
${
    problems.length === 0
      ? ""
      : `<section class="problems"><h2>Problems</h2><ul>${problems.map(item).join("")}</ul></section>`
  }
<nav aria-label="Laws">${[...parts].map(([part, of]) => index(part, of)).join("")}</nav>
</header>
<main>
${
    [...parts].map(([part, of]) =>
      `<h2>${escape(part)}</h2>\n${of.map((law) => lawCard(law, descriptions)).join("\n")}`
    ).join("\n")
  }
${faultMatrix(laws, faults)}
</main>
</body>
</html>
`;
}

function item(text: string): string {
  return `<li>${escape(text)}</li>`;
}

function index(part: string, laws: readonly LawEvidence[]): string {
  const links = laws.map(({ id, verdict, title }) =>
    `<a class="${verdictClass(verdict)}" href="#${escape(id)}" title="${escape(title)}">${escape(id)}</a>`
  );
  return `<p><span>${escape(part)}</span> ${links.join(" ")}</p>`;
}

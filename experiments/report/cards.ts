/**
 * The index's cards: one for each page, with what there is to know before opening it.
 *
 * @module
 */

import { escape } from "@std/html";
import type { Html } from "../../lib/figure/mod.ts";
import { isNewer, type LawsEvidence, type LawVerdict } from "./evidence.ts";
import { commandOf, QUICK_MARK } from "./experiment_page.ts";
import type { Experiment } from "./experiments.ts";
import type { Run } from "./run.ts";
import { LAWS, LIVE, pageOf } from "./site_navigation.ts";

function card(title: string, href: string, words: Html, picture: Html = ""): Html {
  return `<article class="card">
<h3><a href="${escape(href)}">${escape(title)}</a></h3>
<p>${words}</p>
${picture}
</article>`;
}

/** A text up to the end of its first sentence. */
const firstSentence = (text: string): string => /^[^]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;

/** What marks a run that the laws' card is not about. */
const NEWER_MARK: Html = '<span class="mark">newer than the gate&#39;s evidence</span>';

/** An experiment's card, of the first of its runs, marked if it is small or newer than the evidence. */
export function experimentCard(
  { name, short }: Experiment,
  runs: readonly Run[],
  evidence: LawsEvidence | null,
): Html {
  const [run] = runs;
  if (run === undefined) return card(short, pageOf(name), `No run yet: ${commandOf(name)} makes one.`);
  const words = [
    escape(firstSentence(run.words[0] ?? run.question)),
    ...(run.quick ? [QUICK_MARK] : []),
    ...(isNewer(run, evidence) ? [NEWER_MARK] : []),
  ];
  return card(run.title, pageOf(name), words.join(" "), run.figures[0]?.picture);
}

const PLURAL: Readonly<Record<string, string>> = {
  "holds": "hold",
  "holds under stated assumptions": "hold under stated assumptions",
};

/** `2 laws: 1 holds, 1 refuted as printed. The gate is open.` */
function verdict({ laws, ok, problems, complete }: LawsEvidence): string {
  const counts = [...Map.groupBy(laws, (law) => law.verdict)].map(([words, { length }]) =>
    `${length} ${length === 1 ? words : PLURAL[words] ?? words}`
  );
  const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
  const gate = ok ? "The gate is open." : `The gate is shut: ${count(problems.length, "problem")}.`;
  const part = complete ? "" : " Only the laws and engines that were asked for.";
  return `${count(laws.length, "law")}: ${counts.join(", ")}. ${gate}${part}`;
}

/** A law by its id, in the colour of its verdict. */
function chip({ id, title, verdict }: LawVerdict): Html {
  const colour = verdict.split(" ").slice(0, 2).join("-");
  const words = `${title}: ${verdict}`;
  return `<a class="verdict ${escape(colour)}" href="${LAWS}#${escape(id)}" title="${escape(words)}">${
    escape(id)
  }</a>`;
}

/** The laws' card. */
export function lawsCard(evidence: LawsEvidence | null): Html {
  return evidence === null ? card("Laws", LAWS, `Not checked yet: ${commandOf("gate")} does it.`) : card(
    "Laws",
    LAWS,
    escape(verdict(evidence)),
    `<div class="verdicts">\n${evidence.laws.map(chip).join("\n")}\n</div>`,
  );
}

/** The live page's card. */
export function liveCard(): Html {
  return card(
    "Live",
    LIVE,
    "Turn the latents of a β-VAE in the browser, and see which family of posteriors notices.",
  );
}

/**
 * The page of an experiment: its runs, each with what was found.
 *
 * @module
 */

import { escape } from "@std/html";
import { type Html, page, type PageSection } from "../../lib/figure/mod.ts";
import type { Experiment } from "./experiments.ts";
import { minute, spell } from "./facts.ts";
import type { Run } from "./run.ts";
import { runBody } from "./run_body.ts";
import style from "./site.css" with { type: "text" };

/** What marks a small run, so that nobody quotes its figures. */
export const QUICK_MARK: Html = '<span class="mark">quick run: small, to see that all works</span>';

/** The command that makes a run. */
export const commandOf = (experiment: string): Html => `<code>deno task ${escape(experiment)}</code>`;

/** What a link to a run names. */
const anchor = ({ folder }: Run): string => `run-${encodeURIComponent(folder)}`;

function section(run: Run): PageSection {
  const { folder, quick, engine, seconds, ended } = run;
  return {
    title: `Run ${folder}`,
    id: anchor(run),
    body: `<p class="caption">${quick ? `${QUICK_MARK}; ` : ""}${escape(engine)}; ${
      spell(seconds)
    } at work; ${minute(ended)} UTC</p>
${runBody(run)}`,
  };
}

/** Links to the runs, where there are several. */
function contents(runs: readonly Run[]): PageSection[] {
  if (runs.length < 2) return [];
  const items = runs.map((run) =>
    `<li><a href="#${escape(anchor(run))}">${escape(run.folder)}</a>${run.quick ? ` ${QUICK_MARK}` : ""}</li>`
  );
  return [{ title: `${runs.length} runs`, body: `<ol>\n${items.join("\n")}\n</ol>` }];
}

/**
 * The page of an experiment.
 *
 * @param runs its runs, in the order in which they are shown; the first gives the page its title
 */
export function experimentPage(
  { name, short }: Experiment,
  runs: readonly Run[],
  navigation: Html,
): Html {
  const [first] = runs;
  if (first === undefined) {
    const body = `<p>There is no complete run of it yet: ${commandOf(name)} makes one.</p>`;
    const lead = "An experiment of grae.";
    return page({ title: short, lead, sections: [{ title: "No run yet", body }], navigation, style });
  }
  const { title, question } = first;
  return page({
    title,
    lead: question,
    sections: [...contents(runs), ...runs.map(section)],
    navigation,
    style,
  });
}

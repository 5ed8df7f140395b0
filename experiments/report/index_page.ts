/**
 * The index: what grae is, a card for each page, what was left out, and how it was made.
 *
 * @module
 */

import { escape } from "@std/html";
import { type Html, page, type PageSection, table } from "../../lib/figure/mod.ts";
import { experimentCard, lawsCard, liveCard } from "./cards.ts";
import { isNewer } from "./evidence.ts";
import { EXPERIMENTS } from "./experiments.ts";
import { minute, versionList } from "./facts.ts";
import type { LeftOut } from "./gather.ts";
import type { Run } from "./run.ts";
import type { SiteContent } from "./site.ts";
import style from "./site.css" with { type: "text" };

const LEAD =
  "grae makes the paper On Implicit Regularization in β-VAEs (Kumar & Poole, ICML 2020) run: its deterministic " +
  "objectives train real models, and each of its statements is a law that a machine checks. These pages show what " +
  "was trained and what was checked, every figure beside what theory predicts.";

function leftOutSection(leftOut: readonly LeftOut[]): PageSection[] {
  if (leftOut.length === 0) return [];
  return [{
    title: "Left out",
    caption: "What holds no complete run, or could not be read; no figure on these pages is of it.",
    body: `<ul>\n${leftOut.map(({ why }) => `<li><code>${escape(why)}</code></li>`).join("\n")}\n</ul>`,
  }];
}

/** When the gate's evidence was made and by what, and the runs that it cannot know of. */
function evidenceRows({ runs, evidence }: SiteContent): [string, string][] {
  if (evidence === null) return [];
  const newer = runs.filter((run) => isNewer(run, evidence)).map(({ folder }) => folder);
  return [
    ["the gate's evidence", `${minute(evidence.ended)} UTC; ${versionList(evidence.versions)}`],
    ...(newer.length === 0 ? [] : [["runs newer than it", newer.join(", ")] as [string, string]]),
  ];
}

/** All versions of the runs: `grae 0.1.0 and 0.2.0, deno 2.9.6`. */
function versionsOf(runs: readonly Run[]): string {
  const found = new Map<string, Set<string>>();
  for (const [name, version] of runs.flatMap(({ versions }) => Object.entries(versions))) {
    found.set(name, (found.get(name) ?? new Set()).add(version));
  }
  return [...found].map(([name, all]) => `${name} ${[...all].sort().join(" and ")}`).join(", ");
}

function made(content: SiteContent): PageSection {
  const { runs, evidence } = content;
  const newest = runs.map(({ ended }) => ended).toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  const quick = runs.filter((run) => run.quick).length;
  const number = `${runs.length} run${runs.length === 1 ? "" : "s"}${
    quick === 0 ? "" : `, of them ${quick} quick`
  }`;
  const rows: [string, string][] = [
    ["shown", number + (evidence === null ? "" : ", and the gate's evidence")],
    ...(newest === undefined ? [] : [
      ["newest run", `${minute(newest)} UTC`],
      ["versions of the runs", versionsOf(runs)],
    ] as [string, string][]),
    ...evidenceRows(content),
  ];
  return {
    title: "How it was made",
    caption: "The same runs and evidence give the same pages, byte for byte.",
    body: `${table(rows)}\n<p><code>deno task report</code> makes these pages again.</p>`,
  };
}

/** The index. */
export function indexPage(content: SiteContent, navigation: Html): Html {
  const { runs, leftOut, evidence, live } = content;
  const cards = [
    lawsCard(evidence),
    ...(live === null ? [] : [liveCard()]),
    ...EXPERIMENTS.map((one) =>
      experimentCard(one, runs.filter(({ experiment }) => experiment === one.name), evidence)
    ),
  ];
  return page({
    title: "grae",
    lead: LEAD,
    sections: [
      { title: "Laws and experiments", body: `<div class="cards">\n${cards.join("\n")}\n</div>` },
      ...leftOutSection(leftOut),
      made(content),
    ],
    navigation,
    style,
  });
}

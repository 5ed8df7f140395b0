/**
 * The page of a run of a study: everything that it found, in one file.
 *
 * @module
 */

import { escape } from "@std/html";
import {
  dataTable,
  embedPng,
  embedSvg,
  type Html,
  page,
  type PageSection,
  table,
} from "../../lib/figure/mod.ts";
import { factsOf } from "../report/facts.ts";
import type { StudyManifest } from "./manifest.ts";
import type { Figure, Findings, Study } from "./study.ts";

function picture({ content, title, width }: Figure): Html {
  return typeof content === "string" ? embedSvg(content, title) : embedPng(content, title, width);
}

/** The page of a complete run. */
export function reportOf<Options extends object, Result, Results>(
  { title, question }: Study<Options, Result, Results>,
  manifest: StudyManifest<Options>,
  { words, figures, tables }: Findings<Results>,
): string {
  const ended = manifest.ended ?? manifest.started;
  const sections: PageSection[] = [
    { title: "What was found", body: words.map((sentence) => `<p>${escape(sentence)}</p>`).join("\n") },
    ...figures.map((figure): PageSection => ({
      title: figure.title,
      caption: `Theory: ${figure.theory} Seen: ${figure.seen}`,
      body: picture(figure),
    })),
    ...tables.map(({ title, ...data }): PageSection => ({ title, body: dataTable(data) })),
    { title: "What was run", body: table(factsOf({ ...manifest, ended })) },
  ];
  return page({ title, lead: question, sections });
}

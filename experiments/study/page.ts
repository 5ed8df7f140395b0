/**
 * The page of a run of a study: everything that it found, in one file.
 *
 * @module
 */

import { embedPng, embedSvg, type Html, page } from "../../lib/figure/mod.ts";
import { factsOf } from "../report/facts.ts";
import { runBody } from "../report/run_body.ts";
import style from "../report/site.css" with { type: "text" };
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
  const body = runBody({
    words,
    figures: figures.map((figure) => ({ ...figure, picture: picture(figure) })),
    tables,
    facts: factsOf({ ...manifest, ended }),
  });
  return page({ title, lead: question, sections: [{ title: "What was found", body }], style });
}

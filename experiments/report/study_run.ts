/**
 * A run of a study, from the files that it left.
 *
 * @module
 */

import { type Field, fieldsOf, isObject, requireFields } from "../command/json_fields.ts";
import { formatOf, studyManifestOf } from "../study/manifest.ts";
import { END_FIELDS, type Ended, factsOf } from "./facts.ts";
import { findingsOf } from "./findings.ts";
import { picture } from "./picture.ts";
import type { Run, RunFigure } from "./run.ts";
import { readText, type Source } from "./source.ts";

const OPTIONS: readonly Field[] = [
  ["options", "values by name", isObject],
  ["options.quick", "true or false", (value) => typeof value === "boolean"],
];

/**
 * A complete run of a study.
 *
 * @throws (rejects) DataError if a file is missing or not what it must be
 */
export async function studyRun(source: Source, experiment: string): Promise<Run> {
  const place = (file: string): string => `${source.name}/${file}`;
  const manifest = studyManifestOf(
    experiment,
    await readText(source, "manifest.json"),
    place("manifest.json"),
  );
  requireFields(manifest, place("manifest.json"), [...OPTIONS, ...END_FIELDS]);
  const run = manifest as Ended & { readonly options: { readonly quick: boolean } };
  // The figures are read from the findings, but a run without its results is not whole.
  const results = await readText(source, "results.json");
  fieldsOf(
    results,
    place("results.json"),
    `the results of ${experiment}`,
    formatOf(experiment, "results"),
    [],
  );
  const findings = findingsOf(experiment, await readText(source, "findings.json"), place("findings.json"));
  const figures: RunFigure[] = [];
  for (const { file, title, theory, seen, width } of findings.figures) {
    figures.push({ title, theory, seen, picture: await picture(source, file, title, width) });
  }
  const { title, question, words, tables } = findings;
  const { started, ended, engine, seconds, versions } = run;
  return {
    experiment,
    folder: source.name,
    quick: run.options.quick,
    title,
    question,
    started,
    ended,
    engine: engine.description,
    seconds,
    versions,
    words,
    figures,
    tables,
    facts: factsOf(run),
  };
}
